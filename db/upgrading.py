"""Moving a workspace between revisions: one process at a time, what the tables held backed up first.

Looking, backing up, migrating and the audit entry are one write transaction under a lock, so that of two processes
that start together one moves the tables, and the other finds them moved.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from db import row_security
from db.backup import Progress
from db.deeds import Deed
from db.errors import OtherDirection, RevisionUnknown, WorkspaceMissing, WorkspaceOutdated
from db.exclusive import require_closed
from db.keeping import back_up, backup_path
from db.locks import Lock, held
from db.repositories import audit
from db.revisions import BASE, head_revision, migrate, revision, revisions
from db.session import Database, WriteSession


def _quiet(_what: str, _share: float) -> None:
    return None


@asynccontextmanager
async def alone(database: Database) -> AsyncIterator[WriteSession]:
    """A write transaction beside which nobody founds, moves or replaces the workspace.

    On SQLite any write transaction is alone; on PostgreSQL there is a lock for it.
    """
    database.look_again()
    async with database.owning().write() as session:
        if not database.is_sqlite:
            await session.execute(held(Lock.FOUNDING))
        yield session


async def bring_to(
    database: Database, wanted: str | None, *, down: bool, progress: Progress = _quiet
) -> Path | None:  # fmt: skip
    """Bring the tables up to a revision (None: the newest) or down to one; the backup made before, None where the
    tables are there already.

    Raises:
        WorkspaceMissing: there are no tables.
        WorkspaceOutdated: the tables are newer than this program.
        RevisionUnknown: the wanted revision is not one of this program.
        OtherDirection: it lies above where the tables are to go down, or below where they are to go up.
        WorkspaceOpen: another process works on them.
    """
    ahead_of_it = await ahead(database, wanted, down=down)
    async with alone(database) as session:
        target = _target(await revision(session), wanted, down=down)
        if ahead_of_it is None or target is None:
            await guarded(session)
            return None
        return await moved_with_backup(database, session, target, down=down, progress=progress)


async def ahead(database: Database, wanted: str | None, *, down: bool) -> str | None:
    """The revision that `bring_to` would bring the tables to now; None where they are there already.

    Raises:
        The same.
    """
    async with database.owning().read() as session:
        target = _target(await revision(session), wanted, down=down)
    if target is not None:
        await require_closed(database)
    return target


def _target(found: str | None, wanted: str | None, *, down: bool) -> str | None:
    if found is None:
        raise WorkspaceMissing
    target = wanted or (_before(found) if down else head_revision())
    order = [BASE, *sorted(revisions())]
    if target not in order:
        raise RevisionUnknown(target, tuple(order))
    if found not in order:
        raise WorkspaceOutdated(found, head_revision())
    if found == target:
        return None
    if (order.index(found) < order.index(target)) is down:
        raise OtherDirection(found, target, down=down)
    return target


async def moved_with_backup(
    database: Database, session: WriteSession, target: str, *, down: bool = False, progress: Progress = _quiet
) -> Path:
    """Back up what is there, move it, and enter that; `session` is `alone`. Where the backup is."""
    kept = (await back_up(database, backup_path(database, f"before-{target}"), progress)).path
    await moved(session, target, down=down)
    if target != BASE:
        await audit.record(session, None, Deed.MIGRATED, details={"to": target, "backup": kept.name})
    return kept


async def guarded(session: WriteSession) -> None:
    """On PostgreSQL, tables of the newest revision are guarded as this program has it; `session` is `alone`."""
    connection = await session.connection()
    if connection.dialect.name == "postgresql" and await revision(session) == head_revision():
        await connection.run_sync(row_security.keep_up)


async def moved(session: WriteSession, target: str, *, down: bool = False) -> None:
    """The tables at another revision when the transaction ends; `session` is `alone`."""
    connection = await session.connection()
    await connection.run_sync(lambda sync: migrate(sync, to=target, down=down))


def _before(found: str) -> str:
    return max((one for one in revisions() if one < found), default=BASE)
