"""Which workers live. A worker shows it by a beat; one that stops beating is dead and its work is taken over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from db.models import Worker, new_id
from db.session import ReadSession, WriteSession


@dataclass(frozen=True, slots=True)
class WorkerLine:
    executor_id: str
    host: str
    pid: int
    started_at: datetime
    beat_at: datetime


def new(host: str, pid: int, now: datetime) -> WorkerLine:
    """A worker that starts now, under an executor id of its own."""
    return WorkerLine(new_id("wk"), host, pid, now, now)


async def enter(session: WriteSession, worker: WorkerLine) -> None:
    session.add(Worker(**{name: getattr(worker, name) for name in WorkerLine.__slots__}))
    await session.flush()


async def beat(session: WriteSession, executor_id: str, now: datetime) -> bool:
    """Show that it lives; False where others have taken it for dead."""
    beaten = await session.execute(
        update(Worker).where(Worker.executor_id == executor_id).values(beat_at=now).returning(Worker.executor_id)
    )
    return beaten.scalar() is not None


async def leave(session: WriteSession, executor_id: str) -> None:
    await session.execute(delete(Worker).where(Worker.executor_id == executor_id))


async def all_of(session: ReadSession) -> list[WorkerLine]:
    """Every worker that has not left, the longest silent first."""
    found = (await session.execute(select(Worker).order_by(Worker.beat_at))).scalars()
    return [WorkerLine(*(getattr(one, name) for name in WorkerLine.__slots__)) for one in found]
