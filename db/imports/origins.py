"""Under which ids other programs know our records: in columns of the record, or beside it where it has none or they are
taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, null, select, union_all, update

from db.imports.tables import insert, table_of
from db.many_ids import among
from db.models import Origin, Record
from db.records import RecordKind


def has_columns(table: type[Record]) -> bool:
    return hasattr(table, "external_id")


def known_ids(connection: Connection, kind: RecordKind, source: str) -> dict[str, tuple[int, bool]]:
    """(record, whether it was deleted) for every id of a source."""
    table = kind.table
    beside = (
        select(Origin.external_id, Origin.record_id, table.deleted_at)
        .join(table, table.id == Origin.record_id)
        .where(Origin.kind == kind.name, Origin.source == source)
    )
    statement: Any = beside
    if has_columns(table):
        columns: Any = table
        own = select(columns.external_id, table.id, table.deleted_at).where(columns.source == source)
        statement = union_all(beside, own.where(columns.external_id.is_not(None)))
    return {row[0]: (int(row[1]), row[2] is not None) for row in connection.execute(statement)}


def remember(connection: Connection, kind: str, source: str, pairs: Sequence[tuple[str, int]]) -> None:
    """Note ids beside the records."""
    rows = [{"kind": kind, "source": source, "external_id": key, "record_id": record} for key, record in pairs]
    insert(connection, table_of(Origin), rows)


def forget(connection: Connection, kind: RecordKind, ids: Sequence[int]) -> None:
    """Give the ids of these records free, so that a later import may make them anew."""
    connection.execute(delete(Origin).where(Origin.kind == kind.name, among(Origin.record_id, ids, connection.dialect)))
    if has_columns(kind.table):
        chosen = among(kind.table.id, ids, connection.dialect)
        connection.execute(
            update(kind.table.__table__).where(chosen).values(source=null(), external_id=null())  # type: ignore[arg-type]  # a declared table
        )
