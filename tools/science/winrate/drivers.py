"""What was known at creation and goes with winning: only listed when it separates deals it has not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.science.winrate.auc import Auc, auc_of
from tools.science.winrate.coding import Closed, Ints, Role
from tools.science.winrate.logistic import design_of, fit_logistic, marginal_effects, predict
from tools.science.winrate.proportions import Z95, Floats, Interval, benjamini_hochberg

LISTED = 0.10
FEWEST_PER_OUTCOME = 50
PER_WEIGHT = 10
MOST_DEALS = 25_000
_FOLDS = 5
_SEED = 20_231_107


@dataclass(frozen=True, slots=True)
class Driver:
    """A level whose deals were won more (or less) often than the average mix, other things equal."""

    dimension: str
    segment: str
    marginal_effect: float
    interval: Interval
    q_value: float

    @property
    def feature(self) -> str:
        return f"{self.dimension}={self.segment}"


@dataclass(frozen=True, slots=True)
class Drivers:
    """The listed drivers and how well the model separates unseen deals.

    Attributes:
        auc: None when there were too few deals to fit.
        out_of_time: the AUC is on the newest fifth, fitted on the rest; otherwise five-fold.
        sampled: number of deals drawn when the data is larger than the model needs, else None.
    """

    listed: tuple[Driver, ...]
    auc: Auc | None
    out_of_time: bool
    deals: int
    sampled: int | None


def drivers_of(closed: Closed) -> Drivers:
    """Logistic regression on business dimensions and bands of all closed deals; persons and tenure stay out."""
    total = len(closed)
    sampled = None
    if total > MOST_DEALS:
        rows = np.sort(np.random.default_rng(_SEED).choice(total, MOST_DEALS, replace=False))
        closed, sampled = closed.take(rows), MOST_DEALS
    columns = tuple(
        each
        for each in closed.columns
        if each.role in {Role.BUSINESS, Role.BAND} and np.count_nonzero(np.bincount(each.codes)) > 1
    )
    closed = closed.with_columns(columns)
    won = int(np.count_nonzero(closed.won))
    weights = sum(int(np.count_nonzero(np.bincount(each.codes))) - 1 for each in columns)
    if not columns or min(won, len(closed) - won) < max(FEWEST_PER_OUTCOME, PER_WEIGHT * weights // 2):
        return Drivers((), None, out_of_time=False, deals=total, sampled=sampled)
    design = design_of(columns)
    y = closed.won.astype(np.float64)
    fitted, inverse = fit_logistic(design.x, y)
    late = sampled is not None
    auc = _out_of_time(closed, design.x, y, fitted) if late else _cross_validated(closed, design.x, y, fitted)
    if not auc.separates:
        return Drivers((), auc, out_of_time=late, deals=total, sampled=sampled)
    found = marginal_effects(closed, design, fitted, inverse)
    q_values = benjamini_hochberg([each.p_value for each in found])
    listed = [
        Driver(each.dimension, each.segment, each.effect, (each.effect - Z95 * each.se, each.effect + Z95 * each.se), q)
        for each, q in zip(found, q_values, strict=True)
        if q <= LISTED
    ]
    listed.sort(key=lambda each: (-abs(each.marginal_effect), each.feature))
    return Drivers(tuple(listed), auc, out_of_time=late, deals=total, sampled=sampled)


def _cross_validated(closed: Closed, x: Floats, y: Floats, start: Floats) -> Auc:
    score = np.zeros(len(y))
    folds = _folds(closed)
    for fold in range(_FOLDS):
        test = folds == fold
        weights, _ = fit_logistic(x[~test], y[~test], start)
        score[test] = predict(x[test], weights)
    return auc_of(score, closed.won)


def _folds(closed: Closed) -> Ints:
    """Deals of one account stay together."""
    generator = np.random.default_rng(_SEED)
    if closed.account is None:
        return generator.permutation(len(closed)) % _FOLDS
    _, place = np.unique(closed.account, return_inverse=True)
    return (generator.permutation(place.max() + 1) % _FOLDS)[place]


def _out_of_time(closed: Closed, x: Floats, y: Floats, start: Floats) -> Auc:
    border = np.quantile(closed.day, 0.8)
    train = closed.day <= border
    if train.all():
        return _cross_validated(closed, x, y, start)
    weights, _ = fit_logistic(x[train], y[train], start)
    return auc_of(predict(x[~train], weights), closed.won[~train])
