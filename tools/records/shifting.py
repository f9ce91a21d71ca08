"""Values that are said by how far they move: “two weeks later”, “10 % more”, “by 5k”."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from db.money import Money
from db.records import Field, FieldType, RecordKind
from db.records.values import value_of
from tools.contract import ToolContext
from tools.errors import BadArgument
from tools.evidence import Unit, render
from tools.records.asks import Amount, Shift
from tools.wording import day as day_in_words
from tools.wording import plural

_SPAN = re.compile(r"\s*(?P<count>[+-]?\d{1,4})\s*(?P<unit>day|week|month|quarter|year)s?\s*")
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DATED = (FieldType.DATE, FieldType.MOMENT)
_WORDS = {"+": ("later", "more"), "-": ("earlier", "less")}


@dataclass(frozen=True, slots=True)
class Shifted:
    """A field's value relative to what each record holds; exactly one of the two is set.

    Attributes:
        plus: a number, an amount, or for dates a count of days or months.
        times: a factor.
    """

    field: Field
    plus: Decimal | Money | None = None
    days: int = 0
    months: int = 0
    times: Decimal | None = None
    said: str = ""
    asked: Any = None
    """As it was asked for, for the arguments of a proposal."""

    def of(self, current: object, zone: Any) -> Any:  # noqa: ANN401 - by the field
        """The new value; None where the record holds none. Raises `BadArgument` for amounts of two currencies."""
        match current:
            case None:
                return None
            case datetime():
                return _later(current.astimezone(zone), self.days, self.months)
            case date():
                return _later(current, self.days, self.months)
            case Money():
                return self._money(current)
            case _:
                return self._number(Decimal(str(current)))

    def _money(self, current: Money) -> Money:
        if self.times is not None:
            return Money(_whole(current.minor * self.times), current.currency)
        if not isinstance(self.plus, Money) or self.plus.currency != current.currency:
            raise BadArgument(self.field.name, f"an amount in {current.currency} cannot be moved by another currency")
        return Money(current.minor + self.plus.minor, current.currency)

    def _number(self, current: Decimal) -> int | float:
        moved = current * self.times if self.times is not None else current + Decimal(str(self.plus))
        return _whole(moved) if self.field.type is FieldType.WHOLE else float(moved)

    @property
    def words(self) -> str:
        """`expected close 14 days later`, `amount 10 % more`."""
        return f"{self.field.words} {self.said}"


@dataclass(frozen=True, slots=True)
class OnDay:
    """A moment of which only the day was said: it keeps its time of day, or gets the usual one."""

    field: Field
    day: date

    def of(self, current: object, zone: Any) -> datetime:  # noqa: ANN401 - a time zone
        at = current.astimezone(zone).time() if isinstance(current, datetime) else _USUAL.get(self.field.name, _MORNING)
        return datetime.combine(self.day, at.replace(tzinfo=None), tzinfo=zone)

    @property
    def words(self) -> str:
        return f"{self.field.words} {day_in_words(self.day)}"

    @property
    def asked(self) -> str:
        return self.day.isoformat()


_MORNING = time(9)
_USUAL = {"due_at": time(17)}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def read_day(field: Field, value: object) -> OnDay | None:
    """A day said for a moment; None for anything else. Raises `BadArgument` for one that there is not."""
    if field.type is not FieldType.MOMENT or not isinstance(value, str) or not _DAY.fullmatch(value.strip()):
        return None
    try:
        return OnDay(field, date.fromisoformat(value.strip()))
    except ValueError as error:
        raise BadArgument(field.name, f"there is no day {value.strip()}") from error


def read_shift(kind: RecordKind, field: Field, shift: Shift, at: ToolContext) -> Shifted:
    """How far a field moves. Raises `BadArgument` where it cannot be moved so, `BadField` for what is no amount."""
    if (shift.plus is None) == (shift.times is None):
        raise BadArgument(field.name, "say either by how much or how many times, not both")
    return replace(_read(kind, field, shift, at), asked=shift.model_dump(mode="json", exclude_none=True))


def _read(kind: RecordKind, field: Field, shift: Shift, at: ToolContext) -> Shifted:
    if shift.times is not None:
        return _factor(field, shift.times)
    if field.type in _DATED:
        return _span(field, str(shift.plus))
    if not field.measured:
        raise BadArgument(field.name, "cannot be moved by an amount")
    return _amount(kind, field, shift.plus, at)


def _factor(field: Field, said: str | int | float) -> Shifted:
    try:
        times = Decimal(str(said))
    except InvalidOperation as error:
        raise BadArgument(field.name, f"“{str(said)[:40]}” is no factor") from error
    if not field.measured or not (times.is_finite() and 0 <= times <= _MOST_TIMES):
        raise BadArgument(field.name, f"cannot be multiplied by {str(said)[:40]}")
    share = (times - 1) * 100
    words = f"{abs(share).normalize():f} % {_WORDS['+' if share >= 0 else '-'][1]}"
    return Shifted(field, times=times, said=words)


def _span(field: Field, said: str) -> Shifted:
    match = _SPAN.fullmatch(said.lower())
    if match is None:
        raise BadArgument(field.name, f"“{said[:40]}” is no count of days, weeks, months, quarters or years")
    count, unit = int(match["count"]), match["unit"]
    words = f"{abs(count)} {plural(abs(count), unit)} {_WORDS['-' if count < 0 else '+'][0]}"
    days, months = count * _DAYS.get(unit, 0), count * _MONTHS.get(unit, 0)
    return Shifted(field, days=days, months=months, said=words)


def _amount(kind: RecordKind, field: Field, said: Amount | str | int | float | None, at: ToolContext) -> Shifted:
    value = said.model_dump(exclude_none=True) if isinstance(said, Amount) else said
    less = str(value).startswith("-") or (isinstance(value, dict) and str(value["amount"]).startswith("-"))
    bare = _without_sign(value)
    read = value_of(kind, field, bare, currency=at.workspace.currency)
    more = _WORDS["-" if less else "+"][1]
    if isinstance(read, Money):
        signed = Money(-read.minor if less else read.minor, read.currency)
        return Shifted(field, plus=signed, said=f"{render(read, Unit.MONEY)} {more}")
    number = Decimal(str(read))
    return Shifted(field, plus=-number if less else number, said=f"{number.normalize():f} {more}")


def _without_sign(value: object) -> object:
    if isinstance(value, dict):
        return value | {"amount": str(value["amount"]).lstrip("+-")}
    return str(value).lstrip("+-")


def _later(day: Any, days: int, months: int) -> Any:  # noqa: ANN401 - a date or a datetime, and the same again
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last)) + timedelta(days=days)


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


_MOST_TIMES = 1000
