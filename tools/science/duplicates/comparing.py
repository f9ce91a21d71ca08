"""How the fields of many pairs compare: levels in columns, one row a pair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from tools.science.duplicates import names
from tools.science.duplicates.frequencies import Frequencies
from tools.science.duplicates.weights import Level

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Names:
    """Given and family names of all records as codes (-1 where missing), and what is known of each code."""

    first: Ints
    last: Ints
    words: list[str]
    first_share: Floats
    last_share: Floats
    common: float


def coded(prepared: pl.DataFrame, frequencies: Frequencies) -> Names:
    both = pl.concat([prepared["first"], prepared["last"]]).drop_nulls().unique().sort()
    words = both.to_list()
    first, last = (_codes(prepared[name], both) for name in ("first", "last"))
    return Names(first, last, words, *frequencies.shares(words), frequencies.common)


def _codes(column: pl.Series, values: pl.Series) -> Ints:
    codes = pl.Series(np.arange(len(values)), dtype=pl.Int64)
    made = column.replace_strict(values, codes, default=None, return_dtype=pl.Int64).fill_null(-1)
    return made.to_numpy().astype(np.int64)


def name_levels(one: Ints, other: Ints, words: list[str]) -> Levels:
    """The level of each pair of name codes; the dear comparisons are made once for each two different names."""
    levels = np.zeros(len(one), dtype=np.int8)
    known = (one >= 0) & (other >= 0)
    levels[known & (one == other)] = Level.SAME
    open_ = np.flatnonzero(known & (one != other))
    if len(open_):
        low, high = np.minimum(one[open_], other[open_]), np.maximum(one[open_], other[open_])
        codes, place = np.unique(low * len(words) + high, return_inverse=True)
        left = [words[k] for k in (codes // len(words)).tolist()]
        right = [words[k] for k in (codes % len(words)).tolist()]
        levels[open_] = _between_names(left, right)[place]
    return levels


def _between_names(left: list[str], right: list[str]) -> Levels:
    """Levels of different names."""
    levels = np.full(len(left), Level.DIFFERENT, dtype=np.int8)
    levels[_alike(left, right)] = Level.NEAR
    for k, (a, b) in enumerate(zip(left, right, strict=True)):
        level = _special(a, b)
        if level is not None:
            levels[k] = level
    return levels


def _alike(left: list[str], right: list[str]) -> npt.NDArray[np.bool_]:
    """A slip of the hand or another spelling: one edit in 4 letters or more, two in 8 or more, or much in common."""
    one, other = [a.replace(" ", "") for a in left], [b.replace(" ", "") for b in right]
    shorter = np.minimum([len(a) for a in one], [len(b) for b in other])
    edits = cpdist(one, other, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)
    winkler = cpdist(one, other, scorer=JaroWinkler.similarity, score_cutoff=0.9, dtype=np.float32)
    return ((edits <= 1) & (shorter >= 4)) | ((edits <= 2) & (shorter >= 8)) | ((winkler >= 0.93) & (shorter >= 5))


def _special(a: str, b: str) -> Level | None:
    if len(a) == 1 or len(b) == 1:
        return Level.INITIAL if a[0] == b[0] else None
    if a[0] != b[0] and " " not in a and " " not in b:
        return Level.NICKNAME if names.same_person_calls(a, b) else None
    parts, others = a.split(), b.split()
    if "".join(parts) == "".join(others):
        return Level.SAME
    if names.same_person_calls(parts[0], others[0]) and (len(parts) == 1 or len(others) == 1):
        return Level.NICKNAME
    if len(parts) + len(others) > 2 and _continues(parts, others):
        return Level.PART
    return Level.NEAR if min(len(a), len(b)) >= 5 and names.skeleton(a) == names.skeleton(b) else None


def _continues(parts: list[str], others: list[str]) -> bool:
    """Whether the shorter name is among the words of the longer: "anna" of "anna maria", "lopez" of "garcia lopez"."""
    shorter, longer = sorted((parts, others), key=len)
    if len(shorter) == len(longer):
        return parts[0] == others[0] and len(parts[0]) > 1 and parts[-1][0] == others[-1][0] and (
            len(parts[-1]) == 1 or len(others[-1]) == 1
        )  # fmt: skip
    return all(word in longer for word in shorter) and any(len(word) > 2 for word in shorter)


def common_apart(levels: Levels, one: Ints, other: Ints, shares: Floats, common: float) -> Levels:
    """NEAR becomes CLOSE where both spellings are common names of their own."""
    both = np.minimum(shares[one], shares[other]) >= common if len(shares) else np.zeros(len(levels), dtype=bool)
    return np.where((levels == Level.NEAR) & both, np.int8(Level.CLOSE), levels)


def texts(prepared: pl.DataFrame, name: str, rows: Ints) -> pl.Series:
    return prepared[name].gather(rows)


def email_levels(prepared: pl.DataFrame, i: Ints, j: Ints) -> Levels:
    """SAME; NEAR for a typing error in the address; ELSEWHERE for the same local part at another domain."""
    pairs = _side_by_side(prepared, ("email", "local", "mail_domain"), i, j)
    lengthy = pl.col("local").str.len_chars() >= 5
    same_local = (pl.col("local") == pl.col("local_2")) & lengthy
    same_domain = pl.col("mail_domain") == pl.col("mail_domain_2")
    levels = _leveled(
        pairs, "email", pl.when(same_local).then(pl.lit(int(Level.ELSEWHERE))).otherwise(pl.lit(int(Level.DIFFERENT)))
    )
    open_ = pairs.with_row_index("at").filter(pl.Series(levels >= Level.DIFFERENT) & (same_domain | same_local))
    digits = r"\D"
    open_ = open_.filter(
        lengthy & (pl.col("local").str.replace_all(digits, "") == pl.col("local_2").str.replace_all(digits, ""))
    )
    return _nearer(levels, open_, "email", lambda edits: edits <= 1)


def phone_levels(prepared: pl.DataFrame, i: Ints, j: Ints) -> Levels:
    """SAME also when one is written without its country; NEAR when one digit is wrong or two are turned round."""
    pairs = _side_by_side(prepared, ("phone", "tail"), i, j)
    without = ~(pl.col("phone").str.starts_with("+") & pl.col("phone_2").str.starts_with("+"))
    same = (pl.col("tail") == pl.col("tail_2")) & without
    levels = _leveled(
        pairs, "phone", pl.when(same).then(pl.lit(int(Level.SAME))).otherwise(pl.lit(int(Level.DIFFERENT)))
    )
    open_ = pairs.with_row_index("at").filter(pl.Series(levels == Level.DIFFERENT))
    return _nearer(levels, open_, "tail", lambda edits: edits <= 1)


def employer_levels(prepared: pl.DataFrame, i: Ints, j: Ints) -> Levels:
    """SAME by domain or by company; NEAR for names that begin alike or differ by a slip; else DIFFERENT."""
    pairs = _side_by_side(prepared, ("employer",), i, j)
    by_domain, by_name = _leveled(pairs, "employer", pl.lit(int(Level.DIFFERENT))), company_levels(prepared, i, j)
    best = np.where((by_name == Level.SAME) | (by_domain == Level.MISSING), by_name, by_domain)
    return np.where((by_domain == Level.DIFFERENT) & (by_name == Level.NEAR), np.int8(Level.NEAR), best)


def company_levels(prepared: pl.DataFrame, i: Ints, j: Ints) -> Levels:
    values = prepared["company"].drop_nulls().unique().sort()
    codes = _codes(prepared["company"], values)
    levels = name_levels(codes[i], codes[j], values.to_list())
    near = (levels == Level.NEAR) | (levels == Level.PART)
    return np.where(near, np.int8(Level.NEAR), np.where(levels > Level.SAME, np.int8(Level.DIFFERENT), levels))


def plain_levels(prepared: pl.DataFrame, name: str, i: Ints, j: Ints) -> Levels:
    """SAME, DIFFERENT or MISSING."""
    return _leveled(_side_by_side(prepared, (name,), i, j), name, pl.lit(int(Level.DIFFERENT)))


def _side_by_side(prepared: pl.DataFrame, columns: tuple[str, ...], i: Ints, j: Ints) -> pl.DataFrame:
    left = [texts(prepared, name, i) for name in columns]
    right = [texts(prepared, name, j).alias(f"{name}_2") for name in columns]
    return pl.DataFrame([*left, *right])


def _leveled(pairs: pl.DataFrame, name: str, otherwise: pl.Expr) -> Levels:
    one, other = pl.col(name), pl.col(f"{name}_2")
    level = (
        pl.when(one.is_null() | other.is_null())
        .then(pl.lit(int(Level.MISSING)))
        .when(one == other)
        .then(pl.lit(int(Level.SAME)))
        .otherwise(otherwise)
    )
    return pairs.select(level.cast(pl.Int8)).to_series().to_numpy().astype(np.int8)


def _nearer(levels: Levels, open_: pl.DataFrame, name: str, near: Callable[[Floats], npt.NDArray[np.bool_]]) -> Levels:
    """NEAR where the edits between both texts of the open rows are few."""
    if open_.height:
        edits = cpdist(open_[name].to_list(), open_[f"{name}_2"].to_list(), scorer=OSA.distance, score_cutoff=2)
        levels = levels.copy()
        levels[open_["at"].to_numpy()[near(edits)]] = Level.NEAR
    return levels
