"""Engines and sessions. Read and write sessions are different types, and `commit` exists once, here.

SQLite: WAL, writers begin IMMEDIATE and queue in this process, so a busy database makes them wait instead
of losing a read-modify-write. PostgreSQL: ordinary transactions at the default isolation.
A read session sees one state of the database from its first statement on, and the database refuses its writes.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.util import await_only

from db.acting import AS_OWNER, AS_PROGRAM, ActingSession, Roles, told_by
from db.errors import NotADatabase, NotStorable, StorageAway, StorageBusy, StorageFull
from db.folding import FOLDED, FOLDED_JSON, folded, folded_json
from db.settings import USUAL_CURRENCY, file_of

_BUSY_SECONDS = 30
_POOL_SECONDS = 60
"""How long one waits for a connection when very many ask at once."""
_CURRENCY = "currency"
_AFTER = "after"
_FULL = ("disk is full", "readonly database", "No space left", "disk I/O error", "unable to open database file")
_AWAY = (OperationalError, InterfaceError)
_FOREIGN = ("file is not a database", "file is encrypted")
_BUSY = ("database is locked", "database table is locked", "lock timeout", "deadlock detected")


class Access(StrEnum):
    READ = "read"
    WRITE = "write"


@dataclass(slots=True)
class Statements:
    """How many statements a session has run, and the seconds they took together."""

    count: int = 0
    seconds: float = 0.0
    begun: float = 0.0


Observer = Callable[[Access, str], AbstractContextManager[Statements | None]]
"""Told of every session: how it is used and on which system. What it gives counts the statements of the session."""

_running: ContextVar[Statements | None] = ContextVar("statements", default=None)


class ReadSession(AsyncSession):
    """A session that is never committed."""

    sync_session_class = ActingSession

    @property
    def currency(self) -> str:
        """The currency of amounts that name none."""
        return str(self.info.get(_CURRENCY, USUAL_CURRENCY))

    def reckon_in(self, currency: str) -> None:
        """Take amounts that name no currency to be in this one, from now on in this session."""
        self.info[_CURRENCY] = currency


class _Transaction(ActingSession):
    """Beneath a write session; its events run what was asked for `once_committed`."""


class WriteSession(ReadSession):
    """A session inside one write transaction."""

    sync_session_class = _Transaction

    def once_committed(self, act: Callable[[], None]) -> None:
        """Call `act` when the transaction is in the database, whoever commits it; never when it was undone.

        It runs in a thread, since it may wait for a disk, and before the session is done: who writes next in this
        process waits for it. It must not raise.
        """
        self.info.setdefault(_AFTER, []).append(act)


@event.listens_for(_Transaction, "after_commit")
def _act(session: Session) -> None:
    if session.in_nested_transaction():
        return
    if acts := session.info.pop(_AFTER, ()):
        # Shielded: somebody who stops waiting must not keep it from happening.
        await_only(asyncio.shield(asyncio.to_thread(_each, acts)))


def _each(acts: Sequence[Callable[[], None]]) -> None:
    for act in acts:
        act()


@event.listens_for(_Transaction, "after_soft_rollback")
def _drop(session: Session, undone: SessionTransaction) -> None:
    if undone.parent is None:
        session.info.pop(_AFTER, None)


class Database:
    """One workspace. `read()` and `write()` are the only ways in; `currency` is that of amounts that name none.

    A session works for nobody until a repository or `unscoped` says for whom (`db.acting`).
    """

    def __init__(
        self, url: URL, *, currency: str = USUAL_CURRENCY, readers: int = 8, patience: float = _BUSY_SECONDS
    ) -> None:
        """`patience`: seconds to wait for another process that is writing (SQLite)."""
        self.url = url
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._patience = patience
        self._roles = Roles()
        if self.is_sqlite:
            if self.file is not None:
                self.file.parent.mkdir(parents=True, exist_ok=True)
            self._reading = self._sqlite_engine("DEFERRED", size=readers)
            self._writing = self._sqlite_engine("IMMEDIATE", size=2)
        else:
            self._writing = create_async_engine(
                # An error that quoted its parameters would carry values of records into logs.
                url,
                pool_size=readers,
                max_overflow=readers,
                pool_timeout=_POOL_SECONDS,
                pool_pre_ping=True,
                hide_parameters=True,
            )
            # The same pool; the setting is per connection and taken back on return.
            self._reading = self._writing.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
            told_by(self._writing.sync_engine, self._roles)
            _count_statements(self._writing)
        self._readers = async_sessionmaker(self._reading, class_=ReadSession, expire_on_commit=False, autoflush=False)
        self._writers = async_sessionmaker(self._writing, class_=WriteSession, expire_on_commit=False)
        # Who asked first writes first. Half of PostgreSQL's connections are left to readers.
        self._queue: asyncio.Lock | asyncio.Semaphore = asyncio.Lock() if self.is_sqlite else asyncio.Semaphore(readers)
        self._carried: Mapping[str, object] = {_CURRENCY: currency}
        self._observer: Observer = _unobserved

    def carrying(self, info: Mapping[str, object]) -> Database:
        """The same database, with the same connections and queue; its sessions carry `info`."""
        view = copy(self)
        view._carried = {**self._carried, **info}
        return view

    def reckoning_in(self, currency: str) -> Database:
        """The same database, where amounts that name no currency are in this one."""
        return self if self._carried[_CURRENCY] == currency else self.carrying({_CURRENCY: currency})

    def owning(self) -> Database:
        """The same database for whoever founds, moves, fills or copies its tables: sessions work as their owner, past
        row-level security."""
        return self.carrying(AS_OWNER)

    def unscoped(self) -> Database:
        """The same database for the program's own work, which sees every row; who uses it says why."""
        return self.carrying(AS_PROGRAM)

    @property
    def says_for_whom(self) -> bool:
        """Whether its sessions work for somebody from the start."""
        return any(name in self._carried for name in AS_OWNER)

    def look_again(self) -> None:
        """What guards the rows may be another from now on."""
        self._roles.stem = None

    def carried(self, name: str) -> object:
        """What sessions carry under a name; None if nothing."""
        return self._carried.get(name)

    @property
    def file(self) -> Path | None:
        """The file of a SQLite workspace; None where it is kept by a server or in memory."""
        return file_of(self.url)

    def observed(self, observer: Observer) -> Database:
        """The same database, whose sessions `observer` is told of."""
        view = copy(self)
        view._observer = observer
        return view

    @property
    def system(self) -> str:
        return "sqlite" if self.is_sqlite else "postgresql"

    def _sqlite_engine(self, begin: str, *, size: int) -> AsyncEngine:
        engine = create_async_engine(
            self.url, pool_size=size, max_overflow=0, pool_timeout=_POOL_SECONDS,
            connect_args={"timeout": self._patience}, hide_parameters=True,
        )  # fmt: skip
        _count_statements(engine)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        if begin == "DEFERRED":
            event.listen(engine.sync_engine, "connect", _refuse_writes)
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(f"BEGIN {begin}"))
        return engine

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        with storage_errors(), self._told(Access.READ):
            async with self._readers(info=dict(self._carried)) as session:
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """One transaction: committed when the block ends, undone when it raises."""
        with storage_errors(), self._told(Access.WRITE):
            async with self._turn_to_write(), self._writers(info=dict(self._carried)) as session:
                yield session
                await session.commit()

    @contextmanager
    def _told(self, access: Access) -> Iterator[None]:
        with self._observer(access, self.system) as statements:
            token = _running.set(statements)
            try:
                yield
            finally:
                _running.reset(token)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """A bare connection of the tables' owner in a write transaction, for bulk loads and migrations."""
        async with self._turn_to_write():
            with storage_errors():
                async with self._writing.begin() as connection:
                    yield connection

    def durable(self) -> tuple[AsyncEngine, async_sessionmaker[WriteSession]]:
        """For DBOS, which commits our write sessions together with its own record of the step.

        Connections of its own: it sets isolation levels. Whoever asked disposes of the engine. The sessions are the
        owner's, because the record of the step is in tables of DBOS; a job says that the program works.
        """
        info = {**self._carried, **AS_OWNER}
        if self.is_sqlite:
            engine = self._sqlite_engine("IMMEDIATE", size=2)
        else:
            engine = create_async_engine(self.url, hide_parameters=True, pool_pre_ping=True)
            told_by(engine.sync_engine, self._roles)
        return engine, async_sessionmaker(class_=WriteSession, expire_on_commit=False, info=info)

    @asynccontextmanager
    async def _turn_to_write(self) -> AsyncIterator[None]:
        async with self._queue:
            yield

    async def compact(self) -> bool:
        """Write the database anew, so that nothing deleted is left in free pages; False while others are at work.

        On PostgreSQL every table is rewritten, which locks it for that long.
        """
        try:
            with storage_errors():
                await (self._compact_sqlite() if self.is_sqlite else self._compact_postgres())
        except StorageBusy:
            return False
        return True

    async def _compact_sqlite(self) -> None:
        async with self._queue, self._writing.connect() as connection:
            # Past SQLAlchemy: it would begin a transaction, in which neither is possible.
            driver: Any = (await connection.get_raw_connection()).driver_connection
            try:
                await driver.execute("VACUUM")
                busy = await (await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")).fetchone()
            except sqlite3.OperationalError as error:
                raise StorageBusy(str(error)) from error
            if busy[0]:
                raise StorageBusy("the log of the database is being read")

    async def _compact_postgres(self) -> None:
        async with self._writing.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            await connection.exec_driver_sql("VACUUM (FULL)")

    async def close(self) -> None:
        self.look_again()
        await self._writing.dispose()
        if self.is_sqlite:
            await self._reading.dispose()


class storage_errors:  # noqa: N801 - used as a context manager, reads like a function
    """Turns the driver's words for a full, read-only, locked or unreachable database into errors of ours."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, PoolTimeoutError):
            raise StorageBusy("all connections are taken") from error
        if isinstance(error, DataError) or (isinstance(error, OverflowError) and "SQLite" in str(error)):
            raise NotStorable from error
        if not isinstance(error, DatabaseError):
            return
        said = str(error.orig)
        if any(word in said for word in _FOREIGN):
            raise NotADatabase(said) from error
        if any(word in said for word in _FULL):
            raise StorageFull(said) from error
        if any(word in said for word in _BUSY):
            raise StorageBusy(said) from error
        # SQLite calls a missing column an operational error too; that is a fault of ours.
        if error.connection_invalidated or (not isinstance(error.orig, sqlite3.Error) and isinstance(error, _AWAY)):
            raise StorageAway(type(error.orig).__name__) from error


def _unobserved(_access: Access, _system: str) -> AbstractContextManager[Statements | None]:
    return nullcontext()


def _count_statements(engine: AsyncEngine) -> None:
    event.listen(engine.sync_engine, "before_cursor_execute", _statement_begins)
    event.listen(engine.sync_engine, "after_cursor_execute", _statement_ends)


def _statement_begins(*_: object) -> None:
    if (statements := _running.get()) is not None:
        statements.begun = time.perf_counter()


def _statement_ends(*_: object) -> None:
    if (statements := _running.get()) is not None:
        statements.count += 1
        statements.seconds += time.perf_counter() - statements.begun


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection type
    # SQLAlchemy, not the driver, decides when a transaction begins.
    connection.isolation_level = None
    connection.create_function(FOLDED, 1, folded, deterministic=True)
    connection.create_function(FOLDED_JSON, 1, folded_json, deterministic=True)
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


def _refuse_writes(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection type
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.close()
