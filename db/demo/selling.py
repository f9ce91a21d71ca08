"""Deals from opening to ending: when, what and with whom.

A deal's day of closing is drawn first and its outcome at that day, so that what happens in a quarter moves
the outcomes of that quarter and nothing else.
"""

from __future__ import annotations

import numpy as np

from db.demo.accounts import INDUSTRIES, REGIONS, Accounts
from db.demo.calendar import QUARTERS, Days, Span, months_of, weekday, workday_before, workday_near
from db.demo.deals import PRODUCTS, SOURCES, Deals, position
from db.demo.draw import Draw, Flags, Floats, Ints
from db.demo.firm import Firm
from db.demo.outcomes import decide
from db.demo.plan import DemoPlan, Happening

TYPE_WEIGHTS = (80.0, 12.0, 8.0)
MEDIAN_DAYS = (52.0, 38.0, 32.0)
SPREAD = 0.7
LONGEST_DAYS = 270
GROWTH = 0.02
"""More deals opened from quarter to quarter."""
MONTH_WEIGHTS = (1.06, 1.04, 1.05, 1.0, 1.0, 0.97, 0.88, 0.82, 1.08, 1.12, 1.08, 0.86)
"""Deals opened per month of the year: a quiet summer, a busy autumn."""
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
    return decide(firm, draw, deals, pace)


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
            column = position(names, cause.where[dimension], dimension)
            weights = weights.copy()
            weights[later, column] *= cause.size
    return weights


def _weighed_accounts(plan: DemoPlan, accounts: Accounts) -> Floats:
    """Factors on the accounts before and from the story quarter on."""
    factors = np.ones((len(accounts.weight), 2))
    for cause in plan.causes:
        if cause.kind is Happening.MIX and "industry" in cause.where:
            factors[accounts.industry == position(INDUSTRIES, cause.where["industry"], "industry"), 1] *= cause.size
    return factors


def _stuck(plan: DemoPlan, span: Span, draw: Draw, opened: Days, candidates: Flags) -> Flags:
    """Some old deals that would have ended stay open instead, drawn without regard to how they would have ended."""
    age = span.today - opened
    rows = draw.some(np.flatnonzero(candidates & (age > 170) & (age < 420)), plan.sizes.stuck_deals)
    stuck = np.zeros(len(opened), dtype=np.bool_)
    stuck[rows] = True
    return stuck
