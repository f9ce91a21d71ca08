"""Work for a worker, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from db.doors import Door
from db.models import (
    Conversation,
    Notification,
    Proposal,
    ProposalStatus,
    Task,
    Turn,
    TurnStatus,
    User,
    Worker,
)  # fmt: skip
from db.session import Database, ReadSession, WriteSession
from db.settings import WorkspaceSettings
from db.workspace import standing_clock

_MARK = "planted"
_REMINDERS = 4
_HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Planted:
    """Each round made reminders that are due, and of proposals one that is overdue, one decided, and one waiting."""

    reminders: int = 0
    rounds: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """`reminded` tasks have a notification, of which there are `told`; `closed` proposals expired and told once."""

    reminded: int
    told: int
    closed: int
    untouched: int
    workers: int


async def plant(database: Database, planted: Planted) -> None:
    """A few reminders that are due, a proposal that is overdue, one decided long ago, and one that still waits."""
    async with database.unscoped().write() as session:
        now = datetime.now(UTC)
        due = (await standing_clock(session) or now) - _HOUR
        person = await session.scalar(select(User.id).where(User.active).order_by(User.id).limit(1))
        if person is None:
            raise LookupError("the workspace has nobody in it")
        planted.rounds += 1
        for _ in range(_REMINDERS):
            session.add(Task(title=_MARK, owner_id=person, created_by=person, remind_at=due))
        waiting = ProposalStatus.WAITING
        for step, (status, expires) in enumerate(
            ((waiting, now - _HOUR), (ProposalStatus.APPROVED, now - _HOUR), (waiting, now + 24 * _HOUR))
        ):
            await _propose(session, person, f"{planted.rounds}_{step}", status=status, expires=expires)
        planted.reminders += _REMINDERS


async def _propose(
    session: WriteSession, person: int, number: str, *, status: ProposalStatus, expires: datetime
) -> None:
    session.add(Conversation(id=f"co_{number}", user_id=person, door=Door.WEB, updated_at=expires, memory={}))
    await session.flush()
    session.add(
        Turn(
            id=f"tu_{number}", conversation_id=f"co_{number}", user_id=person, number=1, text=_MARK, trace_id="t",
            status=TurnStatus.DONE,
        )
    )  # fmt: skip
    await session.flush()
    session.add(
        Proposal(
            id=f"pr_{number}", turn_id=f"tu_{number}", step=1, asked_by=person, tool=_MARK, effect="OUTWARD",
            arguments={}, preview={}, versions={}, read_before=[], digest="d", status=status, expires_at=expires,
        )
    )  # fmt: skip


async def read(settings: WorkspaceSettings) -> Seen:
    database = Database(settings.url)
    try:
        async with database.unscoped().read() as session:
            return await _seen(session)
    finally:
        await database.close()


async def _seen(session: ReadSession) -> Seen:
    tasks = select(Task.id).where(Task.title == _MARK, Task.reminded_at.is_not(None))
    told = Notification.task_id.in_(tasks)
    reminded, notified = (
        await session.execute(
            select(func.count(Notification.task_id.distinct()), func.count(Notification.id)).where(told)
        )
    ).one()
    ours = Proposal.tool == _MARK
    closed = await session.scalar(
        select(func.count(Notification.id))
        .join(Proposal, Notification.proposal_id == Proposal.id)
        .where(ours, Proposal.status == ProposalStatus.EXPIRED)
    )
    untouched = await session.scalar(
        select(func.count(Proposal.id)).where(
            ours, Proposal.status.in_([ProposalStatus.WAITING, ProposalStatus.APPROVED])
        )
    )
    workers = await session.scalar(select(func.count(Worker.executor_id)))
    return Seen(int(reminded), int(notified), int(closed or 0), int(untouched or 0), int(workers or 0))


async def workflow_states(settings: WorkspaceSettings) -> dict[str, int]:
    """How many workflows ended how, from the books of DBOS itself."""
    url = settings.durable_url
    sqlite = url.get_backend_name() == "sqlite"
    table = "workflow_status" if sqlite else "dbos.workflow_status"
    database = Database(url.set(drivername="sqlite+aiosqlite") if sqlite else url)
    try:
        async with database.owning().read() as session:
            connection = await session.connection()
            rows: Any = await connection.exec_driver_sql(f"SELECT status, count(*) FROM {table} GROUP BY status")  # noqa: S608
            return {str(row[0]): int(row[1]) for row in rows}
    finally:
        await database.close()
