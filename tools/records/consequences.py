"""What else follows when a record is made or changed: owners, closing days, histories, last contacts.

Everything is said as operations of the same call, so that it is previewed, applied and taken back with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db.records import KINDS, RecordKind
from db.records.choices import AccountStatus, Direction, LeadStatus, MeetingStatus, Outcome, TaskStatus
from db.records.conditions import Condition, Test
from db.repositories.lifecycle import LifecycleRepository
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
            return Consequences(usual, await _contacted(kind, usual | dict(columns), at))
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
        case "meeting" | "interaction" if columns.get("status") == MeetingStatus.HELD and len(before) == 1:
            return Consequences({}, await _contacted(kind, _as_columns(before[0]) | dict(columns), at))
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
    operations = [Operation(Action.CREATE, "stage_change", entry)]
    if values["outcome"] == Outcome.WON and isinstance(values.get("account_id"), int):
        operations += await _won([], [values["account_id"]], at)
    return Consequences(values, tuple(operations))


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
    operations = list(await _history("opportunity", before, stage, at))
    if values["outcome"] == Outcome.WON:
        operations += await _won([one.id for one in before], [], at)
    return Consequences(values, tuple(operations))


async def _won(deals: Sequence[int], accounts: Sequence[int], at: ToolContext) -> list[Operation]:
    """A deal that is won makes customers of the leads it came from and of its account, whoever owns them."""
    lifecycle = LifecycleRepository(at.session, at.actor)
    leads = [key for key, _ in await lifecycle.leads_of(deals)]
    operations = []
    if leads:
        become = {"status": LeadStatus.CUSTOMER}
        operations.append(Operation(Action.UPDATE, "lead", become, ids=tuple(leads), whole=True))
        operations += await entering(leads, LeadStatus.CUSTOMER, at, reason="the deal was won", whole=True)
    if prospects := await lifecycle.prospects_of(deals, accounts):
        customer = {"status": AccountStatus.CUSTOMER}
        operations.append(Operation(Action.UPDATE, "account", customer, ids=tuple(prospects), whole=True))
    return operations


async def entering(
    leads: Sequence[int], status: LeadStatus, at: ToolContext, *, reason: str | None = None, whole: bool = False
) -> list[Operation]:
    """The stay of each lead that ends, and the one in `status` that begins."""
    now = at.now.isoformat()
    open_ = await LifecycleRepository(at.session, at.actor).open_stays(leads)
    ended = [Operation(Action.UPDATE, "lifecycle_change", {"left_at": now}, ids=tuple(open_), whole=True)]
    stay = {"status": status, "entered_at": now, "changed_by": at.actor.user_id, "reason": reason}
    begun = [Operation(Action.CREATE, "lifecycle_change", {"lead_id": key, **stay}, whole=whole) for key in leads]
    return [*(ended if open_ else []), *begun]


def _outcome(stage: str, stages: Sequence[Any], columns: Mapping[str, Any], today: str) -> dict[str, Any]:
    outcome = next(outcome for name, outcome, _ in stages if name == stage)
    closed = columns.get("closed_on") or (None if outcome == Outcome.OPEN else today)
    return {"outcome": outcome, "closed_on": closed}


async def _history(kind: str, before: Sequence[RecordLine], now_in: str, at: ToolContext) -> tuple[Operation, ...]:
    """The stay that ends and the one that begins, for each record that really moves."""
    if kind == "lead":
        leads = [one.id for one in before if one.values.get("status") != now_in]
        return tuple(await entering(leads, LeadStatus(now_in), at)) if leads else ()
    moved = [one for one in before if one.values.get("stage") != now_in]
    if not moved:
        return ()
    today = at.today.isoformat()
    open_ = await _open_stays([one.id for one in moved], at)
    ended = (Operation(Action.UPDATE, "stage_change", {"left_on": today}, ids=tuple(open_)),) if open_ else ()
    begun = tuple(
        Operation(
            Action.CREATE, "stage_change",
            {"opportunity_id": one.id, "stage": now_in, "entered_on": today, "changed_by": at.actor.user_id},
        )
        for one in moved
    )  # fmt: skip
    return (*ended, *begun)


async def _open_stays(deals: Sequence[int], at: ToolContext) -> list[int]:
    wanted = Wanted((Condition("opportunity", Test.IS, tuple(deals)), Condition("left_on", Test.EMPTY)))
    return [key for key, _ in await RecordRepository(at.session, at.actor, KINDS["stage_change"]).ids(wanted)]


async def _contacted(kind: RecordKind, columns: Mapping[str, Any], at: ToolContext) -> tuple[Operation, ...]:
    """An exchange moves the last contact of its lead, and the last activity of its deal, forward; the first time that
    somebody reached out to a new lead, it has been contacted."""
    operations: list[Operation] = []
    lead, deal = columns.get("lead_id"), columns.get("opportunity_id")
    if isinstance(lead, int) and columns.get("direction") == Direction.OUT and _happened(columns, at):
        operations += await _reached(kind, lead, columns, at)
    if isinstance(deal, int):
        operations += await _forward("opportunity", deal, {"last_activity_at": columns.get("at")}, at)
    return tuple(operations)


def _as_columns(line: RecordLine) -> dict[str, Any]:
    values = line.values
    when = values.get("at")
    return {
        "lead_id": values.get("lead"), "opportunity_id": values.get("opportunity"), "user_id": values.get("user"),
        "direction": values.get("direction", Direction.OUT), "channel": values.get("channel"),
        "at": when.isoformat() if when else None,
    }  # fmt: skip


async def _reached(kind: RecordKind, lead: int, columns: Mapping[str, Any], at: ToolContext) -> list[Operation]:
    contact = {"last_contacted_at": columns.get("at"), "last_contacted_by": columns.get("user_id")}
    operations = await _forward("lead", lead, contact, at)
    record = await RecordRepository(at.session, at.actor, KINDS["lead"]).get(lead)
    if record.values.get("status") != LeadStatus.NEW:
        return operations
    became: dict[str, Any] = {"status": LeadStatus.CONTACTED}
    if operations:
        became |= operations[0].values
    how = f"first contact: {kind.one if kind.name != 'interaction' else columns.get('channel')}"
    stays = await entering([lead], LeadStatus.CONTACTED, at, reason=how)
    return [Operation(Action.UPDATE, "lead", became, lead, record.version), *stays]


async def _forward(kind: str, key: int, values: Mapping[str, Any], at: ToolContext) -> list[Operation]:
    """A moment of a record is never moved back."""
    moment, when = next(iter(values.items()))
    if when is None:
        return []
    record = await RecordRepository(at.session, at.actor, KINDS[kind]).get(key)
    latest = record.values.get(moment)
    if latest is not None and latest >= datetime.fromisoformat(str(when)):
        return []
    return [Operation(Action.UPDATE, kind, dict(values), key, record.version)]


def _happened(columns: Mapping[str, Any], at: ToolContext) -> bool:
    """Whether it took place: what is planned, cancelled or lies ahead reached nobody yet."""
    missed = (MeetingStatus.PLANNED, MeetingStatus.CANCELLED, MeetingStatus.NO_SHOW)
    when = columns.get("at")
    return when is not None and columns.get("status") not in missed and datetime.fromisoformat(str(when)) <= at.now
