"""Whether the age of the open pipeline moved the rate, rather than the selling.

The rate of a window is the sum over ages of deal-days at risk times the daily chance of winning, over the same with
winning or losing. The Shapley value of the three factors (Shorrocks 2013) adds up to the change.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from tools.science.deals import Deals
from tools.science.winrate.coding import UNKNOWN_DAY, Days, Ints, days_of
from tools.science.winrate.comparison import Comparison, Window
from tools.science.winrate.overall import Overall
from tools.science.winrate.proportions import Floats

AGE_BANDS = (0, 7, 14, 21, 30, 45, 60, 75, 90, 120, 150, 180, 240, 365, 730)
HAZARD_LIMIT = 2.58
HAZARD_FLAT = 1.645
_FEWEST_KNOWN = 0.9


@dataclass(frozen=True, slots=True)
class Risk:
    """Deal-days at risk, wins and losses per age band in one window."""

    days: Floats
    won: Floats
    lost: Floats


@dataclass(frozen=True, slots=True)
class Timing:
    """The three parts of the change, and the tests of the two speeds.

    Attributes:
        exposure: what more (or fewer) young deals did; `win_speed`, `loss_speed`: what the daily chances did.
        win_z, loss_z: stratified observed minus expected events of the current window.
        young: share of deal-days in the first 30 days of age, previous and current.
    """

    exposure: float
    win_speed: float
    loss_speed: float
    win_z: float
    loss_z: float
    young: tuple[float, float]
    holds: bool

    @property
    def loss_entry(self) -> str | None:
        """ "sooner" or "later" when the speed of losses makes the change and wins did not slow down (or speed up).

        Deals are then closed out earlier or later, not lost more or less often.
        """
        if self.loss_z > HAZARD_LIMIT and self.win_z > -HAZARD_FLAT and self.change < 0:
            return "sooner"
        if self.loss_z < -HAZARD_LIMIT and self.win_z < HAZARD_FLAT and self.change > 0:
            return "later"
        return None

    @property
    def change(self) -> float:
        return self.exposure + self.win_speed + self.loss_speed


def timing_of(deals: Deals, comparison: Comparison, overall: Overall) -> Timing | None:
    """Split the change by age; None when open deals or creation dates are missing."""
    if not deals.with_open or "created_date" not in deals.frame.columns:
        return None
    frame = deals.frame
    created, closed = days_of(frame, "created_date"), _closing_days(deals)
    outcome = frame["outcome"].to_numpy()
    before, share0 = _risk(created, closed, outcome, comparison.previous)
    after, share1 = _risk(created, closed, outcome, comparison.current)
    if min(share0, share1) < _FEWEST_KNOWN or not _usable(before) or not _usable(after):
        return None
    return _judged(before, after, overall)


def _closing_days(deals: Deals) -> Days:
    if "close_date" not in deals.frame.columns:
        return np.full(deals.frame.height, UNKNOWN_DAY, dtype=np.int32)
    days = days_of(deals.frame, "close_date")
    return np.where(deals.frame["outcome"].to_numpy() < 0, np.iinfo(np.int32).max, days)


def _risk(created: Days, closed: Days, outcome: Days, window: Window) -> tuple[Risk, float]:
    """Count at each age in days the deals at risk and the endings, then sum by band. Second: share of endings dated."""
    ended = (closed >= window.first) & (closed <= window.last)
    alive = (created != UNKNOWN_DAY) & (created <= window.last) & (closed >= window.first) & (closed >= created)
    rows = np.flatnonzero(alive)
    start, stop = created[rows], np.minimum(closed[rows], window.last)
    enter, leave = np.maximum(window.first - start, 0), stop - start
    size = int(leave.max(initial=0)) + 2
    at_risk = np.cumsum(np.bincount(enter, minlength=size) - np.bincount(leave + 1, minlength=size))
    here = ended[rows]
    won = np.bincount(leave[here & (outcome[rows] == 1)], minlength=size)
    lost = np.bincount(leave[here & (outcome[rows] == 0)], minlength=size)
    return Risk(_by_band(at_risk), _by_band(won), _by_band(lost)), float(np.count_nonzero(here)) / max(
        1, int(np.count_nonzero(ended))
    )


def _by_band(by_age: Ints) -> Floats:
    band = np.searchsorted(np.array(AGE_BANDS), np.arange(len(by_age)), side="right") - 1
    return np.bincount(band, weights=by_age, minlength=len(AGE_BANDS)).astype(np.float64)


def _usable(risk: Risk) -> bool:
    return bool(risk.days.sum() > 0 and risk.won.sum() + risk.lost.sum() > 0)


def _judged(before: Risk, after: Risk, overall: Overall) -> Timing:
    parts = _shapley(before, after)
    win_z, loss_z = _speed_z(before.won, after.won, before, after), _speed_z(before.lost, after.lost, before, after)
    exposure, change = parts[0], overall.change
    covers = exposure / change if change else 0.0
    remainder = overall.sign * (change - exposure) / overall.se if overall.se else 0.0
    steady = abs(win_z) < HAZARD_LIMIT and abs(loss_z) < HAZARD_LIMIT
    holds = (covers > 1 / 2 and steady) or (covers > 1 / 3 and abs(remainder) < overall.limit)
    young = AGE_BANDS.index(30)
    shares = tuple(float(each.days[:young].sum() / each.days.sum()) for each in (before, after))
    return Timing(parts[0], parts[1], parts[2], win_z, loss_z, (shares[0], shares[1]), holds)


def _shapley(before: Risk, after: Risk) -> tuple[float, float, float]:
    """Average over the six orders in which exposure, win speed and loss speed may change."""
    old = (before.days, *_hazards(before, after))
    new = (after.days, *_hazards(after, before))
    parts = [0.0, 0.0, 0.0]
    for order in permutations(range(3)):
        state = list(old)
        value = _rate(*state)
        for factor in order:
            state[factor] = new[factor]
            moved = _rate(*state)
            parts[factor] += (moved - value) / 6
            value = moved
    return parts[0], parts[1], parts[2]


def _hazards(risk: Risk, other: Risk) -> tuple[Floats, Floats]:
    """Daily chances per band; an empty band takes the other window's."""

    def speed(pick: Callable[[Risk], Floats]) -> Floats:
        fallback = np.divide(pick(other), other.days, out=np.zeros(len(other.days)), where=other.days > 0)
        return np.divide(pick(risk), risk.days, out=fallback, where=risk.days > 0)

    return speed(lambda each: each.won), speed(lambda each: each.lost)


def _rate(days: Floats, win: Floats, lose: Floats) -> float:
    wins, endings = float(days @ win), float(days @ (win + lose))
    return wins / endings if endings > 0 else 0.0


def _speed_z(d0: Floats, d1: Floats, before: Risk, after: Risk) -> float:
    """Stratified observed minus expected events of the current window, standardised."""
    events, days = d0 + d1, before.days + after.days
    seen = days > 0
    share = np.divide(after.days, days, out=np.zeros(len(days)), where=seen)
    variance = float(np.sum(events * share * (1 - share)))
    return float(np.sum(d1 - events * share)) / math.sqrt(variance) if variance > 0 else 0.0
