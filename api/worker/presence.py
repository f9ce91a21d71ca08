"""Being seen to live, and seeing who has died.

A worker is dead when it has been silent for half a minute, or at once when it ran on this machine and its process is
gone. To be taken for dead by mistake (a clock that is far off, a process that was stopped for a while) costs nothing
but time: DBOS lets only the present owner of a workflow record a step.
"""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from db.repositories import workers
from db.repositories.workers import WorkerLine
from db.session import Database

BEAT_SECONDS = 5.0
SILENCE = timedelta(seconds=30)


def living(known: list[WorkerLine], *, now: datetime, host: str) -> list[WorkerLine]:
    """Those of the known workers that are not dead."""
    return [one for one in known if now - one.beat_at < SILENCE and (one.host != host or _runs(one.pid))]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@dataclass(frozen=True, slots=True)
class Presence:
    """This worker among the others of its workspace."""

    database: Database
    me: WorkerLine

    async def beat(self) -> None:
        now = datetime.now(UTC)
        async with self.database.write() as session:
            if not await workers.beat(session, self.me.executor_id, now):
                await workers.enter(session, replace(self.me, beat_at=now))

    async def others(self) -> tuple[frozenset[str], frozenset[str]]:
        """The executors that live (this one among them), and those that are dead and have not been cleared away."""
        async with self.database.read() as session:
            known = await workers.all_of(session)
        alive = {one.executor_id for one in living(known, now=datetime.now(UTC), host=self.me.host)}
        alive.add(self.me.executor_id)
        return frozenset(alive), frozenset(one.executor_id for one in known) - alive

    async def clear(self, dead: frozenset[str]) -> None:
        """Their work has been taken over."""
        async with self.database.write() as session:
            for executor in dead:
                await workers.leave(session, executor)


@asynccontextmanager
async def present(database: Database) -> AsyncIterator[Presence]:
    """Enter the list of workers; leave it again when the block ends in whatever way."""
    me = workers.new(socket.gethostname()[:255], os.getpid(), datetime.now(UTC))
    async with database.write() as session:
        await workers.enter(session, me)
    try:
        yield Presence(database, me)
    finally:
        async with database.write() as session:
            await workers.leave(session, me.executor_id)
