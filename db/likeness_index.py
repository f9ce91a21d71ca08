"""Keeps the look-up of addresses, numbers and domains in step with the records, for one record or for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, delete, insert, literal, select

from db.likeness_keys import Traits, keys_of
from db.many_ids import among
from db.models import Account, Contact, Lead, LikenessKey

_BATCH = 20_000
_NONE = literal(None)
_TRAITS: dict[str, tuple[Any, tuple[Any, Any, Any]]] = {
    "account": (Account, (_NONE, Account.phone, Account.domain)),
    "contact": (Contact, (Contact.email, Contact.phone, _NONE)),
    "lead": (Lead, (Lead.email, Lead.phone, _NONE)),
}
COMPARED = tuple(_TRAITS)
"""The kinds of records that are held against each other."""


def refresh(connection: Connection, kind: str, ids: Sequence[int] | None = None) -> None:
    """Index these records of a kind anew (None: all of them); of kinds that are not compared, nothing is kept."""
    if kind not in _TRAITS or (ids is not None and not ids):
        return
    stale = delete(LikenessKey).where(LikenessKey.kind == kind)
    if ids is not None:
        stale = stale.where(among(LikenessKey.record_id, ids, connection.dialect))
    connection.execute(stale)
    for batch in _batches(_rows(connection, kind, ids)):
        connection.execute(insert(LikenessKey), batch)


def refresh_all(connection: Connection) -> None:
    for kind in _TRAITS:
        refresh(connection, kind)


def _rows(connection: Connection, kind: str, ids: Sequence[int] | None) -> Iterator[dict[str, Any]]:
    table, columns = _TRAITS[kind]
    statement = select(table.id, *columns).where(table.deleted_at.is_(None)).order_by(table.id)
    if ids is not None:
        statement = statement.where(among(table.id, ids, connection.dialect))
    for record_id, email, phone, domain in connection.execute(statement):
        for key in dict.fromkeys(keys_of(Traits(email, phone, domain))):
            yield {"key": key, "kind": kind, "record_id": record_id}


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch
