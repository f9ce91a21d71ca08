"""Whether another process has the workspace open: tables are neither moved nor replaced under it."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from sqlalchemy import text

from db.errors import WorkspaceOpen
from db.session import Database

_SECONDS, _LOOKS = 2.0, 20
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


async def require_closed(database: Database) -> None:
    """Let go of our own connections, and refuse where there are others.

    Raises:
        WorkspaceOpen: a server, a worker or another program is connected.
    """
    if database.file is not None:
        await database.close()
        if database.file.exists():
            await asyncio.to_thread(leave_log, database.file)
    elif not database.is_sqlite:
        await database.close()
        await _alone_on_the_server(database)


def leave_log(file: Path) -> None:
    """Leaving the write-ahead log needs the file alone, so a process that has it open is noticed.

    Raises:
        WorkspaceOpen: somebody has.
    """
    connection = sqlite3.connect(file, timeout=1)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise WorkspaceOpen(str(file)) from error
    finally:
        connection.close()


async def _alone_on_the_server(database: Database) -> None:
    # A connection that was closed a moment ago may still be listed.
    for _ in range(_LOOKS):
        async with database.owning().read() as session:
            if not await session.scalar(_OTHERS):
                return
        await asyncio.sleep(_SECONDS / _LOOKS)
    raise WorkspaceOpen(f"the database {database.url.database}")
