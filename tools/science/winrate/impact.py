"""Two plain measures over all closed deals: where deals are lost, and whether lost deals take longer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.science.winrate.coding import UNKNOWN_DAY, Closed, Column, Ints
from tools.science.winrate.proportions import Floats, Interval, change_p, wilson

_DRAWS = 500
_NULL_DRAWS = 1_000
_SEED = 20_240_229
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class Impact:
    """Segment Impact Score: closed × (1 − win rate), the lost deals; beside it the losses beyond the average rate.

    `excess` is closed × (average rate − own rate), with Wilson's interval of the own rate; `p_value` compares the
    segment with the rest of its dimension.
    """

    dimension: str
    segment: str
    closed: int
    win_rate: float
    score: int
    excess: float
    interval: Interval
    p_value: float


@dataclass(frozen=True, slots=True)
class CycleGap:
    """Median days from creation to close of lost deals minus that of won deals.

    `interval` is a bootstrap of the two medians; `p_value` the largest gap of the dimension
    under shuffled outcomes within each segment (max-type), so it holds for all segments together.
    """

    dimension: str
    segment: str
    median_won: float
    median_lost: float
    gap: float
    interval: Interval
    p_value: float


def segment_impacts(closed: Closed) -> list[Impact]:
    """Every segment of every dimension, most lost deals first within its dimension."""
    average = float(np.mean(closed.won)) if len(closed) else 0.0
    return [impact for column in closed.columns for impact in _of_column(column, closed, average)]


def _of_column(column: Column, closed: Closed, average: float) -> list[Impact]:
    counts = column.outcomes(closed.won)
    n, k = counts.sum(axis=1), counts[:, 1]
    rows = []
    for i in np.flatnonzero(n):
        low, high = wilson(int(k[i]), int(n[i]))
        rows.append(
            Impact(
                dimension=column.name,
                segment=column.levels[i],
                closed=int(n[i]),
                win_rate=float(k[i] / n[i]),
                score=int(n[i] - k[i]),
                excess=float(n[i] * average - k[i]),
                interval=(float(n[i]) * (average - high), float(n[i]) * (average - low)),
                p_value=change_p(int(k.sum() - k[i]), int(n.sum() - n[i]), int(k[i]), int(n[i])),
            )
        )
    return sorted(rows, key=lambda row: (-row.score, row.segment))


def cycle_gaps(closed: Closed) -> list[CycleGap]:
    """Gaps per segment with at least five won and five lost deals of known length; none without creation dates."""
    if closed.created is None:
        return []
    known = np.flatnonzero((closed.created != UNKNOWN_DAY) & (closed.day >= closed.created))
    if not len(known):
        return []
    days = np.minimum(closed.day[known] - closed.created[known], 5_000).astype(np.intp)
    span = int(days.max()) + 1
    place = days + closed.won[known] * span
    generator = np.random.default_rng(_SEED)
    gaps: list[CycleGap] = []
    for column in closed.columns:
        size = len(column.levels)
        codes = column.codes if len(known) == len(closed) else column.codes[known]
        counts = np.bincount(codes.astype(np.intp) * (2 * span) + place, minlength=size * 2 * span).reshape(
            size, 2, span
        )
        gaps += _of_dimension(column, counts, generator)
    return gaps


def _of_dimension(column: Column, counts: Ints, generator: np.random.Generator) -> list[CycleGap]:
    totals = counts.sum(axis=2)
    kept = [int(i) for i in np.flatnonzero(totals.min(axis=1) >= _FEWEST)]
    if not kept:
        return []
    null = np.array([_null_gaps(counts[i], generator) for i in kept])
    largest = np.max(np.abs(null), axis=0)
    rows = []
    for i in kept:
        lost, won = (_exact_median(counts[i, outcome]) for outcome in (0, 1))
        draws = _bootstrap(counts[i, 0], generator) - _bootstrap(counts[i, 1], generator)
        low, high = np.quantile(draws, [0.025, 0.975])
        reached = np.count_nonzero(largest >= abs(lost - won))
        p_value = (1 + reached) / (1 + _NULL_DRAWS)
        rows.append(
            CycleGap(column.name, column.levels[i], won, lost, lost - won, (float(low), float(high)), float(p_value))
        )
    return sorted(rows, key=lambda row: (-row.gap, row.segment))


def _exact_median(counts: Ints) -> float:
    total = int(counts.sum())
    ends = np.cumsum(counts)
    low, high = np.searchsorted(ends, [(total - 1) // 2, total // 2], side="right")
    return float(low + high) / 2


def _bootstrap(counts: Ints, generator: np.random.Generator, draws: int = _DRAWS, size: int | None = None) -> Floats:
    """Medians of resampled deals, drawn by the place of the median in the order of the deals.

    In a resample of n deals the median's place follows a Beta(n/2, n/2) distribution, so no deal need be drawn.
    """
    total = int(counts.sum())
    half = (size or total) / 2
    place = generator.beta(half + 0.5, half + 0.5, draws) * total
    edges = np.concatenate([[0], np.cumsum(counts)])
    days = np.flatnonzero(counts)
    found = np.searchsorted(edges[1:][days], place, side="left")
    return days[np.minimum(found, len(days) - 1)].astype(np.float64)


def _null_gaps(counts: Ints, generator: np.random.Generator) -> Floats:
    both = counts.sum(axis=0)
    lost, won = (int(each) for each in counts.sum(axis=1))
    return _bootstrap(both, generator, _NULL_DRAWS, lost) - _bootstrap(both, generator, _NULL_DRAWS, won)
