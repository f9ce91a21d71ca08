"""Deals by condition."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from db.access import Permission
from db.records import KINDS
from db.repositories.base import RecordRef
from db.repositories.opportunities import (
    Condition,
    GroupBy,
    OpportunityFilter,
    OpportunityLine,
    OpportunityRepository,
    Order,
    Outcome,
)
from db.repositories.people import PeopleRepository
from db.shown import all_shown
from tools import exchange
from tools.analytics.definition import definition
from tools.contract import Area, Ask, Effect, Found, ToolContext, tool
from tools.evidence import Figures, RowsBehind
from tools.history import silent_days
from tools.listing import Listing
from tools.people import of_colleague
from tools.periods import dates
from tools.records.asks import Conditions
from tools.records.choosing import conditions_of, in_words
from tools.segments import Names, Who, as_stored, chosen_owners, said_of, segments
from tools.wording import clean, day, filters_in_words, listed, period_in_words, plain, plural

_FIND_RULE = "open, won or lost opportunities that meet every condition"
_VALUED = "the day of the close, and today for what is open"


class FindOpportunities(Ask):
    owner: Who | None = None
    """A colleague, or "me"."""
    stage: Names = Field(default_factory=list)
    min_amount: Decimal | None = None
    """In major currency units."""
    max_amount: Decimal | None = None
    closing: str | None = None
    """Period of the expected close."""
    closed: str | None = None
    """Period of the actual close, for won and lost deals."""
    status: Literal["open", "won", "lost", "closed", "any"] = "open"
    created: str | None = None
    """Period in which the deal was opened."""
    condition: Literal["stuck", "at_risk", "overdue"] | None = None
    """stuck: longer in its stage than usual; overdue: past its expected close; at_risk: either, or silent for long."""
    stage_days: int | None = Field(default=None, ge=1, le=3650)
    """More than this many days in its stage."""
    silent_days: int | None = Field(default=None, ge=1, le=3650)
    """No activity for more than this many days."""
    no_next_step: bool = False
    """Only deals without a next step."""
    decided: bool = False
    """Without deals that were lost for a reason of disqualification."""
    filters: dict[str, Names] = Field(default_factory=dict)
    where: Conditions = Field(default_factory=list)
    """Conditions on any other field of a deal; every one has to hold."""
    sort: Literal["amount", "smallest", "close_date", "last_to_close", "age", "newest"] = "amount"
    """close_date: the next to close, or the latest closed. age: the oldest."""
    limit: int = Field(default=10, ge=1, le=200)


@tool(
    area=Area.OPPORTUNITY,
    effect=Effect.READ,
    requires=Permission.OPPORTUNITIES_READ,
    doing="finding deals",
    examples=(
        "what are my top deals",
        "open deals over 50k closing this month",
        "which deals are stuck",
        "which deals are at risk",
        "deals we lost last quarter",
        "list the deals in negotiation",
        "what did we win in Q2",
        "oldest open opportunities in EMEA",
        "which deals of Dana are past their close date",
        "deals without a next step",
        "deals more than 60 days in their stage",
        "nothing happened for three weeks on which deals",
    ),
)
async def find_opportunities(ask: FindOpportunities, at: ToolContext) -> Found:
    """List deals by owner, stage, amount, opening, expected or actual close, status, segment, or condition.

    Conditions: stuck, at risk, overdue, silent for n days, more than n days in their stage, without a next step.
    """
    ask = await _as_meant(ask, at)
    where = await _filter(ask, at)
    order = _order(ask, at)
    total, lines, conversion = await OpportunityRepository(at.session, at.actor).find_compared(
        where, today=at.today, order=order, limit=ask.limit
    )
    scope = await PeopleRepository(at.session, at.actor).scope()
    if not lines:
        return Found((f"There are no {_what(ask, at)} in {scope}.{_instead(ask)}",), scope=scope)
    rule = f"{_FIND_RULE}{exchange.rule(conversion)}"
    asked = ask.model_dump(mode="json", exclude=None if order == ask.sort else {"sort"}) | {"limit": 200}
    figures = Figures(rule, RowsBehind("find_opportunities", asked))
    listing = Listing(total, lines, figures, "deals", scope)
    compared = exchange.said(conversion, figures, _VALUED, may_set=exchange.may_set(at), compared=True)
    head = listing.head(_what(ask, at, count=total), order=_BY[order])
    return listing.found(
        [head, *listing.numbered(lambda number, line: _line(number, line, figures, at)), *compared],
        row=_row,
        focus=lambda line: RecordRef("opportunity", line.id, line.name),
        people=lambda line: of_colleague(line.owner_id, line.owner),
    )


async def _as_meant(ask: FindOpportunities, at: ToolContext) -> FindOpportunities:
    """Values as the records spell them; a period of closing means closed deals where nothing else was said."""
    spelt = await as_stored({**ask.filters, "stage": [*ask.filters.get("stage", ()), *ask.stage]}, at)
    stage = spelt.pop("stage")
    status = "closed" if ask.closed and ask.status == "open" else ask.status
    return ask.model_copy(update={"filters": spelt, "stage": stage, "status": status})


def _order(ask: FindOpportunities, at: ToolContext) -> Order:
    """The one asked for; by amount where nothing was said, or by what the person sees."""
    if "sort" in ask.model_fields_set or at.actor.sees("opportunity", "amount"):
        return Order(ask.sort)
    if all_shown(at.actor, "opportunity", "closed_on", "expected_close"):
        return Order.CLOSE_DATE
    return Order.NEWEST if at.actor.sees("opportunity", "created_on") else Order.ANY


_BY = {
    "any": "number",
    "amount": "amount",
    "smallest": "amount, the smallest first",
    "close_date": "close date",
    "last_to_close": "close date, the last first",
    "age": "age",
    "newest": "age, the newest first",
}


async def _filter(ask: FindOpportunities, at: ToolContext) -> OpportunityFilter:
    chosen = segments(ask.filters)
    if ask.stage:
        chosen[GroupBy.STAGE] = tuple(ask.stage)
    named: dict[str, tuple[str, ...]] = {"any": (), "closed": (Outcome.WON, Outcome.LOST)}
    return OpportunityFilter(
        outcomes=named.get(ask.status, (ask.status,)),
        owners=await chosen_owners(ask.filters, at, owner=ask.owner),
        min_amount=ask.min_amount,
        max_amount=ask.max_amount,
        closing=dates(ask.closing, at) if ask.closing else None,
        closed=dates(ask.closed, at) if ask.closed else None,
        created=dates(ask.created, at) if ask.created else None,
        condition=Condition(ask.condition) if ask.condition else None,
        in_stage_over=ask.stage_days,
        silent_over=ask.silent_days,
        no_next_step=ask.no_next_step,
        without_reasons=definition(at.workspace).reasons if ask.decided else (),
        segments=chosen,
        further=await conditions_of(KINDS["opportunity"], ask.where, at) if ask.where else None,
    )


def _what(ask: FindOpportunities, at: ToolContext, *, count: int = 2) -> str:
    words: list[str] = [] if ask.status == "any" else [ask.status]
    if ask.condition:
        words = [ask.condition.replace("_", "-"), *([] if ask.status == "open" else words)]
    noun = f"{' '.join(words)} {plural(count, 'deal')}".strip()
    noun += filters_in_words([("stage", ask.stage), *ask.filters.items()]) + said_of(ask.owner)
    if ask.min_amount is not None:
        noun += f" from {ask.min_amount:,}"
    if ask.max_amount is not None:
        noun += f" up to {ask.max_amount:,}"
    if ask.no_next_step:
        noun += " without a next step"
    if ask.decided:
        noun += " without those that were disqualified"
    if ask.stage_days is not None:
        noun += f" more than {ask.stage_days} days in their stage"
    if ask.silent_days is not None:
        noun += f" silent for more than {ask.silent_days} days"
    if ask.created:
        noun += f" opened in {period_in_words(ask.created)}"
    if ask.closing:
        noun += f" expected to close in {period_in_words(ask.closing)}"
    if ask.closed:
        noun += (
            f" closed in {period_in_words(ask.closed)}" if ask.status == "any" else f" of {period_in_words(ask.closed)}"
        )
    return f"{noun}{in_words(KINDS['opportunity'], ask.where, at)}"


def _instead(ask: FindOpportunities) -> str:
    """What the person could ask after an empty answer."""
    narrowed = [
        word
        for word, used in (
            ("the stage", ask.stage),
            ("the amount", ask.min_amount is not None or ask.max_amount is not None),
            ("the period", ask.closing or ask.closed or ask.created),
            ("the condition", ask.condition or ask.stage_days or ask.silent_days or ask.no_next_step),
            ("the segment", ask.filters),
        )
        if used
    ]
    return f" Ask again without {listed(narrowed, last='or')} for a wider list." if narrowed else ""


def _line(number: int, line: OpportunityLine, figures: Figures, at: ToolContext) -> str:
    name, parts = clean(line.name, most=120), [clean(line.stage)] if line.stage else []
    if line.value:
        parts.append(figures.money(f"deal.{line.id}.value", line.value, f"value of {name}", rule="amount on the deal"))
    if line.outcome != Outcome.OPEN:
        parts += [f"closed {day(line.closed_on)}"] if line.closed_on else []
        parts += [clean(line.loss_reason)] if line.outcome == Outcome.LOST and line.loss_reason else []
        return f"{number}. {name}{_owner(line, at)}: {', '.join(parts)}"
    if line.expected_close_on:
        due = "was due" if line.expected_close_on < at.today else "due"
        parts.append(f"{due} {day(line.expected_close_on)}")
    if line.days_in_stage is not None:
        rule = "today minus the day it entered its stage"
        label = f"days of {name} in {clean(line.stage)}"
        parts.append(f"{figures.days(f'deal.{line.id}.stage_days', line.days_in_stage, label, rule=rule)} in stage")
    silent = silent_days(line.last_activity_at, at.today)
    if silent is not None:
        label = f"days without activity on {name}"
        days = figures.days(f"deal.{line.id}.silent", silent, label, rule="today minus the last activity")
        parts.append(f"silent for {days}")
    return f"{number}. {name}{_owner(line, at)}{': ' if parts else ''}{', '.join(parts)}"


def _owner(line: OpportunityLine, at: ToolContext) -> str:
    if not at.actor.sees("opportunity", "owner"):
        return ""
    return "" if line.owner_id == at.actor.user_id else f" ({clean(line.owner) or 'no owner'})"


def _row(line: OpportunityLine) -> dict[str, object]:
    return {
        "id": line.id,
        "name": line.name,
        "account": line.account,
        "owner": line.owner,
        "stage": line.stage,
        "status": line.outcome,
        "value": plain(line.value),
        "expected close": plain(line.expected_close_on),
        "closed": plain(line.closed_on),
        "days in stage": line.days_in_stage,
        "last activity": plain(line.last_activity_at),
        "next step": line.next_step,
        "loss reason": line.loss_reason,
        "competitor": line.competitor,
    }
