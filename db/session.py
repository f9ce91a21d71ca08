"""Engines and sessions. Read and write sessions are different types, and `commit` exists once, here.

SQLite: WAL, writers begin IMMEDIATE and queue in this process, so a busy database makes them wait instead
of losing a read-modify-write. PostgreSQL: ordinary transactions at the default isolation.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from db.errors import StorageFull

_BUSY_SECONDS = 30
_FULL = ("disk is full", "readonly database", "No space left", "disk I/O error", "unable to open database file")


class ReadSession(AsyncSession):
    """A session that is never committed."""


class WriteSession(ReadSession):
    """A session inside one write transaction."""


class Database:
    """One workspace. `read()` and `write()` are the only ways in."""

    def __init__(self, url: URL, *, readers: int = 8) -> None:
        self.url = url
        self.is_sqlite = url.get_backend_name() == "sqlite"
        if self.is_sqlite and url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        self._reading = self._engine("DEFERRED", size=readers)
        self._writing = self._engine("IMMEDIATE", size=2) if self.is_sqlite else self._reading
        self._readers = async_sessionmaker(self._reading, class_=ReadSession, expire_on_commit=False, autoflush=False)
        self._writers = async_sessionmaker(self._writing, class_=WriteSession, expire_on_commit=False)
        self._queue = asyncio.Lock()

    def _engine(self, begin: str, *, size: int) -> AsyncEngine:
        if not self.is_sqlite:
            return create_async_engine(self.url, pool_size=size, max_overflow=size, pool_pre_ping=True)
        engine = create_async_engine(
            self.url, pool_size=size, max_overflow=0, pool_timeout=60, connect_args={"timeout": _BUSY_SECONDS}
        )
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(f"BEGIN {begin}"))
        return engine

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        async with self._readers() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """One transaction: committed when the block ends, undone when it raises."""
        if not self.is_sqlite:
            async with self._writers() as session:
                yield session
                await self._commit(session)
            return
        async with self._queue, self._writers() as session:
            yield session
            await self._commit(session)

    @staticmethod
    async def _commit(session: WriteSession) -> None:
        with storage_errors():
            await session.commit()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """A bare connection in a write transaction, for bulk loads and migrations."""
        with storage_errors():
            async with self._writing.begin() as connection:
                yield connection

    async def close(self) -> None:
        await self._reading.dispose()
        if self._writing is not self._reading:
            await self._writing.dispose()


class storage_errors:  # noqa: N801 - used as a context manager, reads like a function
    """Turns the driver's words for a full or read-only disk into `StorageFull`."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OperationalError) and any(word in str(error.orig) for word in _FULL):
            raise StorageFull(str(error.orig)) from error


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection type
    # SQLAlchemy, not the driver, decides when a transaction begins.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def sqlite_version() -> str:
    return sqlite3.sqlite_version
