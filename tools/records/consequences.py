"""What else follows when a record is made or changed: owners, closing days, histories, last contacts.

Everything is said as operations of the same call, so that it is previewed, applied and taken back with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.records import KINDS, RecordKind
from db.records.choices import Direction, LeadStatus, Outcome, TaskStatus
from db.records.conditions import Condition, Test
from db.repositories.opportunities import OpportunityRepository
from db.repositories.records import RecordLine, RecordRepository, Wanted
from tools.contract import CREATED, Action, Operation, ToolContext
from tools.errors import NotKept, Unanswerable
from tools.records import stages
from tools.special_categories import category_of

_NO_STAGE = (
    "There is no open stage yet, so a deal has no place. An administrator can make one: “create a stage called "
    "Discovery with probability 10 %”."
)


@dataclass(frozen=True, slots=True)
class Consequences:
    """`values` are further columns of the record itself, `operations` what is done to others after it."""

    values: Mapping[str, Any] = field(default_factory=dict)
    operations: tuple[Operation, ...] = ()


def follows_each(kind: RecordKind, values: Mapping[str, Any]) -> bool:
    """Whether what new values of these fields mean depends on each record: a history, or a stage that deals are in."""
    if kind.name == "stage":
        return True
    return (kind.name == "opportunity" and "stage" in values) or (kind.name == "lead" and "status" in values)


async def of_creating(kind: RecordKind, columns: Mapping[str, Any], at: ToolContext) -> Consequences:
    """What a new record has where nobody said otherwise, and what its making means for others."""
    usual = dict(kind.preset) | dict(kind.fixed)
    if kind.owner is not None:
        usual[kind.owner] = at.actor.user_id
    match kind.name:
        case "opportunity":
            return await _new_deal(usual | dict(columns), at)
        case "lead":
            return _new_lead(usual | dict(columns), at)
        case "stage":
            await stages.require_new(usual | dict(columns), at)
        case "task":
            usual |= {"created_by": at.actor.user_id}
        case "memory":
            _require_keepable(columns)
            usual |= {"said_at": at.now.isoformat()}
        case "interaction" | "email" | "call" | "meeting" | "sms" | "whatsapp":
            return Consequences(usual, await _contacted(usual | dict(columns), at))
    return Consequences(usual)


async def of_changing(
    kind: RecordKind, before: Sequence[RecordLine], columns: Mapping[str, Any], at: ToolContext
) -> Consequences:
    """What new values of these records mean besides. All of them get the same values."""
    match kind.name:
        case "opportunity" if "stage" in columns:
            return await _moved(before, columns, at)
        case "stage":
            await stages.require_changed(before, columns, at)
        case "lead" if "status" in columns:
            return Consequences({}, await _history("lead", before, columns["status"], at))
        case "task" if "status" in columns:
            done = columns["status"] == TaskStatus.DONE
            return Consequences({"completed_at": at.now.isoformat() if done else None})
        case "memory":
            _require_keepable(columns)
    return Consequences()


def _require_keepable(columns: Mapping[str, Any]) -> None:
    """A memory of what the law protects most is not kept, at whatever door it is told. Raises `NotKept`."""
    if category := category_of(str(columns.get("body") or "")):
        raise NotKept(category)


async def _new_deal(columns: Mapping[str, Any], at: ToolContext) -> Consequences:
    known = await OpportunityRepository(at.session, at.actor).stages()
    stage = columns.get("stage") or next((name for name, outcome, _ in known if outcome == Outcome.OPEN), None)
    if stage is None:
        raise Unanswerable(_NO_STAGE)
    today = at.today.isoformat()
    values = dict(columns) | {"stage": stage, "created_on": columns.get("created_on") or today}
    values |= _outcome(stage, known, columns, today) | {"stage_entered_on": today}
    values.setdefault("team_id", at.actor.team_id)
    entry = {"opportunity_id": {CREATED: 0}, "stage": stage, "entered_on": today, "changed_by": at.actor.user_id}
    return Consequences(values, (Operation(Action.CREATE, "stage_change", entry),))


def _new_lead(columns: Mapping[str, Any], at: ToolContext) -> Consequences:
    now = at.now.isoformat()
    status = columns.get("status") or LeadStatus.NEW
    values = dict(columns) | {"status": status, "arrived_at": columns.get("arrived_at") or now}
    values.setdefault("team_id", at.actor.team_id)
    entry = {"lead_id": {CREATED: 0}, "status": status, "entered_at": now, "changed_by": at.actor.user_id}
    return Consequences(values, (Operation(Action.CREATE, "lifecycle_change", entry),))


async def _moved(before: Sequence[RecordLine], columns: Mapping[str, Any], at: ToolContext) -> Consequences:
    """A deal in a new stage: its outcome, the days it entered and closed, and its history."""
    known = await OpportunityRepository(at.session, at.actor).stages()
    stage, today = columns["stage"], at.today.isoformat()
    values = _outcome(stage, known, columns, today) | {"stage_entered_on": today}
    return Consequences(values, await _history("opportunity", before, stage, at))


def _outcome(stage: str, stages: Sequence[Any], columns: Mapping[str, Any], today: str) -> dict[str, Any]:
    outcome = next(outcome for name, outcome, _ in stages if name == stage)
    closed = columns.get("closed_on") or (None if outcome == Outcome.OPEN else today)
    return {"outcome": outcome, "closed_on": closed}


async def _history(kind: str, before: Sequence[RecordLine], now_in: str, at: ToolContext) -> tuple[Operation, ...]:
    """The stay that ends and the one that begins, for each record that really moves."""
    deal = kind == "opportunity"
    name, stay = ("stage", "stage_change") if deal else ("status", "lifecycle_change")
    moved = [one for one in before if one.values.get(name) != now_in]
    if not moved:
        return ()
    when = at.today.isoformat() if deal else at.now.isoformat()
    left, entered = ("left_on", "entered_on") if deal else ("left_at", "entered_at")
    open_ = await _open_stays(stay, kind, [one.id for one in moved], left, at)
    ended = (Operation(Action.UPDATE, stay, {left: when}, ids=tuple(open_)),) if open_ else ()
    begun = tuple(
        Operation(
            Action.CREATE, stay, {f"{kind}_id": one.id, name: now_in, entered: when, "changed_by": at.actor.user_id}
        )
        for one in moved
    )
    return (*ended, *begun)


async def _open_stays(stay: str, kind: str, ids: Sequence[int], left: str, at: ToolContext) -> list[int]:
    wanted = Wanted((Condition(kind, Test.IS, tuple(ids)), Condition(left, Test.EMPTY)))
    return [key for key, _ in await RecordRepository(at.session, at.actor, KINDS[stay]).ids(wanted)]


async def _contacted(columns: Mapping[str, Any], at: ToolContext) -> tuple[Operation, ...]:
    """An exchange moves the last contact of its lead, and the last activity of its deal, forward."""
    when = columns.get("at")
    operations = []
    for kind, moment in (("lead", "last_contacted_at"), ("opportunity", "last_activity_at")):
        key = columns.get(f"{kind}_id")
        if not isinstance(key, int) or when is None or (kind == "lead" and columns.get("direction") != Direction.OUT):
            continue
        record = await RecordRepository(at.session, at.actor, KINDS[kind]).get(key)
        latest = record.values.get(moment)
        if latest is not None and latest.isoformat() >= str(when):
            continue
        values: dict[str, Any] = {moment: when}
        if kind == "lead":
            values["last_contacted_by"] = columns.get("user_id")
        operations.append(Operation(Action.UPDATE, kind, values, key, record.version))
    return tuple(operations)
