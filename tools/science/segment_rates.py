"""How sure we may be that a segment wins more or less often than the rest: pure functions of counts.

The rate of each segment is drawn from one Beta distribution around the pooled rate m, `theta ~ Beta(m*kappa,
(1-m)*kappa)`; kappa, how alike the segments are, is integrated over a grid with the weight of its marginal likelihood
(beta-binomial hierarchy: Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, section 5.3; grid integration as in
Rue, Martino, Chopin 2009). Segments that differ little are pulled towards m, so a label on few deals is not believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.science.winrate.proportions import benjamini_hochberg, change_p, wilson

Floats = npt.NDArray[np.float64]
KAPPAS = (2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 50.0, 80.0, 150.0, 400.0, 2000.0)
HIGH, LOW = 0.7, 0.3
SUPPORTED_Q = 0.05
_LIKELY = 0.8
_ALIKE = 50.0


@dataclass(frozen=True, slots=True)
class SegmentRate:
    """One segment among its dimension.

    Attributes:
        interval: Wilson score interval (95 %) of won / closed.
        likely: 80 % posterior interval of the true rate, pulled towards the pooled rate.
        expected: posterior mean of the true rate.
        confidence: posterior probability that the true rate lies on the observed side of the pooled rate.
        high, low: posterior probability that the true rate is at least .7, at most .3.
        p_value: two-sided test against all other deals of the dimension.
        q_value: the same adjusted over the segments (Benjamini, Hochberg 1995).
    """

    label: str
    won: int
    closed: int
    interval: tuple[float, float]
    likely: tuple[float, float]
    expected: float
    confidence: float
    high: float
    low: float
    p_value: float
    q_value: float

    @property
    def rate(self) -> float:
        return self.won / self.closed

    @property
    def supported(self) -> bool:
        return self.q_value <= SUPPORTED_Q


@dataclass(frozen=True, slots=True)
class Dimension:
    """All segments of one dimension. `alike` when the data says that their true rates differ little."""

    pooled: float
    segments: tuple[SegmentRate, ...]
    alike: bool


def dimension(labels: Sequence[str], won: Sequence[int], closed: Sequence[int], *, least: int = 1) -> Dimension:
    """Judge the segments with at least `least` closed deals; the smaller ones still inform the spread.

    Raises:
        ValueError: no segment has a closed deal.
    """
    n = np.asarray(closed, dtype=np.float64)
    k = np.asarray(won, dtype=np.float64)
    there = n > 0
    if not there.any():
        raise ValueError("no segment has a closed deal")
    names = [label for label, one in zip(labels, there, strict=True) if one]
    n, k = n[there], k[there]
    pooled = float(k.sum() / n.sum())
    weights = kappa_weights(k, n, pooled)
    shown = [i for i in range(len(names)) if n[i] >= least]
    p_values = _p_values(k, n, shown)
    tests = zip(shown, p_values, benjamini_hochberg(p_values), strict=True)
    posterior = _Posterior(pooled, weights)
    # Many small segments share their counts, and with them everything that is computed from counts.
    judged = {pair: posterior.judge(*pair) for pair in {(int(k[i]), int(n[i])) for i in shown}}
    found = tuple(
        SegmentRate(
            names[i], int(k[i]), int(n[i]), wilson(k[i], n[i]), *judged[int(k[i]), int(n[i])], p_value=p, q_value=q
        )
        for i, p, q in tests
    )
    typical = float(np.exp(np.log(KAPPAS) @ weights))
    return Dimension(pooled, found, alike=typical >= _ALIKE)


def kappa_weights(k: Floats, n: Floats, pooled: float) -> Floats:
    """Weight of each value of the grid, from the marginal likelihood of all segments."""
    from scipy.special import betaln

    if pooled in (0.0, 1.0):
        return np.full(len(KAPPAS), 1 / len(KAPPAS))
    a, b = pooled * np.asarray(KAPPAS), (1 - pooled) * np.asarray(KAPPAS)
    # One row per distinct (k, n): a million segments hold few different counts.
    pairs, times = np.unique(np.stack([k, n]), axis=1, return_counts=True)
    x, m = pairs[0][:, None], pairs[1][:, None]
    logs = times @ (betaln(x + a, m - x + b) - betaln(a, b))
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum(), dtype=np.float64)


class _Posterior:
    """The mixture over kappa of one segment's beta posteriors."""

    def __init__(self, pooled: float, weights: Floats) -> None:
        # A pooled rate of exactly 0 or 1 has no Beta; a hair's breadth keeps the shapes proper.
        self.pooled = pooled
        centre = min(max(pooled, 1e-6), 1 - 1e-6)
        self._a, self._b = centre * np.asarray(KAPPAS), (1 - centre) * np.asarray(KAPPAS)
        self._weights = weights

    def below(self, rate: float, won: int, closed: int) -> float:
        from scipy.special import betainc

        return float(self._weights @ betainc(self._a + won, self._b + closed - won, rate))

    def judge(self, won: int, closed: int) -> tuple[tuple[float, float], float, float, float, float]:
        """The likely interval, the mean, the confidence, and the chances of a high and of a low rate."""
        under, tail = self.below(self.pooled, won, closed), (1 - _LIKELY) / 2
        confidence = 1 - under if won / closed >= self.pooled else under
        return (
            (self.quantile(tail, won, closed), self.quantile(1 - tail, won, closed)),
            self.mean(won, closed),
            confidence if 0 < self.pooled < 1 else 0.5,
            1 - self.below(HIGH, won, closed),
            self.below(LOW, won, closed),
        )

    def mean(self, won: int, closed: int) -> float:
        return float(self._weights @ ((self._a + won) / (self._a + self._b + closed)))

    def quantile(self, share: float, won: int, closed: int) -> float:
        low, high = 0.0, 1.0
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if self.below(middle, won, closed) < share else (low, middle)
        return (low + high) / 2


def _p_values(k: Floats, n: Floats, shown: Sequence[int]) -> list[float]:
    wins, deals = int(k.sum()), int(n.sum())
    pairs = {(int(k[i]), int(n[i])) for i in shown}
    known = {(won, closed): change_p(wins - won, deals - closed, won, closed) for won, closed in pairs}
    return [known[int(k[i]), int(n[i])] for i in shown]
