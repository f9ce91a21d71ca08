"""Conditions as a person or a model writes them, read against a kind's fields; and what they come to in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from db.money import Money
from db.records import Field, FieldType, RecordKind, kind_named
from db.records.about import ABOUT, SUBJECTS, hangs_on_records
from db.records.conditions import Condition, Conditions, Test
from db.repositories.custom_fields import CustomFieldRepository
from tools.contract import RecordArgument, ToolContext
from tools.errors import BadArgument
from tools.evidence import Unit, render
from tools.periods import dates, midnight
from tools.records.asks import Where
from tools.records.values import linked, read_value
from tools.records.wording import shown
from tools.segments import everybody
from tools.wording import clean, listed, moment

_PERIOD = 2


async def with_own_fields(kind: RecordKind, at: ToolContext) -> RecordKind:
    """The kind with the workspace's own fields."""
    if not kind.customised:
        return kind
    return kind.with_fields(await CustomFieldRepository(at.session, at.actor).fields(kind.name))


async def conditions_of(kind: RecordKind, where: Sequence[Where], at: ToolContext) -> Conditions:
    """The same, with the kind and the workspace's own fields, for a repository to add to its own."""
    declared = await with_own_fields(kind, at)
    return Conditions(declared, await read_conditions(declared, where, at))


async def read_conditions(kind: RecordKind, where: Sequence[Where], at: ToolContext) -> tuple[Condition, ...]:
    """Typed conditions; a period becomes its first and last moment. Raises `BadField`, `BadArgument`, `NeedsChoice`."""
    return tuple([condition for one in where for condition in await _read(kind, one, at)])


async def _read(kind: RecordKind, where: Where, at: ToolContext) -> list[Condition]:
    if where.field == ABOUT and hangs_on_records(kind):
        return [_about(where)]
    owner, field = await field_of(kind, where.field, at)
    if where.test in (Test.EMPTY, Test.FILLED):
        return [Condition(where.field, where.test)]
    values = [value for value in where.value if value != ""]
    if not values:
        raise BadArgument(where.field, "is compared with nothing")
    if field.type in (FieldType.DATE, FieldType.MOMENT) and where.test is Test.IS:
        return _within(where.field, field, str(values[0]), at)
    if field.type is FieldType.LINK:
        return [
            Condition(where.field, where.test, tuple([key for one in values for key in await _keys(field, one, at)]))
        ]
    if where.test in (Test.CONTAINS, Test.STARTS_WITH):
        return [Condition(where.field, where.test, tuple(str(value) for value in values))]
    if field.type is FieldType.MOMENT and isinstance(values[0], str) and len(values[0]) <= len("2025-01-01"):
        return [Condition(where.field, where.test, (_edge(where, values[0], at),))]
    read = [await read_value(owner, field, value, at) for value in values]
    return [Condition(where.field, where.test, tuple(read))]


async def _keys(field: Field, value: object, at: ToolContext) -> tuple[int, ...]:
    """Ids a link is compared with. Managers call the records of their team theirs."""
    if field.name == "owner" and value == "me" and at.actor.role == "manager":
        return await everybody(at)
    return ((await linked(field, value, at)).id,)


def _about(where: Where) -> Condition:
    refs = [one for one in where.value if isinstance(one, RecordArgument) and one.kind in SUBJECTS]
    if len(refs) != len(where.value) or not refs or where.test is not Test.IS:
        raise BadArgument(ABOUT, f"takes records: {listed(SUBJECTS, last='or')}")
    return Condition(ABOUT, Test.IS, tuple((one.kind, one.id) for one in refs))


async def field_of(kind: RecordKind, path: str, at: ToolContext) -> tuple[RecordKind, Field]:
    """The field a path leads to (`account.industry`) and the kind it belongs to. Raises `BadField`."""
    head, _, rest = path.partition(".")
    field = kind.field(head)
    if not rest:
        return kind, field
    if field.type is not FieldType.LINK or field.to in ("user", "team"):
        raise BadArgument(path, f"{field.words} has no fields of its own to ask for")
    return await field_of(await with_own_fields(kind_named(field.to), at), rest, at)


def _within(path: str, field: Field, period: str, at: ToolContext) -> list[Condition]:
    """A day or a period, as its first day and the last that still counts."""
    if len(period.split("/")) < _PERIOD and len(period) == len("2025-01-01"):
        period = f"{period}/{period}"
    first, last = dates(period, at)
    if field.type is FieldType.DATE:
        return [Condition(path, Test.AT_LEAST, (first,)), Condition(path, Test.AT_MOST, (last,))]
    since, before = midnight(first, at), midnight(last + timedelta(days=1), at)
    return [Condition(path, Test.AT_LEAST, (since,)), Condition(path, Test.BELOW, (before,))]


def _edge(where: Where, day: str, at: ToolContext) -> object:
    """Where a bare day begins or ends as a moment: `at_most` takes the whole day in, `above` leaves it out."""
    first, last = dates(f"{day}/{day}", at)
    ends = where.test in (Test.AT_MOST, Test.ABOVE)
    return midnight(last + timedelta(days=1), at) if ends else midnight(first, at)


def in_words(kind: RecordKind, where: Sequence[Where], at: ToolContext) -> str:
    """` with region EMEA and with employees of at least 500`, to follow the noun; empty without conditions."""
    said = [_condition(kind, one, at) for one in where]
    return f" {listed(said)}" if said else ""


def _condition(kind: RecordKind, where: Where, at: ToolContext) -> str:
    if where.value == ["me"] and where.test is Test.IS and where.field == "owner":
        return "of your team" if at.actor.role == "manager" else "of yours"
    head, _, rest = where.field.partition(".")
    field = kind.by_name.get(head)
    name = field.words if field else clean(head, most=40)
    if rest:
        name, field = f"{name} {clean(rest, most=40).replace('_', ' ')}", None
    values = [_value(value, field, at) for value in where.value]
    if where.field == ABOUT:
        return f"about {listed(values, last='or')}"
    if field is not None and field.type is FieldType.FLAG:
        return f"that are {'not ' if values == ['no'] else ''}{name}"
    said = listed(values, last="or")
    if field is not None and field.type in (FieldType.DATE, FieldType.MOMENT) and where.test in _DATED:
        return f"{name} {_DATED[where.test]} {said}"
    return _SAID[where.test].format(name=name, said=said)


_DATED = {Test.IS: "in", Test.AT_LEAST: "from", Test.ABOVE: "after", Test.AT_MOST: "until", Test.BELOW: "before"}
_SAID = {
    Test.IS: "with {name} {said}",
    Test.IS_NOT: "with {name} other than {said}",
    Test.CONTAINS: "with “{said}” in {name}",
    Test.STARTS_WITH: "with {name} beginning with “{said}”",
    Test.AT_LEAST: "with {name} of at least {said}",
    Test.ABOVE: "with {name} above {said}",
    Test.AT_MOST: "with {name} of at most {said}",
    Test.BELOW: "with {name} below {said}",
    Test.EMPTY: "without {name}",
    Test.FILLED: "with {name}",
    Test.NOT_SINCE: "without {name} since {said}",
}


def _amount(value: Mapping[str, Any], at: ToolContext) -> str:
    currency = str(value.get("currency") or at.workspace.currency).upper()
    try:
        return render(Money.of(Decimal(str(value["amount"])), currency), Unit.MONEY)
    except (InvalidOperation, ValueError, OverflowError):
        return clean(f"{value['amount']} {currency}", most=40)


def _zoned(text: str, at: ToolContext) -> datetime:
    said = datetime.fromisoformat(text)
    return said if said.tzinfo else said.replace(tzinfo=at.now.tzinfo)


def _value(value: object, field: Field | None, at: ToolContext) -> str:
    if isinstance(value, RecordArgument):
        return clean(value.name or f"{value.kind} {value.id}", most=80)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field is not None and field.type is FieldType.MOMENT and isinstance(value, str) and "T" in value:
        return moment(_zoned(value, at), at.now)
    if isinstance(value, dict) and "amount" in value:
        return _amount(value, at)
    return clean(shown(value, at) if field is None else str(value), most=80)
