from __future__ import annotations

import ast
import asyncio
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError

import db
from db.errors import StorageAway, StorageBusy, StorageFull
from db.models import Account, Setting
from db.session import Database, storage_errors

pytestmark = pytest.mark.anyio
ROOT = Path(db.__file__).parent.parent

ADDING = """
import anyio, sys
from sqlalchemy import select
from sqlalchemy.engine import make_url
from db.models import Setting
from db.session import Database

async def main():
    database = Database(make_url(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        async with database.write() as session:
            counter = await session.get(Setting, "counter")
            counter.value = {"n": counter.value["n"] + 1}
    await database.close()

anyio.run(main)
"""


async def put(database: Database, value: int) -> None:
    async with database.write() as session:
        session.add(Setting(key="counter", value={"n": value}))


async def counted(database: Database) -> int:
    async with database.read() as session:
        found = await session.scalar(select(Setting.value).where(Setting.key == "counter"))
    assert found is not None
    return int(found["n"])


async def test_four_processes_lose_no_read_modify_write(sqlite_url: URL) -> None:
    database = Database(sqlite_url)
    await put(database, 0)
    command = [sys.executable, "-c", ADDING, sqlite_url.render_as_string(), "100"]
    running = [subprocess.Popen(command, cwd=ROOT) for _ in range(4)]  # noqa: ASYNC220, S603 - our own script
    assert [process.wait() for process in running] == [0, 0, 0, 0]
    assert await counted(database) == 400
    await database.close()


async def test_what_a_failing_block_wrote_is_undone(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.write() as session:
            session.add(Account(name="Half done"))
            await session.flush()
            _ = 1 // 0
    async with database.read() as session:
        assert await session.scalar(select(func.count(Account.id))) == 0


async def test_a_read_session_cannot_write(database: Database) -> None:
    async with database.read() as session:
        session.add(Account(name="Never"))
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            await session.flush()


async def test_a_connection_that_was_only_read_from_can_be_written_to_afterwards(database: Database) -> None:
    async with database.read() as session:
        await session.execute(select(Account.id))
    await put(database, 7)
    assert await counted(database) == 7


async def test_a_read_session_sees_one_state_of_the_database(database: Database) -> None:
    async with database.read() as session:
        assert await session.scalar(select(func.count(Account.id))) == 0
        async with database.write() as write:
            write.add(Account(name="Later"))
        assert await session.scalar(select(func.count(Account.id))) == 0


async def test_a_full_disk_is_named_and_nothing_is_lost(sqlite_url: URL) -> None:
    database = Database(sqlite_url)
    await put(database, 1)
    with pytest.raises(StorageFull, match="full"):
        async with database.write() as session:
            pages = (await session.execute(text("PRAGMA page_count"))).scalar_one()
            await session.execute(text(f"PRAGMA max_page_count={pages}"))
            session.add_all(Account(name="x" * 200, city="y" * 120) for _ in range(500))
            await session.flush()
    await database.close()
    reopened = Database(sqlite_url)
    assert await counted(reopened) == 1
    await put_again(reopened)
    await reopened.close()


async def put_again(database: Database) -> None:
    async with database.write() as session:
        session.add(Account(name="Room again"))


async def test_a_read_only_file_is_named(sqlite_url: URL) -> None:
    database = Database(sqlite_url.set(database=f"file:{sqlite_url.database}", query={"mode": "ro", "uri": "true"}))
    with pytest.raises(StorageFull, match="readonly"):
        await put(database, 1)
    await database.close()
    assert not (ROOT / "file:").exists()


async def test_a_database_another_program_holds_is_named_and_nothing_is_lost(sqlite_url: URL) -> None:
    database = Database(sqlite_url, patience=0.05)
    holder = sqlite3.connect(str(sqlite_url.database), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusy, match="locked"):
        await put(database, 1)
    holder.execute("ROLLBACK")
    holder.close()
    await put(database, 2)
    assert await counted(database) == 2
    await database.close()


def calls(name: str) -> list[str]:
    """Places in our code that call a method of this name."""
    found = []
    for room in ("db", "tools", "prompts", "agent", "api", "evals"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
                    found.append(path.relative_to(ROOT).as_posix())
    return found


def test_commit_exists_once() -> None:
    assert calls("commit") == ["db/session.py"]


def test_transactions_begin_in_one_file() -> None:
    assert set(calls("begin")) == {"db/session.py"}


async def test_what_a_view_carries_is_in_its_own_sessions_only(database: Database) -> None:
    view = database.carrying({"mark": 1})
    async with view.write() as session:
        assert session.info["mark"] == 1
    async with database.write() as session:
        assert "mark" not in session.info


async def test_a_view_queues_with_its_database(sqlite_url: URL) -> None:
    database = Database(sqlite_url)
    view, order = database.carrying({}), []

    async def write(here: Database, name: str) -> None:
        async with here.write():
            order.append(name)
            await anyio.lowlevel.checkpoint()
            order.append(name)

    async with anyio.create_task_group() as group:
        group.start_soon(write, database, "plain")
        group.start_soon(write, view, "view")
    assert order in (["plain", "plain", "view", "view"], ["view", "view", "plain", "plain"])
    await database.close()


def test_a_database_that_does_not_answer_is_said_in_a_sentence() -> None:
    with pytest.raises(StorageAway, match="does not answer"), storage_errors():
        raise OperationalError("SELECT 1", {}, ConnectionError("gone"))


def test_a_fault_of_ours_is_not_taken_for_a_database_that_is_away() -> None:
    with pytest.raises(OperationalError), storage_errors():
        raise OperationalError("SELECT x", {}, sqlite3.OperationalError("no such column: x"))


async def test_what_is_to_follow_a_commit_runs_beside_the_event_loop_and_once(database: Database) -> None:
    ran: list[int] = []
    async with database.write() as session:
        session.once_committed(lambda: ran.append(threading.get_ident()))
        async with session.begin_nested():
            session.add(Setting(key="a", value={}))
        assert ran == []
    assert len(ran) == 1 and ran[0] != threading.get_ident()


async def test_nothing_follows_a_transaction_that_was_undone(database: Database) -> None:
    ran: list[int] = []
    with pytest.raises(InterruptedError):
        async with database.write() as session:
            session.once_committed(lambda: ran.append(1))
            raise InterruptedError
    assert ran == []


async def test_what_is_to_follow_a_commit_follows_one_made_by_others(database: Database) -> None:
    ran: list[int] = []
    engine, sessions = database.durable()
    async with sessions(bind=engine) as session:
        async with session.begin():
            session.once_committed(lambda: ran.append(1))
        assert ran == [1]
        with pytest.raises(InterruptedError):
            async with session.begin():
                session.once_committed(lambda: ran.append(2))
                raise InterruptedError
        async with session.begin():
            pass
    assert ran == [1]
    await engine.dispose()


async def test_who_stops_waiting_does_not_keep_the_following_act_from_happening(database: Database) -> None:
    begun, go, ran = threading.Event(), threading.Event(), threading.Event()

    def act() -> None:
        begun.set()
        go.wait(10)
        ran.set()

    async def write() -> None:
        async with database.write() as session:
            session.add(Setting(key="a", value={}))
            session.once_committed(act)

    writing = asyncio.create_task(write())
    await asyncio.to_thread(begun.wait, 10)
    writing.cancel()
    go.set()
    await asyncio.gather(writing, return_exceptions=True)
    assert await asyncio.to_thread(ran.wait, 10)
