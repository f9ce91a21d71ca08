"""Opening the workspace for one verb."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent.runtime import Runtime
from agent.sealing import anchored
from agent.settings import AgentSettings
from db.access import Actor
from db.errors import NotFound
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import actor_by_email, create, require_current


@asynccontextmanager
async def opened(*, creating: bool | None = False) -> AsyncIterator[Database]:
    """The workspace of `RAINMAKER_DATABASE_URL`.

    Args:
        creating: makes its tables where there are none, and brings older ones up to date; None takes it as it is.
    """
    settings = WorkspaceSettings()
    database = anchored(Database(settings.url, currency=settings.currency), settings)
    try:
        if creating:
            kept = await create(database)
            if kept is not None:
                print(f"The tables were brought up to date. What they held before is in {kept}.", file=sys.stderr)
        elif creating is False:
            await require_current(database)
        yield database
    finally:
        await database.close()


async def prepare() -> None:
    """Bring the tables to where the program needs them, and let go of the database."""
    async with opened(creating=True):
        return


@asynccontextmanager
async def acting(email: str | None) -> AsyncIterator[tuple[Runtime, Actor]]:
    """A runtime on the workspace, and the person to act as."""
    async with opened() as database:
        async with database.read() as session:
            actor = await actor_by_email(session, email)
        if actor is None:
            raise NotFound("active person", email or "administrator")
        runtime = Runtime(database, WorkspaceSettings(), AgentSettings())
        try:
            yield runtime, actor
        finally:
            await runtime.close()
