from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import anyio
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, inspect, select, text, update
from sqlalchemy.engine import URL, make_url

from db import revisions, workspace
from db.deeds import Deed
from db.errors import WorkspaceMissing, WorkspaceOutdated
from db.fulltext.columns import indexing
from db.models import AuditEntry, Base, Budget, Stage, User
from db.session import Database
from tests.db.cast import Cast

pytestmark = pytest.mark.anyio


def differences(connection: Connection) -> list[object]:
    names = {"compare_type": True, "include_name": lambda name, kind, _: not (kind == "table" and indexing(name))}
    context = MigrationContext.configure(connection, opts=names)
    return list(compare_metadata(context, Base.metadata))


def tables(connection: Connection) -> set[str]:
    return {name for name in inspect(connection).get_table_names() if not indexing(name)} - {"alembic_version"}


async def test_the_migrated_tables_are_those_of_the_models(database: Database) -> None:
    async with database.connection() as connection:
        assert await connection.run_sync(differences) == []


async def test_up_down_up(database: Database) -> None:
    async with database.connection() as connection:
        await connection.run_sync(lambda sync: revisions.migrate(sync, to="base", down=True))
        assert await connection.run_sync(tables) == set()
        await connection.run_sync(revisions.migrate)
        assert await connection.run_sync(tables) == set(Base.metadata.tables)
        assert await connection.run_sync(differences) == []


async def test_what_was_spent_and_set_aside_outlives_the_way_down_and_up(database: Database, cast: Cast) -> None:
    async with database.write() as session:
        session.add(Budget(purse="workspace:2025-06", spent=Decimal("1.5"), reserved=Decimal("0.25")))
    async with database.connection() as connection:
        await connection.run_sync(lambda sync: revisions.migrate(sync, to="0007", down=True))
        await connection.execute(text("UPDATE budgets SET ceiling = 7"))
        await connection.run_sync(revisions.migrate)
    async with database.read() as session:
        kept = await session.get_one(Budget, "workspace:2025-06")
    assert (kept.spent, kept.reserved) == (Decimal("1.5"), Decimal("0.25"))


async def test_creating_twice_is_harmless(database: Database) -> None:
    await workspace.create(database)
    async with database.read() as session:
        assert await session.scalar(select(func.count(Stage.id))) == len(workspace.DEFAULT_STAGES)
        assert await session.scalar(select(func.count(User.id))) == 1


async def test_several_processes_may_create_at_the_same_time(workspace_url: URL) -> None:
    first = Database(workspace_url)
    async with first.connection() as connection:
        await connection.run_sync(lambda sync: revisions.migrate(sync, to="base", down=True))
        await connection.execute(text("DROP TABLE alembic_version"))
    others = [Database(workspace_url) for _ in range(3)]
    async with anyio.create_task_group() as group:
        for other in others:
            group.start_soon(workspace.create, other)
    await workspace.require_current(first)
    async with first.read() as session:
        assert await session.scalar(select(func.count(Stage.id))) == len(workspace.DEFAULT_STAGES)
    for one in (first, *others):
        await one.close()


_STARTER = """
import asyncio, sys
from sqlalchemy.engine import make_url
from db.chain import Chain
from db.session import Database
from db.workspace import create
async def main(url):
    database = Chain(b"key").carried_by(Database(make_url(url)))
    kept = await create(database)
    await database.close()
    print(kept or "-")
asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.parametrize("older", ["0005", "base"])
async def test_of_processes_that_start_at_once_one_moves_the_tables(
    database: Database, cast: Cast, tmp_path: Path, older: str
) -> None:
    async with database.connection() as connection:
        await connection.run_sync(lambda sync: revisions.migrate(sync, to=older, down=True))
        if older == "base":
            await connection.execute(text("DROP TABLE alembic_version"))
    command = [sys.executable, "-c", _STARTER, database.url.render_as_string(hide_password=False)]
    root = {**os.environ, "PYTHONPATH": str(Path(revisions.__file__).parents[1])}
    running = [
        subprocess.Popen(command, cwd=tmp_path, env=root, stdout=subprocess.PIPE, text=True)  # noqa: S603, ASYNC220 - our own program; they run at once
        for _ in range(2)
    ]
    said = [one.communicate()[0].strip() for one in running]
    assert [one.returncode for one in running] == [0, 0]
    moved = 0 if older == "base" else 1
    assert len([one for one in said if one != "-"]) == moved
    async with database.read() as session:
        found = (await session.execute(select(AuditEntry.action))).scalars().all()
        assert found == [Deed.MIGRATED] * moved
        assert await session.scalar(select(func.count(Stage.id))) == len(workspace.DEFAULT_STAGES)


async def test_a_database_without_tables_is_missing(tmp_path: object) -> None:
    database = Database(make_url(f"sqlite+aiosqlite:///{tmp_path}/new/empty.db"))
    with pytest.raises(WorkspaceMissing, match="rainmaker demo"):
        await workspace.require_current(database)
    await database.close()


@pytest.mark.parametrize(("found", "remedy"), [("0000", "rainmaker serve"), ("9999", "newer program")])
async def test_tables_of_another_revision_are_refused_with_what_to_do(
    database: Database, found: str, remedy: str
) -> None:
    async with database.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = :found"), {"found": found})
    with pytest.raises(WorkspaceOutdated, match=f"{found}.*{remedy}"):
        await workspace.require_current(database)


async def test_tables_newer_than_the_program_are_left_alone(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WorkspaceOutdated):
        await workspace.create(database)


async def test_an_address_finds_only_active_people(database: Database) -> None:
    async with database.write() as session:
        session.add(User(email="gone@firm.example", name="Gone", role="rep", active=False))
    async with database.read() as session:
        assert await workspace.actor_by_email(session, "gone@firm.example") is None
        local = await workspace.actor_by_email(session, f" {workspace.LOCAL_ADMIN.upper()} ")
        assert local is not None and local == await workspace.actor_by_email(session, None)
    async with database.write() as session:
        await session.execute(update(User).values(active=False))
    async with database.read() as session:
        assert await workspace.actor_by_email(session, None) is None
