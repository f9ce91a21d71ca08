"""The audit chain and its anchor: what was not written is seen, what was written is not doubted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from db.anchor import Anchor, Mark, parsed, written
from db.chain import Chain, NotChained
from db.deeds import Deed, Kind, Subject, about
from db.errors import AnchorUnreadable
from db.repositories import audit
from db.repositories.audit_check import Checked, Fault, check
from db.session import Database

pytestmark = pytest.mark.anyio
KEY, FORMER = b"key", b"former"
ODD = {"a": 1e22, "b": -0.0, "c": float("nan"), "d": [1, 1.0, None, True], "ü": "a\0b\ud800", "e": 10**30, "f": 1e-7}


async def written_entries(database: Database, count: int = 6, *, key: bytes = KEY) -> None:
    chained = database if key == KEY else Chain(key).carried_by(database)
    for number in range(count):
        async with chained.write() as session:
            subject = about(Kind.TEAM, number)
            await audit.record(session, None, Deed.APPLIED, subject=subject, details={"n": number} | ODD)


async def checked(database: Database, *, keys: tuple[bytes, ...] = (KEY,), anchor: Mark | None = None) -> Checked:
    async with database.read() as session:
        return await check(session, keys=keys, anchor=anchor)


async def tampered(database: Database, *statements: str) -> None:
    async with database.connection() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def test_a_chain_holds_whatever_its_details_are(database: Database) -> None:
    await written_entries(database)
    found = await checked(database)
    assert (found.holds, found.entries) == (True, 6)


@pytest.mark.parametrize(
    ("statement", "fault", "at"),
    [
        ("UPDATE audit SET action = 'change.undone' WHERE number = 3", Fault.NOT_AS_WRITTEN, 3),
        ("UPDATE audit SET actor_id = 1 WHERE number = 1", Fault.NOT_AS_WRITTEN, 1),
        ("UPDATE audit SET subject = NULL WHERE number = 6", Fault.NOT_AS_WRITTEN, 6),
        ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE number = 2", Fault.NOT_AS_WRITTEN, 2),
        ("UPDATE audit SET details = '{}' WHERE number = 4", Fault.NOT_AS_WRITTEN, 4),
        ("DELETE FROM audit WHERE number = 2", Fault.REMOVED, 2),
        ("DELETE FROM audit WHERE number = 1", Fault.REMOVED, 1),
        ("UPDATE audit SET number = number - 10 WHERE number <= 2", Fault.NOT_AS_WRITTEN, -9),
    ],
)
async def test_the_first_entry_that_is_not_as_written_is_named(
    database: Database, statement: str, fault: Fault, at: int
) -> None:
    await written_entries(database)
    await tampered(database, statement)
    found = await checked(database)
    assert (found.fault, found.at) == (fault, at)


async def test_a_date_that_is_none_is_an_alteration_and_no_crash(sqlite_url: URL) -> None:
    database = Chain(KEY).carried_by(Database(sqlite_url))
    await written_entries(database)
    await tampered(database, "UPDATE audit SET at = 'never' WHERE number = 5")
    assert (await checked(database)).at == 5
    await database.close()


async def test_cut_off_entries_are_seen_by_the_anchor_and_by_it_alone(database: Database) -> None:
    await written_entries(database)
    async with database.read() as session:
        end = await (await session.connection()).run_sync(audit.latest)
    await tampered(database, "DELETE FROM audit WHERE number > 4")
    assert (await checked(database)).holds
    found = await checked(database, anchor=end)
    assert (found.fault, found.at, found.anchored) == (Fault.CUT_OFF, 5, 6)


async def test_a_tail_made_again_with_the_key_is_not_that_of_the_anchor(database: Database) -> None:
    await written_entries(database)
    async with database.read() as session:
        end = await (await session.connection()).run_sync(audit.latest)
    await tampered(database, "DELETE FROM audit WHERE number > 4")
    await written_entries(database, 3)
    assert (await checked(database, anchor=end)).fault is Fault.REPLACED


async def test_a_new_key_goes_on_where_the_former_ended_and_the_former_signs_no_more(database: Database) -> None:
    await written_entries(database, 2, key=FORMER)
    await written_entries(database, 2)
    assert (await checked(database, keys=(FORMER, KEY))).holds
    await written_entries(database, 1, key=FORMER)
    assert (await checked(database, keys=(FORMER, KEY))).at == 5


@pytest.mark.parametrize("action", ["change.made up", "change.applied", None])
async def test_what_is_no_deed_enters_no_chain(database: Database, action: object) -> None:
    with pytest.raises(TypeError, match="no deed"):
        async with database.write() as session:
            await audit.record(session, None, action)  # type: ignore[arg-type]
    assert (await checked(database)).entries == 0


async def test_a_database_without_its_chain_takes_no_entry(sqlite_url: URL) -> None:
    database = Database(sqlite_url)
    with pytest.raises(NotChained):
        async with database.write() as session:
            await audit.record(session, None, Deed.APPLIED)
    await database.close()


async def test_a_subject_has_one_spelling_and_entries_of_before_keep_theirs(database: Database) -> None:
    assert (about(Kind.USER, 47), about(Kind.PROPOSAL, "pr_1")) == ("user:47", "pr_1")
    async with database.write() as session:
        await audit.record(session, None, Deed.AWAY, subject=Subject("user 47"))
        await audit.record(session, None, Deed.AWAY, subject=about(Kind.USER, 47))
    assert (await checked(database)).holds


async def test_the_anchor_follows_what_is_committed_and_never_what_is_undone(
    database: Database, tmp_path: Path
) -> None:
    anchor = Anchor(tmp_path / "audit.anchor", KEY, database.file)
    carrying = Chain(KEY, anchor).carried_by(database)
    await written_entries(carrying, 2)
    with pytest.raises(InterruptedError):
        async with carrying.write() as session:
            await audit.record(session, None, Deed.APPLIED)
            raise InterruptedError
    mark = anchor.read()
    assert mark is not None and mark.number == 2
    assert (await checked(database, anchor=mark)).holds


async def test_an_anchor_that_cannot_be_written_undoes_nothing(database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    carrying = Chain(KEY, Anchor(tmp_path / "file" / "audit.anchor", KEY)).carried_by(database)
    await written_entries(carrying, 2)
    assert (await checked(database)).entries == 2


def test_an_anchor_only_moves_forward(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "audit.anchor", KEY)
    for number in (5, 3, 4):
        anchor.advance(Mark(number, f"{number}"))
    assert anchor.read() == Mark(5, "5")


@pytest.mark.parametrize("change", [("5", "4"), ("digest", "dig"), ("{", "")])
def test_an_altered_anchor_is_no_anchor(tmp_path: Path, change: tuple[str, str]) -> None:
    with pytest.raises(AnchorUnreadable):
        parsed(written(Mark(5, "d"), KEY).replace(*change, 1), keys=(KEY,), source=tmp_path)


_WRITER = """
import asyncio, sys
from pathlib import Path
from sqlalchemy.engine import make_url
from db.anchor import Anchor
from db.chain import Chain
from db.deeds import Deed
from db.repositories import audit
from db.session import Database
async def main(url, path, count):
    database = Database(make_url(url))
    anchor = Anchor(Path(path), b"key", database.file)
    for number in range(count):
        async with Chain(b"key", anchor).carried_by(database).write() as session:
            await audit.record(session, None, Deed.APPLIED, details={"n": number})
    await database.close()
asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


async def test_processes_that_write_at_once_leave_one_chain_and_the_anchor_at_its_end(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "audit.anchor"
    command = [sys.executable, "-c", _WRITER, database.url.render_as_string(hide_password=False), str(path), "15"]
    running = [subprocess.Popen(command) for _ in range(3)]  # noqa: S603, ASYNC220 - our own program; they run at once
    assert [one.wait() for one in running] == [0, 0, 0]
    found = await checked(database, anchor=Anchor(path, KEY).read())
    assert (found.holds, found.entries, found.anchored) == (True, 45, 45)
