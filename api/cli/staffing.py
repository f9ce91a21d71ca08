"""Opening the people of a workspace for one verb of an administrator, in one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.cli.workspace import Tables, opened
from db.errors import NotFound
from db.repositories.staff import StaffRepository
from db.workspace import actor_by_email


@asynccontextmanager
async def staff(email: str | None, *, creating: bool = False) -> AsyncIterator[StaffRepository]:
    """Args: `creating` makes an empty database a workspace, so that its first person can be added."""
    async with opened(Tables.MADE if creating else Tables.CURRENT) as database:
        async with database.read() as session:
            actor = await actor_by_email(session, email)
        if actor is None:
            raise NotFound("active person", email or "administrator")
        async with database.write() as write:
            yield StaffRepository(write, actor)
