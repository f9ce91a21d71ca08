"""Keeps the look-up of names in step with the records, for one record or for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, SQLColumnExpression, delete, func, select

from db.acting import unscoped
from db.many_ids import among
from db.models import NameToken, Spelling, User
from db.names import NamedKind, spellings, tokens
from db.records import KINDS

_BATCH = 20_000
_FEW = 500
_T = TypeVar("_T")


def named_kind(kind: str) -> NamedKind | None:
    """The kind among those found by name; None for one whose records have no names of their own."""
    return _BY_VALUE.get(kind)


_BY_VALUE = {kind.value: kind for kind in NamedKind}


def _named(kind: NamedKind) -> tuple[Any, SQLColumnExpression[str]]:
    """Its table, and the name of a row."""
    if kind is NamedKind.USER:
        return User, User.name
    declared = KINDS[kind]
    first, *others = (func.coalesce(getattr(declared.table, column), "") for column in declared.title)
    return declared.table, reduce(lambda name, part: name + " " + part, others, first)


def refresh(connection: Connection, kind: NamedKind, ids: Sequence[int] | None = None) -> None:
    """Index the names of these records of one kind anew (None: of all)."""
    # Who writes a name need not see it afterwards.
    with unscoped(connection):
        if ids is None:
            connection.execute(delete(NameToken).where(NameToken.kind == kind.value))
            _index(connection, kind, None)
        elif ids:
            stale = among(NameToken.record_id, ids, connection.dialect)
            connection.execute(delete(NameToken).where(NameToken.kind == kind.value, stale))
            _index(connection, kind, ids)


def refresh_all(connection: Connection) -> None:
    """Index every name anew, and forget the spellings of words that no name has any more."""
    connection.execute(delete(Spelling))
    for kind in NamedKind:
        refresh(connection, kind)


def _index(connection: Connection, kind: NamedKind, ids: Sequence[int] | None) -> None:
    table, name = _named(kind)
    named = select(table.id, name).where(table.deleted_at.is_(None)).order_by(table.id)
    if ids is not None:
        named = named.where(among(table.id, ids, connection.dialect))
    pairs = ((int(record_id), text) for record_id, text in connection.execute(named) if text)
    met: set[str] = set()
    for batch in _batches(tokens(pairs)):
        met.update(word for _, _, word in batch)
        _insert(
            connection,
            "name_tokens",
            {"kind": "text", "record_id": "bigint", "position": "smallint", "token": "text"},
            [(kind.value, *row) for row in batch],
        )
    _file(connection, met)


def _file(connection: Connection, met: set[str]) -> None:
    """Add the keys of words that were never met before."""
    known: set[str] = set()
    for some in _batches(sorted(met), size=_FEW):
        found = select(Spelling.token).where(Spelling.key == Spelling.token, Spelling.key.in_(some))
        known.update(connection.execute(found).scalars())
    rows = ((key, word) for word in sorted(met - known) for key in sorted(spellings(word)))
    for batch in _batches(rows):
        _insert(connection, "spellings", {"key": "text", "token": "text"}, batch)


def _insert(connection: Connection, table: str, columns: dict[str, str], rows: Sequence[tuple[object, ...]]) -> None:
    """Many narrow rows at once: value by value through the usual path would take several times as long.

    Another writer may have added the same spelling; the rows are the same then.
    """
    names = ", ".join(columns)
    if connection.dialect.name == "postgresql":
        arrays = ", ".join(f"CAST(%s AS {kind}[])" for kind in columns.values())
        statement = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"  # noqa: S608 - names are ours, values are bound
        connection.exec_driver_sql(statement, tuple(list(column) for column in zip(*rows, strict=True)))
        return
    marks = ", ".join("?" for _ in columns)
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 - names are ours, values are bound
    connection.exec_driver_sql(statement, list(rows))


def _batches(rows: Iterable[_T], *, size: int = _BATCH) -> Iterator[list[_T]]:
    several = iter(rows)
    while batch := list(islice(several, size)):
        yield batch
