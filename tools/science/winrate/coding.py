"""Closed deals as integer codes: the shape in which every method below counts them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import polars as pl

from tools.science.deals import NOT_FILLED_IN, Deals

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint16]
Days = npt.NDArray[np.int32]

UNKNOWN_DAY = np.iinfo(np.int32).min
MOST_LEVELS = 400
OTHER = "other"


class Role(StrEnum):
    """What a column is to the analysis."""

    BUSINESS = "business"
    PERSON = "person"
    BAND = "band"
    TENURE = "tenure"
    POSITION = "position"


@dataclass(frozen=True, slots=True)
class Column:
    """One dimension: a code per closed deal and the words of the codes."""

    name: str
    codes: Codes
    levels: tuple[str, ...]
    role: Role = Role.BUSINESS

    def take(self, rows: Ints) -> Column:
        return replace(self, codes=self.codes[rows])

    def outcomes(self, won: Flags) -> Ints:
        """Deals per level and outcome, shape (levels, 2): lost, won."""
        size = len(self.levels)
        return np.bincount(self.codes.astype(np.intp) * 2 + won, minlength=size * 2).reshape(size, 2)

    @property
    def unnamed(self) -> frozenset[int]:
        """Codes that may be counted but are no segment anybody manages."""
        return frozenset(i for i, level in enumerate(self.levels) if level in {NOT_FILLED_IN, OTHER})


@dataclass(frozen=True, slots=True)
class Closed:
    """Closed and dated deals, one entry each. Days are counted from 1970-01-01.

    `created` holds `UNKNOWN_DAY` where the day is not known; `account` and `amount` are None when the
    source has none. `rows` are positions in `Deals.frame`.
    """

    won: Flags
    day: Days
    created: Days | None
    account: npt.NDArray[np.int64] | None
    amount: npt.NDArray[np.float64] | None
    columns: tuple[Column, ...]

    def __len__(self) -> int:
        return len(self.won)

    def take(self, rows: Ints) -> Closed:
        return Closed(
            won=self.won[rows],
            day=self.day[rows],
            created=None if self.created is None else self.created[rows],
            account=None if self.account is None else self.account[rows],
            amount=None if self.amount is None else self.amount[rows],
            columns=tuple(column.take(rows) for column in self.columns),
        )

    def between(self, first: int, last: int) -> Ints:
        """Rows closed from day `first` to day `last`, both inclusive."""
        return np.flatnonzero((self.day >= first) & (self.day <= last))

    def with_columns(self, columns: tuple[Column, ...]) -> Closed:
        return replace(self, columns=columns)


def closed_frame(deals: Deals) -> pl.DataFrame:
    """The won and lost deals of the frame, dated or not."""
    return deals.frame.filter(pl.col("outcome") >= 0)


def encode(frame: pl.DataFrame, deals: Deals) -> Closed:
    """Codes of the deals in `frame` (already restricted to closed and dated ones)."""
    return Closed(
        won=frame["outcome"].to_numpy() == 1,
        day=days_of(frame, "close_date"),
        created=days_of(frame, "created_date") if "created_date" in frame.columns else None,
        account=accounts_of(frame),
        amount=floats_of(frame, "amount") if "amount" in frame.columns else None,
        columns=tuple(dimension(frame, name, deals) for name in deals.dimensions),
    )


def days_of(frame: pl.DataFrame, name: str) -> Days:
    days = frame[name].cast(pl.Date).to_physical().fill_null(int(UNKNOWN_DAY))
    return days.to_numpy().astype(np.int32, copy=False)


def floats_of(frame: pl.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """The numbers of a column; unknown and infinite ones are nan."""
    values = frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return np.where(np.isfinite(values), values, np.nan)


def accounts_of(frame: pl.DataFrame) -> npt.NDArray[np.int64] | None:
    """Account codes; a deal without an account is a cluster of its own. None when no account repeats."""
    if "account" not in frame.columns or frame.height == 0:
        return None
    account = frame["account"].cast(pl.Int64)
    if account.drop_nulls().n_unique() >= frame.height - account.null_count():
        return None
    codes = account.fill_null(-1).to_numpy().copy()
    alone = np.flatnonzero(codes < 0)
    codes[alone] = codes.max(initial=0) + 1 + np.arange(len(alone))
    return codes if codes.max() < 4 * len(codes) else np.unique(codes, return_inverse=True)[1]


def dimension(frame: pl.DataFrame, name: str, deals: Deals) -> Column:
    """A text column as codes; empty cells are the segment "not filled in", rare levels of long lists "other"."""
    series = frame[name]
    kind = series.dtype
    if not isinstance(kind, pl.Enum):
        text = series.cast(pl.String)
        kind = pl.Enum(text.drop_nulls().unique().sort())
        series = text.cast(kind)
    levels = [str(level) for level in kind.categories]
    codes = series.to_physical().fill_null(len(levels)).to_numpy().astype(np.int64)
    if series.null_count():
        levels.append(NOT_FILLED_IN)
        codes = _merged(codes, levels)
    role = Role.PERSON if name in deals.people else Role.BUSINESS
    codes, levels = _shortened(codes, levels)
    return Column(deals.name_of(name), codes.astype(np.uint16), tuple(levels), role)


def _merged(codes: Ints, levels: list[str]) -> Ints:
    """Empty cells join a level of the same name when the source already writes one."""
    first = levels.index(NOT_FILLED_IN)
    if first == len(levels) - 1:
        return codes
    codes = np.where(codes == len(levels) - 1, first, codes)
    levels.pop()
    return codes


def _shortened(codes: Ints, levels: list[str]) -> tuple[Ints, list[str]]:
    counts = np.bincount(codes, minlength=len(levels))
    used = np.flatnonzero(counts)
    if len(used) <= MOST_LEVELS and len(levels) <= 2 * MOST_LEVELS:
        return codes, levels
    kept = np.sort(used[np.argsort(-counts[used], kind="stable")[:MOST_LEVELS]])
    table = np.full(len(levels), len(kept))
    table[kept] = np.arange(len(kept))
    names = [levels[i] for i in kept]
    return table[codes], names if len(kept) == len(used) else [*names, OTHER]
