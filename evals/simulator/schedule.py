"""From a company to the law of its arrivals and closings, with the size of calendar and timing plants solved."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evals.simulator.company import REP_EFFECT_SD, Company
from evals.simulator.kinds import Kind
from evals.simulator.profile import Floats, draw_profiles, effect_of
from evals.simulator.sizes import bounded, detectable_change, root
from evals.simulator.timeline import Days, Timeline
from evals.simulator.timing import Flow, scaled_to

MOST_LIFT = 0.6
SPEEDS = {Kind.INFLOW_UP: (1.0, 4.0), Kind.INFLOW_DOWN: (1.0, 0.25), Kind.LOSS_FASTER: (1.0, 4.0)}


@dataclass(frozen=True, slots=True)
class Schedule:
    """When deals arrive and close, and what the calendar adds to their chance.

    Attributes:
        base_share: win share of closings before calendar and segment effects, in the steady state.
        shifted_share: the same in the current quarter, moved by timing alone.
        month_effects: additive effect on the win chance per month of the quarter.
        detectable: detectable change with the numbers of closings of this schedule.
        file_start: first day of closings in the file.
        as_of: first day without data.
        warp: days at which latent closings reach the `month` boundaries of the timeline.
    """

    timeline: Timeline
    flow: Flow
    base_share: float
    shifted_share: float
    month_effects: tuple[float, float, float]
    detectable: float
    file_start: int
    as_of: int
    warp: Days

    def entered(self, closed: Days) -> Days:
        """Latent closing days moved later within their quarter, as quarters are back-loaded."""
        return np.where(np.isfinite(closed), np.interp(closed, self.warp, self.timeline.months), closed)


def draw_schedule(company: Company, rng: np.random.Generator) -> Schedule:
    timeline = Timeline.ending(company.current, company.quarters)
    steady = scaled_to(
        Flow(
            win_share=company.win_rate, median_win=company.median_win, median_loss=company.median_loss,
            step=timeline.current_start, growth=float(np.log1p(company.growth)) / 91.0,
        ),
        company.closings, timeline.current_start, timeline.current_end,
    )  # fmt: skip
    current = timeline.current_start, timeline.current_end
    flow = _solved_flow(company, steady, timeline, rng) if company.kind in SPEEDS else steady
    heavy, weights = _month_weights(company)
    as_of = timeline.current_end + company.lag
    n0, n1 = _expected_closings(company, flow, timeline)
    detectable = detectable_change(company.win_rate, n0, n1, wobble=company.wobble)
    lift = _month_lift(company, company.size * detectable, heavy[2] - company.month_weights[2])
    third = company.month_weights[2]
    return Schedule(
        timeline=timeline, flow=flow, base_share=steady.win_share_of_closings(*current),
        shifted_share=flow.win_share_of_closings(*current), detectable=detectable,
        month_effects=(-lift * third, -lift * third, lift * (1 - third)), as_of=as_of,
        file_start=int(timeline.months[3 * timeline.quarters - 4]) if company.late_start else timeline.start,
        warp=_warp(timeline, weights),
    )  # fmt: skip


def _month_weights(company: Company) -> tuple[tuple[float, float, float], Floats]:
    """Weights of the odd quarter, and those of every quarter, shape (quarters + 1, 3)."""
    weights = np.tile(np.array(company.month_weights), (company.quarters + 1, 1))
    if company.kind is not Kind.POSITION or company.late_start:
        return company.month_weights, weights
    extra = float(np.clip(company.size * company.detectable / 0.26, 0.2, 0.5))
    third = company.month_weights[2] + extra
    heavy = ((1 - third) / 2, (1 - third) / 2, third)
    weights[company.quarters - (2 if company.direction < 0 else 1)] = heavy
    return heavy, weights


def _month_lift(company: Company, target: float, extra: float) -> float:
    """Advantage of a third month that moves the total by `target` in kinds of position; drawn in others."""
    third = company.month_weights[2]
    if company.kind is Kind.UNFINISHED:
        return min(MOST_LIFT, target / third)
    if company.kind is Kind.POSITION:
        return min(MOST_LIFT, target / ((1 - third) if company.late_start else extra))
    return company.month_lift


def _warp(timeline: Timeline, weights: Floats) -> Days:
    starts = timeline.months[::3].astype(np.float64)
    lengths = np.diff(starts)
    inner = np.concatenate([np.zeros((len(lengths), 1)), np.cumsum(weights, axis=1)[:, :2]], axis=1)
    return np.append((starts[:-1, None] + inner * lengths[:, None]).ravel(), starts[-1])


def _expected_closings(company: Company, flow: Flow, timeline: Timeline) -> tuple[float, float]:
    before = sum(flow.closings(timeline.previous_start, timeline.current_start))
    after = sum(flow.closings(timeline.current_start, timeline.current_end))
    if company.late_start:
        before *= company.month_weights[2]
    if company.kind is Kind.UNFINISHED:
        months = timeline.months[-7:-3]
        cumulated = np.concatenate([[0.0], np.cumsum(company.month_weights)])
        after *= float(np.interp(timeline.current_end + company.lag, months, cumulated))
    return before, after


def _solved_flow(company: Company, steady: Flow, timeline: Timeline, rng: np.random.Generator) -> Flow:
    """The step of inflow or loss entry whose effect is the wanted multiple of what it lets one detect."""
    window = timeline.current_start, timeline.current_end
    profiles = draw_profiles(company.dimensions, rng.standard_normal(2000), rng)
    chances = company.win_rate + effect_of(company.dimensions, profiles) + rng.normal(0, REP_EFFECT_SD, 2000)
    base = steady.win_share_of_closings(*window)

    def stepped(speed: float) -> Flow:
        if company.kind is Kind.LOSS_FASTER:
            return replace(steady, loss_speed=speed)
        return replace(steady, factor=speed)

    def multiple(speed: float) -> float:
        flow = stepped(speed)
        n0, n1 = _expected_closings(company, flow, timeline)
        moved = float(np.mean(after_timing(bounded(chances), base, flow.win_share_of_closings(*window)) - chances))
        return abs(moved) / detectable_change(company.win_rate, n0, n1, wobble=company.wobble)

    return stepped(root(multiple, company.size, *SPEEDS[company.kind]))


def after_timing(chances: Floats, base: float, shifted: float) -> Floats:
    """Chance of a win among closings whose latent win share is `shifted` where `base` is usual."""
    kept = chances / base * shifted
    raised = 1 - (1 - chances) / (1 - base) * (1 - shifted)
    return np.where(chances <= base, kept, raised)
