"""How large a planted change has to be, and solving the design for it."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from statistics import NormalDist

import numpy as np

from evals.simulator.profile import Floats

ALPHA = 0.02
POWER = 0.80
LOWEST, HIGHEST = 0.02, 0.98


def detectable_change(rate: float, before: float, after: float, *, wobble: float) -> float:
    """Change of a rate found with 80 % power by a two-sided test at α .02.

    Args:
        before, after: deals in the two periods.
        wobble: sd of the true rate between periods; it widens the test as usual variation does.
    """
    normal = NormalDist()
    factor = normal.inv_cdf(1 - ALPHA / 2) + normal.inv_cdf(POWER)
    return factor * sqrt(rate * (1 - rate) * (1 / before + 1 / after) + 2 * wobble**2)


def bounded(chances: Floats) -> Floats:
    return np.clip(chances, LOWEST, HIGHEST)


def shift_of_members(chances: Floats, members: Floats, target: float) -> Floats:
    """`chances` with those of the members moved by one amount, so that the mean moves by `target`.

    Args:
        members: 1 for deals whose chance moves, 0 for others, values between for part of it.

    Chances stay within their bounds; where the target is out of reach the mean moves as far as it can.
    """

    def moved(amount: float) -> float:
        return float(np.mean(bounded(chances + amount * members)) - np.mean(chances))

    edge = float(np.sign(target))
    amount = edge if abs(moved(edge)) <= abs(target) else root(moved, target, 0.0, edge)
    return bounded(chances + amount * members)


def root(function: Callable[[float], float], target: float, low: float, high: float, *, steps: int = 40) -> float:
    """Where a monotone function takes the value `target`, by bisection; the nearer end if it never does."""
    rising = function(high) >= function(low)
    for _ in range(steps):
        middle = (low + high) / 2
        if (function(middle) < target) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2
