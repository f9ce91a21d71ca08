"""When deals are created and how long they take: Erlang times with two stages, competing outcomes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evals.simulator.timeline import Days, Flags

MEDIAN_OF_ERLANG_2 = 1.678347
"""Median of a gamma variable with shape 2 and scale 1."""
BURN_IN_DAYS = 500


@dataclass(frozen=True, slots=True)
class Flow:
    """The law by which deals arrive and close.

    Attributes:
        win_share: chance that a created deal is won before calendar and segment effects.
        median_win, median_loss: days from creation to the entry of the outcome.
        per_day: deals created a day on the day `step`, without `factor`.
        growth: growth of the inflow a day (log scale).
        step: day from which `factor` and `loss_speed` hold.
        factor: inflow from `step` on, as a multiple.
        loss_speed: from `step` on a loss takes `1 / loss_speed` of the time that would have remained.
    """

    win_share: float
    median_win: float
    median_loss: float
    step: float
    per_day: float = 1.0
    growth: float = 0.0
    factor: float = 1.0
    loss_speed: float = 1.0

    def inflow(self, days: Days) -> Days:
        """Deals created a day."""
        rate = self.per_day * np.exp(self.growth * (days - self.step))
        return np.where(days >= self.step, rate * self.factor, rate)

    def closings(self, start: float, end: float) -> tuple[float, float]:
        """Expected wins and losses entered in [start, end), before calendar and segment effects."""
        created = np.arange(start - BURN_IN_DAYS, end) + 0.5
        inflow = self.inflow(created)
        wins = inflow @ (
            closed_within(end - created, self.median_win) - closed_within(start - created, self.median_win)
        )
        losses = inflow @ (self._lost_by(created, end) - self._lost_by(created, start))
        return self.win_share * float(wins), (1 - self.win_share) * float(losses)

    def win_share_of_closings(self, start: float, end: float) -> float:
        wins, losses = self.closings(start, end)
        return wins / (wins + losses)

    def _lost_by(self, created: Days, day: float) -> Days:
        begun = np.maximum(created, self.step)
        own_time = np.where(day > begun, begun + (day - begun) * self.loss_speed, day) - created
        return closed_within(own_time, self.median_loss)


def closed_within(days: Days, median: float) -> Days:
    """Chance that an Erlang-2 time with this median is over after so many days."""
    x = np.maximum(days, 0.0) * (MEDIAN_OF_ERLANG_2 / median)
    share: Days = 1.0 - np.exp(-x) * (1.0 + x)
    return share


def scaled_to(flow: Flow, closings: float, start: float, end: float) -> Flow:
    """The same flow with so many expected closings in [start, end)."""
    return replace(flow, per_day=flow.per_day * closings / sum(flow.closings(start, end)))


@dataclass(frozen=True, slots=True)
class Times:
    """Creation day, latent outcome (before calendar and segment effects) and day of its entry, per deal."""

    created: Days
    won: Flags
    closed: Days


def draw_times(flow: Flow, *, start: float, end: float, stale: float, rng: np.random.Generator) -> Times:
    """Deals created in [start - burn-in, end) that close at `start` or later; `stale` of them never do."""
    days = np.arange(start - BURN_IN_DAYS, end)
    created = np.repeat(days, rng.poisson(flow.inflow(days + 0.5)))
    created = created + rng.random(created.size)
    won = rng.random(created.size) < flow.win_share
    medians = np.where(won, flow.median_win, flow.median_loss)
    closed = created + rng.standard_gamma(2.0, created.size) * medians / MEDIAN_OF_ERLANG_2
    begun = np.maximum(created, flow.step)
    sooner = begun + (closed - begun) / flow.loss_speed
    closed = np.where(~won & (closed > begun), sooner, closed)
    closed[rng.random(created.size) < stale] = np.inf
    kept = closed >= start
    return Times(created[kept], won[kept], closed[kept])
