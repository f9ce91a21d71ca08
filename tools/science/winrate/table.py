"""Win rate by segment and period: the counts behind every chart and ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tools.science.deals import Deals
from tools.science.errors import NoClosedDeals, NoDatedDeals
from tools.science.periods import Grain, Period
from tools.science.winrate.coding import Ints, closed_frame, days_of, dimension
from tools.science.winrate.periods_known import day_of, period_index
from tools.science.winrate.proportions import Interval, wilson


@dataclass(frozen=True, slots=True)
class RateRow:
    """Won and closed deals of one segment in one period; both None means over all."""

    segment: str | None
    period: Period | None
    won: int
    closed: int

    @property
    def rate(self) -> float:
        return self.won / self.closed

    @property
    def interval(self) -> Interval:
        """Wilson's 95 % interval."""
        return wilson(self.won, self.closed)


def win_rate_table(
    deals: Deals, dimension_name: str | None = None, grain: Grain | None = None, *, year_start: int = 1
) -> list[RateRow]:
    """Rates by segment of one dimension (or over all) and by period (or over all time), oldest first.

    Only combinations with closed deals are listed. Undated deals count where no grain is asked for.

    Raises:
        NoClosedDeals, NoDatedDeals: nothing to count.
    """
    cells = cells_of(deals, dimension_name, grain, year_start=year_start)
    n = np.bincount(cells.index, minlength=cells.size)
    k = np.bincount(cells.index[cells.won], minlength=cells.size)
    return [RateRow(*cells.named(int(cell)), int(k[cell]), int(n[cell])) for cell in np.flatnonzero(n)]


@dataclass(frozen=True, slots=True)
class Cells:
    """Closed deals in the cells of a table: `index` tells which one each deal of `frame` lies in."""

    frame: pl.DataFrame
    index: Ints
    segments: Sequence[str | None]
    periods: Sequence[Period | None]

    @property
    def size(self) -> int:
        return len(self.segments) * len(self.periods)

    @property
    def won(self) -> npt.NDArray[np.bool_]:
        won: npt.NDArray[np.bool_] = self.frame["outcome"].to_numpy() == 1
        return won

    def named(self, cell: int) -> tuple[str | None, Period | None]:
        return self.segments[cell // len(self.periods)], self.periods[cell % len(self.periods)]


def cells_of(deals: Deals, dimension_name: str | None, grain: Grain | None, *, year_start: int) -> Cells:
    """The closed deals by segment and period. Raises as `win_rate_table` does."""
    frame = closed_frame(deals)
    if frame.height == 0:
        raise NoClosedDeals(deals.scope)
    if grain is not None:
        if "close_date" not in frame.columns or frame["close_date"].null_count() == frame.height:
            raise NoDatedDeals(frame.height)
        frame = frame.filter(pl.col("close_date").is_not_null())
    column = None if dimension_name is None else dimension(frame, dimension_name, deals)
    segments = [None] if column is None else list(column.levels)
    codes = np.zeros(frame.height, dtype=np.int64) if column is None else column.codes.astype(np.int64)
    index, periods = _periods(frame, grain, year_start)
    return Cells(frame, codes * len(periods) + index, segments, periods)


def _periods(frame: pl.DataFrame, grain: Grain | None, year_start: int) -> tuple[Ints, list[Period | None]]:
    if grain is None:
        return np.zeros(frame.height, dtype=np.int64), [None]
    days = days_of(frame, "close_date")
    first, last = (Period.containing(day_of(int(d)), grain, year_start=year_start) for d in (days.min(), days.max()))
    index, periods = period_index(days, first, last)
    return index, list(periods)
