"""Values of records in words, and everybody whom they name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from db.money import Money
from db.records import Field, FieldType, Personal, RecordKind
from db.repositories.records import RecordLine
from tools.contract import Person, ToolContext
from tools.evidence import Figures, Unit, render
from tools.wording import clean, day, moment, plain, quoted

_PEOPLE = frozenset({"contact", "lead", "learner", "trainer", "user"})
_UNITS = {FieldType.WHOLE: Unit.COUNT, FieldType.NUMBER: Unit.COUNT, FieldType.SHARE: Unit.RATE}
_MOST = 120


def shown(value: object, at: ToolContext) -> str:
    """A value as a person reads it; empty for nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Money():
            return render(value, Unit.MONEY)
        case datetime():
            return moment(value, at.now)
        case date():
            return day(value)
        case Decimal() | int() | float():
            return f"{value:,}" if isinstance(value, int) else f"{Decimal(str(value)).normalize():f}"
        case list() | tuple():
            return ", ".join(clean(str(one), most=60) for one in value)
        case _:
            return clean(str(value), most=_MOST)


def worded(field: Field, line: RecordLine, figures: Figures, at: ToolContext) -> str:
    """One field of a line, `amount $85,000`; what can be measured is a figure. Empty where nothing is filled in."""
    value = line.values.get(field.name)
    if value is None or value in ([], ""):
        return ""
    if field.type is FieldType.FLAG:
        return field.words if value else ""
    if link := line.links.get(field.name):
        return f"{field.words} {clean(link.name, most=80)}"
    if field.type is FieldType.LINK:
        return ""
    if field.measured:
        key = f"{line.kind}.{line.id}.{field.name}"
        label = f"{field.words} of {clean(line.name, most=80)}"
        unit = Unit.MONEY if isinstance(value, Money) else _UNITS[field.type]
        return f"{field.words} {figures.add(key, value, unit, label, rule=f'{field.words} stored on the record')}"
    if field.type in (FieldType.TEXT, FieldType.LONG_TEXT) and len(str(value)) > 40:
        return f"{field.words} {quoted(str(value), most=_MOST)}"
    return f"{field.words} {shown(value, at)}"


def row(kind: RecordKind, line: RecordLine) -> dict[str, Any]:
    """A line as a row of a table: links by name."""
    found: dict[str, Any] = {"id": line.id, "name": line.name}
    for field in kind.fields:
        if field.name in line.values and field.name not in found:
            link = line.links.get(field.name)
            found[field.words] = link.name if link else _plain(line.values[field.name])
    return found


def _plain(value: object) -> Any:  # noqa: ANN401 - a JSON value
    return float(value) if isinstance(value, Decimal) else plain(value)


def people_in(kind: RecordKind, line: RecordLine) -> Iterable[Person]:
    """Everybody a line names, with their addresses and numbers."""
    personal = {field.personal: line.values.get(field.name) for field in kind.fields if field.personal}
    if line.kind in _PEOPLE or Personal.EMAIL in personal:
        yield Person(line.ref, _text(personal.get(Personal.EMAIL)), _text(personal.get(Personal.PHONE)))
    for ref in line.links.values():
        if ref.kind in _PEOPLE:
            yield Person(ref)


def _text(value: object) -> str | None:
    return str(value) if value else None


def article(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' or noun.startswith('SMS') else 'a'} {noun}"
