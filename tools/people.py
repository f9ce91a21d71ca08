"""Everybody an answer names, so that names, addresses and numbers can be hidden from models."""

from __future__ import annotations

from collections.abc import Iterable

from db.repositories.accounts import ContactLine
from db.repositories.base import RecordRef
from db.repositories.leads import LeadLine
from tools.contract import Person


def contact_ref(line: ContactLine) -> RecordRef:
    return RecordRef("contact", line.id, line.name)


def lead_ref(line: LeadLine) -> RecordRef:
    return RecordRef("lead", line.id, line.name)


def of_contact(line: ContactLine) -> Person:
    return Person(contact_ref(line), line.email, line.phone)


def of_lead(line: LeadLine) -> Person:
    return Person(lead_ref(line), line.email, line.phone)


def of_colleague(user_id: int | None, name: str | None, email: str | None = None) -> Iterable[Person]:
    if user_id is not None and name:
        yield Person(RecordRef("user", user_id, name), email)


def each_once(people: Iterable[Person]) -> tuple[Person, ...]:
    """One entry per record; the first one that has an address or a number wins."""
    found: dict[tuple[str, int], Person] = {}
    for one in people:
        key = (one.ref.kind, one.ref.id)
        if key not in found or not (found[key].email or found[key].phone):
            found[key] = one
    return tuple(found.values())
