"""How deals stand: stages passed, expected dates, amounts, why they were lost and to whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from db.demo.accounts import Accounts
from db.demo.calendar import Days, Span, months_of
from db.demo.deals import PRODUCTS, SOURCES, Deals
from db.demo.draw import Draw, Flags, Floats, Ints
from db.demo.firm import Firm

STAGES = ("Discovery", "Qualification", "Proposal", "Negotiation", "Won", "Lost")
WON, LOST = 4, 5
STAGE_PROBABILITIES = (0.15, 0.3, 0.5, 0.7, 1.0, 0.0)
ROTTING_DAYS = (21, 28, 35, 28, None, None)
STAGE_SHARES = (0.22, 0.25, 0.29, 0.24)
LAST_STAGE_OF_LOST = (18.0, 30.0, 33.0, 19.0)
LIST_PRICES = (9_000, 28_000, 95_000)
YEAR_END = 1.15
"""Deals that end in November or December are larger: budgets are spent."""
REASONS = ("Price", "Competitor", "No budget", "No decision", "Timing", "Missing feature")
REASON_WEIGHTS = (24.0, 22.0, 14.0, 14.0, 14.0, 12.0)
COMPETITORS = ("Veskar", "Brightloom", "Tallowick", "Corvanta")
COMPETITOR_WEIGHTS = (16.0, 34.0, 28.0, 22.0)
VESKAR = 0
PRICE, COMPETITOR, SECURITY, TIMING = 0, 1, 3, 4


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Aligned with `Deals`. `entered` and `left` are deals × four stages, valid where `reached`; -1 = none.

    `seats` and the four `pain`, `objection`, `ask`, `promise` codes are what people talk about in the deal.
    """

    reached: Flags
    entered: Days
    left: Days
    stage: Ints
    stage_entered: Days
    expected: Days
    amount: Ints
    seats: Ints
    reason: Ints
    competitor: Ints
    pain: Ints
    objection: Ints
    ask: Ints
    promise: Ints


def advance(firm: Firm, deals: Deals) -> Pipeline:
    """How far each deal came and what it is about."""
    span, draw, n = firm.span, firm.draw("pipeline"), len(deals.kind)
    reached, entered, left = _stays(span, draw, deals)
    stage = np.where(deals.closed, np.where(deals.won, WON, LOST), reached.sum(axis=1) - 1)
    last = np.where(deals.closed, deals.ends, entered[np.arange(n), stage.clip(0, 3)])
    size = np.log(firm.accounts.frame["employees"].to_numpy()[deals.account]) - 5.6
    scale = np.exp(np.clip(0.25 * size + 0.4 * draw.normal(n), -1.2, 1.6)) * np.array([1.0, 0.5, 0.95])[deals.kind]
    scale *= np.where(months_of(deals.ends) % 12 >= 10, YEAR_END, 1.0)
    amount = np.maximum(np.round(np.array(LIST_PRICES)[deals.product] * scale / 100), 9).astype(np.int64) * 100
    seats = np.maximum(np.round(amount / np.array([240, 420, 610])[deals.product] / 5), 1).astype(np.int64) * 5
    reason, competitor = _losses(draw, deals)
    objection = draw.whole(n, 0, 6)
    undercut = deals.pressed & ~deals.closed & draw.chance(0.45, n)
    competitor = np.where(undercut, VESKAR, competitor)
    objection = np.where((reason == COMPETITOR) | undercut, 1, np.where(reason == PRICE, 0, objection))
    objection = np.where((objection == 1) & (competitor < 0), 2, objection)
    talk = [draw.whole(n, 0, 6), objection, draw.whole(n, 0, 6), draw.whole(n, 0, 5)]
    return Pipeline(
        reached,
        entered,
        left,
        stage,
        last,
        _expected(span, draw, deals),
        amount * 100,
        seats,
        reason,
        competitor,
        *talk,
    )


def _stays(span: Span, draw: Draw, deals: Deals) -> tuple[Flags, Days, Days]:
    n, index = len(deals.kind), np.arange(4)
    share = np.array(STAGE_SHARES) * np.exp(0.4 * np.clip(draw.normal(4 * n).reshape(n, 4), -2, 2))
    lost_in = draw.pick(n, LAST_STAGE_OF_LOST)
    lost_in = np.where(deals.excess, np.maximum(lost_in, 2), lost_in)
    halt = draw.whole(n, 1, 4)
    depth = np.where(deals.closed & ~deals.won, lost_in, 3)
    share = np.where(index <= depth[:, None], share, 0.0)
    bounds = np.cumsum(share, axis=1) / share.sum(axis=1, keepdims=True)
    length = np.where(deals.stuck, 70, deals.ends - deals.opened)
    ends = deals.opened[:, None] + np.floor(bounds * length[:, None]).astype(np.int64)
    entered = np.concatenate([deals.opened[:, None], ends[:, :-1]], axis=1)
    until = np.where(deals.closed, deals.ends, span.today - 1)
    reached = (index <= depth[:, None]) & (entered <= until[:, None])
    reached &= ~deals.stuck[:, None] | (index <= halt[:, None])
    reached[:, 0] = True
    last = reached.sum(axis=1) - 1
    current = (index == last[:, None]) & ~deals.closed[:, None]
    finish = np.where((index == last[:, None]) & deals.closed[:, None], deals.ends[:, None], ends)
    return reached, entered, np.where(current, -1, finish)


def _expected(span: Span, draw: Draw, deals: Deals) -> Days:
    """The rep's own date: around the true one; most overdue dates were pushed out, some were forgotten."""
    n = len(deals.kind)
    length = (deals.ends - deals.opened) * np.exp(0.22 * np.clip(draw.normal(n), -2, 2))
    guess = deals.opened + np.maximum(length.astype(np.int64), 7)
    forgotten = draw.chance(np.where(deals.stuck, 0.6, 0.1), n)
    overdue = ~deals.closed & (guess < span.today) | deals.stuck
    pushed = span.today + draw.whole(n, 4, 55)
    stale = np.minimum(span.today - draw.whole(n, 3, 60), np.maximum(guess, deals.opened + 7))
    guess = np.where(overdue, np.where(forgotten, np.maximum(stale, deals.opened + 1), pushed), guess)
    return np.where(deals.closed, deals.ends + draw.whole(n, -6, 15), guess)


def _losses(draw: Draw, deals: Deals) -> tuple[Ints, Ints]:
    """Loss reasons and competitors; the losses the story added were lost on price and to one competitor."""
    n, lost = len(deals.kind), deals.closed & ~deals.won
    reason = np.where(deals.excess, draw.pick(n, (70.0, 30.0)), draw.pick(n, REASON_WEIGHTS))
    reason = np.where(deals.purged, REASONS.index("No decision"), reason)
    known = draw.chance(0.42, n) | (lost & (reason <= COMPETITOR) & draw.chance(0.3, n))
    competitor = np.where(known, draw.pick(n, COMPETITOR_WEIGHTS), -1)
    competitor = np.where(deals.excess & draw.chance(0.8, n), VESKAR, competitor)
    competitor = np.where(lost & (reason == COMPETITOR) & (competitor < 0), 1 + draw.whole(n, 0, 2), competitor)
    return np.where(lost & ~draw.chance(0.04, n), reason, -1), competitor


def deal_names(accounts: Accounts, deals: Deals, pipeline: Pipeline) -> list[str]:
    """`Bramwick Foods – Pro for 45 seats`."""
    names = accounts.frame["name"].to_list()
    forms = ("{} – {} for {} seats", "{} – {} expansion, {} seats", "{} – {} renewal, {} seats")
    return [
        forms[k].format(names[a], PRODUCTS[p], s)
        for k, a, p, s in zip(deals.kind, deals.account, deals.product, pipeline.seats, strict=True)
    ]


def source_names(deals: Deals) -> list[str]:
    return [SOURCES[code] for code in deals.source]


def money(amount_minor: int) -> str:
    """`2800000` -> `$28,000`."""
    return f"${amount_minor // 100:,}"


def earned(deals: Deals, pipeline: Pipeline) -> Floats:
    """Revenue per deal in minor units, 0 for those not won."""
    return np.where(deals.won, pipeline.amount, 0).astype(np.float64)
