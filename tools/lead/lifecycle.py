"""How long leads stay where, from new to customer: one of them, or all."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from db.access import Permission
from db.records import KINDS
from db.repositories.leads import LeadRepository
from db.repositories.lifecycle import LifecycleRepository, Stay, TimeInStatus
from db.repositories.people import PeopleRepository
from db.repositories.records import RecordRepository
from tools.contract import Area, Ask, Effect, Found, RecordArgument, ToolContext, tool
from tools.errors import BadArgument
from tools.evidence import Figures, RowsBehind
from tools.people import each_once, lead_ref, of_colleague, of_lead
from tools.segments import Names
from tools.wording import clean, listed, plain, said_on

_SECONDS = 86_400


class LeadLifecycle(Ask):
    record: RecordArgument | None = None
    """One lead; left out: all leads the person sees."""
    status: Names = Field(default_factory=list)
    """new, contacted, qualified, opportunity, customer, unqualified; left out: every one of them."""


@tool(
    area=Area.LEAD,
    effect=Effect.READ,
    requires=Permission.LEADS_READ,
    doing="measuring how long leads stay where",
    examples=(
        "how long do leads stay in contacted",
        "time in stage of my leads",
        "how long was Jane Doe in each status",
        "how quickly do new leads get contacted",
        "lifecycle of this lead",
        "average time leads spend as qualified",
        "what has this lead been through",
        "when did this lead become qualified and who did it",
    ),
)
async def lead_lifecycle(ask: LeadLifecycle, at: ToolContext) -> Found:
    """Tell how long leads stay in each status on the way from new to customer, or what one lead has been through."""
    RecordRepository(at.session, at.actor, KINDS["lead"]).shown("status")
    if ask.record is not None:
        return await _of_one(ask.record, at)
    wanted = [one.lower() for one in ask.status]
    if unknown := [one for one in wanted if one not in LeadRepository.STATUSES]:
        raise BadArgument(
            "status", f"“{clean(unknown[0], most=40)}” is none; there is {', '.join(LeadRepository.STATUSES)}"
        )
    scope = await PeopleRepository(at.session, at.actor).scope("leads")
    times = [
        one
        for one in await LifecycleRepository(at.session, at.actor).times(at.now)
        if one.status in wanted or not wanted
    ]
    if not times:
        return Found(
            (f"No history of leads{f' in {listed(wanted)}' if wanted else ''} is on record in {scope}.",), scope=scope
        )
    figures = Figures(
        "days from entering a status to leaving it, over the history of leads",
        RowsBehind("lead_lifecycle", ask.model_dump()),
    )
    lines = [f"How long leads stay, in {scope}:", *(_line(one, figures) for one in times)]
    return Found(("\n".join(lines),), figures.all, tuple(_row(one) for one in times), scope=scope)


def _line(one: TimeInStatus, figures: Figures) -> str:
    parts = []
    if one.left and one.median_days is not None and one.average_days is not None:
        n = figures.count(f"{one.status}.left", one.left, f"leads that have left {one.status}")
        median = figures.days(f"{one.status}.median", one.median_days, f"median days in {one.status}", digits=1)
        mean = figures.days(f"{one.status}.average", one.average_days, f"average days in {one.status}", digits=1)
        parts.append(f"half of the {n} that moved on did so within {median}, on average after {mean}")
    if one.staying:
        n = figures.count(f"{one.status}.staying", one.staying, f"leads in {one.status} now")
        since = figures.days(
            f"{one.status}.since", one.staying_days or 0.0, f"average days in {one.status} so far", digits=1
        )
        parts.append(f"{n} {'is' if one.staying == 1 else 'are'} in it now, for {since} on average")
    return f"- {one.status}: {'; '.join(parts)}"


def _row(one: TimeInStatus) -> dict[str, object]:
    return {
        "status": one.status, "moved on": one.left, "median days": _rounded(one.median_days),
        "average days": _rounded(one.average_days), "in it now": one.staying,
        "average days so far": _rounded(one.staying_days),
    }  # fmt: skip


def _rounded(days: float | None) -> float | None:
    return None if days is None else round(float(days), 1)


async def _of_one(record: RecordArgument, at: ToolContext) -> Found:
    if record.kind != "lead":
        raise BadArgument("record", f"only leads have a lifecycle; this is a {record.kind}")
    line = await LeadRepository(at.session, at.actor).get(record.id)
    stays = await LifecycleRepository(at.session, at.actor).stays(line.id)
    name, people = clean(line.name, most=80), [of_lead(line)]
    if not stays:
        return Found(
            (f"{name} is {line.status}; no history of it is on record.",), focus=(lead_ref(line),), people=tuple(people)
        )
    argument = {"record": {"kind": "lead", "id": line.id, "name": line.name}}
    figures = Figures("days from entering a status to leaving it", RowsBehind("lead_lifecycle", argument))
    lines = [f"{name} on the way from new to customer:"]
    for number, stay in enumerate(stays, start=1):
        people += of_colleague(stay.by_id, stay.by)
        lines.append(_stay(number, stay, name, figures, at))
    rows = tuple(
        {
            "status": stay.status, "entered": plain(stay.entered_at), "left": plain(stay.left_at), "by": stay.by,
            "why": stay.reason, "days": _rounded(_days(stay, at.now)),
        }
        for stay in stays
    )  # fmt: skip
    return Found(("\n".join(lines),), figures.all, rows, focus=(lead_ref(line),), people=each_once(people), scope=name)


def _days(stay: Stay, now: datetime) -> float:
    return max(0.0, ((stay.left_at or now) - stay.entered_at).total_seconds() / _SECONDS)


def _stay(number: int, stay: Stay, name: str, figures: Figures, at: ToolContext) -> str:
    days = figures.days(f"stay.{number}", round(_days(stay, at.now), 1), f"days of {name} in {stay.status}")
    how = "".join(
        [f" by {clean(stay.by)}" if stay.by else "", f" ({clean(stay.reason, most=80)})" if stay.reason else ""]
    )
    lasted = f"for {days}" if stay.left_at else f"since then, {days} so far"
    return f"- {stay.status} from {said_on(stay.entered_at, at.now)}{how}, {lasted}"
