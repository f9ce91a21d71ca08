"""Opportunity tools: the open pipeline, and deals by condition."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from pydantic import Field

from db.access import Permission
from db.repositories.base import Money, RecordRef
from db.repositories.opportunities import (
    Condition,
    GroupBy,
    OpportunityFilter,
    OpportunityLine,
    OpportunityRepository,
    Order,
    PipelineLine,
)
from db.repositories.people import PeopleRepository
from tools.contract import Area, Ask, Chart, ChartKind, Effect, Found, Person, ToolContext, tool
from tools.evidence import Figures, RowsBehind
from tools.periods import dates
from tools.segments import chosen_owners, segments
from tools.wording import day, filters_in_words, plain, plural

_PIPELINE_RULE = "sum of the amounts of open opportunities, by today's stage and owner"
_FIND_RULE = "open, won or lost opportunities that meet every condition"


class Pipeline(Ask):
    by: Literal["stage", "owner", "team", "region", "product", "industry", "lead_source", "deal_type"] = "stage"
    """The dimension to break the pipeline down by."""
    filters: dict[str, list[str]] = Field(default_factory=dict)
    """dimension -> values, for example {"region": ["APAC"]}."""
    closing: str | None = None
    """Period of the expected close: 2025Q2, 2025-06, 2025 or two ISO dates joined by a slash."""


@tool(
    area=Area.OPPORTUNITY,
    effect=Effect.READ,
    requires=Permission.OPPORTUNITIES_READ,
    examples=(
        "what is my pipeline",
        "pipeline by stage",
        "how much open pipeline do we have closing this quarter",
        "show the pipeline by rep for APAC",
    ),
)
async def pipeline(ask: Pipeline, at: ToolContext) -> Found:
    """Total the open pipeline by stage, owner, team, region, product, industry, lead source or deal type.

    Gives the number of deals, their value, the value weighted by stage probability, their mean age and how many are
    past their expected close date.
    """
    where = OpportunityFilter(
        owners=await chosen_owners(ask.filters, at),
        segments=segments(ask.filters),
        closing=dates(ask.closing, at) if ask.closing else None,
    )
    lines = await OpportunityRepository(at.session, at.actor).pipeline(where, by=GroupBy(ask.by), today=at.today)
    scope = await PeopleRepository(at.session, at.actor).scope()
    qualified = filters_in_words(ask.filters.items()) + (f", expected to close in {ask.closing}" if ask.closing else "")
    if not lines:
        return Found((f"There are no open deals{qualified} in {scope}.",), scope=scope)
    rows = RowsBehind("find_opportunities", {"filters": ask.filters, "closing": ask.closing, "limit": 100})
    return _pipeline_found(lines, ask, scope, qualified, Figures(_PIPELINE_RULE, rows))


def _pipeline_found(lines: list[PipelineLine], ask: Pipeline, scope: str, qualified: str, figures: Figures) -> Found:
    said = []
    for currency in dict.fromkeys(line.value.currency for line in lines):
        mine = [line for line in lines if line.value.currency == currency]
        count = sum(line.deals for line in mine)
        total = Money(sum(line.value.minor for line in mine), currency)
        weighted = Money(sum(line.weighted.minor for line in mine), currency)
        overdue = sum(line.overdue for line in mine)
        where = f"{scope}{qualified}"
        sentence = (
            f"The open pipeline of {scope}{qualified} is {figures.money(f'total.{currency}', total, f'open pipeline, {where}')} "
            f"in {figures.count(f'deals.{currency}', count, f'open deals, {where}')} {plural(count, 'deal')}, "
            f"{figures.money(f'weighted.{currency}', weighted, f'pipeline weighted by stage probability, {where}')} "
            "weighted by stage probability."
        )
        if overdue:
            past = figures.count(f"overdue.{currency}", overdue, f"open deals past their expected close, {where}")
            sentence += f" {past} of them {plural(overdue, 'is', 'are')} past the expected close date."
        said.append(sentence)
    rows = tuple(_pipeline_row(line, ask.by, figures) for line in lines)
    data = tuple({"label": line.group or "not filled in", "value": float(line.value.amount)} for line in lines)
    alt = f"Bar chart of open pipeline by {ask.by.replace('_', ' ')}."
    chart = Chart(f"Open pipeline by {ask.by.replace('_', ' ')}", ChartKind.BAR, alt, data, lines[0].value.currency)
    return Found(tuple(said), figures.all, rows, chart, scope=scope)


def _pipeline_row(line: PipelineLine, by: str, figures: Figures) -> dict[str, object]:
    group = line.group or "not filled in"
    key = f"{group}.{line.value.currency}".replace(" ", "_")
    figures.money(
        f"value.{key}"[:80], line.value, f"open pipeline, {by.replace('_', ' ')} {group}"
    ) if key.isascii() else ""
    return {
        by: group,
        "deals": line.deals,
        "value": plain(line.value),
        "weighted": plain(line.weighted),
        "mean age in days": None if line.mean_age_days is None else round(line.mean_age_days),
        "past expected close": line.overdue,
    }


class FindOpportunities(Ask):
    owner: str | None = None
    """Name of the owner, or "me"."""
    stage: list[str] = Field(default_factory=list)
    min_amount: Decimal | None = None
    """In major currency units."""
    max_amount: Decimal | None = None
    closing: str | None = None
    """Period of the expected close."""
    closed: str | None = None
    """Period of the actual close, for won and lost deals."""
    status: Literal["open", "won", "lost", "closed", "any"] = "open"
    condition: Literal["stuck", "at_risk"] | None = None
    """stuck: longer in its stage than usual. at_risk: stuck, overdue, or silent for 30 days."""
    filters: dict[str, list[str]] = Field(default_factory=dict)
    sort: Literal["amount", "close_date", "age"] = "amount"
    limit: int = Field(default=10, ge=1, le=200)


@tool(
    area=Area.OPPORTUNITY,
    effect=Effect.READ,
    requires=Permission.OPPORTUNITIES_READ,
    examples=(
        "what are my top deals",
        "open deals over 50k closing this month",
        "which deals are stuck",
        "which deals are at risk",
        "deals we lost last quarter",
    ),
)
async def find_opportunities(ask: FindOpportunities, at: ToolContext) -> Found:
    """List deals by owner, stage, amount, expected or actual close, status, segment, or condition (stuck, at risk)."""
    where = _filter(ask, at, owners=await chosen_owners(ask.filters, at, owner=ask.owner))
    total, lines = await OpportunityRepository(at.session, at.actor).find(
        where, today=at.today, order=Order(ask.sort), limit=ask.limit
    )
    scope = await PeopleRepository(at.session, at.actor).scope()
    what = _what(ask)
    figures = Figures(_FIND_RULE, RowsBehind("find_opportunities", ask.model_dump(mode="json") | {"limit": 200}))
    if not lines:
        return Found((f"There are no {what} in {scope}.",), scope=scope)
    count = figures.count("matching", total, f"{what}, {scope}")
    shown = (
        f"; the first {figures.count('shown', len(lines), 'deals shown')} by {ask.sort.replace('_', ' ')}"
        if total > len(lines)
        else ""
    )
    said = [f"{count} {_what(ask, count=total)} in {scope}{shown}:"]
    said += [_line(number, line, figures, at.today) for number, line in enumerate(lines[:10], start=1)]
    return Found(
        ("\n".join(said),),
        figures.all,
        tuple(_row(line) for line in lines),
        focus=tuple(RecordRef("opportunity", line.id, line.name) for line in lines),
        people=tuple(
            Person(RecordRef("user", line.owner_id, line.owner)) for line in lines if line.owner_id and line.owner
        ),
        scope=scope,
    )


def _filter(ask: FindOpportunities, at: ToolContext, *, owners: tuple[int, ...]) -> OpportunityFilter:
    chosen = segments(ask.filters)
    if ask.stage:
        chosen[GroupBy.STAGE] = tuple(ask.stage)
    named: dict[str, tuple[str, ...]] = {"any": (), "closed": ("won", "lost")}
    statuses = named.get(ask.status, (ask.status,))
    return OpportunityFilter(
        outcomes=statuses,
        owners=owners,
        min_minor=None if ask.min_amount is None else int(ask.min_amount * 100),
        max_minor=None if ask.max_amount is None else int(ask.max_amount * 100),
        closing=dates(ask.closing, at) if ask.closing else None,
        closed=dates(ask.closed, at) if ask.closed else None,
        condition=Condition(ask.condition) if ask.condition else None,
        segments=chosen,
    )


def _what(ask: FindOpportunities, *, count: int = 2) -> str:
    words = [] if ask.status == "any" else [ask.status]
    if ask.condition:
        words = [ask.condition.replace("_", "-") if ask.condition == "stuck" else "at-risk"]
    noun = f"{' '.join(words)} {plural(count, 'deal')}".strip()
    noun += filters_in_words([("stage", ask.stage), *ask.filters.items()])
    if ask.owner and ask.owner != "me":
        noun += f" of {ask.owner}"
    if ask.min_amount is not None:
        noun += f" from {ask.min_amount:,}"
    if ask.max_amount is not None:
        noun += f" up to {ask.max_amount:,}"
    if ask.closing:
        noun += f" expected to close in {ask.closing}"
    if ask.closed:
        noun += f" closed in {ask.closed}"
    return noun


def _line(number: int, line: OpportunityLine, figures: Figures, today: date) -> str:
    parts = [line.stage]
    if line.value:
        parts.append(
            figures.money(f"deal.{line.id}.value", line.value, f"value of {line.name}", rule="amount on the deal")
        )
    if line.outcome == "open" and line.expected_close_on:
        due = "was due" if line.expected_close_on < today else "due"
        parts.append(f"{due} {day(line.expected_close_on)}")
    if line.outcome != "open" and line.closed_on:
        parts.append(f"closed {day(line.closed_on)}")
    if line.outcome == "open" and line.days_in_stage is not None:
        age = figures.days(
            f"deal.{line.id}.stage_days",
            line.days_in_stage,
            f"days of {line.name} in {line.stage}",
            rule="today minus the day it entered its stage",
        )
        parts.append(f"{age} in stage")
    if line.last_activity_at and line.outcome == "open" and today - line.last_activity_at.date() > timedelta(days=30):
        silent = (today - line.last_activity_at.date()).days
        parts.append(
            f"silent for {figures.days(f'deal.{line.id}.silent', silent, f'days without activity on {line.name}', rule='today minus the last activity')}"
        )
    return f"{number}. {line.name} ({line.owner or 'no owner'}): {', '.join(parts)}"


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
    }
