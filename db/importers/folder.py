"""A folder of CSV files around a pipeline: deals in one, what is known of accounts, products and sellers in others.

Files are told apart by their headers. A file is looked up where it shares a column with the pipeline whose
values do not repeat in it; names that differ in spelling only are matched for the join, and the deal keeps its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from db.importers.deal_fields import DEAL_FIELDS, DEAL_PREFIXES
from db.importers.delimited import read_delimited
from db.importers.errors import ColumnsUnclear, ImporterError, NoPipelineInFolder, SeveralPipelinesInFolder
from db.importers.findings import Findings, OddityKind
from db.importers.headers import recognise, words_of
from db.importers.near_names import near_name
from db.importers.outcome_column import read_outcome
from db.importers.source import entries, read_bytes
from db.importers.table import ROW, Table
from db.importers.text import to_utf8

_SUFFIXES = (".csv", ".tsv", ".tab")
_MAX_FILES = 50
_KEY_FIELDS = ("account", "product", "owner", "deal_id", "country", "lead_source")
_SHOWN_REPAIRS = 10


@dataclass(frozen=True, slots=True)
class _Key:
    """Attributes: here: the column of the pipeline; there: the column of the other file."""

    here: str
    there: str


def read_folder(path: Path, *, mapping: Mapping[str, str] | None = None) -> Table:
    """The pipeline of a folder with the columns of its other files joined on.

    Raises `NoPipelineInFolder` and `SeveralPipelinesInFolder`; a file that cannot be read or joined is an oddity.
    """
    tables, reasons, names = _tables(path)
    pipelines = [table for table in tables if _is_pipeline(table, mapping or {})]
    if not pipelines:
        raise NoPipelineInFolder(path.name or str(path), files=names, reasons=reasons)
    if len(pipelines) > 1:
        raise SeveralPipelinesInFolder(path.name or str(path), files=[table.name for table in pipelines])
    findings = Findings()
    for reason in reasons:
        findings.add(OddityKind.UNUSED_FILE, reason)
    pipeline = pipelines[0]
    for table in [other for other in tables if other is not pipelines[0]]:
        pipeline = _joined(pipeline, table, findings)
    return pipeline.with_cells(pipeline.cells, oddities=findings.oddities)


def _tables(path: Path) -> tuple[list[Table], list[str], list[str]]:
    files = sorted(file for file in entries(path) if file.suffix.lower() in _SUFFIXES and not file.name.startswith("."))
    tables, reasons = [], []
    for file in files[:_MAX_FILES]:
        try:
            tables.append(read_delimited(to_utf8(read_bytes(file), name=file.name), name=file.name))
        except ImporterError as error:
            reasons.append(str(error))
    if len(files) > _MAX_FILES:
        reasons.append(f"Of {len(files):,} CSV files only the first {_MAX_FILES} were looked at.")
    return tables, reasons, [file.name for file in files]


def _is_pipeline(table: Table, mapping: Mapping[str, str]) -> bool:
    here = {field: column for field, column in mapping.items() if column in table.columns}
    try:
        found = recognise(table, DEAL_FIELDS, prefixes=DEAL_PREFIXES, mapping=here)
        read_outcome(table, found, Findings())
    except ColumnsUnclear:
        return False
    return bool({"close_date", "created_date", "amount", "deal_id"} & set(found.columns))


def _joined(pipeline: Table, table: Table, findings: Findings) -> Table:
    key = _key(pipeline, table)
    if key is None:
        findings.add(
            OddityKind.UNUSED_FILE,
            f'"{table.name}" shares no column of distinct names with "{pipeline.name}" and was not used.',
        )
        return pipeline
    there = table.cells.drop(ROW).with_columns(table.text(key.there)).filter(pl.col(key.there).is_not_null())
    here = pipeline.text(key.here)
    matched = _matches(here, there[key.there], key, table.name, findings)
    details = there.rename(_free_names(pipeline, table, key))
    joined = (
        pipeline.cells.with_columns(matched.alias("\0key"))
        .join(details, left_on="\0key", right_on=key.there, how="left", maintain_order="left")
        .drop("\0key")
    )
    return pipeline.with_cells(joined)


def _key(pipeline: Table, table: Table) -> _Key | None:
    """The shared column with the most deals found in the other file; its names must not repeat there."""
    ours, theirs = _names(pipeline), _names(table)
    shared = [_Key(ours[name], theirs[name]) for name in ours if name in theirs]
    usable = []
    for key in shared:
        there = table.text(key.there).drop_nulls()
        here = pipeline.text(key.here).drop_nulls()
        if there.len() and not there.is_duplicated().any():
            usable.append((int(here.is_in(there.implode()).sum()), key))
    best = max(usable, key=lambda found: found[0], default=None)
    return best[1] if best and best[0] > 0 else None


def _names(table: Table) -> dict[str, str]:
    """Columns by field where one is recognised for joining, else by their words."""
    found = recognise(table, DEAL_FIELDS, prefixes=DEAL_PREFIXES)
    by_field = {found.columns[name]: name for name in _KEY_FIELDS if name in found.columns}
    return {by_field.get(column, words_of(column).replace(" ", "")): column for column in reversed(table.columns)}


def _matches(here: pl.Series, there: pl.Series, key: _Key, file: str, findings: Findings) -> pl.Series:
    """The name to join each deal by: its own, or the one name in the other file that differs in spelling only."""
    known = there.to_list()
    counts = here.drop_nulls().value_counts(sort=True)
    unmatched = counts.filter(~pl.col(here.name).is_in(there.implode()))
    repaired: dict[str, str] = {}
    lost: list[tuple[str, int]] = []
    for name, count in unmatched.iter_rows():
        meant = near_name(name, known)
        if meant is None:
            lost.append((name, count))
            continue
        repaired[name] = meant
        if len(repaired) <= _SHOWN_REPAIRS:
            sentence = (
                f'"{name}" in {key.here} ({count:,} deals) is not in "{file}"; it was joined as "{meant}", '
                "and the deals keep their own spelling."
            )
            findings.add(OddityKind.BROKEN_JOIN, sentence, column=key.here, rows=count)
    if lost:
        shown = ", ".join(f'"{name}"' for name, _ in lost[:5])
        rows = sum(count for _, count in lost)
        sentence = f'{rows:,} deals name {len(lost):,} values of {key.here} that are not in "{file}" ({shown}).'
        findings.add(OddityKind.BROKEN_JOIN, sentence, column=key.here, rows=rows)
    return here.replace(repaired) if repaired else here


def _free_names(pipeline: Table, table: Table, key: _Key) -> dict[str, str]:
    stem = Path(table.name).stem
    taken = set(pipeline.columns)
    return {column: f"{stem} {column}" for column in table.columns if column != key.there and column in taken}
