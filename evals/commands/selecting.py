"""The records that conditions of a case mean, and figures over them, by plain SQL on the rows the person may see.

This is on purpose no use of the program's own conditions: what is measured does not measure itself.
"""

# ruff: noqa: S608  statements are put together from names of our own tables and columns; values are bound
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from db.money import digits_of
from db.records import KINDS, Field, FieldType, RecordKind
from evals.commands.setting import CURRENCY, Setting
from evals.commands.store import seen_by, table_of

_ORDERS = {"above": ">", "at_least": ">=", "below": "<", "at_most": "<=", "since": ">=", "before": "<"}
_DERIVED = "(SELECT max(i.at) FROM interactions i WHERE i.{kind}_id = {table}.id AND i.deleted_at IS NULL)"


@dataclass(frozen=True, slots=True)
class Clause:
    sql: str
    values: tuple[object, ...] = ()

    def __and__(self, other: Clause) -> Clause:
        return Clause(f"{self.sql} AND {other.sql}", (*self.values, *other.values))


def matching(
    kind: RecordKind, where: Iterable[Mapping[str, Any]], at: Setting, *, spared: Iterable[Mapping[str, Any]] = ()
) -> Clause:
    """The rows the person sees that meet every condition of `where` and none of `spared`."""
    found = Clause(seen_by(at.actor, kind))
    for name, value in _conditions(where):
        found &= _condition(kind, name, value, at)
    for name, value in _conditions(spared):
        one = _condition(kind, name, value, at)
        found &= Clause(f"NOT coalesce({one.sql}, 0)", one.values)
    return found


def _conditions(written: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, Any]]:
    return (pair for condition in written for pair in condition.items())


def ids(kind: RecordKind, clause: Clause, at: Setting) -> list[int]:
    table = kind.table.__tablename__
    rows = at.store.rows(f"SELECT {table}.id FROM {table} WHERE {clause.sql}", clause.values)
    return [row["id"] for row in rows]


def expression(kind: RecordKind, field: Field) -> str:
    table = kind.table.__tablename__
    return _DERIVED.format(kind=kind.name, table=table) if field.derived else f"{table}.{field.stored}"


def _condition(kind: RecordKind, name: str, value: Any, at: Setting) -> Clause:  # noqa: ANN401 - whatever the YAML holds
    head, _, rest = name.partition(".")
    field = kind.by_name[head]
    if rest:
        linked = KINDS[field.to]
        inner = _condition(linked, rest, value, at)
        there = linked.table.__tablename__
        return Clause(
            f"({expression(kind, field)} IN (SELECT {there}.id FROM {there} "
            f"WHERE {there}.deleted_at IS NULL AND {inner.sql}))",
            inner.values,
        )
    column = expression(kind, field)
    if not isinstance(value, Mapping):
        return _any_of(kind, field, column, value if isinstance(value, list) else [value], at)
    (test, than), *_ = value.items()
    return _tested(kind, field, column, test, than, at)


def _any_of(kind: RecordKind, field: Field, column: str, values: list[Any], at: Setting) -> Clause:
    if field.type is FieldType.FLAG:
        return Clause(f"(coalesce({column}, 0) = ?)", (int(values[0]),))
    wanted = tuple(_stored(field, one, at) for one in values)
    return Clause(f"({column} COLLATE NOCASE IN ({', '.join('?' * len(wanted))}))", wanted)


def _tested(kind: RecordKind, field: Field, column: str, test: str, than: Any, at: Setting) -> Clause:  # noqa: ANN401 - whatever the YAML holds
    empty = f"({column} IS NULL OR {column} IN ('', '[]', 'null'))"
    match test:
        case "empty" | "filled":
            return Clause(empty if (test == "empty") == bool(than) else f"(NOT {empty})")
        case "contains":
            return Clause(f"(instr(lower({column}), ?) > 0)", (str(than).lower(),))
        case "not":
            inner = _any_of(kind, field, column, than if isinstance(than, list) else [than], at)
            return Clause(f"({column} IS NULL OR NOT {inner.sql})", inner.values)
        case "not_since":
            return Clause(f"({column} IS NULL OR {column} < ?)", (_stored(field, than, at),))
        case _:
            same = f"coalesce({kind.table.__tablename__}.currency, '{CURRENCY}') = '{CURRENCY}' AND "
            money = same if field.type is FieldType.MONEY else ""
            return Clause(f"({money}{column} {_ORDERS[test]} ?)", (_stored(field, than, at),))


def _stored(field: Field, value: Any, at: Setting) -> object:  # noqa: ANN401 - whatever the YAML holds
    """A value as its column holds it."""
    match field.type:
        case FieldType.LINK:
            return at.linked(field, value)
        case FieldType.MONEY:
            return int(Decimal(str(value)).scaleb(digits_of(CURRENCY)))
        case FieldType.MOMENT:
            return at.midnight(value if isinstance(value, date) else date.fromisoformat(str(value)))
        case FieldType.DATE:
            return str(value)
        case _:
            return value


@dataclass(frozen=True, slots=True)
class Figure:
    """`value`: a count, or a measure in minor units where `currency` is set."""

    label: str | None
    value: Decimal
    currency: str | None = None


def measured(
    kind: RecordKind, clause: Clause, at: Setting, *, measure: str, of: str | None = None, by: str | None = None
) -> list[Figure]:
    """The measure over the rows, for each group and currency; nothing where no row has a value to measure."""
    table = kind.table.__tablename__
    axis = kind.by_name[by] if by else None
    field = kind.by_name[of] if of else None
    money = field is not None and field.type is FieldType.MONEY
    label = _label(kind, axis) if axis else "NULL"
    currency = f"coalesce({table}.currency, '{CURRENCY}')" if money else "NULL"
    rows = at.store.rows(
        f"SELECT {label} AS label, {currency} AS currency, {_aggregate(kind, field, measure)} AS value FROM {table} "
        f"WHERE {clause.sql} GROUP BY 1, 2",
        clause.values,
    )
    return [
        Figure(row["label"], Decimal(str(row["value"])), row["currency"]) for row in rows if row["value"] is not None
    ]


def _aggregate(kind: RecordKind, field: Field | None, measure: str) -> str:
    if field is None or measure == "count":
        return "count(*)"
    function = {"sum": "sum", "average": "avg", "smallest": "min", "largest": "max"}[measure]
    return f"{function}({expression(kind, field)})"


def _label(kind: RecordKind, axis: Field) -> str:
    column = expression(kind, axis)
    if axis.type is not FieldType.LINK:
        return column
    there = table_of(axis.to)
    person = "trim(coalesce(t.first_name, '') || ' ' || coalesce(t.last_name, ''))"
    name = person if axis.to in ("contact", "lead") else "t.name"
    return f"(SELECT {name} FROM {there} t WHERE t.id = {column})"
