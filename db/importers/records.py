"""Reads a file of any kind of record into typed columns under the names of its fields; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from db.importers.errors import NeededColumnMissing, NoKnownColumns, UnknownKind
from db.importers.findings import Findings, Oddity, Progress, Reason
from db.importers.headers import report_misfits
from db.importers.layouts import Layout
from db.importers.load import load_records
from db.importers.other_kind import refuse_other_kind
from db.importers.record_checks import reasons_to_refuse
from db.importers.record_columns import identity_of, importable
from db.importers.record_sources import Sources, layout_of, sources_of
from db.importers.record_values import typed_columns
from db.importers.rules import KEY
from db.importers.table import REASON, ROW, Table
from db.records.declaration import RecordKind
from db.records.roster import KINDS


@dataclass(frozen=True, slots=True)
class RecordFile:
    """The records of one file.

    Attributes:
        kind: what they are, with the workspace's own fields.
        frame: `row_number`, then the recognised fields under their names (text String, days Date, moments Datetime in
            UTC, numbers exact Decimal, yes-or-no Boolean, links as the file names them), `external_id`, `currency` and
            the like.
        layout: the export of another program it was recognised as.
        columns: field -> the source's own column.
        further: columns no field claims; they are not taken over.
        rejected: rows that cannot be used: `row_number`, `reason` (a sentence), the original cells.
        set_aside: reason -> number of rows.
        oddities: what is strange about the file.
        cells: the original cells of the rows in `frame`, for those that are refused later.
    """

    kind: RecordKind
    frame: pl.DataFrame
    rejected: pl.DataFrame
    cells: pl.DataFrame
    layout: Layout | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    further: tuple[str, ...] = ()
    set_aside: Mapping[str, int] = field(default_factory=dict)
    oddities: tuple[Oddity, ...] = ()

    @property
    def own(self) -> bool:
        """Whether it is an export of ours, whose cells are exactly what was stored."""
        return self.layout is not None and self.layout.own


def read_records(
    path: Path,
    kind: RecordKind,
    *,
    mapping: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    today: date | None = None,
    zone: ZoneInfo | None = None,
) -> RecordFile:
    """The records of a CSV, TSV, JSON or JSON Lines file.

    Args:
        kind: with the workspace's own fields, where it has some.
        mapping: field -> source column, for columns that are not recognised by name.
        today: the last day that is not in the future; None leaves the future unchecked.
        zone: that of times which state no offset from UTC.

    Raises:
        ImporterError: the path, the content or the columns cannot be used; the message says what to do.
    """
    if not importable(kind):
        raise UnknownKind(kind.plural, known=[one.plural for one in KINDS.values() if importable(one)])
    say = progress or (lambda _what, _share: None)
    say("reading the file", 0.0)
    table = load_records(path)
    say("recognising the columns", 0.4)
    layout = layout_of(table, kind, told=bool(mapping))
    sources = sources_of(table, kind, layout, mapping=mapping or {})
    _require_columns(table, kind, sources)
    findings = Findings(list(table.oddities))
    report_misfits(sources.recognition, findings)
    say("reading values", 0.5)
    read = typed_columns(table, kind, sources, findings, zone=zone or ZoneInfo("UTC"))
    say("checking the rows", 0.8)
    work = pl.DataFrame({ROW: table.cells[ROW], **read.columns})
    judged = reasons_to_refuse(work, table, kind, read.unreadable, findings, today=today)
    result = _assembled(kind, table, sources, work=work, judged=judged, findings=findings)
    say("done", 1.0)
    return result


def _require_columns(table: Table, kind: RecordKind, sources: Sources) -> None:
    identity = identity_of(kind)
    if set(identity) & set(sources.cells) or (not identity and sources.cells):
        return
    refuse_other_kind(table, kind.name)
    if not sources.cells:
        example = f'--map {(identity or (kind.written[0].name,))[0]}="the column"'
        raise NoKnownColumns(table.name, found=table.columns, example=example)
    names = " or ".join(name.replace("_", " ") for name in identity)
    raise NeededColumnMissing(table.name, needed=names, field=identity[0], found=table.columns)


def _assembled(
    kind: RecordKind, table: Table, sources: Sources, *, work: pl.DataFrame, judged: pl.DataFrame, findings: Findings
) -> RecordFile:
    keep = judged[REASON].is_null()
    rejected = table.cells.select(ROW, pl.exclude(ROW)).insert_column(1, judged[REASON]).filter(~keep)
    return RecordFile(
        kind=kind,
        frame=work.filter(keep),
        cells=table.cells.filter(keep),
        layout=sources.layout,
        columns=sources.columns,
        further=tuple(column for column in table.columns if column not in sources.used),
        rejected=pl.concat([rejected, table.malformed], how="diagonal").sort(ROW),
        set_aside=_counts(judged, table),
        oddities=tuple(findings.oddities),
    )


def _counts(judged: pl.DataFrame, table: Table) -> dict[str, int]:
    counts = dict(judged[KEY].drop_nulls().value_counts(sort=True).iter_rows())
    if table.malformed.height:
        counts[Reason.MALFORMED.value] = table.malformed.height
    return counts
