"""The cast's workspace, once on each kind of database, and a rep who carries out what tools propose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.models import Base, Lead, Setting
from db.repositories.changes import ChangeLine
from db.session import Database
from db.settings import WorkspaceSettings
from tests.db.cast import NOON, found
from tests.tools.effects.conftest import database  # noqa: F401 - a fixture
from tests.tools.effects.office import Office, opened
from tools import effects
from tools.contract import Found, Proposed, ToolContext
from tools.registry import by_name


@dataclass
class Desk:
    office: Office

    @property
    def lead(self) -> dict[str, Any]:
        return self.record("lead")

    def record(self, kind: str, position: str = "dach") -> dict[str, Any]:
        return {"kind": kind, "id": self.office.cast.ids[kind, position], "name": kind}

    async def ask(self, tool: str, *, who: str = "dach", **args: Any) -> Found | Proposed:
        actor = self.office.cast.actors[who]
        async with self.office.database.read() as session:
            at = ToolContext(actor, session, NOON, WorkspaceSettings(currency="USD"))
            asked = by_name(tool)
            return await asked.run(asked.ask.model_validate(args), at)

    async def do(self, tool: str, **args: Any) -> tuple[ChangeLine, ...]:
        proposed = await self.ask(tool, **args)
        assert isinstance(proposed, Proposed)
        turn = await self.office.turn()
        async with self.office.database.write() as session:
            return await effects.apply(
                session, self.office.rep, proposed, tool=tool, turn=turn, conversation=self.office.conversation
            )

    async def undo(self, done: tuple[ChangeLine, ...]) -> None:
        await effects.undo(self.office.database, self.office.rep, done[0].id)

    async def call(self, **more: Any) -> tuple[ChangeLine, ...]:
        values = {"direction": "out", "at": NOON.isoformat(), "lead": self.lead}
        return await self.do("create_call", **(values | more))

    async def stored(self) -> Lead:
        async with self.office.plain.read() as session:
            return await session.get_one(Lead, self.lead["id"])

    async def rows(self, *tables: str) -> dict[str, list[Any]]:
        """Every living row, without the marks that each change of a row leaves."""
        found: dict[str, list[Any]] = {}
        async with self.office.plain.read() as session:
            for name in tables:
                table = Base.metadata.tables[name]
                columns = [one for one in table.columns if one.key not in ("version", "updated_at", "run_id")]
                living = select(*columns).where(table.c.deleted_at.is_(None)).order_by(table.c.id)
                found[name] = [tuple(row) for row in await session.execute(living)]
        return found


@pytest.fixture
async def desk(database: Database) -> Desk:  # noqa: F811 - the fixture
    cast = await found(database)
    async with database.write() as session:
        session.add(Setting(key="clock", value={"at": NOON.isoformat()}))
        lead = await session.get_one(Lead, cast.ids["lead", "dach"])
        lead.status, lead.email, lead.company = "new", "j@brightworks.example", "Brightworks"
        lead.account_id, lead.arrived_at = None, NOON - timedelta(days=2)
    return Desk(await opened(database, cast))
