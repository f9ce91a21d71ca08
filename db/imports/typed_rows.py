"""Rows of a file as the columns of their table, a batch at a time; what a field does not take is left out and told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from db.errors import BadField
from db.importers.layouts import LONGEST_ID, OWN_ID
from db.importers.record_columns import CREATED, CURRENCY, EXTERNAL, UPDATED, linked_kinds, taken_over
from db.importers.table import ROW
from db.importers.words import words_of_cell
from db.imports.imported import MOST_TOLD, LeftOut
from db.imports.naming import Names
from db.money import Money
from db.records import Field, FieldType, RecordKind
from db.records.values import plain, value_of

_MOST_REMEMBERED = 100_000
_Read = Callable[[Any], tuple[Any, str]]


@dataclass(slots=True)
class Row:
    """One row: its number in the file, columns to write, and how it is known elsewhere.

    `missing` are links it could not be without, with the reason.
    """

    number: int
    columns: dict[str, Any]
    custom: dict[str, Any] = field(default_factory=dict)
    external: str | None = None
    own: int | None = None
    missing: str = ""


@dataclass(slots=True)
class Reader:
    """Reads batches of one file.

    Attributes:
        currency: of amounts that name none.
        stages: the workspace's stages by folded name, for what has one.
    """

    kind: RecordKind
    names: Names
    currency: str
    stages: Mapping[str, str]
    left_out: list[LeftOut] = field(default_factory=list)
    left_out_count: int = 0
    strange_stages: set[str] = field(default_factory=set)
    _remembered: dict[str, dict[Any, tuple[Any, str]]] = field(default_factory=dict)

    def rows(self, batch: pl.DataFrame) -> list[Row]:
        """In the order of the file."""
        rows = [Row(number, {}) for number in batch[ROW].to_list()]
        self._identities(batch, rows)
        for one in self.kind.fields:
            if not taken_over(one):
                continue
            if one.type is FieldType.LINK:
                self._link(one, batch, rows)
            elif one.name in batch.columns:
                self._field(one, batch, rows)
        for name in (CREATED, UPDATED):
            if name in batch.columns:
                for row, moment in zip(rows, batch[name].to_list(), strict=True):
                    row.columns[name] = moment
        return rows

    def tell(self, number: int, name: str, why: str) -> None:
        """Note a value that was left out."""
        self.left_out_count += 1
        if len(self.left_out) < MOST_TOLD:
            self.left_out.append(LeftOut(number, name, why))

    def _identities(self, batch: pl.DataFrame, rows: list[Row]) -> None:
        if EXTERNAL in batch.columns:
            for row, key in zip(rows, batch[EXTERNAL].to_list(), strict=True):
                row.external = key[:LONGEST_ID] if key else None
        if OWN_ID in batch.columns:
            for row, key in zip(rows, batch[OWN_ID].to_list(), strict=True):
                if key:
                    row.external = key[:LONGEST_ID]
                    row.own = self.names.own_id(self.kind.name, key)

    def _link(self, one: Field, batch: pl.DataFrame, rows: list[Row]) -> None:
        cells = batch[one.name].to_list() if one.name in batch.columns else None
        if not linked_kinds(one):
            if cells is not None:
                for row, key in zip(rows, self.names.people(one.to, cells), strict=True):
                    row.columns[one.stored] = key
            return
        ids = batch[f"{one.name}_id"].to_list() if f"{one.name}_id" in batch.columns else None
        if cells is None and ids is None:
            return
        for row, found in zip(rows, self.names.records(one, ids, cells, len(rows)), strict=True):
            row.columns[one.stored] = found.key
            if found.why and one.required:
                row.missing = row.missing or f"{one.words[:1].upper()}{one.words[1:]}: {found.why}."
            elif found.why:
                self.tell(row.number, one.name, found.why)

    def _field(self, one: Field, batch: pl.DataFrame, rows: list[Row]) -> None:
        cells: Iterable[Any] = batch[one.name].to_list()
        if one.type is FieldType.MONEY:
            self._money(one, batch, rows)
            return
        read = self._reader(one)
        for row, cell in zip(rows, cells, strict=True):
            value, why = (None, "") if cell is None else read(cell)
            if why:
                self.tell(row.number, one.name, why)
            if one.custom:
                row.custom[one.name] = value
            else:
                row.columns[one.stored] = value

    def _money(self, one: Field, batch: pl.DataFrame, rows: list[Row]) -> None:
        codes = batch[CURRENCY].to_list() if CURRENCY in batch.columns else [None] * len(rows)
        for row, amount, code in zip(rows, batch[one.name].to_list(), codes, strict=True):
            row.columns[one.stored] = None
            if amount is None:
                continue
            try:
                money = value_of(self.kind, one, amount, currency=code or self.currency)
            except BadField as error:
                self.tell(row.number, one.name, str(error))
                continue
            if isinstance(money, Money):
                row.columns |= {one.stored: money.minor, "currency": money.currency}

    def _reader(self, one: Field) -> _Read:
        """A value once for each different cell."""
        remembered = self._remembered.setdefault(one.name, {})
        if len(remembered) > _MOST_REMEMBERED:
            remembered.clear()

        def read(cell: Any) -> tuple[Any, str]:  # noqa: ANN401 - what the column holds
            if cell not in remembered:
                remembered[cell] = self._value(one, cell)
            return remembered[cell]

        return read

    def _value(self, one: Field, cell: Any) -> tuple[Any, str]:  # noqa: ANN401 - by the field
        if one.type in (FieldType.MOMENT, FieldType.DATE, FieldType.FLAG):
            return (plain(cell) if one.custom else cell), ""
        if one.listed:
            return self._stage(cell), ""
        given = words_of_cell(cell) if one.type is FieldType.WORDS else _normal(cell)
        try:
            value = value_of(self.kind, one, given, currency=self.currency)
        except BadField as error:
            return None, str(error)
        return (plain(value) if one.custom else value), ""

    def _stage(self, cell: str) -> str:
        """The stage as the workspace spells it; another one is kept as the file has it, and told."""
        said = " ".join(cell.split())
        found = self.stages.get(said.casefold())
        if found is None:
            self.strange_stages.add(said)
        return found or said


def _normal(cell: Any) -> Any:  # noqa: ANN401 - what the column holds
    """Numbers without the zeros that the reading of a whole column adds."""
    if not isinstance(cell, Decimal):
        return cell
    whole = cell.normalize()
    return whole.quantize(Decimal(1)) if whole == whole.to_integral_value() else whole
