"""Keeps the look-up of names in step with the records, for one record or for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, SQLColumnExpression, delete, func, insert, select

from db.models import Account, Campaign, Contact, Lead, NameToken, Opportunity, Product, User
from db.names import NamedKind, tokens

_BATCH = 20_000


def _person(table: type[Contact] | type[Lead]) -> SQLColumnExpression[str]:
    return func.coalesce(table.first_name, "") + " " + func.coalesce(table.last_name, "")


_NAMES: dict[NamedKind, tuple[Any, SQLColumnExpression[str]]] = {
    NamedKind.ACCOUNT: (Account, Account.name),
    NamedKind.CONTACT: (Contact, _person(Contact)),
    NamedKind.LEAD: (Lead, _person(Lead)),
    NamedKind.OPPORTUNITY: (Opportunity, Opportunity.name),
    NamedKind.CAMPAIGN: (Campaign, Campaign.name),
    NamedKind.PRODUCT: (Product, Product.name),
    NamedKind.USER: (User, User.name),
}


def refresh(connection: Connection, kind: NamedKind, ids: Sequence[int] | None = None) -> None:
    """Index the names of these records of one kind anew (None: of all)."""
    table, name = _NAMES[kind]
    stale = delete(NameToken).where(NameToken.kind == kind.value)
    named = select(table.id, name).where(table.deleted_at.is_(None))
    if ids is not None:
        stale, named = stale.where(NameToken.record_id.in_(ids)), named.where(table.id.in_(ids))
    connection.execute(stale)
    rows = tokens(kind, ((record_id, text) for record_id, text in connection.execute(named) if text))
    for batch in _batches(rows):
        connection.execute(insert(NameToken), batch)


def refresh_all(connection: Connection) -> None:
    for kind in NamedKind:
        refresh(connection, kind)


def _batches(rows: Iterator[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch
