"""Keeping a workspace: backing it up, and putting a backup in its place."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, ForeignKeyConstraint, func, select, text
from sqlalchemy.schema import AddConstraint, DropConstraint

from db import backup, row_security
from db.backup import Header, Progress, Written
from db.chain import anchor_of
from db.deeds import Deed
from db.errors import ForeignDatabase, RestoreRefused, WorkspaceMissing, WorkspaceOutdated
from db.exclusive import leave_log, require_closed
from db.fulltext import index
from db.locks import Lock, held
from db.repositories import audit
from db.revisions import head_revision, migrate, revision, revisions, tables
from db.session import Database


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to: rows put back, the revision of the file, and where what was there before is kept."""

    rows: int
    header: Header
    aside: Path | None


def backup_path(database: Database, why: str) -> Path:
    """A new name beside the SQLite file, or in `var/backups` for a server's database."""
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    if database.file is not None:
        return database.file.with_name(f"{database.file.stem}.{why}-{moment}.backup.gz")
    return Path("var") / "backups" / f"{database.url.database}.{why}-{moment}.backup.gz"


async def back_up(database: Database, path: Path, progress: Progress = lambda _what, _share: None) -> Written:
    """Write the workspace to a file while others go on writing.

    Raises:
        WorkspaceMissing: there is nothing to back up.
        BackupFailed: the file cannot be written, or there is one of that name.
    """
    async with database.owning().read() as session:
        if await revision(session) is None:
            raise WorkspaceMissing
        connection = await session.connection()
        return await connection.run_sync(backup.write, path, progress)


async def restore(
    database: Database, path: Path, progress: Progress = lambda _what, _share: None
) -> Restored:  # fmt: skip
    """Put a backup in the place of the workspace, whichever database it was made on. What was there is kept aside.

    The file is read through first. On SQLite a new file is built, checked and renamed into place; on PostgreSQL
    everything happens in one transaction. Until then nothing is changed.

    Raises:
        BackupUnreadable: the file is not a whole backup.
        WorkspaceOutdated: it is of a newer program.
        WorkspaceOpen: another process works on it.
        ForeignDatabase: it is not one of ours.
        RestoreRefused: what was built is not in order.
    """
    header = backup.verify(path, progress)
    if header.revision not in revisions():
        raise WorkspaceOutdated(header.revision, head_revision())
    if database.file is not None:
        return await _into_file(database, database.file, path, header, progress)
    return await _into_server(database, path, header, progress)


async def _into_file(
    database: Database, place: Path, path: Path, header: Header, progress: Progress
) -> Restored:  # fmt: skip
    await database.close()
    await _refuse_foreign(database)
    await database.close()
    fresh = place.with_name(f".{place.name}.restoring")
    _remove(fresh)
    try:
        building = Database(database.url.set(database=str(fresh)))
        try:
            async with building.connection() as connection:
                rows = await connection.run_sync(_fill, path, header, progress)
        finally:
            await building.close()
        _sound(fresh)
        aside = _swapped(fresh, place)
    finally:
        _remove(fresh)
    return Restored(rows, header, aside)


def _fill(connection: Connection, path: Path, header: Header, progress: Progress) -> int:
    """Tables of the file's revision and the rows of the file; keys between tables are checked at the end."""
    migrate(connection, to=header.revision)
    tables = backup.tables_of(connection)
    for table in reversed(tables):
        # A revision may have put rows of its own into its tables.
        connection.execute(table.delete())
    links = _links(connection)
    if connection.dialect.name == "postgresql":
        for link in links:
            connection.execute(DropConstraint(link))
    else:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    with index.loading(connection) if header.revision == head_revision() else nullcontext():
        rows = backup.load(connection, path, progress)
    if connection.dialect.name == "postgresql":
        for link in links:
            connection.execute(AddConstraint(link))
        _count_on(connection)
    return rows


def _links(connection: Connection) -> list[ForeignKeyConstraint]:
    return [
        link
        for table in backup.tables_of(connection)
        for link in table.constraints
        if isinstance(link, ForeignKeyConstraint)
    ]


def _count_on(connection: Connection) -> None:
    """Automatic keys go on after the highest restored one."""
    for table in backup.tables_of(connection):
        for column in table.primary_key.columns:
            sequence = connection.execute(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name))).scalar()
            if sequence is not None:
                highest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
                connection.execute(select(func.setval(sequence, highest, False)))


def _sound(path: Path) -> None:
    """Whether SQLite itself finds the new file in order."""
    connection = sqlite3.connect(path)
    try:
        whole = connection.execute("PRAGMA integrity_check").fetchall()
        dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
        connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()
    if whole != [("ok",)] or dangling:
        raise RestoreRefused("The restored file does not pass SQLite's own check.")


def _swapped(fresh: Path, place: Path) -> Path | None:
    """Put the new file in its place; where the old one went."""
    aside = None
    if place.exists():
        leave_log(place)
        aside = place.with_name(f"{place.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
        shutil.copymode(place, fresh)
        place.rename(aside)
    fresh.rename(place)
    return aside


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


async def _into_server(database: Database, path: Path, header: Header, progress: Progress) -> Restored:
    aside = None
    await _refuse_foreign(database)
    await require_closed(database)
    async with database.owning().read() as session:
        found = await revision(session)
    if found is not None:
        aside = (await back_up(database, backup_path(database, "before-restore"), progress)).path
    async with database.connection() as connection:
        await connection.execute(held(Lock.FOUNDING))
        await connection.run_sync(_drop_ours)
        rows = await connection.run_sync(_fill, path, header, progress)
    return Restored(rows, header, aside)


async def _refuse_foreign(database: Database) -> None:
    if database.file is not None and not database.file.exists():
        return
    async with database.owning().read() as session:
        if await revision(session) is None and (others := await tables(session)):
            raise ForeignDatabase(others)


def _drop_ours(connection: Connection) -> None:
    row_security.lower(connection)
    index.remove(connection)
    for link in _links(connection):
        connection.execute(DropConstraint(link))
    for table in backup.tables_of(connection):
        table.drop(connection)
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


async def restored_entry(database: Database, done: Restored) -> None:
    """Enter the restore in the chain that was put back, and begin the anchor again there: the chain may be shorter
    now than the anchor. The former anchor is kept beside it, and named in the entry."""
    anchor = anchor_of(database)
    former = anchor.reset(None) if anchor is not None else None
    details = {
        "made_at": done.header.made_at.isoformat(), "revision": done.header.revision,
        "former_anchor": former.name if former else None,
    }  # fmt: skip
    async with database.write() as session:
        await audit.record(session, None, Deed.RESTORED, details=details)
