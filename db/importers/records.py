"""Reads a file of leads, contacts, accounts or campaigns into typed columns under canonical names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from db.importers.dates import decide_order, parse_dates
from db.importers.deal_values import report_dates, report_numbers
from db.importers.errors import NeededColumnMissing, NoKnownColumns, UnknownKind
from db.importers.findings import Findings, Oddity, Progress, Reason
from db.importers.headers import Content, Recognition, recognise, report_misfits
from db.importers.load import load_records
from db.importers.missing import text
from db.importers.numbers import parse_numbers
from db.importers.outcomes import distinct, flag_of
from db.importers.people import clean_emails, split_names
from db.importers.record_checks import reasons_to_refuse
from db.importers.record_fields import RECORDS, RecordDeclaration, RecordKind
from db.importers.rules import KEY
from db.importers.table import REASON, ROW, Table


@dataclass(frozen=True, slots=True)
class RecordFile:
    """The records of one file.

    Attributes:
        kind: what they are.
        frame: `row_number`, then the recognised fields under their canonical names (text String, dates Date, numbers
            Float64, amounts exact Decimal, yes-or-no Boolean), then the source's other columns as text.
        further: the source's columns no field claims, for custom fields.
        source_names: field -> the source's own name where it differs.
        rejected: rows that cannot be used: `row_number`, `reason` (a sentence), the original cells.
        set_aside: reason -> number of rows.
        oddities: what is strange about the file.
    """

    kind: RecordKind
    frame: pl.DataFrame
    rejected: pl.DataFrame
    further: tuple[str, ...] = ()
    source_names: Mapping[str, str] = field(default_factory=dict)
    set_aside: Mapping[str, int] = field(default_factory=dict)
    oddities: tuple[Oddity, ...] = ()


def read_table(
    path: Path,
    kind: str,
    *,
    mapping: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    today: date | None = None,
    zone: ZoneInfo | None = None,
) -> RecordFile:
    """The records of a CSV or JSON file.

    `kind` is one of `RecordKind`; the other arguments are those of `read_deals`. Raises `ImporterError`.
    """
    declared = _declaration(kind)
    say = progress or (lambda _what, _share: None)
    say("reading the file", 0.0)
    table = load_records(path)
    say("recognising the columns", 0.5)
    found = recognise(table, declared.fields, prefixes=declared.prefixes, mapping=mapping)
    if not found.columns:
        example = f'--map {declared.identity[0]}="the column"'
        raise NoKnownColumns(table.name, found=table.columns, example=example)
    findings = Findings(list(table.oddities))
    report_misfits(found, findings)
    if not set(declared.identity) & set(found.columns):
        names = " or ".join(name.replace("_", " ") for name in declared.identity)
        raise NeededColumnMissing(table.name, needed=names, field=declared.identity[0], found=table.columns)
    say("reading values", 0.6)
    columns, unreadable = _typed(table, declared, found, findings, zone=zone)
    say("checking the rows", 0.85)
    work = pl.DataFrame({ROW: table.cells[ROW], **columns})
    judged = reasons_to_refuse(work, table, declared, unreadable, findings, today=today)
    oddities = tuple(findings.oddities)
    result = _assembled(RecordKind(kind), table, found, work=work, judged=judged, oddities=oddities)
    say("done", 1.0)
    return result


def _declaration(kind: str) -> RecordDeclaration:
    if kind not in list(RecordKind):
        raise UnknownKind(kind, known=[known.value for known in RecordKind])
    return RECORDS[RecordKind(kind)]


def _typed(
    table: Table, declared: RecordDeclaration, found: Recognition, findings: Findings, *, zone: ZoneInfo | None
) -> tuple[dict[str, pl.Series], dict[str, pl.Series]]:
    """The recognised columns, and where a date could not be read (by source column)."""
    columns: dict[str, pl.Series] = {}
    unreadable: dict[str, pl.Series] = {}
    dates = {
        found.columns[wanted.name]: table.text(found.columns[wanted.name])
        for wanted in declared.fields
        if wanted.content is Content.DATE and wanted.name in found.columns
    }
    orders = decide_order(dates)
    for wanted in declared.fields:
        column = found.get(wanted.name)
        if column is None:
            continue
        if wanted.content is Content.DATE:
            read = parse_dates(dates[column], order=orders[column].order, zone=zone)
            report_dates(findings, column, orders[column], read, zone=zone)
            columns[wanted.name], unreadable[column] = read.values, read.unreadable
        else:
            columns[wanted.name] = _values(table, column, wanted.content, findings)
    if "email" in columns:
        columns["email"] = clean_emails(columns["email"], found.columns["email"], findings)
    split_names(columns, findings)
    return columns, unreadable


def _values(table: Table, column: str, content: Content, findings: Findings) -> pl.Series:
    cells = table.text(column)
    if content is Content.FLAG:
        known = {value: flag for value in distinct(cells) or [] if (flag := flag_of(value)) is not None}
        if not known:
            return pl.Series(column, [None], dtype=pl.Boolean).new_from_index(0, cells.len())
        return cells.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Boolean)
    if content in (Content.NUMBER, Content.MONEY):
        read = parse_numbers(cells, comma_likely=table.decimal_comma)
        report_numbers(findings, table, column, read)
        return read.exact if content is Content.MONEY else read.values
    return cells


def _assembled(
    kind: RecordKind,
    table: Table,
    found: Recognition,
    *,
    work: pl.DataFrame,
    judged: pl.DataFrame,
    oddities: tuple[Oddity, ...],
) -> RecordFile:
    used = set(found.columns.values())
    further = {column: _free(column, work.columns) for column in table.columns if column not in used}
    others = table.cells.select(text(column).alias(name) for column, name in further.items())
    keep = judged[REASON].is_null()
    rejected = table.cells.select(ROW, pl.exclude(ROW)).insert_column(1, judged[REASON]).filter(~keep)
    return RecordFile(
        kind=kind,
        frame=pl.concat([work, others], how="horizontal").filter(keep) if further else work.filter(keep),
        further=tuple(further.values()),
        source_names={name: column for name, column in found.columns.items() if name != column},
        rejected=pl.concat([rejected, table.malformed], how="diagonal").sort(ROW),
        set_aside=_counts(judged, table),
        oddities=oddities,
    )


def _free(column: str, taken: list[str]) -> str:
    return f"{column} (source)" if column in taken else column


def _counts(judged: pl.DataFrame, table: Table) -> dict[str, int]:
    counts = dict(judged[KEY].drop_nulls().value_counts(sort=True).iter_rows())
    if table.malformed.height:
        counts[Reason.MALFORMED.value] = table.malformed.height
    return counts
