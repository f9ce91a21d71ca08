"""Writing whole batches of rows: ids that are known beforehand, texts that fit their columns."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, func, select, text

from db.models import Base

CHUNK = 5_000
_T = TypeVar("_T")


def table_of(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


def batches(rows: Sequence[_T], size: int = CHUNK) -> Iterable[Sequence[_T]]:
    for at in range(0, len(rows), size):
        yield rows[at : at + size]


def insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """All of them, with the same columns each."""
    for batch in batches(rows):
        connection.execute(table.insert(), batch)


def reserve(connection: Connection, table: Table, count: int) -> range | Sequence[int]:
    """Keys for so many new rows, so that what belongs to them can be written at once.

    On SQLite this transaction is the only one that writes; PostgreSQL's sequence gives each number once.
    """
    if not count:
        return ()
    if connection.dialect.name == "postgresql":
        drawn = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return list(connection.execute(drawn, {"name": table.name, "count": count}).scalars())
    last = int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())
    return range(last + 1, last + 1 + count)


def room(table: Table, column: str) -> int:
    """How many characters a text column holds."""
    return int(getattr(table.c[column].type, "length", None) or sys.maxsize)


def fitting(said: str, most: int) -> str:
    """The text, or as much of it as there is room for with a mark that keeps it apart from others beginning alike."""
    if len(said) <= most:
        return said
    mark = hashlib.sha256(said.encode()).hexdigest()[:10]
    return f"{said[: most - 11]}~{mark}"


def source_of(file_name: str) -> str:
    """What stands for a file as the source of its ids, where nothing says which program they are of."""
    return fitting(f"file:{file_name}", 40)
