"""Counts, sums and averages over records of any kind, as SQL aggregates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, String, cast, func, literal, null, select, text

from db.errors import BadField
from db.exchange import Conversion, Dated, Rate, in_minor_of, money_of, planned
from db.money import Money
from db.rates import rate_in_force
from db.records import Field, FieldType, RecordKind
from db.records.conditions import expression
from db.repositories.exchange import RateRepository
from db.repositories.records import RecordRepository, Wanted


class Measure(StrEnum):
    COUNT = "count"
    SUM = "sum"
    AVERAGE = "average"
    SMALLEST = "smallest"
    LARGEST = "largest"


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its label (None for what is not filled in), how many records, and what was measured over them.

    `filled` is how many of them have the measured field filled in: an average says of how many.
    """

    label: str | None
    records: int
    filled: int
    value: Money | Decimal | None
    link: int | None = None


@dataclass(frozen=True, slots=True)
class _Sums:
    count: int
    filled: int
    total: Decimal
    low: Decimal | None
    high: Decimal | None

    def times(self, rate: Rate | None) -> _Sums:
        """In the currency that the rate is against."""
        low, high = (None if one is None else in_minor_of(one, rate) for one in (self.low, self.high))
        return _Sums(self.count, self.filled, in_minor_of(self.total, rate), low, high)

    def __add__(self, other: _Sums) -> _Sums:
        lows = [one for one in (self.low, other.low) if one is not None]
        highs = [one for one in (self.high, other.high) if one is not None]
        return _Sums(
            self.count + other.count, self.filled + other.filled, self.total + other.total,
            min(lows, default=None), max(highs, default=None),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Groups in one currency where they could be brought into one, else apart; `conversion` is None for one."""

    groups: list[Group]
    conversion: Conversion | None


_Key = tuple[str | None, str | None]
"""A group and the currency of its amounts."""


@dataclass(frozen=True, slots=True)
class _Row:
    """Sums of one group, in one currency, at one rate."""

    label: str | None
    currency: str | None
    rate: int | None
    day: date | None
    sums: _Sums


class RecordFigures(RecordRepository):
    """Amounts of several currencies are converted at dated rates, or kept apart: added up they would be no figure."""

    async def measured(
        self, wanted: Wanted, measure: Measure, *, of: str | None = None, by: str | None = None,
        together: Callable[[date], str] = date.isoformat, zone: tzinfo,
    ) -> list[Group]:  # fmt: skip
        """The measure over all records that match, or over each group of them, apart by currency; the largest first,
        dates in order.

        Args:
            of: the field to measure; none for a count.
            together: the group a day belongs to, where `by` is a date: its month, its quarter.
            zone: in which moments belong to days.

        Raises:
            BadField: the field cannot be measured, or grouped by.
        """
        measured, axis = self._measured_field(measure, of), self._axis(by)
        rows = await self._rows(wanted, measured, axis, None)
        return await self._grouped(rows, {}, measure, measured, axis, together, zone)

    async def reckoned(
        self, wanted: Wanted, measure: Measure, *, of: str | None = None, by: str | None = None,
        together: Callable[[date], str] = date.isoformat, zone: tzinfo, today: date,
    ) -> Reckoned:  # fmt: skip
        """The same with amounts of several currencies converted into the workspace's, each at the rate of its day.

        Where a rate is missing nothing is converted.
        """
        measured, axis = self._measured_field(measure, of), self._axis(by)
        rows = await self._rows(wanted, measured, axis, today)
        rates = await RateRepository(self.session, self.actor).of({row.rate for row in rows if row.rate is not None})
        conversion = planned(
            (
                Dated(row.currency, rates.get(row.rate or 0), row.day or today)
                for row in rows if row.currency is not None
            ),
            self.session.currency,
        )  # fmt: skip
        using = rates if conversion is not None and conversion.done else {}
        return Reckoned(await self._grouped(rows, using, measure, measured, axis, together, zone), conversion)

    async def _grouped(
        self, rows: list[_Row], rates: Mapping[int, Rate], measure: Measure, measured: Field | None,
        axis: Field | None, together: Callable[[date], str], zone: tzinfo,
    ) -> list[Group]:  # fmt: skip
        """Args: `rates` are those to convert with; none leaves each amount in its currency."""
        found: dict[_Key, _Sums] = {}
        for row in rows:
            said = together(_day(row.label, axis, zone)) if row.label and axis and _dated(axis) else row.label
            key = (said, self.session.currency if rates else row.currency)
            sums = row.sums.times(rates[row.rate]) if rates and row.rate is not None else row.sums
            found[key] = found[key] + sums if key in found else sums
        names = await self._labels(axis, {label for label, _ in found})
        found = _out_of_sight(found, names)
        groups = [
            Group(
                names.get(label, label) if label is not None else None, sums.count, sums.filled,
                _value(measure, sums, currency, measured),
                int(label) if axis and label and axis.to and label != _OTHERS else None,
            )
            for (label, currency), sums in found.items()
        ]  # fmt: skip
        if axis and _dated(axis):
            return sorted(groups, key=lambda group: (group.label is None, group.label or ""))
        return sorted(groups, key=_size, reverse=True)

    def _measured_field(self, measure: Measure, of: str | None) -> Field | None:
        if measure is Measure.COUNT:
            return None
        if of is None:
            raise BadField(self.kind.name, measure.value, "needs a field to be taken of")
        field = self.shown(of)
        if not field.measured or field.custom:
            raise BadField(self.kind.name, field.words, "is no number or amount to reckon with")
        return field

    def _axis(self, by: str | None) -> Field | None:
        if by is None:
            return None
        field = self.shown(by)
        if not field.grouped:
            raise BadField(self.kind.name, field.words, "has too many different values to group by")
        return field

    async def _rows(self, wanted: Wanted, measured: Field | None, axis: Field | None, today: date | None) -> list[_Row]:
        """Args: `today` asks for the rate of each amount's day as well."""
        label: ColumnElement[Any] = cast(_by_day(self.kind, axis, self._dialect) if axis else null(), String)
        amount = expression(self.kind, measured) if measured else cast(null(), Integer)
        money = measured is not None and measured.type is FieldType.MONEY
        currency: ColumnElement[Any] = (
            func.coalesce(self.kind.table.currency, self.session.currency) if money else cast(null(), String)  # type: ignore[attr-defined]  # money has its currency beside it
        )
        day, rate = self._day_and_rate(currency, today if money else None)
        each = (
            select(
                self.kind.table.id.label("id"), label.label("label"), currency.label("currency"), rate.label("rate"),
                day.label("day"), amount.label("amount"),
            )
            .where(*self.matching(wanted))
            .subquery()
        )  # fmt: skip
        axes, one = (each.c.label, each.c.currency, each.c.rate), each.c.amount
        over = (func.count(each.c.id), func.count(one), func.sum(one), func.min(one), func.max(one))
        # The day of an amount at a rate is wanted only where there is none, to name it.
        rows = await self.session.execute(select(*axes, func.min(each.c.day), *over).group_by(*axes))
        return [
            _Row(key, code, used, _as_date(first), _Sums(count, filled, _decimal(total) or Decimal(0), _decimal(low),
                 _decimal(high)))
            for key, code, used, first, count, filled, total, low, high in rows
            if not money or filled
        ]  # fmt: skip

    def _day_and_rate(
        self, currency: ColumnElement[Any], today: date | None
    ) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        """The day whose rate counts for a record, and that rate."""
        if today is None:
            return cast(null(), Date), cast(null(), Integer)
        of = self.kind.valued_on
        day = func.coalesce(getattr(self.kind.table, of), today) if of else literal(today, Date)
        return day, rate_in_force(currency, day, self.session.currency)

    @property
    def _dialect(self) -> str:
        return self.session.get_bind().dialect.name

    async def _labels(self, axis: Field | None, labels: set[str | None]) -> dict[str | None, str]:
        """What the groups are called, where the label is a record; what is out of sight has no name."""
        if axis is None or axis.type is not FieldType.LINK:
            return {}
        names = await self._named(axis.to, {int(label) for label in labels if label})
        return {label: names.get((axis.to, int(label)), _OTHERS) for label in labels if label}


_OTHERS = "others"


def _out_of_sight(found: dict[_Key, _Sums], names: dict[str | None, str]) -> dict[_Key, _Sums]:
    """With one group for all records that may not be named: apart, each would be told by its number."""
    together: dict[_Key, _Sums] = {}
    for (label, currency), sums in found.items():
        key = (_OTHERS if names.get(label) == _OTHERS else label, currency)
        together[key] = together[key] + sums if key in together else sums
    return together


def _by_day(kind: RecordKind, axis: Field, dialect: str) -> ColumnElement[Any]:
    """The axis; a moment to the quarter of an hour, which every zone's midnight falls on."""
    column = expression(kind, axis)
    if axis.type is not FieldType.MOMENT:
        return column
    if dialect == "postgresql":
        quarter = func.date_bin(text("INTERVAL '15 minutes'"), column, text("TIMESTAMPTZ '2000-01-01 00:00+00'"))
        return func.to_char(func.timezone("UTC", quarter), "YYYY-MM-DD HH24:MI")
    minute = func.printf("%02d", cast(func.strftime("%M", column), Integer) // 15 * 15, type_=String)
    return func.strftime("%Y-%m-%d %H:", column, type_=String) + minute


def _dated(field: Field) -> bool:
    return field.type in (FieldType.DATE, FieldType.MOMENT)


def _day(label: str, axis: Field, zone: tzinfo) -> date:
    if axis.type is FieldType.MOMENT:
        return datetime.fromisoformat(label).replace(tzinfo=UTC).astimezone(zone).date()
    return date.fromisoformat(label[:10])


def _value(measure: Measure, sums: _Sums, currency: str | None, field: Field | None) -> Money | Decimal | None:
    match measure:
        case Measure.COUNT:
            return None
        case Measure.SUM:
            value: Decimal | None = sums.total if sums.filled else None
        case Measure.AVERAGE:
            value = sums.total / sums.filled if sums.filled else None
        case Measure.SMALLEST:
            value = sums.low
        case Measure.LARGEST:
            value = sums.high
    if value is None or field is None or field.type is not FieldType.MONEY or currency is None:
        return value
    return money_of(value, currency)


def _size(group: Group) -> tuple[bool, Decimal, int]:
    value = Decimal(group.value.minor) if isinstance(group.value, Money) else group.value
    return (group.label is not None, value if value is not None else Decimal(group.records), group.records)


def _as_date(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
