"""Opportunity tools: the open pipeline, and deals by condition."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from db.access import Permission
from db.money import Money
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
    PipelineLine,
)
from db.repositories.people import PeopleRepository
from db.shown import all_shown
from tools import exchange
from tools.analytics.definition import definition
from tools.contract import Area, Ask, Chart, ChartKind, Effect, Found, ToolContext, tool
from tools.evidence import Figures, RowsBehind
from tools.history import silent_days
from tools.listing import Listing
from tools.people import of_colleague
from tools.periods import dates
from tools.records.asks import Conditions
from tools.records.choosing import conditions_of, in_words
from tools.segments import Names, Who, as_list, as_stored, chosen_owners, said_of, segments
from tools.wording import clean, day, filters_in_words, listed, plain, plural, slug

_NO_DEALS = " This workspace holds no deals at all yet; “rainmaker import deals FILE” brings them in."
_PIPELINE_RULE = "sum of the amounts of open opportunities, by today's stage and owner"
_FIND_RULE = "open, won or lost opportunities that meet every condition"
_MOST_GROUPS = 12
_EMPTY = "not filled in"
_VALUED = "the day of the close, and today for what is open"


Axis = Literal["stage", "owner", "team", "region", "product", "industry", "lead_source", "deal_type"]
Axes = Annotated[list[Axis], BeforeValidator(as_list)]


class Pipeline(Ask):
    by: Axes = Field(default=["stage"], min_length=1, max_length=2)
    """The dimension, or two, to break the pipeline down by."""
    filters: dict[str, Names] = Field(default_factory=dict)
    """dimension -> values, for example {"region": ["APAC"]}."""
    closing: str | None = None
    """Period of the expected close: 2025Q2, 2025-06, 2025 or two ISO dates joined by a slash."""


@tool(
    area=Area.OPPORTUNITY,
    effect=Effect.READ,
    requires=Permission.OPPORTUNITIES_READ,
    doing="adding up the pipeline",
    examples=(
        "what is my pipeline",
        "pipeline by stage",
        "how much open pipeline do we have closing this quarter",
        "show the pipeline by rep for APAC",
        "what is the total value of our open deals",
        "break the funnel down by product",
        "how is the pipeline split across industries",
    ),
)
async def pipeline(ask: Pipeline, at: ToolContext) -> Found:
    """Total the open pipeline by stage, owner, team, region, product, industry, lead source or deal type.

    Gives the number of deals, their value, the value weighted by stage probability, their mean age and how many are
    past their expected close date.
    """
    filters = await as_stored(ask.filters, at)
    where = OpportunityFilter(
        owners=await chosen_owners(filters, at),
        segments=segments(filters),
        closing=dates(ask.closing, at) if ask.closing else None,
    )
    found = await OpportunityRepository(at.session, at.actor).pipeline_in_one(
        where, by=[GroupBy(one) for one in dict.fromkeys(ask.by)], today=at.today
    )
    scope = await PeopleRepository(at.session, at.actor).scope()
    qualified = filters_in_words(filters.items()) + (
        f", expected to close in {_period(ask.closing)}" if ask.closing else ""
    )
    if not found.lines:
        wider = " Ask for the pipeline without these conditions to see all of it." if qualified else ""
        if at.actor.sees_all and not await _any_deal(at):
            wider = _NO_DEALS
        return Found((f"There are no open deals{qualified} in {scope}.{wider}",), scope=scope)
    asked = ask.model_copy(update={"filters": filters})
    figures = Figures(f"{_PIPELINE_RULE}{exchange.rule(found.conversion)}")
    rates = exchange.said(found.conversion, figures, "today", may_set=exchange.may_set(at))
    return _pipeline_found(found.lines, asked, scope, qualified, figures, rates)


async def _any_deal(at: ToolContext) -> bool:
    everything = OpportunityFilter(outcomes=())
    found, _ = await OpportunityRepository(at.session, at.actor).find(everything, today=at.today, limit=1)
    return bool(found)


def _pipeline_found(
    lines: list[PipelineLine], ask: Pipeline, scope: str, qualified: str, figures: Figures, rates: tuple[str, ...]
) -> Found:
    currencies = tuple(dict.fromkeys(line.value.currency for line in lines))
    said = tuple(
        _total([line for line in lines if line.value.currency == currency], f"{scope}{qualified}", figures, _open(ask))
        for currency in currencies
    )
    main = [line for line in lines if line.value.currency == currencies[0]]
    by = _axes(ask)
    chart = Chart(
        f"Open pipeline by {by}",
        ChartKind.BAR,
        f"Bar chart of the open pipeline by {by}.",
        tuple({"label": _group(line), "value": float(line.value.amount)} for line in main),
        currencies[0],
    )
    rows = tuple(_pipeline_row(line, ask, figures) for line in lines)
    groups = "\n".join(_group_line(line, ask, figures) for line in lines[:_MOST_GROUPS])
    return Found((*said, groups, *rates), figures.all, rows, chart, scope=scope)


def _axes(ask: Pipeline) -> str:
    return listed([one.replace("_", " ") for one in dict.fromkeys(ask.by)])


def _group(line: PipelineLine) -> str:
    return ", ".join(clean(name, most=80) or _EMPTY for name in line.groups)


def _open(ask: Pipeline, **narrower: object) -> RowsBehind:
    """The open deals of the pipeline asked for, as a list."""
    wanted = {"filters": ask.filters, "closing": ask.closing, "limit": 200}
    return RowsBehind("find_opportunities", wanted | narrower)


def _open_in(line: PipelineLine, ask: Pipeline) -> RowsBehind | None:
    """The open deals of one group; what is not filled in cannot be listed."""
    named = dict(zip(dict.fromkeys(ask.by), line.groups, strict=True))
    narrower = {axis: [name] for axis, name in named.items() if name is not None}
    return _open(ask, filters=ask.filters | narrower) if len(narrower) == len(named) else None


def _group_line(line: PipelineLine, ask: Pipeline, figures: Figures) -> str:
    """One group in words; its value is a figure of its row already."""
    name = _group(line)
    slugged = f"{slug(name)}.{line.value.currency}"
    count = figures.count(f"deals.{slugged}", line.deals, f"open deals, {name}", rows=_open_in(line, ask))
    return f"- {name}: [[value.{slugged}]] in {count} {plural(line.deals, 'deal')}"


def _total(lines: list[PipelineLine], where: str, figures: Figures, rows: RowsBehind) -> str:
    """The totals of one currency; amounts of several are never added up."""
    currency = lines[0].value.currency
    deals, overdue = sum(line.deals for line in lines), sum(line.overdue for line in lines)
    total = Money(sum(line.value.minor for line in lines), currency)
    weighted = Money(sum(line.weighted.minor for line in lines), currency)
    value = figures.money(f"total.{currency}", total, f"open pipeline, {where}", rows=rows)
    count = figures.count(f"deals.{currency}", deals, f"open deals, {where}", rows=rows)
    label = f"pipeline weighted by stage probability, {where}"
    likely = figures.money(f"weighted.{currency}", weighted, label, rows=rows)
    sentence = (
        f"The open pipeline of {where} is {value} in {count} {plural(deals, 'deal')}, "
        f"{likely} weighted by stage probability."
    )
    if overdue:
        late = RowsBehind(rows.tool, {**rows.arguments, "condition": "overdue"})
        label = f"open deals past their expected close, {where}"
        past = figures.count(f"overdue.{currency}", overdue, label, rows=late)
        sentence += f" {past} of them {plural(overdue, 'is', 'are')} past the expected close date."
    return sentence


def _pipeline_row(line: PipelineLine, ask: Pipeline, figures: Figures) -> dict[str, object]:
    group, by = _group(line), _axes(ask)
    named = dict(zip(dict.fromkeys(ask.by), line.groups, strict=True))
    key = f"value.{slug(group)}.{line.value.currency}"
    figures.money(key, line.value, f"open pipeline, {by} {group}", rows=_open_in(line, ask))
    return {
        **{axis: clean(name, most=80) or _EMPTY for axis, name in named.items()},
        "deals": line.deals,
        "value": plain(line.value),
        "weighted": plain(line.weighted),
        "mean age in days": None if line.mean_age_days is None else round(line.mean_age_days),
        "past expected close": line.overdue,
    }


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
        noun += f" opened in {_period(ask.created)}"
    if ask.closing:
        noun += f" expected to close in {_period(ask.closing)}"
    if ask.closed:
        noun += f" closed in {_period(ask.closed)}" if ask.status == "any" else f" of {_period(ask.closed)}"
    return f"{noun}{in_words(KINDS['opportunity'], ask.where, at)}"


def _period(text: str) -> str:
    return clean(text.replace("/", " to "), most=40)


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


TOOLS = (pipeline, find_opportunities)
