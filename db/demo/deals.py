"""Deals from opening to ending: when, what, with whom, and whether they were won.

A deal's day of closing is drawn first and its outcome at that day, so that what happens in a quarter moves
the outcomes of that quarter and nothing else. Slow deals are won a little more often than fast ones, and the
last month of a quarter a little more often than the first; both are the same in all quarters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from db.demo.accounts import INDUSTRIES, REGIONS, Accounts
from db.demo.calendar import QUARTERS, Days, Span, months_of, weekday, workday_before, workday_near
from db.demo.draw import Draw, Flags, Floats, Ints, allot, logistic, shift_to_mean
from db.demo.errors import ImpossiblePlan
from db.demo.firm import Firm
from db.demo.people import RAMP_DAYS, Staff
from db.demo.plan import Cause, DemoPlan, Happening

PRODUCTS = ("Core", "Pro", "Enterprise")
DEAL_TYPES = ("new", "expansion", "renewal")
SOURCES = ("Inbound", "Outbound", "Partner", "Referral", "Event", "Existing customer")
TYPE_WEIGHTS = (80.0, 12.0, 8.0)
TYPE_RATES = (None, 0.58, 0.82)
MEDIAN_DAYS = (52.0, 38.0, 32.0)
SPREAD = 0.7
LONGEST_DAYS = 270
GROWTH = 0.02
"""More deals opened from quarter to quarter."""
MONTH_WEIGHTS = (1.06, 1.04, 1.05, 1.0, 1.0, 0.97, 0.88, 0.82, 1.08, 1.12, 1.08, 0.86)
"""Deals opened per month of the year: a quiet summer, a busy autumn."""
SEASON = (0.004, 0.010, -0.008, -0.006)
"""Win rate beside the usual: in the quarter of the year the story is in, and the three that follow it."""
MONTH_IN_QUARTER = (-0.10, 0.0, 0.08)
PRODUCT_WEIGHTS = {
    "EMEA": (28.0, 52.0, 20.0),
    "North America": (38.0, 40.0, 22.0),
    "LATAM": (44.0, 40.0, 16.0),
    "APAC": (40.0, 42.0, 18.0),
}
SOURCE_WEIGHTS = {
    "EMEA": (29.0, 25.0, 22.0, 14.0, 10.0), "North America": (34.0, 31.0, 11.0, 14.0, 10.0),
    "LATAM": (30.0, 26.0, 22.0, 15.0, 7.0), "APAC": (31.0, 29.0, 15.0, 13.0, 12.0),
}  # fmt: skip
PRODUCT_ODDS = (0.10, 0.0, -0.15)
SOURCE_ODDS = (0.05, -0.25, 0.10, 0.40, -0.05, 0.0)
INDUSTRY_ODDS = (0.06, 0.02, -0.05, 0.0, -0.10, 0.05, 0.0, 0.04)
REGION_ODDS = (0.0, 0.04, -0.04, -0.06)
SLOW_ODDS = 0.35


@dataclass(frozen=True, slots=True)
class Deals:
    """Aligned arrays, one entry per deal, ordered by day of opening.

    `ends` is the day the deal ends (for an open deal: would end), `closed` whether that day has come, `won`
    the outcome of closed deals, `stuck` marks open deals that stopped moving, `excess` the losses that the
    story added, `pressed` the deals it made harder, `purged` those closed in bulk. Codes are positions in the
    tuples of this module, of `accounts` and of `people.Staff`; `chance` is the probability of a win.
    """

    opened: Days
    ends: Days
    closed: Flags
    won: Flags
    stuck: Flags
    excess: Flags
    purged: Flags
    pressed: Flags
    kind: Ints
    account: Ints
    contact: Ints
    rep: Ints
    team: Ints
    region: Ints
    industry: Ints
    product: Ints
    source: Ints
    chance: Floats

    def codes(self, dimension: str, staff: Staff) -> tuple[Ints, tuple[str, ...]]:
        """Codes and names of a dimension a cause can be placed by."""
        return {
            "region": (self.region, REGIONS),
            "industry": (self.industry, INDUSTRIES),
            "product": (self.product, PRODUCTS),
            "lead_source": (self.source, SOURCES),
            "team": (self.team, staff.team_names),
        }[dimension]


def sell(firm: Firm) -> Deals:
    """Every deal of three years with its ending.

    Raises:
        ImpossiblePlan: a cause names a segment that does not exist or leaves no rate between 0 and 1.
    """
    plan, span, accounts, contacts = firm.plan, firm.span, firm.accounts, firm.contacts
    draw, n = firm.draw("deals"), plan.sizes.opportunities
    opened = _openings(plan, span, draw, n)
    kind = draw.pick(n, TYPE_WEIGHTS)
    pace = np.clip(draw.normal(n), -2.4, 2.4)
    days = np.clip(np.array(MEDIAN_DAYS)[kind] * np.exp(SPREAD * pace), 3, LONGEST_DAYS)
    ends = _towards_quarter_end(span, opened, days)
    account, region, product, source = _attributes(firm, draw, kind=kind, pace=pace, ends=ends)
    rep = accounts.ownership.at(account, np.minimum(ends, span.today))
    closed = ends < span.today
    stuck = _stuck(plan, span, draw, opened, closed & (kind == 0))
    closed &= ~stuck
    contact = contacts.start[account] + np.minimum(
        (draw.uniform(n) ** 1.6 * contacts.count[account]).astype(np.int64), contacts.count[account] - 1
    )
    none = np.zeros(n, dtype=np.bool_)
    deals = Deals(
        opened=opened, ends=np.where(stuck, span.today + 60, ends), closed=closed, won=none, stuck=stuck, excess=none,
        purged=none, pressed=none, kind=kind, account=account, contact=contact, rep=rep,
        team=firm.staff.reps.team[rep], region=region, industry=accounts.industry[account], product=product,
        source=source, chance=np.zeros(n),
    )  # fmt: skip
    return _decide(firm, draw, deals, pace)


def _openings(plan: DemoPlan, span: Span, draw: Draw, n: int) -> Days:
    days = np.arange(span.first, span.today)
    weight = np.exp(np.log1p(GROWTH) * (days - span.first) / 91.3)
    weight *= np.array(MONTH_WEIGHTS)[months_of(days) % 12] * np.where(weekday(days) < 5, 1.0, 0.06)
    for cause in plan.causes:
        if cause.kind is Happening.INFLOW:
            weight = np.where((days >= span.story) & (days < span.story_end), weight * cause.size, weight)
    edges = np.cumsum(weight)
    found = np.searchsorted(edges / edges[-1], draw.spread(n), side="right")
    opened = np.asarray(days[np.minimum(found, len(days) - 1)], dtype=np.int64)
    opened[-1] = span.today - 1  # so that the records visibly reach to yesterday, also after a weekend
    return opened


def _towards_quarter_end(span: Span, opened: Days, days: Floats) -> Days:
    """Moves endings a little towards the end of their quarter, never into another one, to a working day."""
    raw = opened + np.round(days).astype(np.int64)
    inside = span.quarter(raw).clip(0, QUARTERS)
    begin, finish = span.starts[inside], span.starts[inside + 1]
    within = (raw >= begin) & (raw < finish)
    part = np.clip((raw - begin) / (finish - begin), 0.0, 0.999)
    late = begin + np.floor(part**0.87 * (finish - begin)).astype(np.int64)
    aim = np.where(within, np.maximum(raw, late), raw)
    moved = workday_near(aim)
    moved = np.where(within & (moved >= finish), workday_before(aim), moved)
    return np.where((moved >= opened) & (~within | (moved >= begin)), moved, raw)


def _attributes(firm: Firm, draw: Draw, *, kind: Ints, pace: Floats, ends: Days) -> tuple[Ints, Ints, Ints, Ints]:
    """Account, region, product and source; a mix cause weighs its segment differently from the story quarter on."""
    plan, accounts = firm.plan, firm.accounts
    n, later = len(kind), ends >= firm.span.story
    region_weight = np.bincount(accounts.region, accounts.weight, minlength=len(REGIONS))
    region = draw.pick_each(_weighed(plan, "region", REGIONS, np.tile(region_weight, (n, 1)), later))
    tastes = accounts.weight[:, None] * _weighed_accounts(plan, accounts)
    account = np.zeros(n, dtype=np.int64)
    for code in range(len(REGIONS)):
        members = np.flatnonzero(accounts.region == code)
        for after in (False, True):
            rows = np.flatnonzero((region == code) & (later == after))
            account[rows] = members[draw.pick(len(rows), tastes[members, int(after)])]
    size = np.log(accounts.frame["employees"].to_numpy()[account]) - 5.6
    base = np.array([PRODUCT_WEIGHTS[name] for name in REGIONS])[region]
    base = base * np.exp(np.stack([-0.35 * size, np.zeros(n), 0.35 * size + 0.25 * pace], axis=1))
    pro = base[:, 1] / np.array([sum(PRODUCT_WEIGHTS[name]) for name in REGIONS])[region]
    base[:, (0, 2)] *= ((1 - pro) / (base[:, 0] + base[:, 2]))[:, None]
    base[:, 1] = pro
    product = draw.pick_each(_weighed(plan, "product", PRODUCTS, base, later))
    sources = np.array([(*SOURCE_WEIGHTS[name], 0.0) for name in REGIONS])[region]
    source = draw.pick_each(_weighed(plan, "lead_source", SOURCES, sources, later))
    return account, region, product, np.where(kind == 0, source, SOURCES.index("Existing customer"))


def _weighed(plan: DemoPlan, dimension: str, names: tuple[str, ...], weights: Floats, later: Flags) -> Floats:
    for cause in plan.causes:
        if cause.kind is Happening.MIX and dimension in cause.where:
            column = _position(names, cause.where[dimension], dimension)
            weights = weights.copy()
            weights[later, column] *= cause.size
    return weights


def _weighed_accounts(plan: DemoPlan, accounts: Accounts) -> Floats:
    """Factors on the accounts before and from the story quarter on."""
    factors = np.ones((len(accounts.weight), 2))
    for cause in plan.causes:
        if cause.kind is Happening.MIX and "industry" in cause.where:
            factors[accounts.industry == _position(INDUSTRIES, cause.where["industry"], "industry"), 1] *= cause.size
    return factors


def _position(names: tuple[str, ...], name: str, dimension: str) -> int:
    if name not in names:
        raise ImpossiblePlan(f"there is no {dimension.replace('_', ' ')} {name}")
    return names.index(name)


def _stuck(plan: DemoPlan, span: Span, draw: Draw, opened: Days, candidates: Flags) -> Flags:
    """Some old deals that would have ended stay open instead, drawn without regard to how they would have ended."""
    age = span.today - opened
    rows = draw.some(np.flatnonzero(candidates & (age > 170) & (age < 420)), plan.sizes.stuck_deals)
    stuck = np.zeros(len(opened), dtype=np.bool_)
    stuck[rows] = True
    return stuck


def _decide(firm: Firm, draw: Draw, deals: Deals, pace: Floats) -> Deals:
    """Chances from what is known of a deal, moved by the causes, then outcomes dealt out by them."""
    plan, span, staff = firm.plan, firm.span, firm.staff
    n, quarter = len(deals.kind), span.quarter(deals.ends)
    month = (months_of(deals.ends) - months_of(span.starts[quarter.clip(0, QUARTERS)])).clip(0, 2)
    hired = staff.reps.since[deals.rep]
    ramp = np.where(staff.reps.ramping[deals.rep] == 1, np.clip(1 - (deals.opened - hired) / RAMP_DAYS, 0, 1), 0.0)
    score = (
        np.array(PRODUCT_ODDS)[deals.product] + np.array(SOURCE_ODDS)[deals.source]
        + np.array(INDUSTRY_ODDS)[deals.industry] + np.array(REGION_ODDS)[deals.region]
        + np.array(MONTH_IN_QUARTER)[month] + SLOW_ODDS * pace
        + 0.1 * np.clip(draw.normal(len(staff.reps.user)), -1.5, 1.5)[deals.rep] - 0.7 * ramp
    )  # fmt: skip
    wobble = plan.wobble * np.clip(draw.normal(QUARTERS + 3), -1.5, 1.5)
    wobble[[QUARTERS - 1, QUARTERS]] = wobble[QUARTERS + 1] = 0.0
    for code, rate in enumerate(TYPE_RATES):
        rows = deals.kind == code
        score[rows] += shift_to_mean(score[rows], rate or plan.win_rate)
    level = np.array([SEASON[(k - QUARTERS + 1) % 4] for k in range(QUARTERS + 1)]) + wobble[1 : QUARTERS + 2]
    moves = np.where(deals.kind == 0, level[quarter.clip(0, QUARTERS)], 0.0)
    before = logistic(score + 4.0 * moves)
    after = logistic(_moved_by_causes(firm, deals, score + 4.0 * moves))
    won = np.zeros(n, dtype=np.bool_)
    order = np.lexsort((draw.uniform(n), deals.region, deals.product, deals.kind, quarter))
    order = order[deals.closed[order]]
    won[order] = allot(after[order], draw) if plan.allotted else draw.chance(after[order], len(order))
    added = np.clip((before - after) / np.maximum(1 - after, 1e-9), 0.0, 1.0)
    excess = deals.closed & ~won & draw.chance(added, n)
    return _faults(plan, span, draw, replace(deals, won=won, excess=excess, pressed=added > 0.03, chance=after))


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
        inside &= codes == _position(names, name, dimension)
    return inside


def _faults(plan: DemoPlan, span: Span, draw: Draw, deals: Deals) -> Deals:
    """Recording faults: old deals closed in bulk on one day, wins of the last weeks that never arrived."""
    for cause in plan.causes:
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
