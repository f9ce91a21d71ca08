"""Whether deals were won: usual chances, what happened to them, and outcomes dealt out.

Slow deals are won a little more often than fast ones, and the last month of a quarter a little more often
than the first; both are the same in all quarters.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from db.demo.calendar import QUARTERS, months_of, workday_before
from db.demo.deals import Deals, position
from db.demo.draw import Draw, Flags, Floats, Ints, allot, logistic, shift_to_mean
from db.demo.errors import ImpossiblePlan
from db.demo.firm import Firm
from db.demo.people import RAMP_DAYS, Staff
from db.demo.plan import Cause, Happening

TYPE_RATES = (None, 0.58, 0.82)
"""Share won of each deal type; that of new business is the plan's."""
SEASON = (0.004, 0.010, -0.008, -0.006)
"""Win rate beside the usual: in the quarter of the year the story is in, and the three that follow it."""
MONTH_IN_QUARTER = (-0.10, 0.0, 0.08)
PRODUCT_ODDS = (0.10, 0.0, -0.15)
SOURCE_ODDS = (0.05, -0.25, 0.10, 0.40, -0.05, 0.0)
INDUSTRY_ODDS = (0.06, 0.02, -0.05, 0.0, -0.10, 0.05, 0.0, 0.04)
REGION_ODDS = (0.0, 0.04, -0.04, -0.06)


def decide(firm: Firm, draw: Draw, deals: Deals, pace: Floats) -> Deals:
    """Chances from what is known of a deal, moved by the causes, then outcomes dealt out by them."""
    n, quarter = len(deals.kind), firm.span.quarter(deals.ends)
    score = _log_odds(firm, draw, deals, pace)
    before = logistic(score)
    after = logistic(_moved_by_causes(firm, deals, score))
    won = np.zeros(n, dtype=np.bool_)
    order = np.lexsort((draw.uniform(n), deals.region, deals.product, deals.kind, quarter))
    order = order[deals.closed[order]]
    won[order] = allot(after[order], draw) if firm.plan.allotted else draw.chance(after[order], len(order))
    added = np.clip((before - after) / np.maximum(1 - after, 1e-9), 0.0, 1.0)
    excess = deals.closed & ~won & draw.chance(added, n)
    return _faults(firm, draw, replace(deals, won=won, excess=excess, pressed=added > 0.03, chance=after))


def _log_odds(firm: Firm, draw: Draw, deals: Deals, pace: Floats) -> Floats:
    """Log odds of a win before anything happened: segment, seller, pace, month, season."""
    plan, span, reps = firm.plan, firm.span, firm.staff.reps
    quarter = span.quarter(deals.ends).clip(0, QUARTERS)
    month = (months_of(deals.ends) - months_of(span.starts[quarter])).clip(0, 2)
    served = (deals.opened - reps.since[deals.rep]) / RAMP_DAYS
    ramp = np.where(reps.ramping[deals.rep] == 1, np.clip(1 - served, 0, 1), 0.0)
    segments = (
        np.array(PRODUCT_ODDS)[deals.product]
        + np.array(SOURCE_ODDS)[deals.source]
        + np.array(INDUSTRY_ODDS)[deals.industry]
        + np.array(REGION_ODDS)[deals.region]
    )
    seller = 0.1 * np.clip(draw.normal(len(reps.user)), -1.5, 1.5)[deals.rep] - 0.7 * ramp
    score = plan.contrast * segments + plan.slow_odds * pace + np.array(MONTH_IN_QUARTER)[month] + seller
    for code, rate in enumerate(TYPE_RATES):
        rows = deals.kind == code
        score[rows] += shift_to_mean(score[rows], rate or plan.win_rate)
    season = np.array([SEASON[(k - QUARTERS + 1) % 4] for k in range(QUARTERS + 1)])
    level = season + plan.wobble * np.clip(draw.normal(QUARTERS + 1), -1.5, 1.5)
    steepness = 1 / (plan.win_rate * (1 - plan.win_rate))
    return np.asarray(score + np.where(deals.kind == 0, steepness * level[quarter], 0.0), dtype=np.float64)


def _moved_by_causes(firm: Firm, deals: Deals, score: Floats) -> Floats:
    """Shifts the log odds of the deals concerned until their mean chance has moved by the size of the cause."""
    span, quarter = firm.span, firm.span.quarter(deals.ends)
    for cause in firm.plan.causes:
        if cause.kind not in (Happening.RATE, Happening.SEASON):
            continue
        when = deals.ends >= span.story if cause.kind is Happening.RATE else (quarter - QUARTERS + 1) % 4 == 0
        rows = np.flatnonzero(when & (deals.kind == 0) & _segment(cause, deals, firm.staff))
        if not len(rows):
            raise ImpossiblePlan(f"no deal lies in {dict(cause.where)}")
        target = logistic(score[rows]).mean() + cause.size
        if not 0.01 < target < 0.99:
            raise ImpossiblePlan(f"a win rate of {target:.2f} would be left in {dict(cause.where)}")
        score = score.copy()
        score[rows] += shift_to_mean(score[rows], target)
    return score


def _segment(cause: Cause, deals: Deals, staff: Staff) -> Flags:
    inside = np.ones(len(deals.kind), dtype=np.bool_)
    for dimension, name in cause.where.items():
        codes, names = deals.codes(dimension, staff)
        inside &= codes == position(names, name, dimension)
    return inside


def _faults(firm: Firm, draw: Draw, deals: Deals) -> Deals:
    """Recording faults: old deals closed in bulk on one day, wins of the last weeks that never arrived."""
    span = firm.span
    for cause in firm.plan.causes:
        if cause.kind is Happening.BULK_CLOSE:
            waiting = np.flatnonzero((deals.opened < span.story_end - 45) & (deals.ends >= span.story_end - 20))
            rows = draw.some(waiting, round(cause.size * len(waiting)))
            day = int(workday_before(np.array([span.story_end - 20]))[0])
            deals = replace(
                deals, ends=_put(deals.ends, rows, day), closed=_put(deals.closed, rows, True),
                won=_put(deals.won, rows, False), stuck=_put(deals.stuck, rows, False),
                excess=_put(deals.excess, rows, False), purged=_put(deals.purged, rows, True),
            )  # fmt: skip
        if cause.kind is Happening.FEED_GAP:
            late = (deals.ends >= span.story_end - 28) & (deals.ends < span.story_end)
            wins = np.flatnonzero(deals.won & late)
            rows = draw.some(wins, round(cause.size * len(wins)))
            deals = replace(deals, won=_put(deals.won, rows, False), closed=_put(deals.closed, rows, False))
    return deals


def _put(values: NDArray[Any], rows: Ints, value: object) -> NDArray[Any]:
    changed = values.copy()
    changed[rows] = value
    return changed
