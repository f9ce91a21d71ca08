"""The open pipeline: its sum, its groups and its chart."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from db.access import Permission
from db.money import Money
from db.repositories.opportunities import (
    GroupBy,
    OpportunityFilter,
    OpportunityRepository,
    PipelineLine,
)
from db.repositories.people import PeopleRepository
from tools import exchange
from tools.contract import Area, Ask, Chart, ChartKind, Effect, Found, ToolContext, tool
from tools.evidence import Figures, RowsBehind
from tools.periods import dates
from tools.segments import Names, as_list, as_stored, chosen_owners, segments
from tools.wording import clean, filters_in_words, listed, period_in_words, plain, plural, slug

_NO_DEALS = " This workspace holds no deals at all yet; “rainmaker import deals FILE” brings them in."
_PIPELINE_RULE = "sum of the amounts of open opportunities, by today's stage and owner"
_MOST_GROUPS = 12
_EMPTY = "not filled in"


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
        f", expected to close in {period_in_words(ask.closing)}" if ask.closing else ""
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
