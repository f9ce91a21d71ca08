"""Columns known only after the outcome: taken out before anything is explained with them.

The guard is about time, not strength: what an honest column may reach, a leaking one may fall short of. So it goes by
the outcome itself, by arithmetic, by name, by being filled in for one outcome only, and last by separation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from tools.science.deals import NOT_FILLED_IN, Deals
from tools.science.winrate.coding import UNKNOWN_DAY, Closed, Column, days_of, floats_of
from tools.science.winrate.proportions import Floats
from tools.science.winrate.question import Question

EXCLUDE_AUC = 0.90
ASK_AUC = 0.75
FEWEST = 30
_SAMPLE = 100_000
_WORDS = frozenset(
    {"stage", "status", "probability", "prob", "closed", "close", "lost", "won", "win", "loss", "reason", "cycle"}
    | {"duration", "last", "modified", "updated", "weighted", "outcome", "result", "ended", "completed"}
)
_PHRASES = (frozenset({"forecast", "category"}), frozenset({"days", "open"}), frozenset({"days", "in"}))
_OUTCOME_WORDS = frozenset({"won", "lost", "win", "loss", "closed won", "closed lost", "closedwon", "closedlost"})
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@dataclass(frozen=True, slots=True)
class Excluded:
    """A column that is not used, and why."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Guarded:
    """The verdict on every column.

    Attributes:
        excluded: columns taken out, named as the source names them.
        dimensions, measures: fixed names of the columns that stay (`amount` among the measures).
        doubtful: columns that separate suspiciously well without other signs; a person should decide.
    """

    excluded: tuple[Excluded, ...]
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    doubtful: tuple[str, ...]


def guard(deals: Deals, frame: pl.DataFrame, closed: Closed, question: Question) -> Guarded:
    """Judge every dimension and measure of the closed deals in `frame` (row for row those of `closed`)."""
    excluded: list[Excluded] = []
    doubtful: list[str] = []
    kept: list[str] = []
    measures = (*(("amount",) if "amount" in frame.columns else ()), *deals.measures)
    columns = {column.name: column for column in closed.columns}
    for name in (*deals.dimensions, *measures):
        shown = deals.name_of(name)
        if {name, shown} & set(question.known_afterwards):
            excluded.append(Excluded(shown, "named as known only after the outcome"))
            continue
        if {name, shown} & set(question.known_at_creation):
            kept.append(name)
            continue
        if name in deals.dimensions:
            reason, auc = _dimension_reason(shown, columns[shown], closed)
        else:
            reason, auc = _measure_reason(shown, frame, name, closed)
        if reason is not None:
            excluded.append(Excluded(shown, reason))
            continue
        kept.append(name)
        if auc >= ASK_AUC:
            doubtful.append(shown)
    return Guarded(
        tuple(excluded),
        tuple(name for name in deals.dimensions if name in kept),
        tuple(name for name in measures if name in kept),
        tuple(doubtful),
    )


def named_as_afterwards(name: str) -> bool:
    """Whether the words of a column's name say that it is filled in at or after the end of a deal."""
    words = frozenset(part.lower() for part in _PARTS.findall(name))
    return bool(words & _WORDS) or any(phrase <= words for phrase in _PHRASES)


def _dimension_reason(shown: str, column: Column, closed: Closed) -> tuple[str | None, float]:
    table = _halves(column, closed)
    lost, won = (table[:, outcome].sum(axis=1) for outcome in (0, 1))
    k, n = won, won + lost
    if _is_outcome(column, k, n):
        return "it is the outcome itself", 1.0
    if named_as_afterwards(shown):
        return "known only after the outcome, by its name", 0.5
    lopsided = _one_sided(column, k, n)
    if lopsided is not None:
        return lopsided, 0.5
    auc = _dimension_auc(table)
    return (_separates(auc), auc)


def _measure_reason(shown: str, frame: pl.DataFrame, name: str, closed: Closed) -> tuple[str | None, float]:
    values = floats_of(frame, name)
    if _is_cycle(frame, values):
        return "known only after the outcome: it is the time from creation to close", 0.5
    if named_as_afterwards(shown) and name != "amount":
        return "known only after the outcome, by its name", 0.5
    for won in (True, False):
        mine, theirs = values[closed.won == won], values[closed.won != won]
        if min(len(mine), len(theirs)) < FEWEST:
            continue
        empty = _filled(mine) == 0
        if empty and _filled(theirs) > 0.02 * len(theirs):
            return f"known only after the outcome: empty or 0 for every {'won' if won else 'lost'} deal", 1.0
        if _constant(mine) and not _constant(theirs):
            return f"known only after the outcome: the same value for every {'won' if won else 'lost'} deal", 1.0
    auc = _measure_auc(values, closed)
    return _separates(auc), auc


def _is_outcome(column: Column, k: Floats, n: Floats) -> bool:
    names = {level.strip().lower() for level, count in zip(column.levels, n, strict=True) if count}
    decided = np.sum(np.minimum(k, n - k)) == 0 and 0 < k.sum() < n.sum()
    return bool(decided and names & _OUTCOME_WORDS)


def _one_sided(column: Column, k: Floats, n: Floats) -> str | None:
    """Filled in for one outcome only, or one constant value for one outcome, over all periods together."""
    filled = np.array([level != NOT_FILLED_IN for level in column.levels])
    for word, mine, theirs in (("won", k, n - k), ("lost", n - k, k)):
        if min(mine.sum(), theirs.sum()) < FEWEST:
            continue
        if not mine[filled].sum() and theirs[filled].sum() > 0.02 * theirs.sum():
            return f"known only after the outcome: empty for every {word} deal"
        if np.count_nonzero(mine) == 1 and np.count_nonzero(theirs) > 1 and _unlikely_alone(mine, theirs):
            return f"known only after the outcome: the same value for every {word} deal"
    return None


def _unlikely_alone(mine: Floats, theirs: Floats) -> bool:
    """That one value holds all deals of one outcome would not happen by chance with the other's shares."""
    share = theirs[np.argmax(mine)] / theirs.sum()
    return bool(share < 1 and mine.sum() * np.log(max(share, 1e-300)) < np.log(1e-6))


def _separates(auc: float) -> str | None:
    if auc < EXCLUDE_AUC:
        return None
    return f"separates won from lost almost alone (AUC {auc:.2f}), as only a column filled in afterwards does"


def _halves(column: Column, closed: Closed) -> Floats:
    """Deals per level, outcome and half (every other deal), shape (levels, 2, 2)."""
    size = len(column.levels)
    place = closed.won * 2 + (np.arange(len(closed)) & 1)
    counts = np.bincount(column.codes.astype(np.intp) * 4 + place, minlength=size * 4)
    return counts.reshape(size, 2, 2).astype(np.float64)


def _dimension_auc(table: Floats) -> float:
    """Two-fold AUC of the levels ordered by the other half's win rate: what the column alone separates."""
    mean = table[:, 1].sum() / max(1.0, table.sum())
    found = []
    for test in (0, 1):
        lost, won = table[:, 0, 1 - test], table[:, 1, 1 - test]
        score = (won + mean) / (won + lost + 1)
        found.append(_auc_of_groups(score, table[:, 1, test], table[:, 0, test]))
    return float(np.mean(found))


def _measure_auc(values: Floats, closed: Closed) -> float:
    step = max(1, len(values) // _SAMPLE)
    sample, won = values[::step], closed.won[::step]
    known = np.isfinite(sample)
    if np.count_nonzero(known) < 2 * FEWEST:
        return 0.5
    unique, place = np.unique(sample[known], return_inverse=True)
    k = np.bincount(place[won[known]], minlength=len(unique)).astype(np.float64)
    n = np.bincount(place, minlength=len(unique)).astype(np.float64)
    auc = _auc_of_groups(np.arange(len(unique), dtype=np.float64), k, n - k)
    return max(auc, 1 - auc)


def _auc_of_groups(score: Floats, won: Floats, lost: Floats) -> float:
    """Probability that a won deal scores above a lost one, ties half, from counts per score."""
    if not won.sum() or not lost.sum():
        return 0.5
    unique, place = np.unique(score, return_inverse=True)
    k = np.bincount(place, weights=won, minlength=len(unique))
    m = np.bincount(place, weights=lost, minlength=len(unique))
    below = np.cumsum(m) - m
    return float(np.sum(k * (below + m / 2)) / (k.sum() * m.sum()))


def _is_cycle(frame: pl.DataFrame, values: Floats) -> bool:
    """Equal (within a day) to close minus creation for nearly every deal."""
    if not {"created_date", "close_date"} <= set(frame.columns):
        return False
    created, closing = days_of(frame, "created_date"), days_of(frame, "close_date")
    known = (created != UNKNOWN_DAY) & (closing != UNKNOWN_DAY) & np.isfinite(values)
    if np.count_nonzero(known) < FEWEST:
        return False
    cycle = (closing[known].astype(np.int64) - created[known]).astype(np.float64)
    return bool(np.mean(np.abs(cycle - values[known]) <= 1) > 0.98 and cycle.min() < cycle.max())


def _filled(values: Floats) -> int:
    return int(np.count_nonzero(np.isfinite(values) & (values != 0)))


def _constant(values: Floats) -> bool:
    known = values[np.isfinite(values)]
    return len(known) > 0 and bool(known.min() == known.max())
