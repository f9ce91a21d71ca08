"""The cells of each field as typed columns; what concerns a whole column (order of days, decimal mark) is decided here.

Texts stay texts: what a field takes, `db.records.values` decides where the rows are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import polars as pl

from db.importers.dates import OrderDecision, decide_order, parse_dates
from db.importers.deal_values import report_dates, report_numbers, report_unreadable
from db.importers.findings import Findings, OddityKind
from db.importers.headers import Content, Field
from db.importers.layouts import Layout
from db.importers.moments import parse_moments
from db.importers.numbers import EXACT, currency_code, parse_numbers
from db.importers.outcomes import flag_of
from db.importers.people import clean_emails, split_names
from db.importers.record_columns import CURRENCY, FULL_NAME, columns_of
from db.importers.record_sources import Sources
from db.importers.table import Table
from db.records.declaration import FieldType, RecordKind

_MOST_FLAGS = 500


@dataclass(slots=True)
class Typed:
    """Attributes: columns: by field; unreadable: where a date could not be read, by source column."""

    columns: dict[str, pl.Series] = field(default_factory=dict)
    unreadable: dict[str, pl.Series] = field(default_factory=dict)
    currencies: list[pl.Series] = field(default_factory=list)


def typed_columns(table: Table, kind: RecordKind, sources: Sources, findings: Findings, *, zone: ZoneInfo) -> Typed:
    """The columns of a kind's fields, one value for each row of the table."""
    result = Typed()
    reading = _Reading(table, kind, sources, findings, zone, _orders(kind, sources))
    for wanted in columns_of(kind):
        if wanted.name in sources.cells:
            reading.read(wanted, result)
    if not sources.own:
        _people(result, sources, findings)
    result.columns.pop(FULL_NAME, None)
    _currency(result)
    if sources.layout is not None:
        _in_our_words(result, sources.layout, table.cells.height)
    return result


def _orders(kind: RecordKind, sources: Sources) -> dict[str, OrderDecision]:
    dated = {one.name for one in columns_of(kind) if one.content is Content.DATE and one.name in sources.cells}
    return decide_order({name: sources.cells[name] for name in dated})


@dataclass(frozen=True, slots=True)
class _Reading:
    table: Table
    kind: RecordKind
    sources: Sources
    findings: Findings
    zone: ZoneInfo
    orders: Mapping[str, OrderDecision]

    def read(self, wanted: Field, result: Typed) -> None:
        name, cells = wanted.name, self.sources.cells[wanted.name]
        column = self.sources.columns[name]
        if self.sources.own and (exact := _as_written(cells, wanted.content, self._type(name))) is not None:
            result.columns[name] = exact
            return
        match wanted.content:
            case Content.DATE if self._type(name) is FieldType.DATE:
                read = parse_dates(cells, order=self.orders[name].order, zone=self.zone)
                report_dates(self.findings, column, self.orders[name], read, zone=self.zone)
                result.columns[name], result.unreadable[column] = read.values, read.unreadable
            case Content.DATE:
                moments = parse_moments(cells, order=self.orders[name].order, zone=self.zone)
                self._report_moments(name, column, zoned=moments.zoned)
                result.columns[name], result.unreadable[column] = moments.values, moments.unreadable
            case Content.NUMBER | Content.MONEY:
                self._number(wanted, cells, column, result)
            case Content.FLAG:
                result.columns[name] = self._flags(cells, column)
            case _:
                result.columns[name] = cells

    def _type(self, name: str) -> FieldType:
        declared = self.kind.by_name.get(name)
        return declared.type if declared else FieldType.MOMENT

    def _report_moments(self, name: str, column: str, *, zoned: bool) -> None:
        order = self.orders[name]
        if not order.certain:
            sentence = f'The dates in "{column}" can be read day first or month first; they were read {order.order}.'
            self.findings.add(OddityKind.AMBIGUOUS_DATES, sentence, column=column)
        if not zoned:
            sentence = (
                f'Times in "{column}" do not state their offset from UTC; they were taken as those of {self.zone}.'
            )
            self.findings.add(OddityKind.TIME_ZONE, sentence, column=column)

    def _number(self, wanted: Field, cells: pl.Series, column: str, result: Typed) -> None:
        read = parse_numbers(cells, comma_likely=self.table.decimal_comma)
        report_numbers(self.findings, self.table, column, read)
        exact = read.exact
        if self._type(wanted.name) is FieldType.SHARE and _in_percent(cells, exact):
            exact = (exact / 100).cast(exact.dtype)
        result.columns[wanted.name] = exact
        if wanted.content is Content.MONEY:
            header = self.sources.recognition.currencies.get(column)
            result.currencies.append(read.currencies.fill_null(header) if header else read.currencies)

    def _flags(self, cells: pl.Series, column: str) -> pl.Series:
        values = cells.drop_nulls().unique().head(_MOST_FLAGS).to_list()
        known = {value: flag for value in values if (flag := flag_of(value)) is not None}
        if known:
            flags = cells.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Boolean)
        else:
            flags = pl.Series(cells.name, [None] * cells.len(), dtype=pl.Boolean)
        report_unreadable(self.findings, self.table, column, cells.is_not_null() & flags.is_null(), "yes or no")
        return flags


def _as_written(cells: pl.Series, content: Content, type_: FieldType) -> pl.Series | None:
    """A column as our own exports write it; None where somebody has written in it in another notation since."""
    match content:
        case Content.DATE if type_ is FieldType.DATE:
            read = cells.str.to_date("%Y-%m-%d", strict=False)
        case Content.DATE:
            read = cells.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", strict=False, time_unit="us")
        case Content.NUMBER | Content.MONEY:
            read = cells.cast(EXACT, strict=False)
        case Content.FLAG:
            read = cells.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
        case _:
            return cells
    return read if read.null_count() == cells.null_count() else None


def _in_percent(cells: pl.Series, exact: pl.Series) -> bool:
    beyond = exact.drop_nulls()
    return bool(cells.str.contains("%", literal=True).any()) or bool((beyond > 1).any())


def _people(result: Typed, sources: Sources, findings: Findings) -> None:
    if "email" in result.columns:
        result.columns["email"] = clean_emails(result.columns["email"], sources.columns["email"], findings)
    if "first_name" not in sources.cells or "last_name" not in sources.cells:
        split_names(result.columns, findings)


def _currency(result: Typed) -> None:
    """The currency of a row: its own column, else what stands beside its amounts."""
    told = [currency_code(result.columns[CURRENCY])] if CURRENCY in result.columns else []
    if told or any(one.is_not_null().any() for one in result.currencies):
        frame = pl.DataFrame([one.alias(str(at)) for at, one in enumerate([*told, *result.currencies])])
        result.columns[CURRENCY] = frame.select(pl.coalesce(pl.all()).alias(CURRENCY))[CURRENCY]


def _in_our_words(result: Typed, layout: Layout, height: int) -> None:
    """Choices of the other program as those here, and what it does not say."""
    for name, words in layout.values.items():
        if name in result.columns:
            folded = {word.casefold(): ours for word, ours in words.items()}
            cells = result.columns[name]
            known = {
                cell: folded[cell.casefold()]
                for cell in cells.drop_nulls().unique().to_list()
                if cell.casefold() in folded
            }
            result.columns[name] = cells.replace(known) if known else cells
    for name, usual in layout.usual.items():
        given = result.columns.get(name)
        result.columns[name] = pl.Series(name, [usual] * height) if given is None else given.fill_null(usual)
