"""Who somebody is that may be erased: the record, and others who bear the same name, address or number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from db.errors import NotFound
from db.models import Contact, Lead, User
from db.session import WriteSession


class Erasable(StrEnum):
    CONTACT = "contact"
    LEAD = "lead"
    USER = "user"


TABLES: Mapping[Erasable, Any] = {
    Erasable.CONTACT: Contact,
    Erasable.LEAD: Lead,
    Erasable.USER: User,
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is to be erased. `others` are people who bear the same name, address or number, as `kind id`."""

    kind: Erasable
    id: int
    name: str
    email: str | None
    phone: str | None
    same_name: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


async def identity_of(session: WriteSession, kind: Erasable, record_id: int) -> Identity:
    """Who is to be erased, and who shares name, address or number.

    Raises:
        NotFound: there is no such person, or the person was erased before.
    """
    row: Contact | Lead | User | None
    row = await session.get(TABLES[kind], record_id, with_for_update=True)
    if row is None:
        raise NotFound(kind.value, str(record_id))
    found = Identity(kind, record_id, _name_of(row), row.email, getattr(row, "phone", None))
    if _is_erased(row.email) or not (found.name or found.email or found.phone):
        raise NotFound(kind.value, str(record_id))
    same, others = await _doubles(session, found)
    return replace(found, same_name=same, others=others)


async def _doubles(session: WriteSession, person: Identity) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Others with the same name, and others with any of name, address and number."""
    same: list[str] = []
    others: list[str] = []
    for kind, table in TABLES.items():
        tests = [_bears(table, person.name)] if person.name else []
        alike = [func.lower(table.email) == person.email.lower()] if person.email else []
        if person.phone and not issubclass(table, User):
            alike.append(table.phone == person.phone)
        for found, tested in ((same, tests), (others, [*tests, *alike])):
            if tested:
                ids = select(table.id).where(or_(*tested), table.deleted_at.is_(None))
                for record_id in (await session.execute(ids.order_by(table.id))).scalars():
                    if (kind, record_id) != (person.kind, person.id):
                        found.append(f"{kind} {record_id}")
    return tuple(same), tuple(others)


def erased_address(user_id: int) -> str:
    """A user needs an address; this one reaches nobody (RFC 2606)."""
    return f"erased-{user_id}@erased.invalid"


def _name_of(row: Contact | Lead | User) -> str:
    """The person's own name; a lead without one is called after its company, which stays."""
    if isinstance(row, User):
        return row.name
    return " ".join(part for part in (row.first_name, row.last_name) if part)


def _is_erased(email: str | None) -> bool:
    return bool(email and email.endswith("@erased.invalid"))


def _bears(table: type[Contact | Lead | User], name: str) -> ColumnElement[bool]:
    if issubclass(table, User):
        return func.lower(table.name) == name.lower()
    joined = func.trim(func.coalesce(table.first_name, "") + " " + func.coalesce(table.last_name, ""))
    return func.lower(joined) == name.lower()
