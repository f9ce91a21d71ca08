"""Arguments of a record tool as values of fields: links looked up, the workspace's lists matched, times in its zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from db.names import NamedKind, fold
from db.records import Field, FieldType, RecordKind
from db.records.values import value_of
from db.repositories.base import RecordRef
from db.repositories.opportunities import OpportunityRepository
from db.repositories.people import PeopleRepository
from db.repositories.search import SearchRepository
from tools.contract import RecordArgument, ToolContext
from tools.errors import BadArgument, NeedsChoice
from tools.segments import chosen_colleague, matched


async def read_value(kind: RecordKind, field: Field, value: object, at: ToolContext) -> Any:  # noqa: ANN401 - by the field
    """One value. Raises `BadField`, `BadArgument` or, where a name fits several records, `NeedsChoice`."""
    if isinstance(value, BaseModel) and not isinstance(value, RecordArgument):
        value = value.model_dump(exclude_none=True)
    if value is None or value == "":
        return None
    if field.type is FieldType.LINK:
        return (await linked(field, value, at)).id
    if field.listed:
        return await _listed(kind, field, str(value), at)
    if field.type is FieldType.MOMENT and isinstance(value, str):
        value = _zoned(field, value, at)
    return value_of(kind, field, value, currency=at.workspace.currency)


async def linked(field: Field, value: object, at: ToolContext) -> RecordRef:
    """The record a link is to point at, by reference or by name, among those the person sees."""
    if field.to == "user":
        if not isinstance(value, str | RecordArgument):
            raise BadArgument(field.name, "names no colleague")
        colleague = await chosen_colleague(value, at, argument=field.name)
        return RecordRef("user", colleague.id, colleague.name)
    if field.to == "team":
        return await _team(field, value, at)
    if isinstance(value, RecordArgument | Mapping):
        chosen = value if isinstance(value, RecordArgument) else RecordArgument.model_validate(value)
        if chosen.kind != field.to:
            raise BadArgument(field.name, f"takes a {field.to}, not a {chosen.kind}")
        return chosen.ref
    return await _by_name(field, str(value), at)


async def _by_name(field: Field, name: str, at: ToolContext) -> RecordRef:
    kind = NamedKind(field.to) if field.to in {one.value for one in NamedKind} else None
    if kind is None:
        raise BadArgument(field.name, f"a {field.to} has no name to find it by; name its number")
    near = await SearchRepository(at.session, at.actor).candidates(fold(name).split(), kinds=[kind])
    same = [one for one in near if fold(one.name) == fold(name)]
    if not same:
        raise BadArgument(field.name, f"I find no {field.to} called “{name[:80]}” among those you see")
    if len(same) > 1:
        raise NeedsChoice(
            f"Which {name[:80]} do you mean?", tuple(f"{one.name} ({one.detail})" for one in same), argument=field.name
        )
    return RecordRef(field.to, same[0].id, same[0].name)


async def _team(field: Field, value: object, at: ToolContext) -> RecordRef:
    wanted = value.name if isinstance(value, RecordArgument) else str(value)
    found = [one for one in await PeopleRepository(at.session, at.actor).team_refs() if fold(one.name) == fold(wanted)]
    if not found:
        raise BadArgument(field.name, f"I know no team “{wanted[:80]}”")
    return found[0]


async def _listed(kind: RecordKind, field: Field, value: str, at: ToolContext) -> str:
    """A value of a list that the workspace keeps: its stages."""
    stages = [name for name, _, _ in await OpportunityRepository(at.session, at.actor).stages()]
    found = matched([value], stages)
    if found[0] not in stages:
        raise BadArgument(field.name, f"“{value[:60]}” is no {field.words} here; there are {', '.join(stages)}")
    return str(value_of(kind, field, found[0], currency=at.workspace.currency))


def _zoned(field: Field, text: str, at: ToolContext) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadArgument(field.name, f"“{text[:40]}” is not an ISO date and time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=at.now.tzinfo)


def said(ask: BaseModel, kind: RecordKind, *, empty: Sequence[str] = ()) -> dict[str, Any]:
    """What an ask says of fields: those that were set, the workspace's own, and those to be emptied."""
    given = {name: getattr(ask, name) for name in ask.model_fields_set if name in kind.by_name}
    given = {name: value for name, value in given.items() if value is not None}
    custom: Mapping[str, Any] = getattr(ask, "custom", {})
    return given | dict(custom) | dict.fromkeys(empty)
