"""Which cells of a table each field of a record is read from: by the layout of its program, as told, or by header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from db.importers.errors import WrongKind
from db.importers.headers import Recognition, recognise
from db.importers.layouts import OWN_ID, OWN_SOURCE, Layout, Taken, key_of, recognised
from db.importers.record_columns import columns_of, prefixes_of
from db.importers.rejected import unescaped
from db.importers.table import Table
from db.records.declaration import RecordKind


@dataclass(frozen=True, slots=True)
class Sources:
    """Attributes: cells: text per field; columns: field -> source column; used: columns that a field claims."""

    cells: Mapping[str, pl.Series]
    columns: Mapping[str, str]
    used: frozenset[str]
    recognition: Recognition
    layout: Layout | None = None

    @property
    def own(self) -> bool:
        return self.layout is not None and self.layout.own


def layout_of(table: Table, kind: RecordKind, *, told: bool) -> Layout | None:
    """The export that a file is. Raises `WrongKind` for one that holds another kind, unless columns were `told`."""
    if OWN_ID in table.columns:
        return _own(table, kind)
    found = recognised(table.columns)
    fitting = [layout for layout in found if layout.kind == kind.name]
    if found and not fitting and not told:
        raise WrongKind(table.name, looks=found[0].name, kind=found[0].kind, asked=kind.plural)
    return fitting[0] if fitting else None


def _own(table: Table, kind: RecordKind) -> Layout:
    first = next(iter(table.cells[OWN_ID].drop_nulls().head(1).to_list()), "")
    parts = str(first).split(":")
    held = parts[1] if len(parts) == len(("workspace", "kind", "id")) else kind.name
    if held != kind.name:
        raise WrongKind(table.name, looks=f"{held} records of Rainmaker", kind=held, asked=kind.plural)
    return Layout("Rainmaker", OWN_SOURCE, kind.name, kind.many, own=True)


def sources_of(table: Table, kind: RecordKind, layout: Layout | None, *, mapping: Mapping[str, str]) -> Sources:
    """Raises `ColumnsUnclear` for a mapping that cannot be carried out."""
    fields = columns_of(kind)
    cells: dict[str, pl.Series] = {}
    columns: dict[str, str] = {}
    used: set[str] = set()
    if layout is not None and not layout.own:
        told = {key_of(name) for name in mapping}
        taken = {name: one for name, one in layout.columns.items() if key_of(name) not in told}
        _by_layout(table, taken, cells, columns, used)
        used -= {column for column in used if column in mapping.values()}
    rest = table.with_cells(table.cells.drop(used))
    free = [one for one in fields if one.name not in cells]
    if layout is not None and layout.own:
        mapping = {one.name: one.name for one in free if one.name in table.columns} | dict(mapping)
        free = [one for one in free if one.name in mapping]
    found = recognise(rest, free, prefixes=prefixes_of(kind), mapping=mapping)
    exact = layout is not None and layout.own
    for name, column in found.columns.items():
        cells[name] = _plain(table, table.cells[column] if exact else table.text(column))
        columns[name] = column
        used.add(column)
    return Sources(cells, columns, frozenset(used), found, layout)


def _by_layout(
    table: Table, taken: Mapping[str, Taken], cells: dict[str, pl.Series], columns: dict[str, str], used: set[str]
) -> None:
    by_key = {key_of(column): column for column in reversed(table.columns)}
    for name, one in taken.items():
        there = [by_key[key_of(column)] for column in one.columns if key_of(column) in by_key]
        if there:
            cells[name] = _combined(table, there, one)
            columns[name] = there[0]
            used.update(there)


def _combined(table: Table, there: list[str], taken: Taken) -> pl.Series:
    """The first filled in of several columns."""
    series = [_plain(table, table.text(column)) for column in there]
    frame = pl.DataFrame([one.alias(str(at)) for at, one in enumerate(series)])
    cells = frame.select(pl.coalesce(pl.all()).alias(there[0]))[there[0]]
    if taken.begins:
        cells = cells.set(~cells.str.starts_with(taken.begins).fill_null(value=True), None)
    if taken.times != 1:
        cells = (cells.cast(pl.Float64, strict=False) * taken.times).cast(pl.Int64, strict=False).cast(pl.String)
    return cells


def _plain(table: Table, cells: pl.Series) -> pl.Series:
    return unescaped(cells) if table.escaped else cells
