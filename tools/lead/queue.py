"""Whom to call first: leads in the order in which they deserve a call, each with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from pydantic import Field

from db.access import Permission, Role
from db.repositories.leads import LeadLine, LeadRepository
from db.repositories.people import PeopleRepository
from tools.contract import Area, Ask, Effect, Found, ToolContext, tool
from tools.evidence import Figures, RowsBehind, Unit
from tools.people import each_once, lead_ref, of_colleague, of_lead
from tools.segments import Who, chosen_owners, everybody, said_of
from tools.wording import clean, plain, plural

RESTS = timedelta(days=2)
"""Who was contacted lately is left alone for this long."""
_LOOKED_AT = 300
_FRESH_DAYS, _FRESH, _QUALIFIED, _LAPSED_DAYS, _LAPSED = 3, 20, 10, 14, 6
RULE = (
    "order: the lead score; 20 points more for one that arrived in the last 3 days and nobody has contacted, 10 for a "
    "qualified one, 6 for one that was contacted and not for 14 days; left out: who wants no contact, was contacted in "
    "the last 2 days, or is put off by an open task that is due later"
)


class PrioritiseLeads(Ask):
    owner: Who | None = None
    """A colleague, or "me"; left out: everybody whose leads the person works."""
    limit: int = Field(default=10, ge=1, le=100)


@dataclass(frozen=True, slots=True)
class Place:
    """One lead of the queue with its points."""

    line: LeadLine
    points: int
    fresh: bool
    arrived_days: int
    silent_days: int | None


@tool(
    area=Area.LEAD,
    effect=Effect.READ,
    requires=Permission.LEADS_READ,
    doing="ranking leads",
    examples=(
        "prioritise my leads",
        "rank my leads by who deserves a call",
        "give me my lead queue",
        "which leads should I work first",
        "lead call list for today",
        "order the leads by priority",
        "which leads are worth my time today",
        "build my lead priority queue",
    ),
)
async def prioritise_leads(ask: PrioritiseLeads, at: ToolContext) -> Found:
    """Rank the leads to reach out to now, each with the reason: score, freshness, status, silence.

    Leaves out who wants no contact, was contacted in the last two days, or is put off by a task that is due later.
    """
    owners = await _owners(ask, at)
    total, places = await queue(owners, at)
    scope = await PeopleRepository(at.session, at.actor).scope("leads")
    if not places:
        said = f"No lead{said_of(ask.owner)} in {scope} waits for a call: all were contacted lately, put off or closed."
        return Found((said,), scope=scope)
    arguments = ask.model_dump(mode="json") | {"limit": 100}
    figures = Figures(RULE, RowsBehind("prioritise_leads", arguments))
    shown = places[: ask.limit]
    count = figures.count("waiting", total, f"leads to reach out to, {scope}")
    lines = [f"{count} {plural(total, 'lead')}{said_of(ask.owner)} to reach out to in {scope}. Call first:"]
    lines += [f"{number}. {_line(place, figures, at)}" for number, place in enumerate(shown, start=1)]
    people = [
        one for place in shown for one in (of_lead(place.line), *of_colleague(place.line.owner_id, place.line.owner))
    ]
    return Found(
        ("\n".join(lines),), figures.all, tuple(_row(one) for one in shown),
        focus=tuple(lead_ref(one.line) for one in shown), people=each_once(people), scope=scope,
    )  # fmt: skip


async def _owners(ask: PrioritiseLeads, at: ToolContext) -> tuple[int, ...]:
    if ask.owner:
        return await chosen_owners({}, at, owner=ask.owner, of="lead")
    return (at.actor.user_id,) if at.actor.role is Role.REP else await everybody(at)


async def queue(owners: tuple[int, ...], at: ToolContext) -> tuple[int, list[Place]]:
    """How many leads wait, and the foremost of them in order. Raises `NotShown` where what it rests on is hidden."""
    tonight = datetime.combine(at.today, time.max, tzinfo=at.now.tzinfo)
    total, lines = await LeadRepository(at.session, at.actor).queue(
        owners=owners, now=at.now, until=tonight, touched=at.now - RESTS, limit=_LOOKED_AT
    )
    places = [_placed(line, at) for line in lines]
    return total, sorted(places, key=lambda one: (-one.points, -_arrived(one.line, at).timestamp(), one.line.id))


def _placed(line: LeadLine, at: ToolContext) -> Place:
    arrived = _days(_arrived(line, at), at)
    silent = None if line.last_contacted_at is None else _days(line.last_contacted_at, at)
    fresh = silent is None and arrived <= _FRESH_DAYS
    points = (line.score or 0) + (_FRESH if fresh else 0) + (_QUALIFIED if line.status == "qualified" else 0)
    points += _LAPSED if silent is not None and silent >= _LAPSED_DAYS else 0
    return Place(line, points, fresh, arrived, silent)


def _arrived(line: LeadLine, at: ToolContext) -> datetime:
    """The queue is not made where arrivals are hidden, so every line of it has one."""
    return line.arrived_at or at.now


def _days(since: datetime, at: ToolContext) -> int:
    return max(0, (at.today - since.astimezone(at.now.tzinfo).date()).days)


def _line(place: Place, figures: Figures, at: ToolContext) -> str:
    line = place.line
    name = clean(line.name, most=80)
    job = ", ".join(clean(part, most=80) for part in (line.title, line.company) if part and part != line.name)
    owner = "" if line.owner_id == at.actor.user_id else f" ({clean(line.owner) or 'no owner'})"
    parts = [reason(place, figures)]
    if line.preferred_channel and line.preferred_channel != "call":
        parts.append(f"prefers {clean(line.preferred_channel)}")
    return f"{name}{f', {job}' if job else ''}{owner}: {', '.join(parts)}"


def reason(place: Place, figures: Figures) -> str:
    """Why a lead stands where it does."""
    line, name = place.line, clean(place.line.name, most=80)
    parts = []
    if line.score is not None:
        score = figures.add(f"lead.{line.id}.score", line.score, Unit.SCORE, f"lead score of {name}, 0 to 100")
        parts.append(f"score {score}{f' ({line.grade})' if line.grade else ''}")
    if line.status == "qualified":
        parts.append("qualified")
    if place.silent_days is None:
        key, label = f"lead.{line.id}.arrived", f"days since {name} arrived"
        ago = figures.days(key, place.arrived_days, label, rule="today minus the day of arrival")
        parts.append(f"arrived {f'{ago} ago' if place.arrived_days else 'today'} and not contacted yet")
    else:
        key, label = f"lead.{line.id}.silent", f"days since the last contact with {name}"
        ago = figures.days(key, place.silent_days, label, rule="today minus the day of the last contact")
        parts.append(f"last contact {ago} ago")
    return ", ".join(parts)


def _row(place: Place) -> dict[str, object]:
    line = place.line
    return {
        "id": line.id, "name": line.name, "company": line.company, "status": line.status, "score": line.score,
        "grade": line.grade, "tier": line.tier, "priority": place.points, "owner": line.owner,
        "arrived": plain(line.arrived_at), "last contacted": plain(line.last_contacted_at),
    }  # fmt: skip
