"""The cast's workspace on each kind of database, with a desk where its people ask and carry out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import URL

from db import likeness_index, name_index
from db.access import Actor
from db.chain import Chain
from db.models import Record
from db.repositories.conversations import ConversationRepository
from db.repositories.turns import TurnRepository
from db.session import Database, WriteSession
from db.settings import WorkspaceSettings
from tests.conftest import AUDIT_KEY
from tests.db.cast import Cast, found
from tools import effects
from tools.contract import Found, Proposed, Tool, ToolContext
from tools.evidence import rendered
from tools.recording import Entry, recorded

NOW = datetime(2025, 6, 11, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))


async def _enter(session: WriteSession, entry: Entry) -> None:
    """What is done here is not what is tested about entries."""


@dataclass
class Desk:
    database: Database
    cast: Cast

    def actor(self, who: str) -> Actor:
        return self.cast.actors[who]

    async def add(self, *records: Record) -> None:
        async with self.database.write() as session:
            session.add_all(records)
        async with self.database.connection() as connection:
            await connection.run_sync(name_index.refresh_all)
            await connection.run_sync(likeness_index.refresh_all)

    @asynccontextmanager
    async def at(self, who: str = "dach") -> AsyncIterator[ToolContext]:
        async with self.database.read() as session:
            yield ToolContext(self.actor(who), session, NOW, WorkspaceSettings())

    async def ask(self, tool: Tool, who: str = "dach", **asked: Any) -> Any:
        async with self.at(who) as at:
            return await tool.run(tool.ask.model_validate(asked), at)

    async def carry_out(self, tool: Tool, who: str = "dach", **asked: Any) -> effects.Carried:
        """As if the person's own words had asked for it."""
        proposed = await self.ask(tool, who, **asked)
        assert isinstance(proposed, Proposed)
        async with recorded(self.database, _enter).write() as session:
            call = effects.Call(tool, await self.turn(session, who), "", 0, own_words=True)
            return await effects.carry_out(session, self.actor(who), proposed, call)

    async def turn(self, session: WriteSession, who: str = "dach") -> str:
        conversation = (await ConversationRepository(session, self.actor(who)).start("web")).id
        turns = TurnRepository(session, self.actor(who))
        return (await turns.open(conversation, "…", trace_id="t", key=None))[0].id

    async def get(self, table: type[Any], key: int) -> Any:
        async with self.database.read() as session:
            return await session.get_one(table, key)


def shown(result: Found) -> str:
    return "\n".join(rendered(part, result.figures) for part in result.said)


@pytest.fixture
async def desk(workspace_url: URL, anyio_backend: str) -> AsyncIterator[Desk]:
    database = Chain(AUDIT_KEY).carried_by(Database(workspace_url))
    yield Desk(database, await found(database))
    await database.close()
