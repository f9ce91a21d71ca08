"""The change of a rate split into mix and rate per segment of one dimension (Kitagawa 1955, with mean weights)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tools.science.winrate.coding import OTHER, Closed, Column, Ints
from tools.science.winrate.proportions import Floats, benjamini_hochberg, change_p, newcombe

MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Effect:
    """One segment of one dimension in the two periods.

    Attributes:
        won, closed: (previous, current).
        mix_effect: change of share times how far the segment lies from the overall rate.
        rate_effect: mean share times change of its rate.
        interval: Newcombe interval of the rate effect, shares taken as given.
        p_value, q_value: of its change of rate; q over all segments of the answer.
        unnamed: "not filled in" or "other".
    """

    dimension: str
    segment: str
    won: tuple[int, int]
    closed: tuple[int, int]
    share: tuple[float, float]
    mix_effect: float
    rate_effect: float
    interval: tuple[float, float]
    p_value: float
    q_value: float = 1.0
    unnamed: bool = False

    @property
    def rate(self) -> tuple[float | None, float | None]:
        """The rates; None where the segment has no deal."""
        before, after = (k / n if n else None for k, n in zip(self.won, self.closed, strict=True))
        return before, after


@dataclass(frozen=True, slots=True)
class SegmentCounts:
    """Won and closed per level of one dimension, previous and current period."""

    column: str
    levels: tuple[str, ...]
    k0: Ints
    n0: Ints
    k1: Ints
    n1: Ints


def split(k0: Floats, n0: Floats, k1: Floats, n1: Floats) -> tuple[Floats, Floats]:
    """Mix and rate effect of each segment; they add up to the change of the total rate exactly.

    A segment absent in one period takes its rate from the other, so all of it is mix.
    """
    a, b = n0 / n0.sum(), n1 / n1.sum()
    overall = (k0.sum() / n0.sum() + k1.sum() / n1.sum()) / 2
    r0 = np.divide(k0, n0, out=np.zeros(len(n0)), where=n0 > 0)
    r1 = np.divide(k1, n1, out=np.zeros(len(n1)), where=n1 > 0)
    r0, r1 = np.where(n0 > 0, r0, r1), np.where(n1 > 0, r1, r0)
    return (b - a) * ((r0 + r1) / 2 - overall), (a + b) / 2 * (r1 - r0)


def segment_counts(column: Column, previous: Closed, current: Closed) -> SegmentCounts:
    """Counts of a column of `previous`; the column of the same name in `current` must have the same levels."""
    twin = next(each for each in current.columns if each.name == column.name)
    size = len(column.levels)
    return SegmentCounts(
        column.name,
        column.levels,
        np.bincount(column.codes[previous.won], minlength=size),
        np.bincount(column.codes, minlength=size),
        np.bincount(twin.codes[current.won], minlength=size),
        np.bincount(twin.codes, minlength=size),
    )


def effects_of(counts: SegmentCounts, *, most: int = MOST_SHOWN) -> list[Effect]:
    """The table of one dimension: at most `most` rows, the smaller segments together as "other"."""
    counts = _folded(counts, most)
    if not counts.n0.sum() or not counts.n1.sum():
        return []
    mix, rate = split(*(np.asarray(each, dtype=np.float64) for each in (counts.k0, counts.n0, counts.k1, counts.n1)))
    return [
        _effect(counts, i, float(mix[i]), float(rate[i]))
        for i in range(len(counts.levels))
        if counts.n0[i] or counts.n1[i]
    ]


def with_q_values(effects: list[Effect]) -> list[Effect]:
    """q over the segments present in both periods; the others have no rate to compare."""
    tested = [i for i, each in enumerate(effects) if all(each.closed)]
    q_values = dict(zip(tested, benjamini_hochberg([effects[i].p_value for i in tested]), strict=True))
    return [replace(each, q_value=q_values.get(i, 1.0)) for i, each in enumerate(effects)]


def _effect(counts: SegmentCounts, i: int, mix: float, rate: float) -> Effect:
    k0, n0, k1, n1 = (int(each[i]) for each in (counts.k0, counts.n0, counts.k1, counts.n1))
    a, b = n0 / int(counts.n0.sum()), n1 / int(counts.n1.sum())
    low, high = newcombe(k0, n0, k1, n1) if n0 and n1 else (0.0, 0.0)
    level = counts.levels[i]
    return Effect(
        dimension=counts.column,
        segment=level,
        won=(k0, k1),
        closed=(n0, n1),
        share=(a, b),
        mix_effect=mix,
        rate_effect=rate,
        interval=((a + b) / 2 * low, (a + b) / 2 * high),
        p_value=change_p(k0, n0, k1, n1),
        unnamed=level in {"not filled in", OTHER},
    )


def _folded(counts: SegmentCounts, most: int) -> SegmentCounts:
    sizes = counts.n0 + counts.n1
    if np.count_nonzero(sizes) <= most:
        return counts
    order = np.lexsort((np.array(counts.levels), -sizes))
    kept = np.sort(order[: most - 1])
    rest = np.setdiff1d(np.arange(len(sizes)), kept)

    def fold(values: Ints) -> Ints:
        return np.append(values[kept], values[rest].sum())

    names = (*(counts.levels[i] for i in kept), OTHER)
    return SegmentCounts(counts.column, names, fold(counts.k0), fold(counts.n0), fold(counts.k1), fold(counts.n1))
