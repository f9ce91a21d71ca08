"""Whether the rate moved at all: sampling noise, the usual movement between periods, and what could be seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.science.winrate.comparison import Counts
from tools.science.winrate.proportions import Floats, change_p, newcombe, normal_quantile, pooled_z

FEWEST_PERIODS = 4
TWO_YEARS = 2
SEASON_SHOWS = 2.0


@dataclass(frozen=True, slots=True)
class UsualVariation:
    """How much more the rate moves between neighbouring periods than counting alone allows (1 = no more).

    `beside_season` is the same with the mean of each position in the year removed; 1 where that is not known.
    `applied` is False where the question sets it aside.
    """

    sigma_z: float
    periods: int
    beside_season: float = 1.0
    applied: bool = True

    @property
    def known(self) -> bool:
        return self.periods >= FEWEST_PERIODS

    @property
    def allowance(self) -> float:
        """Factor on the limit of the test: the ratio, widened because it is itself estimated from few periods.

        Without the widening, a movement of one point between quarters passes for a change twice as often as meant.
        """
        return self.sigma_z * (1 + 0.5 / self.periods) if self.known and self.applied else self.sigma_z


@dataclass(frozen=True, slots=True)
class Overall:
    """The headline change with its tests.

    Attributes:
        z: pooled z against sampling noise.
        alpha, limit: the level asked for and the |z| beyond which the change is more than noise.
        detectable: the change seen with 80 % power, usual variation included.
        detectable_sampling: the same against sampling noise alone.
    """

    current: Counts
    previous: Counts
    change: float
    interval: tuple[float, float]
    z: float
    p_value: float
    alpha: float
    limit: float
    variation: UsualVariation
    detectable: float
    detectable_sampling: float

    @property
    def rejects(self) -> bool:
        """More than sampling noise."""
        return self.p_value < self.alpha and self.change != 0

    @property
    def beyond_usual(self) -> bool:
        """More than sampling noise and the usual movement between periods together."""
        return self.rejects and abs(self.z) > self.limit * self.variation.allowance

    @property
    def sign(self) -> int:
        return -1 if self.change < 0 else 1

    @property
    def rate(self) -> float:
        """Both periods pooled."""
        return (self.current.won + self.previous.won) / max(1, self.current.closed + self.previous.closed)

    @property
    def se(self) -> float:
        """Standard error of the change, each period with its own rate."""
        return math.sqrt(_variance(self.current) + _variance(self.previous))


def overall_test(current: Counts, previous: Counts, variation: UsualVariation, *, alpha: float) -> Overall:
    """Compare two rates: pooled z, exact when counts are small, Newcombe's interval, detectable change."""
    k1, n1, k0, n0 = current.won, current.closed, previous.won, previous.closed
    limit = normal_quantile(1 - alpha / 2)
    smallest = detectable_change(current, previous, alpha=alpha, power=0.8)
    return Overall(
        current=current,
        previous=previous,
        change=k1 / n1 - k0 / n0 if n0 and n1 else 0.0,
        interval=newcombe(k0, n0, k1, n1),
        z=pooled_z(k0, n0, k1, n1),
        p_value=change_p(k0, n0, k1, n1),
        alpha=alpha,
        limit=limit,
        variation=variation,
        detectable=min(1.0, smallest * variation.sigma_z),
        detectable_sampling=smallest,
    )


def detectable_change(current: Counts, previous: Counts, *, alpha: float = 0.02, power: float = 0.8) -> float:
    """Smallest change of rate found with the given power, against sampling noise; 1 when nothing could be seen."""
    n1, n0 = current.closed, previous.closed
    if not n1 or not n0:
        return 1.0
    p = (current.won + previous.won) / (n0 + n1)
    factor = normal_quantile(1 - alpha / 2) + normal_quantile(power)
    return min(1.0, factor * math.sqrt(p * (1 - p) * (1 / n0 + 1 / n1)))


def needed_per_period(fall: float, rate: float, *, alpha: float = 0.02, power: float = 0.8) -> int:
    """Deals per period with which a change of `fall` is found with the given power."""
    factor = normal_quantile(1 - alpha / 2) + normal_quantile(power)
    spread = max(rate * (1 - rate), 0.01)
    return math.ceil(factor**2 * 2 * spread / max(abs(fall), 0.005) ** 2)


def usual_variation(history: Sequence[Counts], seasons: Sequence[int]) -> UsualVariation:
    """Laney's (2002) ratio over earlier periods: mean moving range of standardised rates / 1.128, at least 1.

    `seasons` numbers each period in its year. With two years or more a season shows as a ratio at least twice
    that of the rates without the mean of their number; only then is the season removed, because removing one
    that is not there costs certainty about the rest.
    """
    known = [(each, number) for each, number in zip(history, seasons, strict=True) if each.closed]
    if len(known) < FEWEST_PERIODS:
        return UsualVariation(1.0, len(known))
    n = np.array([each.closed for each, _ in known], dtype=np.float64)
    k = np.array([each.won for each, _ in known], dtype=np.float64)
    mean = k.sum() / n.sum()
    if not 0 < mean < 1:
        return UsualVariation(1.0, len(known))
    z = (k / n - mean) / np.sqrt(mean * (1 - mean) / n)
    rest = _without_season(z, np.sqrt(n), np.array([number for _, number in known]))
    whole, without = _moving_ratio(z), _moving_ratio(rest)
    beside = max(1.0, without) if rest is not z else 1.0
    return UsualVariation(max(1.0, without if whole > SEASON_SHOWS * without else whole), len(known), beside)


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


def _variance(counts: Counts) -> float:
    rate = (counts.won + 0.5) / (counts.closed + 1)
    return rate * (1 - rate) / max(1, counts.closed)
