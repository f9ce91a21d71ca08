"""What won and lost deals have in common, said no more strongly than the counts allow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from db.access import Permission
from db.repositories.dimensions import dimension_shown, require_dimensions
from db.repositories.opportunities import GroupBy, OpportunityFilter, OpportunityRepository
from db.repositories.people import PeopleRepository
from db.settings import RateBasis
from tools.analytics.definition import Definition, definition
from tools.contract import Area, Ask, Chart, ChartKind, Effect, Found, ToolContext, tool
from tools.errors import BadArgument
from tools.evidence import Figures, RowsBehind
from tools.people import each_once, of_colleague
from tools.periods import dates
from tools.segments import Names, as_stored, chosen_colleague, chosen_owners, segments
from tools.wording import clean, filters_in_words, period_in_words, plural, slug

if TYPE_CHECKING:
    import polars as pl

    from tools.science.segment_rates import SegmentRate

_NEW = "new"
_TEST = (
    "two-sided test against all other closed deals, adjusted over all segments (Benjamini-Hochberg); interval: Wilson; "
    "confidence: beta-binomial hierarchy over the segments"
)
_REASON_RULE = "lost deals by the reason filled in, as a share of the lost deals with a reason"
_DIMENSIONS = ("region", "industry", "product", "lead_source", "deal_type", "competitor")
_LEAST, _SUPPORTED, _SHOWN = 5, 0.05, 3
_ALL = "all"
_BY_COUNT = "This workspace defines its win rate by value; patterns compare the number of deals."


class WinLossPatterns(Ask):
    by: Literal["region", "industry", "product", "lead_source", "deal_type", "competitor", "owner", "team"] | None = (
        None
    )
    """One dimension; left out: all of them but owner and team."""
    period: str | None = None
    """Period of the close: 2025Q2, 2025-06, 2025 or two ISO dates joined by a slash; left out: all of the history."""
    filters: dict[str, Names] = Field(default_factory=dict)
    focus: Literal["win", "loss"] | None = None
    """win: what wins; loss: what loses, with the reasons first."""


@tool(
    area=Area.INTELLIGENCE,
    effect=Effect.READ,
    requires=Permission.ANALYTICS_READ,
    doing="comparing won and lost deals",
    examples=(
        "why do we lose deals",
        "what do our won deals have in common",
        "win and loss patterns by industry",
        "where do we win most often",
        "top loss reasons this year",
        "which lead sources bring deals that we win",
        "against which competitor do we lose most",
        "who is our ideal customer",
    ),
)
async def win_loss_patterns(ask: WinLossPatterns, at: ToolContext) -> Found:
    """Compare won and lost deals by region, industry, product, source, deal type and competitor, with loss reasons.

    New business, unless deal types are asked for by filter or compared with each other (by = deal_type).
    Every rate comes with its counts and interval; what could be chance is called so.
    """
    require_dimensions(at.actor, (*ask.filters, *([ask.by] if ask.by else [])))
    filters = await _filters(ask, at)
    closed = dates(ask.period, at) if ask.period else None
    from db.repositories.facts import DISQUALIFIED, FactRepository

    defined = definition(at.workspace)
    columns = await FactRepository(at.session, at.actor).columns(
        filters={name: values for name, values in filters.items() if values}, since=closed[0] if closed else None,
        without=defined.left_out,
    )  # fmt: skip
    frame = _closed(columns.frame, closed)
    scope = await PeopleRepository(at.session, at.actor).scope()
    qualified = filters_in_words(_named(ask, filters)) + (
        f" closed in {period_in_words(ask.period)}" if ask.period else ""
    )
    if not frame.height:
        wider = " Ask for another period or without conditions to see more." if qualified else ""
        return Found((f"There are no won or lost deals{qualified} in {scope}.{wider}",), scope=scope)
    behind: dict[str, object] = {"status": "closed", "closed": ask.period, "filters": filters, "limit": 200}
    if DISQUALIFIED in columns.set_aside:
        behind["decided"] = True
    rule = _rule(defined, filters)
    figures = Figures(rule)
    found = judged(frame, (ask.by,) if ask.by else tuple(one for one in _DIMENSIONS if dimension_shown(at.actor, one)))
    told = at.actor.sees("opportunity", "loss_reason") and all(dimension_shown(at.actor, one) for one in filters)
    asked = ask.focus != "win" and told
    reasons = await _reasons(filters, closed, at, without=defined.left_out) if asked else []
    where = f"{scope}{qualified}"
    patterns = _patterns_said(found, ask, figures, behind, where)
    losses = _reasons_said(reasons, figures, behind, where)
    if ask.focus == "loss" and not told:
        losses = ["The loss reason of deals is not shown to your role, so I do not count reasons."]
    rest = [*losses, *patterns] if ask.focus == "loss" else [*patterns, *losses]
    people = each_once(
        person
        for one in await PeopleRepository(at.session, at.actor).visible()
        for person in of_colleague(one.id, one.name, one.email)
        if ask.by == "owner"
    )
    rows = tuple(_row(pattern) for pattern in found) + tuple(_reason_row(*reason) for reason in reasons)
    basis = [f"Definition: {rule}.", *([_BY_COUNT] if defined.basis is RateBasis.VALUE else [])]
    said = ("\n".join([_overall(frame, figures, behind, where), *rest, *basis]),)
    return Found(said, figures.all, rows, _chart(found, ask), scope=scope, people=people)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One segment of one dimension; `q` is adjusted over everything that was looked at."""

    dimension: str
    segment: SegmentRate
    pooled: float
    alike: bool
    q: float

    @property
    def supported(self) -> bool:
        return self.q <= _SUPPORTED

    @property
    def better(self) -> bool:
        return self.segment.rate >= self.pooled


def judged(frame: pl.DataFrame, dimensions: tuple[str, ...]) -> list[Pattern]:
    """Every segment with enough closed deals, over all the dimensions; the surest first.

    `frame` has `outcome` (1 won, 0 lost) and a column per dimension, null where not filled in.
    """
    import polars as pl

    from tools.science.segment_rates import dimension
    from tools.science.winrate.proportions import benjamini_hochberg

    found = []
    for name in dimensions:
        counts = (
            frame.filter(pl.col(name).is_not_null())
            .group_by(name)
            .agg(won=(pl.col("outcome") == 1).sum(), closed=pl.len())
            .sort(pl.col(name).cast(pl.String))
        )
        if counts.height < 2:
            continue  # a dimension with one value compares nothing
        labels = counts[name].cast(pl.String).to_list()
        one = dimension(labels, counts["won"].to_list(), counts["closed"].to_list(), least=_LEAST)
        found += [(name, segment, one) for segment in one.segments]
    q_values = benjamini_hochberg([segment.p_value for _, segment, _ in found])
    patterns = [
        Pattern(name, segment, one.pooled, one.alike, q)
        for (name, segment, one), q in zip(found, q_values, strict=True)
    ]
    return sorted(patterns, key=lambda one: (one.q, -one.segment.confidence, -one.segment.closed, one.segment.label))


async def _filters(ask: WinLossPatterns, at: ToolContext) -> dict[str, list[str]]:
    """Filters as the fact table spells them; colleagues by their full names."""
    for name in ask.filters:
        if name == GroupBy.STAGE:
            raise BadArgument("filters", "closed deals have no stage to narrow by")
    segments(ask.filters)
    spelt = await as_stored(ask.filters, at)
    if spelt.get("owner"):
        spelt["owner"] = [(await chosen_colleague(name, at)).name for name in spelt["owner"]]
    if ask.by != "deal_type" and not spelt.get("deal_type") and not definition(at.workspace).renewals:
        spelt["deal_type"] = [_NEW]
    return spelt


def _named(ask: WinLossPatterns, filters: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    """The conditions the person set; new business by default is said in the definition."""
    return [(name, values) for name, values in filters.items() if name != GroupBy.DEAL_TYPE or ask.filters.get(name)]


def _rule(defined: Definition, filters: dict[str, list[str]]) -> str:
    """The workspace's definition, for the deal types that are compared here."""
    types = filters.get("deal_type")
    if types == [_NEW]:
        return replace(defined, renewals=False).words(basis=RateBasis.COUNT)
    return replace(defined, renewals=True).words(filters, basis=RateBasis.COUNT)


def _closed(frame: pl.DataFrame, closed: tuple[date, date] | None) -> pl.DataFrame:
    import polars as pl

    ended = frame.filter(pl.col("outcome") >= 0)
    return ended.filter(pl.col("close_date").is_between(pl.lit(closed[0]), pl.lit(closed[1]))) if closed else ended


def _overall(frame: pl.DataFrame, figures: Figures, behind: dict[str, object], where: str) -> str:
    from tools.science.winrate.proportions import wilson

    won, closed = int((frame["outcome"] == 1).sum()), frame.height
    interval = wilson(won, closed)
    every = RowsBehind("find_opportunities", behind)
    rate = figures.rate(f"{_ALL}.rate", won / closed, f"win rate, {where}", interval=interval, rows=every)
    wins = RowsBehind("find_opportunities", behind | {"status": "won"})
    won_of = figures.count(f"{_ALL}.won", won, f"won deals, {where}", rows=wins)
    all_of = figures.count(f"{_ALL}.closed", closed, f"closed deals, {where}", rows=every)
    return f"{won_of} of {all_of} closed deals of {where} were won: {rate}."


def _patterns_said(
    found: list[Pattern], ask: WinLossPatterns, figures: Figures, behind: dict[str, object], where: str
) -> list[str]:
    if not found:
        least = figures.count("least", _LEAST, "closed deals a segment needs to be compared", rule="set in the program")
        return [f"There are too few deals to compare segments: each needs {least} closed deals."]
    wanted = [one for one in found if ask.focus is None or one.better is (ask.focus == "win")]
    sure = [one for one in wanted if one.supported]
    lines = [f"- {_said(one, figures, behind, where)}" for one in sure[: 2 * _SHOWN]]
    if sure:
        return ["What stands out beyond chance:", *lines]
    best = sorted((one for one in wanted if one.better), key=lambda one: -one.segment.confidence)[:_SHOWN]
    worst = sorted((one for one in wanted if not one.better), key=lambda one: -one.segment.confidence)[:_SHOWN]
    alike = " Your segments differ little." if all(one.alike for one in found) else ""
    compared = figures.count("compared", len(found), "segments compared", rule="counted")
    said = [f"No segment stands out beyond chance once all {compared} comparisons are counted.{alike}"]
    for title, group in (("Highest so far:", best), ("Lowest so far:", worst)):
        if group:
            said += [title, *(f"- {_said(one, figures, behind, where)}" for one in group)]
    return said


def _said(one: Pattern, figures: Figures, behind: dict[str, object], where: str) -> str:
    segment, name = one.segment, f"{one.dimension.replace('_', ' ')} {clean(one.segment.label, most=80)}"
    key = f"{one.dimension}.{slug(segment.label)}"
    rows = RowsBehind("find_opportunities", behind | {"filters": _narrowed(behind, one)})
    wins = RowsBehind(rows.tool, {**rows.arguments, "status": "won"})
    won = figures.count(f"{key}.won", segment.won, f"won deals, {name}, {where}", rows=wins)
    closed = figures.count(f"{key}.closed", segment.closed, f"closed deals, {name}, {where}", rows=rows)
    rate = figures.rate(f"{key}.rate", segment.rate, f"win rate, {name}, {where}", rows=rows, interval=segment.interval)
    pooled = figures.rate(f"{one.dimension}.pooled", one.pooled, f"win rate of deals with {one.dimension} filled in")
    sure = figures.rate(
        f"{key}.sure", segment.confidence, f"how sure it is that {name} lies on that side", rule=_TEST, digits=0
    )
    low, high = (
        figures.rate(f"{key}.{end}", value, f"likely true win rate, {end} end, {name}", rule=_TEST, digits=0)
        for end, value in zip(("low", "high"), segment.likely, strict=True)
    )
    side = "above" if one.better else "below"
    return (
        f"{name}: {won} of {closed} won ({rate}), {sure} sure it is {side} the average of {pooled}; "
        f"likely true rate {low} to {high}"
    )


def _narrowed(behind: dict[str, object], one: Pattern) -> dict[str, object]:
    filters = behind["filters"]
    return {**(filters if isinstance(filters, dict) else {}), one.dimension: [one.segment.label]}


async def _reasons(
    filters: dict[str, list[str]], closed: tuple[date, date] | None, at: ToolContext, *, without: tuple[str, ...]
) -> list[tuple[str | None, int, int]]:
    """(reason, deals, lost deals with a reason), the commonest first; the missing ones last as (None, deals, ...)."""
    where = OpportunityFilter(
        owners=await chosen_owners(filters, at),
        closed=closed,
        segments=segments(filters),
        without_reasons=without,
    )
    found = await OpportunityRepository(at.session, at.actor).loss_reasons(where, today=at.today)
    known = sum(deals for reason, deals in found if reason)
    named = [(reason, deals, known) for reason, deals in found if reason]
    return named + [(None, deals, known) for reason, deals in found if not reason]


def _reasons_said(
    reasons: list[tuple[str | None, int, int]], figures: Figures, behind: dict[str, object], where: str
) -> list[str]:
    named = [(reason, deals, known) for reason, deals, known in reasons if reason]
    lost = sum(deals for _, deals, _ in reasons)
    if not lost:
        return []
    rows = RowsBehind("find_opportunities", behind | {"status": "lost"})
    total = figures.count("lost", lost, f"lost deals, {where}", rows=rows, rule=_REASON_RULE)
    if not named:
        return [f"None of the {total} lost {plural(lost, 'deal')} says why it was lost."]
    known = figures.count("reasons", named[0][2], f"lost deals with a reason, {where}", rule=_REASON_RULE)
    said = [f"Why deals were lost ({known} of {total} say why):"]
    for reason, deals, of in named[:5]:
        name, key = clean(reason, most=80), f"reason.{slug(reason or '')}"
        count = figures.count(key, deals, f"lost deals, reason {name}, {where}", rule=_REASON_RULE)
        share = figures.rate(f"{key}.share", deals / of, f"share of reason {name}, {where}", rule=_REASON_RULE)
        said.append(f"- {name}: {count} ({share})")
    return said


def _row(one: Pattern) -> dict[str, object]:
    segment = one.segment
    return {
        "dimension": one.dimension,
        "segment": clean(segment.label),
        "won": segment.won,
        "closed": segment.closed,
        "win rate": round(segment.rate, 4),
        "interval": [round(limit, 4) for limit in segment.interval],
        "likely true rate": [round(limit, 4) for limit in segment.likely],
        "confidence": round(segment.confidence, 4),
        "q value": round(one.q, 4),
        "beyond chance": one.supported,
    }


def _reason_row(reason: str | None, deals: int, known: int) -> dict[str, object]:
    share = round(deals / known, 4) if reason and known else None
    return {"loss reason": clean(reason) if reason else "not filled in", "lost": deals, "share": share}


def _chart(found: list[Pattern], ask: WinLossPatterns) -> Chart | None:
    """The win rates of one dimension: the one asked for, or the one with the surest finding."""
    name = ask.by or (found[0].dimension if found else None)
    mine = sorted((one for one in found if one.dimension == name), key=lambda one: -one.segment.rate)
    if not mine or name is None:
        return None
    data = tuple(
        {
            "label": clean(one.segment.label, most=60),
            "value": one.segment.rate,
            "low": one.segment.interval[0],
            "high": one.segment.interval[1],
        }
        for one in mine
    )
    title = f"Win rate by {name.replace('_', ' ')}"
    return Chart(
        title, ChartKind.BAR, f"Bar chart of the {title[0].lower()}{title[1:]} with 95 % intervals.", data, "rate"
    )
