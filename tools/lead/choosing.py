"""Which leads a change of many is about, by the conditions people name in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from db.repositories.leads import LeadColumn, LeadFilter, LeadRepository
from tools.contract import Ask, ToolContext
from tools.errors import Unanswerable
from tools.periods import moments
from tools.segments import Names, Who, chosen_owners, matched, said_of
from tools.wording import clean, listed


class LeadsWanted(Ask):
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """`words` say which leads these are: `new leads from Webinar`; `total` may be more than `ids`."""

    ids: tuple[int, ...]
    total: int
    words: str


async def leads_wanted(ask: LeadsWanted, at: ToolContext, *, limit: int, unowned: bool = False) -> Wanted:
    """The newest of them among those the person sees. Raises `Unanswerable` where there are none."""
    leads = LeadRepository(at.session, at.actor)

    async def spelt(values: list[str], column: LeadColumn) -> tuple[str, ...]:
        return tuple(matched(values, await leads.labels(column))) if values else ()

    where = LeadFilter(
        statuses=tuple(status.lower() for status in ask.status), sources=await spelt(ask.source, LeadColumn.SOURCE),
        owners=await chosen_owners({}, at, owner=ask.owner, of="lead"),
        countries=await spelt(ask.country, LeadColumn.COUNTRY),
        regions=await spelt(ask.region, LeadColumn.REGION), industries=await spelt(ask.industry, LeadColumn.INDUSTRY),
        created=moments(ask.created, at) if ask.created else None, unowned=unowned,
    )  # fmt: skip
    total, lines = await leads.find(where, limit=limit)
    words = _words(ask, where, unowned=unowned)
    if not lines:
        raise Unanswerable(f"There are no {words} among those you see, so there is nothing to do.")
    return Wanted(tuple(line.id for line in lines), total, words)


def _words(ask: LeadsWanted, where: LeadFilter, *, unowned: bool) -> str:
    kinds = listed([clean(status, most=40) for status in where.statuses], last="or")
    said = f"{f'{kinds} ' if kinds else ''}leads{' without an owner' if unowned else ''}"
    for preposition, values in (
        ("from", where.sources), ("in", where.countries), ("in", where.regions), ("in", where.industries),
    ):  # fmt: skip
        if values:
            said += f" {preposition} {listed([clean(value, most=80) for value in values], last='or')}"
    said += said_of(ask.owner)
    return f"{said} that arrived in {ask.created.replace('/', ' to ')}" if ask.created else said
