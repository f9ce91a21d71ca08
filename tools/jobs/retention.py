"""Keeping records no longer than the workspace wants.

What nobody has changed or heard of for the days of a retention is proposed for deletion to an administrator, with the
preview that every deletion has: customers, disputes and wishes not to be contacted are left out. Nothing is deleted
without that decision. What was deleted, by whomever, longer ago than the workspace keeps it is erased for good.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from db.access import Actor
from db.deeds import Deed, Kind, about
from db.doors import Door
from db.records import KINDS, RecordKind
from db.records.choices import AccountStatus, Outcome, TaskStatus
from db.records.conditions import Condition, Test
from db.repositories import audit, retained, upkeep
from db.repositories.proposals import ProposalLine
from db.repositories.purging import purge
from db.repositories.records import RecordRepository, Wanted
from db.repositories.rules import in_force, stored_rules
from db.rules import KEPT_KINDS, NEVER
from db.session import WriteSession
from tools import effects
from tools.contract import Proposed, RecordArgument, ToolContext
from tools.errors import Unanswerable
from tools.jobs.job import BATCH, Moment
from tools.recording import Entry, Recorder, recording_with
from tools.records.asks import MOST_NAMED, Chosen
from tools.records.roster import Verb, tool_for

_AT_ONCE = MOST_NAMED
"""Records of one proposal: more are hardly looked at, and the next one follows when it is decided."""
_UNMOVED: Mapping[str, tuple[str, ...]] = {
    "lead": ("last_activity", "last_contacted_at", "updated_at"),
    "contact": ("last_activity", "updated_at"),
    "opportunity": ("updated_at", "closed_on"),
    "interaction": ("at",),
    "note": ("created_at",),
    "task": ("completed_at", "created_at"),
}
"""The fields that tell when something last happened to a record: all of them lie before the day."""
_ONLY: Mapping[str, tuple[Condition, ...]] = {
    "opportunity": (Condition("outcome", Test.IS, (Outcome.LOST,)),),
    "task": (Condition("status", Test.IS_NOT, (TaskStatus.OPEN,)),),
}
_CUSTOMERS = (
    Condition("account.status", Test.IS, (AccountStatus.CUSTOMER,)),
    Condition("account.in_dispute", Test.IS, (True,)),
)
_NEVER: Mapping[str, tuple[Condition, ...]] = dict.fromkeys(("interaction", "note", "task"), _CUSTOMERS)
"""What is left out beside the rules of every deletion: what hangs on customers and disputes."""


async def propose_retention(session: WriteSession, at: Moment) -> int:
    """Propose the deletion of what is past its retention; one proposal for a kind, until it is decided."""
    days = _days(await stored_rules(session))
    actor = await retained.administrator(session) if days else None
    if actor is None:
        return 0
    settings = await in_force(session, at.settings)
    context = ToolContext(actor, session, at.now.astimezone(ZoneInfo(settings.timezone)), settings)
    for kind, kept in days.items():
        if not await retained.waits(session, _title(kind)):
            await _propose(session, KINDS[kind], kept, context)
    # Nothing is left for a second batch: each kind has its proposal now, or nothing to propose.
    return 0


async def erase_deleted(session: WriteSession, at: Moment) -> int:
    """Erase what was deleted longer ago than the workspace keeps it, of the kinds that have a retention."""
    rules = await stored_rules(session)
    after = rules.get("erase_deleted_after", NEVER)
    if after == NEVER:
        return 0
    done = 0
    for kind in _days(rules):
        erased = await purge(session, kind, at.now - timedelta(days=int(after)), most=BATCH - done)
        if erased:
            details = {"records": erased, "kind": kind, "rule": f"erase_deleted_after {after}"}
            await audit.record(session, None, Deed.PURGED, subject=about(Kind.RULE, _title(kind)), details=details)
        done += erased
        if done >= BATCH:
            break
    return done


def _days(rules: Mapping[str, str]) -> dict[str, int]:
    """Kind -> days, of the kinds that have a retention."""
    kept = {kind: rules.get(f"retention_{kind}", NEVER) for kind in KEPT_KINDS}
    return {kind: int(days) for kind, days in kept.items() if days != NEVER}


def _title(kind: str) -> str:
    return f"retention {kind}"


async def _propose(session: WriteSession, kind: RecordKind, days: int, at: ToolContext) -> ProposalLine | None:
    due = await _due(kind, at.now - timedelta(days=days), at)
    for some in _chunks(due):
        proposed = await _deletion(kind, some, at)
        if proposed is not None:
            said = f"By the retention of {days:,} days: {proposed.said}"
            return await _waiting(session, kind, replace(proposed, said=said), at)
    return None


async def _due(kind: RecordKind, before: datetime, at: ToolContext) -> list[int]:
    """Ids of the records that nothing has happened to since then, without those that are never proposed."""
    records = RecordRepository(at.session, at.actor, kind)
    since = [_untouched(kind, name, before) for name in _UNMOVED[kind.name]]
    past = (*since, *_ONLY.get(kind.name, ()))
    kept = {key for one in _NEVER.get(kind.name, ()) for key, _ in await records.ids(Wanted((*past, one)))}
    return [key for key, _ in await records.ids(Wanted(past)) if key not in kept]


def _untouched(kind: RecordKind, name: str, before: datetime) -> Condition:
    day = kind.field(name).type == "date"
    return Condition(name, Test.NOT_SINCE, (before.date() if day else before,))


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


async def _deletion(kind: RecordKind, ids: Sequence[int], at: ToolContext) -> Proposed | None:
    """The proposal that the tool makes of it; None where all of these would better stay."""
    ask = Chosen(records=[RecordArgument(kind=kind.name, id=key) for key in ids])
    try:
        found = await tool_for(kind, Verb.DELETE).run(ask, at)
    except Unanswerable:
        return None
    return found if isinstance(found, Proposed) else None


async def _waiting(session: WriteSession, kind: RecordKind, proposed: Proposed, at: ToolContext) -> ProposalLine:
    """The proposal, in a turn of its own, with its audit entry, and a word to the administrator it waits for."""
    tool = tool_for(kind, Verb.DELETE)
    turn = await retained.open_turn(session, at.actor, _title(kind.name))
    with recording_with(session, _entering(at.actor, turn)):
        line = await effects.propose(
            session, at.actor, proposed, tool=tool.name, effect=tool.effect, turn=turn, step=0, read_before=[],
            own_words=False,
        )  # fmt: skip
    await retained.close_turn(session, at.actor, turn, proposed.said, line, tool.area.value)
    await upkeep.tell_of_retention(session, at.actor.user_id, proposed.said, at.now)
    return line


def _entering(actor: Actor, turn: str) -> Recorder:
    async def enter(session: WriteSession, entry: Entry) -> None:
        # Records are named by their numbers only, so that nothing has to be hidden.
        details = {"turn": turn, "door": Door.WORKER, "planned_by": "retention", "tool": entry.tool, **entry.details}
        await audit.record(session, actor, entry.deed, subject=entry.subject, details=details)

    return enter
