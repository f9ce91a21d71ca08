"""What a deal looks like: correlated dimensions through a Gaussian copula with one market factor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from evals.simulator import names
from evals.simulator.timeline import Codes

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension.

    Attributes:
        shares: share of deals per segment, in the order of `segments`.
        loading: correlation with the market factor.
        effects: additive effect on the win chance per segment, share-weighted mean nil.
        missing: share of deals without a value.
    """

    name: str
    segments: tuple[str, ...]
    shares: Floats
    loading: float
    effects: Floats
    missing: float = 0.0

    def codes(self, market: Floats, rng: np.random.Generator) -> Codes:
        """Segment of each deal, given its market factor."""
        own = rng.standard_normal(market.size) * np.sqrt(1 - self.loading**2)
        normal = NormalDist()
        cuts = [normal.inv_cdf(float(c)) for c in np.cumsum(self.shares)[:-1]]
        codes: Codes = np.searchsorted(np.array(cuts), self.loading * market + own)
        return codes

    def with_effects(self, effects: Floats) -> Dimension:
        return replace(self, effects=effects - float(self.shares @ effects))


def draw_dimension(
    name: str, rng: np.random.Generator, *, planted: tuple[int, float] | None, loading: float, effect_sd: float
) -> Dimension:
    """A dimension with random segments; `planted` fixes (rank of the segment, its share)."""
    most = len(names.DIMENSIONS[name])
    count = int(rng.integers(3, min(7, most) + 1))
    segments = names.segment_names(name, count, rng)
    if planted is None:
        shares = 0.05 + (1 - 0.05 * count) * rng.dirichlet(np.full(count, 3.0))
    else:
        place, share = planted[0] % count, planted[1]
        rest = 0.2 / (count - 1) + 0.8 * rng.dirichlet(np.full(count - 1, 4.0))
        shares = np.insert((1 - share) * rest, place, share)
    blank = Dimension(name, segments, shares, loading, np.zeros(count), float(rng.choice([0.0, 0.0, 0.02])))
    return blank.with_effects(rng.normal(0.0, effect_sd, count))


def draw_profiles(dimensions: tuple[Dimension, ...], market: Floats, rng: np.random.Generator) -> Codes:
    """Segment codes, shape (deals, dimensions)."""
    return np.stack([d.codes(market, rng) for d in dimensions], axis=1)


def effect_of(dimensions: tuple[Dimension, ...], profiles: Codes) -> Floats:
    """Sum of the segment effects of each deal."""
    total = np.zeros(profiles.shape[0])
    for k, dimension in enumerate(dimensions):
        total += dimension.effects[profiles[:, k]]
    return total
