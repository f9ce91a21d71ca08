"""Requests about records read: conditions of a query, and references as the tools take them.

Names that a request gives to records are left out and looked up instead: whoever decides on a proposal would read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from api.routes.records.models import Reference
from db.errors import BadField
from db.records import KINDS, Field, FieldType, RecordKind
from db.records.conditions import Test
from db.repositories.people import PeopleRepository
from db.repositories.records import RecordRepository
from tools.contract import RecordArgument, ToolContext
from tools.records.asks import Where
from tools.records.choosing import field_of

RESERVED = frozenset({"where", "order", "descending", "limit", "offset", "deleted"})
"""Parameters of a list that are no field."""
_PARTS = 3


async def conditions(kind: RecordKind, query: Sequence[tuple[str, str]], at: ToolContext) -> list[Where]:
    """`where=region:is:EMEA` and `region=EMEA` as conditions; the same field again offers another value for it.

    Raises:
        BadField: no such field or test.
    """
    plain: dict[str, list[Any]] = {}
    for name, value in query:
        if name not in RESERVED:
            plain.setdefault(name, []).append(value)
    said = [_written(kind, value) for name, value in query if name == "where"]
    named = [Where(field=name, value=values) for name, values in plain.items()]
    return await by_id(kind, [*said, *named], at)


def _written(kind: RecordKind, text: str) -> Where:
    field, *rest = text.split(":", _PARTS - 1)
    test = rest[0] if rest else ""
    if test not in tuple(Test):
        raise BadField(kind.name, field[:60], f"write field:test:value, with one of {', '.join(Test)}")
    return Where(field=field, test=Test(test), value=rest[1:])


async def by_id(kind: RecordKind, where: Iterable[Where], at: ToolContext) -> list[Where]:
    """Conditions on links that name a record by its id alone, or by reference, without the name it was given."""
    return [await _by_id(kind, one, at) for one in where]


async def _by_id(kind: RecordKind, where: Where, at: ToolContext) -> Where:
    _, field = await field_of(kind, where.field, at)
    if field.type is not FieldType.LINK:
        return where
    return where.model_copy(update={"value": [_unnamed(field.to, value) for value in where.value]})


def _unnamed(kind: str, value: object) -> object:
    if isinstance(value, RecordArgument):
        return RecordArgument(kind=value.kind, id=value.id)
    number = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return RecordArgument(kind=kind, id=int(number)) if number.isascii() and number.isdigit() else value


def reference(kind: RecordKind, one: Reference) -> RecordArgument:
    """A record of a kind, without the name it may have been given."""
    return RecordArgument(kind=kind.name, id=one) if isinstance(one, int) else RecordArgument(kind=one.kind, id=one.id)


async def given(kind: RecordKind, body: BaseModel | None, at: ToolContext) -> dict[str, Any]:
    """The fields that a request sets, as a tool's question takes them: null empties one, links have their names."""
    if body is None:
        return {}
    said = {name: getattr(body, name) for name in body.model_fields_set if name != "version"}
    values = {name: value for name, value in said.items() if value is not None}
    empty = [name for name, value in said.items() if value is None and name in kind.by_name]
    for field in kind.fields:
        if field.type is FieldType.LINK and field.name in values:
            values[field.name] = await _linked(field, values[field.name], at)
    emptied = [*values.pop("empty", ()), *empty]
    return _as_json(values) | ({"empty": emptied} if emptied else {})


async def _linked(field: Field, value: object, at: ToolContext) -> object:
    one = _unnamed(field.to, value) if isinstance(value, int | RecordArgument) else value
    if not isinstance(one, RecordArgument) or one.kind != field.to:
        return one
    if field.to in KINDS:
        line = await RecordRepository(at.session, at.actor, KINDS[field.to]).get(one.id)
        return RecordArgument(kind=one.kind, id=one.id, name=line.name)
    if field.to == "team":
        teams = {team.id: team.name for team in await PeopleRepository(at.session, at.actor).team_refs()}
        return RecordArgument(kind="team", id=one.id, name=teams.get(one.id, f"team {one.id}"))
    return one


def _as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.model_dump(mode="json") if isinstance(value, BaseModel) else value for name, value in values.items()
    }
