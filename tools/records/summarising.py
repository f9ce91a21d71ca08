"""Counts, sums and averages over records of one kind, as a whole or by group."""

from __future__ import annotations

from datetime import date

from db.money import Money
from db.records import Field, FieldType, RecordKind
from db.repositories.record_figures import Group, Measure, RecordFigures
from db.repositories.records import Wanted
from tools import exchange
from tools.contract import Chart, ChartKind, Found, ToolContext
from tools.evidence import Figures, RowsBehind, Unit
from tools.periods import week_of
from tools.records.asks import Grain, Summarise
from tools.records.choosing import in_words, read_conditions, with_own_fields
from tools.records.finding import scope_of
from tools.science.periods import Grain as PeriodGrain
from tools.science.periods import Period
from tools.wording import clean, plain, plural, slug

_SAID = {
    Measure.SUM: "total",
    Measure.AVERAGE: "average",
    Measure.SMALLEST: "smallest",
    Measure.LARGEST: "largest",
}
_EMPTY = "not filled in"
_VALUED = {
    "opportunity": "the day of the close, and today for what is open",
    "quota": "the end of the quota's period",
}
"""The day whose rate counts, in words; of everything else it is today."""


async def summarise(kind: RecordKind, tool: str, ask: Summarise, at: ToolContext) -> Found:
    """One figure over all records that match, or one for each group."""
    declared = await with_own_fields(kind, at)
    wanted = Wanted(await read_conditions(declared, ask.where, at))
    reckoned = await RecordFigures(at.session, at.actor, declared).reckoned(
        wanted, Measure(ask.measure), of=ask.of, by=ask.by, zone=at.workspace.zone, today=at.today,
        together=lambda day: _together(day, ask.grain or "month", at),
    )  # fmt: skip
    groups = reckoned.groups
    scope = await scope_of(kind, at)
    what = f"{kind.many}{in_words(declared, ask.where, at)}"
    if not groups or not any(group.records for group in groups):
        return Found((f"There are no {what} in {scope}.",), scope=scope)
    rule = f"{_rule(declared, ask)}{exchange.rule(reckoned.conversion)}"
    figures = Figures(rule, RowsBehind(f"find_{kind.plural}", _rows_behind(ask)))
    rates = exchange.said(reckoned.conversion, figures, _VALUED.get(kind.name, "today"), may_set=exchange.may_set(at))
    if ask.by is None:
        said = tuple(_whole(group, declared, ask, what, scope, figures) for group in groups)
        return Found((*said, *rates), figures.all, scope=scope)
    return _grouped(groups, declared, ask, what, scope, figures, rates)


def _rule(kind: RecordKind, ask: Summarise) -> str:
    if ask.of is None:
        return f"count of the {kind.many} that meet every condition"
    return f"{ask.measure} of {kind.field(ask.of).words} over the {kind.many} that meet every condition"


def _rows_behind(ask: Summarise) -> dict[str, object]:
    return {"where": [one.model_dump(mode="json") for one in ask.where], "limit": 200}


def _whole(group: Group, kind: RecordKind, ask: Summarise, what: str, scope: str, figures: Figures) -> str:
    if ask.of is None:
        count = figures.count("count", group.records, f"{what}, {scope}")
        return f"{count} {plural(group.records, kind.one, what)} in {scope}."
    field, measure = kind.field(ask.of), Measure(ask.measure)
    filled = figures.count(f"filled.{_currency(group)}", group.filled, f"{what} with {field.words}, {scope}")
    if group.value is None:
        return f"None of the {what} in {scope} has {field.words} filled in."
    value = _value(
        group, field, f"{_SAID[measure]} {field.words}, {what}, {scope}", figures, f"value.{_currency(group)}"
    )
    return f"The {_SAID[measure]} {field.words} of the {what} in {scope} is {value}, over {filled} with it filled in."


def _grouped(
    groups: list[Group], kind: RecordKind, ask: Summarise, what: str, scope: str, figures: Figures,
    rates: tuple[str, ...],
) -> Found:  # fmt: skip
    axis, measure = kind.field(ask.by or ""), Measure(ask.measure)
    said = "Number" if ask.of is None else f"{_SAID[measure].capitalize()} {kind.field(ask.of).words}"
    shown = groups[: ask.limit]
    lines = [_group_line(group, kind, ask, what, scope, figures) for group in shown]
    rest = ""
    if len(groups) > len(shown):
        rest = f"; the first {figures.count('shown', len(shown), 'groups shown')} groups"
    head = f"{said} of {what} by {axis.words} in {scope}{rest}:"
    rows = tuple(_row(group, axis, ask) for group in groups)
    chart = _chart(groups, f"{said} of {kind.many} by {axis.words}", axis) if len(groups) > 1 else None
    return Found(("\n".join([head, *lines]), *rates), figures.all, rows, chart, scope=scope)


def _group_line(group: Group, kind: RecordKind, ask: Summarise, what: str, scope: str, figures: Figures) -> str:
    name = clean(group.label, most=80) or _EMPTY
    key = f"{slug(name)}.{_currency(group)}"
    count = figures.count(f"count.{key}", group.records, f"{what}, {name}, {scope}")
    if ask.of is None:
        return f"- {name}: {count}"
    field = kind.field(ask.of)
    value = _value(group, field, f"{ask.measure} of {field.words}, {name}, {scope}", figures, f"value.{key}")
    return f"- {name}: {value} over {count} {plural(group.records, kind.one, kind.many)}"


def _value(group: Group, field: Field, label: str, figures: Figures, key: str) -> str:
    if group.value is None:
        return "none filled in"
    if isinstance(group.value, Money):
        return figures.money(key, group.value, label)
    unit = Unit.RATE if field.type is FieldType.SHARE else Unit.COUNT
    whole = group.value == group.value.to_integral_value()
    return figures.add(key, group.value, unit, label, digits=0 if whole and unit is Unit.COUNT else 1)


def _currency(group: Group) -> str:
    return group.value.currency if isinstance(group.value, Money) else "all"


def _row(group: Group, axis: Field, ask: Summarise) -> dict[str, object]:
    value = group.value if isinstance(group.value, Money) or group.value is None else float(group.value)
    measured = {} if ask.of is None else {f"{ask.measure} of {ask.of.replace('_', ' ')}": plain(value)}
    return {axis.words: group.label or _EMPTY, "records": group.records, **measured}


def _chart(groups: list[Group], title: str, axis: Field) -> Chart:
    dated = axis.type in (FieldType.DATE, FieldType.MOMENT)
    first = groups[0].value
    same = [one for one in groups if _currency(one) == _currency(groups[0])]
    data = tuple({"label": one.label or _EMPTY, "value": _height(one)} for one in same[:24])
    unit = first.currency if isinstance(first, Money) else "count"
    return Chart(title, ChartKind.LINE if dated else ChartKind.BAR, f"Chart: {title}.", data, unit)


def _height(group: Group) -> float:
    if isinstance(group.value, Money):
        return float(group.value.amount)
    return float(group.records if group.value is None else group.value)


def _together(day: date, grain: Grain, at: ToolContext) -> str:
    """The group a day belongs to: itself, its week, or the fiscal period it lies in."""
    match grain:
        case "day":
            return day.isoformat()
        case "week":
            return week_of(day, at.workspace.week_start)
        case _:
            return str(Period.containing(day, PeriodGrain(grain), year_start=at.workspace.fiscal_year_start))
