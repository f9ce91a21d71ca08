"""A job: a piece of work that is done in one transaction and may be done again at any time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from db.acting import unscoped
from db.session import WriteSession
from db.settings import WorkspaceSettings
from db.workspace import standing_clock

BATCH = 100
"""How many rows a job changes in one transaction: short enough that nobody who writes has to wait for it."""


class Clock(StrEnum):
    """Whose time decides what is due: that of the records (a demo may stand at a day), or the real one."""

    WORKSPACE = "workspace"
    REAL = "real"


@dataclass(frozen=True, slots=True)
class Moment:
    """When a job runs, and how the workspace is set."""

    now: datetime
    settings: WorkspaceSettings


@dataclass(frozen=True, slots=True)
class Job:
    """One entry of the roster.

    Attributes:
        run: does a batch in the given transaction and tells how many pieces; the caller asks again while it is `BATCH`
            or more. A piece that many share a statement for may come in larger batches.
        every: when it is due, as a cron line that begins with seconds.
    """

    name: str
    run: Callable[[WriteSession, Moment], Awaitable[int]]
    every: str
    clock: Clock = Clock.REAL

    async def batch(self, session: WriteSession, real: datetime, settings: WorkspaceSettings) -> int:
        """One batch at the time its clock shows."""
        with unscoped(session):  # A job works for everybody.
            standing = await standing_clock(session) if self.clock is Clock.WORKSPACE else None
            return await self.run(session, Moment(standing or real, settings))
