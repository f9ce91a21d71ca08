"""Backups, restores and revisions of a workspace that holds something."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import URL, make_url

from db import backup, keeping, revisions, upgrading, workspace
from db.deeds import Deed
from db.errors import (
    BackupFailed,
    BackupUnreadable,
    OtherDirection,
    StoreError,
    WorkspaceMissing,
    WorkspaceOpen,
    WorkspaceOutdated,
)
from db.models import ApiToken, User
from db.repositories import credentials
from db.repositories.conversations import ConversationRepository
from db.repositories.turns import EventLine, TurnRepository
from db.session import Database
from tests.db.cast import Cast

pytestmark = pytest.mark.anyio


def content(path: Path) -> list[Any]:
    """Tables and rows, without the header that names engine and time, and the checksum."""
    with gzip.open(path) as file:
        lines = [json.loads(line) for line in file][1:-1]
    named: list[Any] = []
    columns: list[str] = []
    for line in lines:
        # A column that was added later stands elsewhere in its table.
        columns = line["columns"] if isinstance(line, dict) else columns
        named.append(line["table"] if isinstance(line, dict) else dict(zip(columns, line, strict=True)))
    return named


def unmoved(path: Path) -> list[Any]:
    """The same without the entries of moves between revisions."""
    return [one for one in content(path) if not isinstance(one, dict) or one.get("action") != Deed.MIGRATED]


async def test_a_workspace_comes_back_as_it_was(database: Database, cast: Cast, tmp_path: Path) -> None:
    first = await keeping.back_up(database, tmp_path / "first.gz")
    async with database.write() as session:
        await session.execute(text("DELETE FROM tasks"))
        await session.execute(text("UPDATE users SET name = 'x'"))
    done = await keeping.restore(database, first.path)
    again = await keeping.back_up(database, tmp_path / "again.gz")
    assert content(again.path) == content(first.path)
    assert done.rows == first.rows and done.aside is not None and done.aside.exists()
    if not database.is_sqlite:
        done.aside.unlink()


async def test_what_was_backed_up_on_one_database_is_restored_on_the_other(
    sqlite_url: URL, postgres_url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.db.cast import found

    monkeypatch.chdir(tmp_path)
    for here, there in ((sqlite_url, postgres_url), (postgres_url, sqlite_url)):
        source, target = Database(here), Database(there)
        if here is sqlite_url:
            await found(source)
        first = await keeping.back_up(source, tmp_path / f"of-{source.system}.gz")
        await keeping.restore(target, first.path)
        again = await keeping.back_up(target, tmp_path / f"again-{target.system}.gz")
        assert content(again.path) == content(first.path)
        async with target.write() as session:
            session.add(User(email=f"next{target.is_sqlite}@firm.example", name="Next", role="rep"))
        await source.close()
        await target.close()


@pytest.mark.parametrize("damage", ["half", "bit", "other", "row"])
async def test_a_file_that_is_not_whole_changes_nothing(
    database: Database, cast: Cast, tmp_path: Path, damage: str
) -> None:
    path = (await keeping.back_up(database, tmp_path / "one.gz")).path
    whole = path.read_bytes()
    lines = gzip.decompress(whole).splitlines(keepends=True)
    damaged = {
        "half": whole[: len(whole) // 2],
        "bit": whole[:200] + bytes([whole[200] ^ 1]) + whole[201:],
        "other": b"PK\x03\x04",
        "row": gzip.compress(b"".join(lines[:40] + lines[41:])),
    }
    path.write_bytes(damaged[damage])
    with pytest.raises(BackupUnreadable, match="Nothing was changed"):
        await keeping.restore(database, path)
    async with database.read() as session:
        assert (await session.execute(select(User.id))).all()


async def test_a_backup_that_cannot_be_written_leaves_nothing_behind(database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BackupFailed):
        await keeping.back_up(database, tmp_path / "file" / "one.gz")
    assert (tmp_path / "file").read_text() == "in the way"
    assert not list(tmp_path.glob("*.gz"))  # noqa: ASYNC240


async def test_a_workspace_that_somebody_has_open_is_not_replaced(sqlite_url: URL, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    path = (await keeping.back_up(database, tmp_path / "one.gz")).path
    other = sqlite3.connect(str(sqlite_url.database))
    other.execute("SELECT count(*) FROM users").fetchall()
    with pytest.raises(WorkspaceOpen, match="Stop the server first"):
        await keeping.restore(database, path)
    other.close()
    await database.close()


async def test_tables_that_somebody_has_open_are_neither_moved_nor_replaced(
    database: Database, cast: Cast, tmp_path: Path
) -> None:
    path = (await keeping.back_up(database, tmp_path / "one.gz")).path
    other = Database(database.url)
    async with other.read() as session:
        await session.execute(select(User.id))
        with pytest.raises(WorkspaceOpen, match="Stop the server first"):
            await upgrading.bring_to(database, "0001", down=True)
        with pytest.raises(WorkspaceOpen):
            await keeping.restore(database, path)
    await other.close()
    await keeping.restore(database, path)


async def test_a_backup_of_a_newer_program_is_refused(database: Database, tmp_path: Path) -> None:
    path = (await keeping.back_up(database, tmp_path / "one.gz")).path
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    header = json.loads(lines[0]) | {"revision": "9999"}
    file = tmp_path / "newer.gz"
    with backup._whole(file) as written:
        written.put(header)
        for line in lines[1:-1]:
            written.put(json.loads(line))
        written.end(json.loads(lines[-1])["rows"])
    with pytest.raises(WorkspaceOutdated):
        await keeping.restore(database, file)


async def test_nothing_is_no_workspace_to_back_up(tmp_path: Path) -> None:
    database = Database(make_url(f"sqlite+aiosqlite:///{tmp_path}/none.db"))
    with pytest.raises(WorkspaceMissing):
        await keeping.back_up(database, tmp_path / "one.gz")
    await database.close()


async def test_rows_outlive_the_way_down_and_up_and_are_backed_up_on_it(
    database: Database, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with database.write() as session:
        # Their table is not there before 0012.
        await session.execute(text("DELETE FROM memories"))
    first = await keeping.back_up(database, tmp_path / "first.gz")
    down = await upgrading.bring_to(database, "0001", down=True)
    up = await upgrading.bring_to(database, None, down=False)
    again = await keeping.back_up(database, tmp_path / "again.gz")
    assert unmoved(again.path) == content(first.path)
    assert down is not None and up is not None
    assert backup.verify(up, lambda *_: None).revision == "0001"


@pytest.mark.parametrize(
    ("to", "down", "says"),
    [
        ("nope", False, "no revision nope; there is base, 0001, "), ("nope", True, "no revision nope"),
        ("0001", False, "does not go down to 0001. Run “rainmaker db downgrade --to 0001”"),
        ("base", False, "db downgrade --to base"),
    ],
)  # fmt: skip
async def test_a_revision_that_is_not_there_or_lies_the_other_way_is_said(
    database: Database, to: str, says: str, *, down: bool
) -> None:
    with pytest.raises(StoreError, match=says):
        await upgrading.bring_to(database, to, down=down)
    await workspace.require_current(database)


async def test_the_way_up_is_not_gone_by_a_downgrade(
    database: Database, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await upgrading.bring_to(database, "0005", down=True)
    with pytest.raises(OtherDirection, match="Run “rainmaker db upgrade --to 0006”"):
        await upgrading.bring_to(database, "0006", down=True)


async def test_a_turn_with_all_that_hangs_on_it_outlives_the_way_down_and_up(
    database: Database, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rep = cast.actors["dach"]
    async with database.write() as session:
        talk = await ConversationRepository(session, rep).start("web")
        turn, _ = await TurnRepository(session, rep).open(talk.id, "hi", trace_id="t", key=None)
        await TurnRepository(session, rep).add_events(turn.id, [EventLine.of(1, "token", {"b": 1, "a": "ü"})])
    await upgrading.bring_to(database, "0002", down=True)
    await upgrading.bring_to(database, None, down=False)
    async with database.read() as session:
        (event,) = await TurnRepository(session, rep).events(turn.id)
    assert event.data == {"b": 1, "a": "ü"}


async def test_a_backup_takes_the_place_of_no_file(database: Database, tmp_path: Path) -> None:
    for path in (tmp_path / "key", database.file or tmp_path / "other"):
        path.touch()
        before = path.read_bytes()
        with pytest.raises(BackupFailed, match="already"):
            await keeping.back_up(database, path)
        assert path.read_bytes() == before


async def test_the_way_down_ends_without_tables(
    database: Database, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert await upgrading.bring_to(database, "base", down=True) is not None
    async with database.read() as session:
        assert await revisions.revision(session) is None


async def test_a_start_backs_up_older_tables_that_hold_something(
    database: Database, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with database.connection() as connection:
        await connection.run_sync(lambda sync: revisions.migrate(sync, to="0005", down=True))
    kept = await workspace.create(database)
    assert kept is not None and backup.verify(kept, lambda *_: None).revision == "0005"
    assert await workspace.create(database) is None


async def test_a_token_for_reading_is_none_for_everything_after_the_way_down_and_up(
    database: Database, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with database.write() as session:
        user = cast.actors["dach"].user_id
        _, secret = await credentials.create_token(session, user, name="t", lifetime=None, scope="read")  # type: ignore[arg-type]
    await upgrading.bring_to(database, "0005", down=True)
    await upgrading.bring_to(database, None, down=False)
    async with database.read() as session:
        assert await credentials.bearer_of(session, secret) is None
        assert (await session.execute(select(ApiToken.id))).all()


async def test_what_went_down_to_no_tables_is_empty_and_is_restored_in_place(
    database: Database, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = await keeping.back_up(database, tmp_path / "before.gz")
    kept = await upgrading.bring_to(database, revisions.BASE, down=True)
    assert kept is not None
    with pytest.raises(WorkspaceMissing):
        await workspace.require_current(database)
    await keeping.restore(database, kept)
    await workspace.require_current(database)
    again = await keeping.back_up(database, tmp_path / "again.gz")
    assert content(again.path) == content(before.path)


async def test_what_went_down_to_no_tables_can_be_begun_anew(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await upgrading.bring_to(database, revisions.BASE, down=True)
    await workspace.create(database)
    await workspace.require_current(database)
