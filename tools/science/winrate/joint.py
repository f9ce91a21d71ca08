"""The change of a rate split over all dimensions at once: what the composition did, what the rate did.

Pooled least squares of won on the levels of every dimension and a period indicator (the pooled form of Oaxaca 1973 and
Blinder 1973; Gelbach 2016; normalised as Yun 2005). Exactly: change = rate part + sum of the mix parts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tools.science.winrate.coding import Closed, Role
from tools.science.winrate.gram import Gram, Layout, gram_of, inverse_of, layout_of, row_sums
from tools.science.winrate.proportions import Z95, Floats, Interval


@dataclass(frozen=True, slots=True)
class JointSplit:
    """R, the rate part, and M_d per dimension, with standard errors. R + sum of M_d is the change.

    `weights` are the normalised coefficients per dimension and level.
    """

    rate: float
    rate_se: float
    mix: dict[str, float]
    mix_se: float
    mix_total: float
    weights: dict[str, dict[str, float]]

    @property
    def change(self) -> float:
        return self.rate + self.mix_total

    @property
    def rate_interval(self) -> Interval:
        return (self.rate - Z95 * self.rate_se, self.rate + Z95 * self.rate_se)

    @property
    def mix_interval(self) -> Interval:
        return (self.mix_total - Z95 * self.mix_se, self.mix_total + Z95 * self.mix_se)


@dataclass(frozen=True, slots=True)
class Fit:
    """Least squares of won on levels, without and with a period term, and what their errors need.

    Attributes:
        plain: weights without a period term.
        weights, period: weights beside a period term, and that term.
        period_weights, period_left: the period indicator on the levels, and what they leave of it.
        freedom: effective number of weights (people, being shrunk, count less).
        residual: sum of squares left without the period term.
    """

    layout: Layout
    previous: Gram
    current: Gram
    inverse: Floats
    plain: Floats
    weights: Floats
    period: float
    period_weights: Floats
    period_left: float
    freedom: float
    residual: float

    @property
    def n(self) -> float:
        return self.previous.n + self.current.n

    @property
    def sigma2(self) -> float:
        """Residual variance with the period term."""
        left = self.residual - self.period**2 * self.period_left
        return max(left / max(1.0, self.n - self.freedom - 1), 1e-12)

    @property
    def sigma2_plain(self) -> float:
        """Residual variance without the period term."""
        return max(self.residual / max(1.0, self.n - self.freedom), 1e-12)


def joint_split(previous: Closed, current: Closed) -> JointSplit | None:
    """Split the change between two sets of deals over all their columns; None when a set is empty."""
    if not len(previous) or not len(current):
        return None
    layout = layout_of(previous.columns)
    fit = fit_of(layout, gram_of(previous, layout), gram_of(current, layout))
    return split_of(fit, previous, current)


def fit_of(layout: Layout, previous: Gram, current: Gram) -> Fit:
    """Solve the normal equations of the pooled regression; persons are shrunk towards nothing.

    A ridge on the levels of persons (their variance component) leaves the sums exact, because constant and
    period are not shrunk.
    """
    both = previous + current
    inverse = inverse_of(both.xx + np.diag(_person_penalty(layout, both)))
    there = current.xx[0]
    period_weights = inverse @ there
    left = float(current.n - there @ period_weights)
    plain = inverse @ both.xy
    period = float((current.won - there @ plain) / left) if left > 1e-6 * both.n else 0.0
    return Fit(
        layout=layout,
        previous=previous,
        current=current,
        inverse=inverse,
        plain=plain,
        weights=plain - period * period_weights,
        period=period,
        period_weights=period_weights,
        period_left=left,
        freedom=float(np.sum(inverse * both.xx)),
        residual=float(both.won - plain @ both.xy),
    )


def split_of(fit: Fit, previous: Closed, current: Closed) -> JointSplit:
    layout = fit.layout
    shift = fit.current.means - fit.previous.means
    centred = _centred(fit)
    parts = centred * shift
    mix = {name: float(parts[layout.block(i)].sum()) for i, name in enumerate(layout.names)}
    total = float(fit.current.won / fit.current.n - fit.previous.won / fit.previous.n)
    weights = {
        name: dict(zip(layout.levels[i], (float(x) for x in centred[layout.block(i)]), strict=True))
        for i, name in enumerate(layout.names)
    }
    mix_total = math.fsum(mix.values())
    return JointSplit(total - mix_total, _rate_se(fit, previous, current), mix, _mix_se(fit, shift), mix_total, weights)


def _centred(fit: Fit) -> Floats:
    """Coefficients shifted so that their weighted mean is 0 within each dimension (Yun 2005)."""
    centred = fit.weights.copy()
    weight = (fit.previous.means + fit.current.means) / 2
    for i in range(len(fit.layout.names)):
        here = fit.layout.block(i)
        centred[here] -= np.sum(weight[here] * centred[here]) / np.sum(weight[here])
    return centred


def _rate_se(fit: Fit, previous: Closed, current: Closed) -> float:
    """Heteroscedasticity-consistent (HC1) standard error of the period coefficient."""
    if fit.period_left <= 1e-6 * fit.n:
        return 0.0
    total = 0.0
    for rows, now in ((previous, 0.0), (current, 1.0)):
        error = rows.won - row_sums(rows, fit.layout, fit.weights) - now * fit.period
        rest = now - row_sums(rows, fit.layout, fit.period_weights)
        total += float(np.sum(rest**2 * error**2))
    return math.sqrt(total * fit.n / max(1.0, fit.n - fit.freedom - 1)) / fit.period_left


def _mix_se(fit: Fit, shift: Floats) -> float:
    """b'(S0/n0 + S1/n1)b + d'Vd: the composition as sampled, and the coefficients as estimated."""
    composition = 0.0
    for gram in (fit.previous, fit.current):
        b = fit.weights
        composition += float(b @ gram.xx @ b / gram.n - (gram.means @ b) ** 2) / gram.n
    along = fit.inverse @ shift
    cross = float(fit.current.xx[0] @ along)
    estimated = float(shift @ along) + (cross**2 / fit.period_left if fit.period_left > 1e-6 * fit.n else 0.0)
    return math.sqrt(max(0.0, composition + fit.sigma2 * estimated))


def _person_penalty(layout: Layout, both: Gram) -> Floats:
    """Residual variance over the variance between persons (by moments), on the diagonal of their levels."""
    penalty = np.zeros(layout.size)
    mean = both.won / both.n
    noise = mean * (1 - mean)
    for i, role in enumerate(layout.roles):
        if role is not Role.PERSON:
            continue
        here = layout.block(i)
        n, k = both.xx[0, here], both.xy[here]
        seen = n > 0
        spread = float(np.sum((k[seen] - mean * n[seen]) ** 2 / n[seen]))
        levels = int(np.count_nonzero(seen))
        slack = float(np.sum(n[seen]) - np.sum(n[seen] ** 2) / np.sum(n[seen]))
        between = max(0.0, (spread - noise * (levels - 1)) / max(slack, 1.0))
        penalty[here] = noise / between if between > 1e-9 else both.n * 1e3
    return penalty
