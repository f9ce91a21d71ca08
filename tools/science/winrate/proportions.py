"""Shares of counts: intervals, tests and control over many tests. No library beyond numpy, so import stays light."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Interval = tuple[float, float]

_NORMAL = NormalDist()
Z95 = _NORMAL.inv_cdf(0.975)


def normal_quantile(p: float) -> float:
    return _NORMAL.inv_cdf(p)


def two_sided_p(z: float) -> float:
    """Probability of a standard normal further from 0 than `z`, on either side."""
    return math.erfc(abs(z) / math.sqrt(2))


def wilson(k: float, n: float, *, z: float = Z95) -> Interval:
    """Score interval of a share of `k` out of `n` (Wilson 1927); (0, 1) when `n` is 0."""
    if n <= 0:
        return (0.0, 1.0)
    p = k / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half)))


def newcombe(k0: float, n0: float, k1: float, n1: float, *, z: float = Z95) -> Interval:
    """Interval of k1/n1 - k0/n0 from two Wilson intervals (Newcombe 1998, method 10)."""
    if n0 <= 0 or n1 <= 0:
        return (-1.0, 1.0)
    p0, p1 = k0 / n0, k1 / n1
    (low0, high0), (low1, high1) = wilson(k0, n0, z=z), wilson(k1, n1, z=z)
    change = p1 - p0
    return (change - math.hypot(p1 - low1, high0 - p0), change + math.hypot(high1 - p1, p0 - low0))


def pooled_z(k0: float, n0: float, k1: float, n1: float) -> float:
    """Pooled z of the change from k0/n0 to k1/n1; 0 where no change could show."""
    if n0 <= 0 or n1 <= 0:
        return 0.0
    p = (k0 + k1) / (n0 + n1)
    spread = math.sqrt(p * (1 - p) * (1 / n0 + 1 / n1))
    return (k1 / n1 - k0 / n0) / spread if spread > 0 else 0.0


def fisher_p(k0: int, n0: int, k1: int, n1: int) -> float:
    """Two-sided exact p of a 2 x 2 table: the sum of all tables no likelier than this one (Fisher 1935)."""
    total, wins = n0 + n1, k0 + k1
    low, high = max(0, wins - n0), min(n1, wins)

    def log_choose(n: int, k: int) -> float:
        return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)

    whole = log_choose(total, wins)
    logs = [log_choose(n1, x) + log_choose(n0, wins - x) - whole for x in range(low, high + 1)]
    here = logs[k1 - low] + 1e-9
    return min(1.0, math.fsum(math.exp(value) for value in logs if value <= here))


def change_p(k0: int, n0: int, k1: int, n1: int) -> float:
    """Two-sided p of a change of rate: pooled z, exact when an expected count is below 5."""
    if n0 <= 0 or n1 <= 0:
        return 1.0
    p = (k0 + k1) / (n0 + n1)
    if min(n0, n1) * min(p, 1 - p) < 5:
        return fisher_p(k0, n0, k1, n1)
    return two_sided_p(pooled_z(k0, n0, k1, n1))


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values (q-values) in the order given (Benjamini, Hochberg 1995)."""
    m = len(p_values)
    if m == 0:
        return []
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * m / np.arange(1, m + 1)
    q = np.empty(m)
    q[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return [float(value) for value in q]


def poisson_upper(count: int, mean: float) -> float:
    """P(X >= count) for X ~ Poisson(mean)."""
    return 1.0 if count <= 0 else 1.0 - poisson_lower(count - 1, mean) if count < mean else _poisson_sum(count, mean, 1)


def poisson_lower(count: int, mean: float) -> float:
    """P(X <= count) for X ~ Poisson(mean)."""
    if count < 0:
        return 0.0
    return _poisson_sum(count, mean, -1) if count <= mean else 1.0 - _poisson_sum(count + 1, mean, 1)


def _poisson_sum(count: int, mean: float, step: int) -> float:
    """Sum of the tail from `count` away from the mean; terms shrink, so it may stop early."""
    if mean <= 0:
        return 1.0 if count == 0 else 0.0
    term = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    total, x = 0.0, count
    while x >= 0 and term > total * 1e-16:
        total += term
        term, x = (term * mean / (x + 1), x + 1) if step > 0 else (term * x / mean, x - 1)
    return min(1.0, total)


def chi_square_p(statistic: float, freedom: int) -> float:
    """Upper tail of the chi-square distribution, by the cube-root normal approximation (Wilson, Hilferty 1931).

    Correct to about .003 for the degrees of freedom met here; used to choose a reference, not to report.
    """
    if freedom <= 0:
        return 1.0
    if statistic <= 0:
        return 1.0
    spread = 2 / (9 * freedom)
    return 0.5 * math.erfc((math.cbrt(statistic / freedom) - (1 - spread)) / math.sqrt(spread) / math.sqrt(2))
