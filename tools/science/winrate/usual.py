"""How the rate usually moves from one period to the next, and whether a change goes beyond it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tools.science.winrate.coding import Flags
from tools.science.winrate.comparison import Counts
from tools.science.winrate.movement import Prediction, Run, between, onwards
from tools.science.winrate.proportions import Floats

FEWEST_PERIODS = 4
TWO_YEARS = 2
SEASON_SHOWS = 2.0


@dataclass(frozen=True, slots=True)
class History:
    """The earlier periods that say what is usual, oldest first, the previous one among them if it is usable.

    Attributes:
        counts, seasons: of each period, and its number in its year.
        previous: place of the previous period among them; None where it is not.
        season: number of the current period in its year.
    """

    counts: Sequence[Counts]
    seasons: Sequence[int]
    previous: int | None
    season: int


@dataclass(frozen=True, slots=True)
class UsualVariation:
    """How much more the rate moves between neighbouring periods than counting alone allows.

    Attributes:
        sigma_z: the ratio to be told, Laney's (2002); 1 = no more than counting.
        beside_season: the same with the mean of each position in the year removed; 1 where that is not known.
        expected: the change under usual movement, one prediction per look; none with fewer than 4 periods, or
            where the question sets it aside.
        outcome_sd: standard deviation of one outcome, in which the predictions are.
    """

    sigma_z: float
    periods: int
    beside_season: float = 1.0
    expected: tuple[Prediction, ...] = ()
    outcome_sd: float = 1.0

    @property
    def known(self) -> bool:
        return self.periods >= FEWEST_PERIODS

    def p_value(self, change: float) -> float:
        """p of a change of rate against usual movement; 0 where that is not known.

        The smallest of the looks times their number (Bonferroni), so two looks cost no level.
        """
        size = change / self.outcome_sd
        return min(1.0, len(self.expected) * min((each.p_value(size) for each in self.expected), default=0.0))

    def reach(self, *, alpha: float, power: float) -> float:
        """The smallest change that one of the looks finds with this power; 0 where usual movement is not known."""
        level = alpha / max(1, len(self.expected))
        found = (each.reach(alpha=level, power=power) for each in self.expected)
        return self.outcome_sd * min(found, default=0.0)


def usual_variation(history: History, current: Counts, previous: Counts) -> UsualVariation:
    """How the rate moved between earlier periods; nothing is claimed from fewer than 4.

    The ratio told is Laney's (2002): mean moving range of standardised rates / 1.128, at least 1. With two years
    or more a season shows as a ratio at least twice that of the rates without the mean of their number; only then
    is the season removed, because removing one that is not there costs certainty about the rest.

    Two looks decide. The first compares the two periods alone and learns the movement from the others, so that a
    change does not hide in a spread it has made itself. The second expects the current period to follow on from all
    the earlier ones, which is the sharper where the previous period was itself a little off; it is taken where the
    previous period is the last of them.
    """
    place = [i for i, each in enumerate(history.counts) if each.closed]
    n = np.array([history.counts[i].closed for i in place], dtype=np.float64)
    k = np.array([history.counts[i].won for i in place], dtype=np.float64)
    if len(place) < FEWEST_PERIODS or not 0 < k.sum() < n.sum():
        return UsualVariation(1.0, len(place))
    mean = k.sum() / n.sum()
    numbers = np.array([history.seasons[i] for i in place])
    z = (k / n - mean) / np.sqrt(mean * (1 - mean) / n)
    rest = _without_season(z, np.sqrt(n), numbers)
    whole, without = _moving_ratio(z), _moving_ratio(rest)
    seasonal = whole > SEASON_SHOWS * without
    told = UsualVariation(max(1.0, without if seasonal else whole), len(place))
    outcome = _outcome_variance(current, previous)
    if outcome == 0:
        return told
    run = Run((k / n - mean) / math.sqrt(outcome), mean * (1 - mean) / outcome / n, numbers)
    counting = 1 / current.closed + 1 / previous.closed
    now = _Now((current.rate - mean) / math.sqrt(outcome), current.closed, counting, history.season)
    apart = np.array([i != history.previous for i in place])
    return replace(
        told,
        beside_season=1.0 if rest is z else between(run, counting).spread / math.sqrt(counting),
        expected=_looks(run if seasonal else replace(run, groups=None), now, apart),
        outcome_sd=math.sqrt(outcome),
    )


@dataclass(frozen=True, slots=True)
class _Now:
    """The current period: rate in standard deviations of one outcome, deals, variance of the change, number."""

    rate: float
    closed: int
    counting: float
    season: int


def _looks(run: Run, now: _Now, apart: Flags) -> tuple[Prediction, ...]:
    """The change alone, and the current period following on; `apart` tells the periods that are not the previous."""
    alone = between(run.only(apart), now.counting)
    unseen = run.groups is not None and now.season not in run.groups
    if apart[-1] or unseen:
        return (alone,)
    return (alone, onwards(run.then(now.rate, 1 / now.closed, group=now.season)))


def _outcome_variance(current: Counts, previous: Counts) -> float:
    """p(1 - p) of the two periods pooled; 0 where one of them is empty."""
    if not current.closed or not previous.closed:
        return 0.0
    rate = (current.won + previous.won) / (current.closed + previous.closed)
    return rate * (1 - rate)


def _moving_ratio(z: Floats) -> float:
    return float(np.mean(np.abs(np.diff(z)))) / 1.128


def _without_season(z: Floats, root_n: Floats, seasons: Floats) -> Floats:
    """Take the mean rate of each position in the year away, where every position was seen at least twice.

    The rest is widened by the spread that estimating the means takes away.
    """
    numbers, seen = np.unique(seasons, return_counts=True)
    if len(numbers) < 2 or seen.min() < TWO_YEARS:
        return z
    rest = z.copy()
    for number, times in zip(numbers, seen, strict=True):
        here = seasons == number
        shift = np.sum(z[here] * root_n[here]) / np.sum(root_n[here] ** 2)
        rest[here] = (z[here] - shift * root_n[here]) * math.sqrt(times / (times - 1))
    return rest
