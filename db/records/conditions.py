"""Conditions on records, as SQL: typed values against the fields of a declaration."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Text, and_, cast, false, func, not_, or_, select

from db.access import Actor, Grant, RecordAction, visible
from db.errors import BadField
from db.folding import Folded, FoldedJson, word
from db.models import Interaction
from db.money import Money
from db.records.about import ABOUT, hangs_on, hangs_on_records
from db.records.declaration import Field, FieldType, RecordKind
from db.records.roster import kind_named


class Test(StrEnum):
    """How a value is held against a field. Of several values, any may fit (for `IS_NOT`, none)."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    AT_LEAST = "at_least"
    ABOVE = "above"
    AT_MOST = "at_most"
    BELOW = "below"
    EMPTY = "empty"
    FILLED = "filled"
    NOT_SINCE = "not_since"


_COMPARED = frozenset({Test.AT_LEAST, Test.ABOVE, Test.AT_MOST, Test.BELOW, Test.NOT_SINCE})
_WORDED = frozenset({Test.CONTAINS, Test.STARTS_WITH})
_UNVALUED = frozenset({Test.EMPTY, Test.FILLED})
_TEXTS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.DOMAIN,
                    FieldType.WORDS, FieldType.CHOICE})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """`field` may be one of a record that is linked to: `account.region`.

    `about` is met by what hangs on one of the records that its values name as (kind, id).
    `values` are as `db.records.values.value_of` reads them; of texts, case does not count.
    """

    field: str
    test: Test
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows and in whose currency a condition is met."""

    actor: Actor
    currency: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions on records of a kind that all have to hold, for repositories that have conditions of their own."""

    kind: RecordKind
    all: tuple[Condition, ...]

    def __bool__(self) -> bool:
        return bool(self.all)

    def as_sql(self, scope: Scope) -> list[ColumnElement[bool]]:
        return [fulfilled(self.kind, one, scope) for one in self.all]


def fulfilled(kind: RecordKind, condition: Condition, scope: Scope) -> ColumnElement[bool]:
    """The rows of a kind that meet a condition. Raises `BadField`."""
    if condition.field == ABOUT and hangs_on_records(kind):
        return _about(kind, condition, scope)
    head, _, rest = condition.field.partition(".")
    field = kind.field(head)
    if not scope.actor.sees(kind.name, head):
        raise BadField(kind.name, field.words, "is not shown to you")
    if rest:
        return _of_linked(kind, field, Condition(rest, condition.test, condition.values), scope)
    _require_test(kind, field, condition)
    column = expression(kind, field)
    match condition.test:
        case Test.EMPTY:
            return _empty(field, column)
        case Test.FILLED:
            return not_(_empty(field, column))
        case Test.IS_NOT:
            # What is not filled in is not that value either.
            return or_(column.is_(None), not_(_any_of(field, column, condition, scope, kind)))
        case Test.NOT_SINCE:
            return or_(column.is_(None), column < condition.values[0])
        case _:
            return _any_of(field, column, condition, scope, kind)


def _about(kind: RecordKind, condition: Condition, scope: Scope) -> ColumnElement[bool]:
    for subject, _ in condition.values:
        if not scope.actor.sees(kind.name, subject):
            raise BadField(kind.name, subject, "is not shown to you")
    return or_(false(), *(hangs_on(kind.table, subject, key) for subject, key in condition.values))


def expression(kind: RecordKind, field: Field) -> ColumnElement[Any]:
    """A field as SQL: its column, the value under its name in `custom`, or what it is reckoned from."""
    table = kind.table
    if field.derived:
        link = getattr(Interaction, f"{kind.name}_id")
        latest = select(func.max(Interaction.at)).where(link == table.id, Interaction.deleted_at.is_(None))
        return latest.correlate(table).scalar_subquery()
    if not field.custom:
        stored: ColumnElement[Any] = getattr(table, field.stored)
        return stored
    value = table.custom[field.name]  # type: ignore[attr-defined]  # only kinds that are customised have such fields
    match field.type:
        case FieldType.WHOLE | FieldType.NUMBER | FieldType.SHARE:
            number: ColumnElement[Any] = value.as_numeric(20, 6)
            return number
        case FieldType.FLAG:
            flag: ColumnElement[Any] = value.as_boolean()
            return flag
        case FieldType.DATE:
            return cast(value.as_string(), Date)
        case _:
            text: ColumnElement[Any] = value.as_string()
            return text


def _require_test(kind: RecordKind, field: Field, condition: Condition) -> None:
    test = condition.test
    if (test in _COMPARED and not field.ordered) or (test in _WORDED and field.type not in _TEXTS):
        raise BadField(kind.name, field.words, f"cannot be asked for with “{test.replace('_', ' ')}”")
    if test not in _UNVALUED and not condition.values:
        raise BadField(kind.name, field.words, "is compared with nothing")


def _empty(field: Field, column: ColumnElement[Any]) -> ColumnElement[bool]:
    if field.type is FieldType.FLAG:
        return or_(column.is_(None), column.is_(False))
    if field.type is FieldType.WORDS:
        return or_(column.is_(None), cast_text(column).in_(["[]", "null"]))
    return or_(column.is_(None), column == "") if field.type in _TEXTS else column.is_(None)


def cast_text(column: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(column, Text)


def _any_of(
    field: Field, column: ColumnElement[Any], condition: Condition, scope: Scope, kind: RecordKind
) -> ColumnElement[bool]:
    return or_(false(), *(_fits(field, column, condition.test, value, scope, kind) for value in condition.values))


def _fits(
    field: Field, column: ColumnElement[Any], test: Test, value: object, scope: Scope, kind: RecordKind
) -> ColumnElement[bool]:
    if isinstance(value, Money):
        currency = func.coalesce(kind.table.currency, scope.currency)  # type: ignore[attr-defined]  # money has its currency beside it
        return and_(currency == value.currency, _compared(column, test, value.minor))
    if isinstance(value, list):
        value = value[0] if value else ""
    if field.type in _TEXTS:
        if field.type is FieldType.WORDS:
            return _in_list(column, test, word(str(value)))
        return _worded(Folded(column), test, str(value).lower())
    return _compared(column, test, value)


def _in_list(column: ColumnElement[Any], test: Test, value: str) -> ColumnElement[bool]:
    """JSON keeps a list of texts in one piece; its texts are found inside it, by their quotation marks."""
    start = "" if test is Test.CONTAINS else '"'
    end = "" if test in _WORDED else '"'
    return FoldedJson(column).contains(f"{start}{value}{end}", autoescape=True)


def _worded(column: ColumnElement[str], test: Test, value: str) -> ColumnElement[bool]:
    match test:
        case Test.CONTAINS:
            return column.contains(value, autoescape=True)
        case Test.STARTS_WITH:
            return column.startswith(value, autoescape=True)
        case _:
            return column == value


def _compared(column: ColumnElement[Any], test: Test, value: object) -> ColumnElement[bool]:
    match test:
        case Test.AT_LEAST:
            return column >= value
        case Test.ABOVE:
            return column > value
        case Test.AT_MOST:
            return column <= value
        case Test.BELOW:
            return column < value
        case _:
            return column == value


def _of_linked(kind: RecordKind, field: Field, condition: Condition, scope: Scope) -> ColumnElement[bool]:
    if field.type is not FieldType.LINK or "." in condition.field:
        raise BadField(kind.name, f"{field.name}.{condition.field}", "leads to no field")
    linked = kind_named(field.to)
    scope.actor.require(Grant(linked.name, RecordAction.READ))
    table = linked.table
    rows = select(table.id).where(
        visible(scope.actor, linked.table), table.deleted_at.is_(None), fulfilled(linked, condition, scope)
    )
    column: ColumnElement[Any] = getattr(kind.table, field.stored)
    return column.in_(rows)
