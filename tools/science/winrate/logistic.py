"""Logistic regression on indicators, with average marginal effects and errors clustered by account."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.science.winrate.coding import Closed, Column
from tools.science.winrate.proportions import Floats, two_sided_p

PRIOR_SD = 2.0
_STEPS = 25


@dataclass(frozen=True, slots=True)
class Design:
    """Indicators of all levels but the most frequent of each dimension, with a constant in front.

    `levels` holds (dimension, level code) per column; the constant has none.
    """

    x: Floats
    levels: tuple[tuple[int, int], ...]
    omitted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Marginal:
    """Average change of the chance of winning when a deal has this level rather than the average mix of levels."""

    dimension: str
    segment: str
    effect: float
    se: float

    @property
    def p_value(self) -> float:
        return two_sided_p(self.effect / self.se) if self.se > 0 else 1.0


def design_of(columns: tuple[Column, ...]) -> Design:
    blocks, levels, omitted = [np.ones((len(columns[0].codes), 1))], [], []
    for i, column in enumerate(columns):
        counts = np.bincount(column.codes, minlength=len(column.levels))
        base = int(np.argmax(counts))
        used = [code for code in np.flatnonzero(counts) if code != base]
        omitted.append(base)
        blocks.append((column.codes[:, None] == np.array(used, dtype=np.uint16)).astype(np.float64))
        levels += [(i, int(code)) for code in used]
    return Design(np.hstack(blocks), tuple(levels), tuple(omitted))


def fit_logistic(x: Floats, y: Floats, start: Floats | None = None) -> tuple[Floats, Floats]:
    """Maximum a posteriori weights and the inverse Hessian; a wide normal prior keeps separated levels finite."""
    mean = min(max(float(y.mean()), 1e-6), 1 - 1e-6)
    weights = np.zeros(x.shape[1]) if start is None else start
    if start is None:
        weights[0] = np.log(mean / (1 - mean))
    ridge = np.full(x.shape[1], 1 / PRIOR_SD**2)
    ridge[0] = 1e-9
    inverse: Floats = np.diag(ridge)
    for _ in range(_STEPS):
        p = _chance(x @ weights)
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        inverse = np.asarray(np.linalg.inv(hessian), dtype=np.float64)
        step = inverse @ (x.T @ (y - p) - ridge * weights)
        weights = weights + np.clip(step, -4, 4)
        if np.max(np.abs(step)) < 1e-6:
            break
    return weights, inverse


def predict(x: Floats, weights: Floats) -> Floats:
    return _chance(x @ weights)


def marginal_effects(closed: Closed, design: Design, weights: Floats, inverse: Floats) -> list[Marginal]:
    """Effects of every level with delta-method errors from the clustered sandwich.

    The effect of a level is the mean over deals of the predicted chance with that level, minus the same
    averaged over the dimension's own shares; so it does not depend on a base level.
    """
    p = predict(design.x, weights)
    covariance = _sandwich(design.x, closed.won - p, inverse, closed.account)
    effects = []
    for i, column in enumerate(closed.columns):
        effects += _of_dimension(i, column, design, weights, covariance)
    return effects


def _of_dimension(i: int, column: Column, design: Design, weights: Floats, covariance: Floats) -> list[Marginal]:
    places = [j + 1 for j, (owner, _) in enumerate(design.levels) if owner == i]
    codes = [design.omitted[i], *(code for owner, code in design.levels if owner == i)]
    own = design.x[:, places]
    rest = design.x @ weights - own @ weights[places]
    chances = _chance(rest[None, :] + np.concatenate([[0.0], weights[places]])[:, None])
    slopes = chances * (1 - chances)
    gradients = slopes @ design.x / len(rest)
    gradients[:, places] = 0.0
    gradients[np.arange(1, len(codes)), places] = slopes[1:].mean(axis=1)
    means = chances.mean(axis=1)
    shares = np.bincount(column.codes, minlength=len(column.levels))[codes] / len(column.codes)
    mean, gradient = float(shares @ means), shares @ gradients
    return [
        Marginal(
            column.name,
            column.levels[code],
            float(means[j]) - mean,
            _spread(gradients[j] - gradient, covariance),
        )
        for j, code in enumerate(codes)
        if code not in column.unnamed
    ]


def _spread(gradient: Floats, covariance: Floats) -> float:
    return math.sqrt(max(0.0, float(gradient @ covariance @ gradient)))


def _sandwich(x: Floats, error: Floats, inverse: Floats, account: npt.NDArray[np.int64] | None) -> Floats:
    scores = x * error[:, None]
    n = len(scores)
    if account is not None:
        order = np.argsort(account, kind="stable")
        starts = np.flatnonzero(np.diff(account[order], prepend=account[order[0]] - 1))
        scores = np.add.reduceat(scores[order], starts, axis=0)
    groups = len(scores)
    correction = groups / max(1, groups - 1) * (n - 1) / max(1, n - x.shape[1])
    meat: Floats = scores.T @ scores * correction
    return inverse @ meat @ inverse


def _chance(score: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-np.clip(score, -30, 30)))
    return chance
