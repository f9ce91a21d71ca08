"""A new record of any kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.record_images import plain
from db.records import RecordKind
from db.records.values import typed
from db.repositories.base import RecordRef
from tools.contract import Action, Ask, Operation, Person, Proposed, ToolContext
from tools.errors import BadArgument
from tools.people import each_once
from tools.records.choosing import with_own_fields
from tools.records.consequences import of_creating
from tools.records.reading import Reading, read_fields
from tools.records.resembling import resembling
from tools.records.values import said
from tools.records.wording import article
from tools.wording import clean


async def create(kind: RecordKind, ask: Ask, at: ToolContext) -> Proposed:
    """What would be created: the record with what follows from it."""
    declared = await with_own_fields(kind, at)
    given = (await read_fields(declared, said(ask, declared), at)).fresh(at)
    name = _named(declared, given)
    columns = _plain(typed(declared, given.values, currency=at.workspace.currency))
    after = await of_creating(declared, columns, at)
    values = dict(after.values) | columns
    _require(declared, values)
    what = f"{kind.one} {clean(name, most=120)}" if name else kind.one
    details = given.in_words(at, besides=set(declared.title))
    ref = RecordRef(kind.name, 0, name)
    even_so = bool(getattr(ask, "even_so", False))
    likeness = await resembling(declared, given.values, at)
    return Proposed(
        said=f"{likeness.warning}I would create {article(what)}{details}.{likeness.offer('Create it')}",
        done=f"{what[:1].upper()}{what[1:]} created{details}.{likeness.remark}",
        arguments=given.arguments() | ({"even_so": True} if even_so else {}),
        operations=(Operation(Action.CREATE, kind.name, values), *after.operations),
        focus=(*likeness.first, *given.refs[:1]),
        people=each_once([*_people(declared, ref, given), *likeness.people]),
        reach=likeness.reach(),
        held=likeness.holds and not even_so,
    )


def _named(kind: RecordKind, given: Reading) -> str:
    """The name the record will have. Raises `BadArgument` where nothing says who or what it is."""
    parts = [str(value) for column in kind.title if (value := given.by_column(column))]
    if parts:
        return " ".join(parts)
    if not given.values:
        raise BadArgument(kind.name, f"I need to know at least one thing about the new {kind.one}")
    if set(kind.title) >= {"first_name", "last_name"} and not any(given.values.get(one) for one in _TELLING):
        raise BadArgument(kind.name, f"the new {kind.one} needs a name, a company, an e-mail address or a phone number")
    return ""


_TELLING = ("company", "email", "phone")


def _require(kind: RecordKind, values: Mapping[str, Any]) -> None:
    for field in kind.fields:
        if field.required and not field.custom and values.get(field.stored) is None:
            raise BadArgument(field.name, f"a new {kind.one} cannot be without {article(field.words)}")


def _plain(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in columns.items()}


def _people(kind: RecordKind, ref: RecordRef, given: Reading) -> list[Person]:
    named = [Person(one) for one in given.refs]
    if ref.name and any(field.personal for field in kind.fields):
        named.append(Person(ref, _text(given.values.get("email")), _text(given.values.get("phone"))))
    return named


def _text(value: object) -> str | None:
    return str(value) if value else None
