"""Whether the calendar explains the change: the same move in earlier years, or the position within the period."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.science.periods import Grain
from tools.science.winrate.coding import Closed, Column, Role
from tools.science.winrate.comparison import Counts, Window
from tools.science.winrate.joint import joint_split
from tools.science.winrate.kitagawa import segment_counts, split
from tools.science.winrate.overall import Overall
from tools.science.winrate.proportions import Z95


@dataclass(frozen=True, slots=True)
class Season:
    """The change of the same transition in earlier years, weighted by precision.

    Attributes:
        usual: S, the mean change of earlier years.
        usual_se: its standard error.
        excess: the change beyond it, with a 95 % interval.
        years: how many earlier years were seen.
        holds: it happened before, covers at least half, and leaves no significant excess.
    """

    usual: float
    usual_se: float
    excess: float
    excess_interval: tuple[float, float]
    years: int
    holds: bool
    partly: bool


@dataclass(frozen=True, slots=True)
class Position:
    """How much of the change is which months (or weeks) of the period the deals were closed in."""

    unit: str
    mix: float
    rate: float
    holds: bool


def season_of(overall: Overall, last_years: Sequence[tuple[Counts, Counts]]) -> Season | None:
    """Compare with the same transition of earlier years; None when none is known.

    `last_years` holds (previous, current) counts of 1, 2, ... years ago. Whether it happened
    before is judged with the usual movement left beside the season; the excess with half of that added variance,
    because the movement is known from few periods and a real fall must not hide behind it.
    """
    changes, weights = [], []
    for before, after in last_years:
        if before.closed and after.closed:
            changes.append(after.rate - before.rate)
            weights.append(1 / (_variance(before) + _variance(after)))
    if not changes:
        return None
    usual = float(np.average(changes, weights=weights))
    variance = 1 / sum(weights)
    return _judged(overall, usual, variance, len(changes))


def _judged(overall: Overall, usual: float, variance: float, years: int) -> Season:
    g, change = overall.sign, overall.change
    widened = overall.variation.beside_season
    halfway = math.sqrt((1 + widened**2) / 2)
    excess, spread = change - usual, halfway * math.sqrt(overall.se**2 + variance)
    before = g * usual / (widened * math.sqrt(variance)) > 1.645
    covers = abs(change) > 0 and usual / change > 0.5
    beyond = g * excess / spread >= overall.limit
    return Season(
        usual=usual,
        usual_se=math.sqrt(variance),
        excess=excess,
        excess_interval=(excess - Z95 * spread, excess + Z95 * spread),
        years=years,
        holds=before and covers and not beyond,
        partly=before and covers and beyond,
    )


def position_of(previous: Closed, current: Closed, windows: tuple[Window, Window], overall: Overall) -> Position | None:
    """The mix effect of month-in-quarter (month-in-year, week-in-month) on the change between two sets of deals."""
    columns = position_columns(previous, windows[0]), position_columns(current, windows[1])
    for before, after in zip(*columns, strict=True):
        aside = previous.with_columns((before,)), current.with_columns((after,))
        counts = segment_counts(before, *aside)
        joint = joint_split(*aside)
        if joint is None:
            continue
        mix, rate = split(
            *(np.asarray(each, dtype=np.float64) for each in (counts.k0, counts.n0, counts.k1, counts.n1))
        )
        total = float(mix.sum())
        sure = abs(total) > Z95 * joint.mix_se
        holds = sure and overall.change != 0 and total / overall.change >= 0.5
        return Position(before.name, total, float(rate.sum()), holds)
    return None


def position_columns(closed: Closed, window: Window) -> tuple[Column, ...]:
    """Where in its period a deal was closed, as one column per unit of the calendar."""
    into = closed.day - window.first
    weeks = Column("week", np.minimum(into // 7, 52).astype(np.uint16), _numbers("week", 53), Role.POSITION)
    if window.period.grain is Grain.MONTH:
        return (weeks,)
    months = (closed.day.astype("datetime64[D]").astype("datetime64[M]")).astype(np.int64)
    start = np.datetime64(window.period.first, "M").astype(np.int64)
    size = window.period.grain.months
    month = Column(
        "month", np.clip(months - start, 0, size - 1).astype(np.uint16), _numbers("month", size), Role.POSITION
    )
    return (month,)


def _numbers(unit: str, size: int) -> tuple[str, ...]:
    return tuple(f"{unit} {i + 1}" for i in range(size))


def _variance(counts: Counts) -> float:
    rate = (counts.won + 0.5) / (counts.closed + 1)
    return rate * (1 - rate) / counts.closed
