"""Leads by status, source, owner, place, age and score."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from db.access import Permission
from db.records import KINDS
from db.repositories.leads import LeadColumn, LeadFilter, LeadLine, LeadOrder, LeadRepository
from db.repositories.people import PeopleRepository
from tools.contract import Area, Ask, Effect, Found, ToolContext, tool
from tools.evidence import Figures, RowsBehind, Unit
from tools.listing import Listing
from tools.people import lead_ref, of_colleague, of_lead
from tools.periods import moments
from tools.records.asks import Conditions
from tools.records.choosing import conditions_of, in_words
from tools.segments import Names, Who, chosen_owners, matched, said_of
from tools.wording import clean, listed, plain, plural, said_on

_RULE = "leads that meet every condition"
_SCORE_RULE = "score stored on the lead, 0 to 100"


class FindLeads(Ask):
    status: Names = Field(default_factory=list)
    """new, contacted, qualified, opportunity, customer, unqualified; any of them."""
    source: Names = Field(default_factory=list)
    """Where the lead came from, such as Webinar or Referral."""
    owner: Who | None = None
    """A colleague, or "me"."""
    country: Names = Field(default_factory=list)
    region: Names = Field(default_factory=list)
    industry: Names = Field(default_factory=list)
    created: str | None = None
    """Period in which the lead arrived: 2025Q2, 2025-06, 2025 or two ISO dates joined by a slash."""
    uncontacted: bool = False
    """Only leads nobody has contacted yet."""
    silent_days: int | None = Field(default=None, ge=1, le=3650)
    """Contacted before, but not for this many days."""
    min_score: int | None = Field(default=None, ge=0, le=100)
    max_score: int | None = Field(default=None, ge=0, le=100)
    where: Conditions = Field(default_factory=list)
    """Conditions on any other field of a lead; every one has to hold."""
    sort: Literal["score", "lowest_score", "newest", "oldest", "last_contacted", "longest_silent"] = "score"
    limit: int = Field(default=10, ge=1, le=200)


@tool(
    area=Area.LEAD,
    effect=Effect.READ,
    requires=Permission.LEADS_READ,
    doing="finding leads",
    examples=(
        "show me my leads",
        "list the newest leads from the webinar",
        "which leads has nobody called yet",
        "leads with a score above 80",
        "qualified leads in Germany",
        "what came in from paid search last week",
        "find uncontacted healthcare leads in EMEA",
        "how many leads did we get this month",
        "which leads have gone quiet",
    ),
)
async def find_leads(ask: FindLeads, at: ToolContext) -> Found:
    """List leads by status, source, owner, country, region, industry, arrival, score; never contacted; gone quiet."""
    leads = LeadRepository(at.session, at.actor)
    where = await _where(ask, leads, at)
    order = _order(ask, at)
    total, lines = await leads.find(where, order=order, limit=ask.limit)
    scope = await PeopleRepository(at.session, at.actor).scope("leads")
    if not lines:
        said = f"There are no {_what(ask, where, at)} in {scope}.{await _instead(ask, leads)}"
        return Found((said,), scope=scope)
    asked = ask.model_dump(mode="json", exclude=None if order == ask.sort else {"sort"}) | {"limit": 200}
    figures = Figures(_RULE, RowsBehind("find_leads", asked))
    listing = Listing(total, lines, figures, "leads", scope)
    head = listing.head(
        _what(ask, where, at, count=total), order=order.replace("_", " ") if order is not LeadOrder.ANY else "number"
    )
    return listing.found(
        [head, *listing.numbered(lambda number, line: _line(number, line, figures, at))],
        row=_row,
        focus=lead_ref,
        people=lambda line: (of_lead(line), *of_colleague(line.owner_id, line.owner)),
    )


def _order(ask: FindLeads, at: ToolContext) -> LeadOrder:
    """The one asked for; by score where nothing was said, or by what the person sees."""
    if "sort" in ask.model_fields_set or at.actor.sees("lead", "score"):
        return LeadOrder(ask.sort)
    return LeadOrder.NEWEST if at.actor.sees("lead", "arrived_at") else LeadOrder.ANY


async def _where(ask: FindLeads, leads: LeadRepository, at: ToolContext) -> LeadFilter:
    async def spelt(values: list[str], column: LeadColumn) -> tuple[str, ...]:
        return tuple(matched(values, await leads.labels(column))) if values else ()

    return LeadFilter(
        statuses=tuple(status.lower() for status in ask.status),
        sources=await spelt(ask.source, LeadColumn.SOURCE),
        owners=await chosen_owners({}, at, owner=ask.owner, of="lead"),
        countries=await spelt(ask.country, LeadColumn.COUNTRY),
        regions=await spelt(ask.region, LeadColumn.REGION),
        industries=await spelt(ask.industry, LeadColumn.INDUSTRY),
        created=moments(ask.created, at) if ask.created else None,
        uncontacted=ask.uncontacted,
        min_score=ask.min_score,
        max_score=ask.max_score,
        silent_since=None if ask.silent_days is None else at.now - timedelta(days=ask.silent_days),
        further=await conditions_of(KINDS["lead"], ask.where, at) if ask.where else None,
    )


def _what(ask: FindLeads, where: LeadFilter, at: ToolContext, *, count: int = 2) -> str:
    words = [clean(status, most=40) for status in where.statuses]
    kind = f"{listed(words, last='or')} " if words else ""
    noun = f"{'uncontacted ' if ask.uncontacted else ''}{kind}{plural(count, 'lead')}"
    for preposition, values in (
        ("from", where.sources),
        ("in", where.countries),
        ("in", where.regions),
        ("in", where.industries),
    ):
        if values:
            noun += f" {preposition} {listed([clean(value, most=80) for value in values], last='or')}"
    noun += said_of(ask.owner)
    if ask.created:
        noun += f" that arrived in {ask.created.replace('/', ' to ')}"
    if ask.min_score is not None:
        noun += f" with a score of {ask.min_score} or more"
    if ask.max_score is not None:
        noun += f" with a score of {ask.max_score} or less"
    if ask.silent_days is not None:
        noun += f" contacted before but not for {ask.silent_days} {plural(ask.silent_days, 'day')}"
    return f"{noun}{in_words(KINDS['lead'], ask.where, at)}"


async def _instead(ask: FindLeads, leads: LeadRepository) -> str:
    """What the person could ask after an empty answer: the values there are for what was narrowed by."""
    for values, column in (
        (ask.source, LeadColumn.SOURCE),
        (ask.country, LeadColumn.COUNTRY),
        (ask.region, LeadColumn.REGION),
        (ask.industry, LeadColumn.INDUSTRY),
        (ask.status, LeadColumn.STATUS),
    ):
        labels = [clean(label, most=60) for label in await leads.labels(column)] if values else []
        if labels and not set(matched(values, labels)) & set(labels):
            more = " and others" if len(labels) > 8 else ""
            return f" The {column} of your leads is {listed(labels[:8], last='or')}{more}."
    return " Ask for “my leads” to see all of them." if ask != FindLeads(limit=ask.limit, sort=ask.sort) else ""


def _line(number: int, line: LeadLine, figures: Figures, at: ToolContext) -> str:
    name = clean(line.name, most=80)
    job = ", ".join(clean(part, most=80) for part in (line.title, line.company) if part and part != line.name)
    parts = [line.status] if line.status else []
    if line.score is not None:
        score = figures.add(f"lead.{line.id}.score", line.score, Unit.SCORE, f"score of {name}", rule=_SCORE_RULE)
        parts.append(f"score {score}{f' ({line.grade})' if line.grade else ''}")
    came = " ".join([
        *(["arrived", said_on(line.arrived_at, at.now)] if line.arrived_at else []),
        *(["from", clean(line.source)] if line.source else []),
    ])  # fmt: skip
    parts += [came] if came else []
    contacted = line.last_contacted_at
    if at.actor.sees("lead", "last_contacted_at"):
        parts.append(f"last contacted {said_on(contacted, at.now)}" if contacted else "not contacted yet")
    if line.opted_out:
        parts.append("opted out of messages")
    mine = line.owner_id == at.actor.user_id or not at.actor.sees("lead", "owner")
    owner = "" if mine else f" ({clean(line.owner) or 'no owner'})"
    return f"{number}. {name}{f', {job}' if job else ''}{owner}: {', '.join(parts)}"


def _row(line: LeadLine) -> dict[str, object]:
    return {
        "id": line.id,
        "name": line.name,
        "company": line.company,
        "title": line.title,
        "status": line.status,
        "score": line.score,
        "grade": line.grade,
        "source": line.source,
        "country": line.country,
        "region": line.region,
        "industry": line.industry,
        "owner": line.owner,
        "arrived": plain(line.arrived_at),
        "last contacted": plain(line.last_contacted_at),
        "opted out": line.opted_out,
    }
