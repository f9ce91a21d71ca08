"""What the change between two periods would be if the true rate only moved as it usually does.

A local level model (Harvey 1989): the true rate of a period is a level, which drifts from period to period, plus a
movement of its own. Both spreads are learnt from the earlier periods by restricted likelihood (Patterson, Thompson
1971), so neither the level nor a season needs to be known, and slow drift over years does not pass for movement
between neighbours. A ratio of ranges over eight or ten periods is off by a third either way, so the uncertainty of
the spreads goes into the prediction, as a t-test carries that of its standard error. Weak half-t priors (Gelman
2006) decide only what a short history leaves open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tools.science.winrate.coding import Flags, Ints
from tools.science.winrate.proportions import Floats, two_sided_p

MOVEMENT_SCALE, DRIFT_SCALE = 0.03, 0.015
"""Scales of the priors, in standard deviations of one outcome: at a rate of 50 % a point and a half, and half of that.

Measured with 1,500 deals a period: at level .02 the two looks of `usual` together reject .001 to .026 of unchanged
pairs where rates move by 0 to 3 points between periods (8 to 12 of them known). With scales a third smaller it is
.04; with scales a third larger, histories of 4 to 6 periods miss .15 of clear falls in place of .05.
"""
PRIOR_FREEDOM = 4
LEAST, MOST, STEPS = 0.0005, 0.5, 24
BISECTIONS = 22
NEGLIGIBLE, SLIGHT = 1e-12, 1e-7
"""Weights left out of a test, and of the size of a change that a test would find, which nobody reads to four digits."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Neighbouring periods, oldest first, in standard deviations of one outcome.

    Attributes:
        rates: one per period.
        counting: their variances by counting, 1/n.
        groups: number of each period in its year, where the mean of each number is to be taken away.
    """

    rates: Floats
    counting: Floats
    groups: Ints | None = None

    def only(self, kept: Flags) -> Run:
        """The run without the other periods."""
        return Run(self.rates[kept], self.counting[kept], None if self.groups is None else self.groups[kept])

    def then(self, rate: float, counting: float, *, group: int) -> Run:
        """The run with one more period."""
        groups = None if self.groups is None else np.append(self.groups, group)
        return Run(np.append(self.rates, rate), np.append(self.counting, counting), groups)


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """Distribution of a change under usual movement: normals averaged over what is not known of the spreads."""

    centres: Floats
    spreads: Floats
    weights: Floats

    def p_value(self, change: float) -> float:
        """Two-sided p of a change, in its own direction."""
        beyond = np.maximum(0.0, np.sign(change) * (change - self.centres))
        return self._tail(beyond / self.spreads)

    def reach(self, *, alpha: float, power: float) -> float:
        """Size of a change that gets a p below `alpha` with this power, in the less favourable direction."""
        main = self.over(SLIGHT)
        limit = _falling(lambda x: main._tail(x / main.spreads), alpha, main._widest)
        beyond = _falling(lambda x: main._tail(x / main.spreads) / 2, 1 - power, main._widest)
        return abs(float(self.weights @ self.centres)) + limit + beyond

    @property
    def spread(self) -> float:
        """Root mean square of the spreads."""
        return float(np.sqrt(self.weights @ self.spreads**2))

    def over(self, least: float) -> Prediction:
        """Without the parts that weigh less."""
        some = self.weights > least
        return Prediction(self.centres[some], self.spreads[some], self.weights[some])

    @property
    def _widest(self) -> float:
        return 10 * float(self.spreads.max())

    def _tail(self, z: Floats) -> float:
        return float(self.weights @ np.array([two_sided_p(each) for each in z.tolist()]))


def between(earlier: Run, counting: float) -> Prediction:
    """The change between two neighbours that are not in the run, with this variance by counting."""
    spreads = _Spreads.grid()
    past = _filtered(_steps(earlier), earlier.counting, spreads)
    wide = np.sqrt(counting + 2 * spreads.own + spreads.drift)
    return Prediction(np.zeros(len(wide)), wide, _posterior(spreads, past)).over(NEGLIGIBLE)


def onwards(run: Run) -> Prediction:
    """The change from the last period but one to the last, given all earlier ones.

    Where the last but one was itself high or low, part of the way back is expected.
    """
    spreads, steps = _Spreads.grid(), _steps(run)
    past = _filtered(steps[:-1], run.counting[:-1], spreads)
    last = past.onto(steps[-1], run.counting[-2:], spreads)
    means, design = last.left[:, 1:, None], past.products[:, 1:, 1:]
    coefficients = np.linalg.solve(design, past.products[:, 1:, :1])
    surprise = last.left[:, 0] - np.sum(means * coefficients, axis=(1, 2))
    variance = 1 / last.precision + np.sum(means * np.linalg.solve(design, means), axis=(1, 2))
    return Prediction(steps[-1, 0] - surprise, np.sqrt(variance), _posterior(spreads, past)).over(NEGLIGIBLE)


@dataclass(frozen=True, slots=True, eq=False)
class _Spreads:
    """Pairs of variances, of the movement of a period and of the drift of the level, with their prior."""

    own: Floats
    drift: Floats
    prior: Floats

    @classmethod
    def grid(cls) -> _Spreads:
        each = np.concatenate([[0.0], np.geomspace(LEAST, MOST, STEPS)])
        own, drift = (axis.ravel() for axis in np.meshgrid(each**2, each**2, indexing="ij"))
        return cls(own, drift, np.outer(_half_t(each, MOVEMENT_SCALE), _half_t(each, DRIFT_SCALE)).ravel())


@dataclass(frozen=True, slots=True, eq=False)
class _Filtered:
    """State of the forward pass at each pair of variances.

    Neighbouring differences share a period, so their covariance has three diagonals and its factorisation (Golub,
    Van Loan 2013, section 4.3.6) is one pass over the periods.

    Attributes:
        left: what the differences before leave unexplained of the last one, per column.
        precision: one over the variance of that; 0 before the first difference.
        products: sums of `left` times `left` times `precision`.
        log_scale: minus the sum of the logarithms of `precision`.
    """

    left: Floats
    precision: Floats
    products: Floats
    log_scale: Floats

    def onto(self, step: Floats, counting: Floats, spreads: _Spreads) -> _Filtered:
        """One difference further; `counting` are the variances of its two periods."""
        covariance = counting[0] + spreads.own
        shared = covariance * self.precision
        left = step + shared[:, None] * self.left
        scale = counting.sum() + 2 * spreads.own + spreads.drift - covariance * shared
        products = self.products + left[:, :, None] * left[:, None, :] / scale[:, None, None]
        return _Filtered(left, 1 / scale, products, self.log_scale + np.log(scale))


def _filtered(steps: Floats, counting: Floats, spreads: _Spreads) -> _Filtered:
    size, columns = len(spreads.own), steps.shape[1]
    state = _Filtered(np.zeros((size, columns)), np.zeros(size), np.zeros((size, columns, columns)), np.zeros(size))
    for i, step in enumerate(steps):
        state = state.onto(step, counting[i : i + 2], spreads)
    return state


def _posterior(spreads: _Spreads, past: _Filtered) -> Floats:
    """Weights of the pairs of variances: prior times restricted likelihood of the differences."""
    cross, design = past.products[:, 1:, :1], past.products[:, 1:, 1:]
    explained = np.sum(cross * np.linalg.solve(design, cross), axis=(1, 2))
    likelihood = -(past.log_scale + np.linalg.slogdet(design)[1] + past.products[:, 0, 0] - explained) / 2
    weights = spreads.prior * np.exp(likelihood - likelihood.max())
    shares: Floats = weights / weights.sum()
    return shares


def _steps(run: Run) -> Floats:
    """Differences of neighbours: of the rates (first column) and of the indicators of the groups but one."""
    groups = run.groups
    numbers = np.unique(groups)[1:] if groups is not None else np.zeros(0)
    indicators = [np.asarray(groups == number, dtype=np.float64) for number in numbers]
    return np.diff(np.column_stack([run.rates, *indicators]), axis=0)


def _half_t(spreads: Floats, scale: float) -> Floats:
    density = (1 + (spreads / scale) ** 2 / PRIOR_FREEDOM) ** (-(PRIOR_FREEDOM + 1) / 2)
    weights: Floats = density * np.gradient(spreads)
    return weights


def _falling(function: Callable[[float], float], target: float, high: float) -> float:
    """Where a falling function takes the value `target` between 0 and `high`, by bisection."""
    low = 0.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) > target else (low, middle)
    return high
