"""The index over searched texts: made, filled, kept in step by the database itself, and taken away.

It is derived from the records. Triggers write it in the transaction of whatever changes them, so no way of writing can
forget it. Migrations run without it and make it anew at the newest revision: one that rebuilds a table would drop the
table's triggers unnoticed (SQLite), and a newly declared field needs no statement of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType

from sqlalchemy import Connection, text

from db.fulltext import postgres, sqlite
from db.fulltext.columns import TABLES


def _of(connection: Connection) -> ModuleType:
    return postgres if connection.dialect.name == "postgresql" else sqlite


def _run(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(text(statement))


def install(connection: Connection) -> None:
    """Make the index and fill it from the records there are."""
    if connection.dialect.name == "postgresql":
        icu = bool(connection.execute(text(postgres.ICU)).scalar())
        _run(connection, postgres.functions(icu=icu))
    how = _of(connection)
    for table in TABLES.values():
        _run(connection, [*how.created(table), *how.filled(table), *how.triggers(table)])


def remove(connection: Connection) -> None:
    """Take the index away, where there is one."""
    for table in TABLES.values():
        _run(connection, _of(connection).dropped(table))
    if connection.dialect.name == "postgresql":
        _run(connection, ("DROP FUNCTION IF EXISTS rainmaker_phrase", "DROP FUNCTION IF EXISTS rainmaker_plain"))


@contextmanager
def loading(connection: Connection) -> Iterator[None]:
    """Very many rows come in one go: the index is filled at the end, which takes a fraction of the time."""
    how = _of(connection)
    for table in TABLES.values():
        _run(connection, how.untriggered(table))
    yield
    rebuild(connection)
    for table in TABLES.values():
        _run(connection, how.triggers(table))


def rebuild(connection: Connection) -> None:
    """Read every record anew."""
    how = _of(connection)
    for table in TABLES.values():
        _run(connection, [*how.emptied(table), *how.filled(table)])


def purge(connection: Connection) -> None:
    """Leave nothing of what was taken out of the index."""
    for table in TABLES.values():
        _run(connection, _of(connection).purged(table))
