"""Whether the rate moved at all: sampling noise, the usual movement between periods, and what could be seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tools.science.winrate.comparison import Counts
from tools.science.winrate.proportions import change_p, newcombe, normal_quantile, pooled_z
from tools.science.winrate.usual import UsualVariation


@dataclass(frozen=True, slots=True)
class Overall:
    """The headline change with its tests.

    Attributes:
        z: pooled z against sampling noise.
        alpha, limit: the level asked for and the |z| beyond which the change is more than noise.
        usual_p: p of the change against the usual movement between periods; 0 where that is not known.
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
    usual_p: float
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
        return self.rejects and self.usual_p < self.alpha

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
    change = k1 / n1 - k0 / n0 if n0 and n1 else 0.0
    return Overall(
        current=current,
        previous=previous,
        change=change,
        interval=newcombe(k0, n0, k1, n1),
        z=pooled_z(k0, n0, k1, n1),
        p_value=change_p(k0, n0, k1, n1),
        alpha=alpha,
        limit=limit,
        usual_p=variation.p_value(change),
        variation=variation,
        detectable=min(1.0, max(smallest, variation.reach(alpha=alpha, power=0.8))),
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


def _variance(counts: Counts) -> float:
    rate = (counts.won + 0.5) / (counts.closed + 1)
    return rate * (1 - rate) / max(1, counts.closed)
