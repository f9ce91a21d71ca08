"""Opening the workspace for one verb."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

from agent.runtime import Runtime
from agent.sealing import anchored
from agent.settings import AgentSettings
from db.access import Actor
from db.errors import NotFound
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import actor_by_email, create, require_current, require_file


class Tables(StrEnum):
    """What a verb asks of the workspace's tables before it begins."""

    CURRENT = "current"
    """They are there and at the program's revision."""
    THERE = "there"
    """They are there, at whatever revision."""
    MADE = "made"
    """They are made where there are none, and older ones are brought up to date."""
    ANY = "any"
    """They, and their database, may be missing."""


@asynccontextmanager
async def opened(tables: Tables = Tables.CURRENT, settings: WorkspaceSettings | None = None) -> AsyncIterator[Database]:
    """The workspace of `RAINMAKER_DATABASE_URL`. A verb that makes none leaves nothing behind where there is none.

    Raises:
        WorkspaceMissing, WorkspaceOutdated: the tables are not what the verb asks for.
    """
    settings = settings or WorkspaceSettings()
    if tables in (Tables.CURRENT, Tables.THERE):
        require_file(settings)
    database = Database(settings.url, currency=settings.currency)
    try:
        if tables is Tables.CURRENT:
            await require_current(database)
        # After that, because the anchor makes a secret key where there is none.
        database = anchored(database, settings)
        if tables is Tables.MADE and (kept := await create(database)) is not None:
            print(f"The tables were brought up to date. What they held before is in {kept}.", file=sys.stderr)
        yield database
    finally:
        await database.close()


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
