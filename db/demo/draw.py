"""Chance that is the same everywhere: named streams of PCG64, and only its uniform numbers.

The uniform numbers of a bit generator are fixed by its definition; the library's other distributions may
change between versions (NumPy Enhancement Proposal 19), so they are derived here.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Draw:
    """One stream of chance. Streams of different names do not influence each other."""

    def __init__(self, seed: int, name: str) -> None:
        self._bits = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, crc32(name.encode())])))

    def uniform(self, n: int, low: float = 0.0, high: float = 1.0) -> Floats:
        return low + (high - low) * self._bits.random(n)

    def normal(self, n: int) -> Floats:
        """Standard normal numbers (Box and Muller 1958)."""
        radius = np.sqrt(-2.0 * np.log1p(-self._bits.random(n)))
        return np.asarray(radius * np.cos(2.0 * np.pi * self._bits.random(n)), dtype=np.float64)

    def whole(self, n: int, low: int, high: int) -> Ints:
        """Whole numbers from `low` up to, not including, `high`."""
        return low + np.floor(self._bits.random(n) * (high - low)).astype(np.int64)

    def chance(self, probability: Floats | float, n: int) -> Flags:
        return np.asarray(self._bits.random(n) < probability, dtype=np.bool_)

    def pick(self, n: int, weights: Sequence[float] | Floats) -> Ints:
        """Positions 0 to k-1 with the given weights."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        found = np.searchsorted(edges / edges[-1], self._bits.random(n), side="right")
        return np.minimum(found, len(edges) - 1).astype(np.int64)

    def pick_each(self, weights: Floats) -> Ints:
        """One position per row of `weights` (rows × choices)."""
        edges = np.cumsum(weights, axis=1)
        level = self._bits.random(len(weights)) * edges[:, -1]
        found = (level[:, None] >= edges).sum(axis=1)
        return np.asarray(np.minimum(found, weights.shape[1] - 1), dtype=np.int64)

    def order(self, n: int) -> Ints:
        """The numbers 0 to n-1 in a random order."""
        return np.argsort(self._bits.random(n), kind="stable").astype(np.int64)

    def some(self, rows: Ints, count: int) -> Ints:
        """`count` of the given rows, ascending, without repetition; all of them if there are fewer."""
        return np.sort(rows[self.order(len(rows))[:count]])

    def spread(self, n: int) -> Floats:
        """Ascending numbers in 0 to 1, one in each n-th part: even in density, uneven in detail."""
        return (np.arange(n) + self._bits.random(n)) / max(n, 1)


def allot(probability: Floats, draw: Draw) -> Flags:
    """Deal out hits along the given order so that every stretch holds its expected number to within one.

    Systematic sampling with unequal probabilities (Madow 1949).
    """
    total = np.cumsum(probability) + draw.uniform(1)[0]
    steps = np.diff(np.floor(total), prepend=np.floor(total[:1] - probability[:1]))
    return np.asarray(steps > 0, dtype=np.bool_)


def logistic(x: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-x))


def shift_to_mean(score: Floats, target: float) -> float:
    """The constant that, added to the log odds `score`, makes their mean probability `target`."""
    low, high = -12.0, 12.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if logistic(score + middle).mean() < target else (low, middle)
    return (low + high) / 2
