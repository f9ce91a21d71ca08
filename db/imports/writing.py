"""New and changed rows into the table of their kind, with what the import did kept in its journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, update

from db.importers.record_columns import CREATED, UPDATED
from db.imports.batch import Journal
from db.imports.imported import LeftOut
from db.imports.matching import Known
from db.imports.origins import has_columns, remember
from db.imports.tables import batches, insert, reserve, table_of
from db.imports.typed_rows import Row
from db.imports.usual import Usual
from db.many_ids import among
from db.record_images import plain
from db.records import FieldType, RecordKind

_Stored = Mapping[str, Any]
_DECIMALS = (FieldType.NUMBER, FieldType.SHARE)


@dataclass(slots=True)
class Writer:
    """Writes batches of one file.

    Attributes:
        own: an export of ours: an empty cell empties its field, and nothing is filled in for what is missing.
        made_rows, moved_rows: what begins a stay in a stage or status: (record, columns).
        touching: records that an exchange was with: (lead or deal column, key).
    """

    connection: Connection
    kind: RecordKind
    journal: Journal
    known: Known
    source: str
    own: bool
    now: datetime
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0
    ids: list[int] = field(default_factory=list)
    corrected: list[int] = field(default_factory=list)
    refused: list[LeftOut] = field(default_factory=list)
    made_rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    moved_rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    touching: dict[str, set[int]] = field(default_factory=dict)
    table: Table = field(init=False)
    usual: Usual = field(init=False)

    def __post_init__(self) -> None:
        self.table = table_of(self.kind.table)
        self.usual = Usual(self.connection, self.kind, self.now, own=self.own)

    def write(self, rows: Sequence[Row]) -> None:
        """One batch, in the order of the file."""
        new: list[Row] = []
        there: dict[int, Row] = {}
        for row in rows:
            if row.missing:
                self._refuse(row, row.missing)
                continue
            match = self.known.match(
                row.number, row.columns | dict(self.kind.fixed), external=row.external, own=row.own
            )
            if match.why:
                self._refuse(row, match.why)
            elif match.deleted:
                self._refuse(
                    row, f"It was imported before and deleted here; restore the {self.kind.one} to have it again."
                )
            elif match.key is None:
                new.append(row)
            else:
                there[match.key] = row
        self._make(new)
        self._change(there)

    def _refuse(self, row: Row, why: str) -> None:
        self.refused.append(LeftOut(row.number, "", why))

    def _make(self, rows: Sequence[Row]) -> None:
        whole: list[tuple[Row, dict[str, Any]]] = []
        for row in rows:
            columns, why = self.usual.completed(row)
            if why:
                self._refuse(row, why)
            else:
                whole.append((row, columns))
        keys = list(reserve(self.connection, self.table, len(whole)))
        written = []
        for key, (row, columns) in zip(keys, whole, strict=True):
            marks = (
                {"external_id": row.external, "source": self.source if row.external else None} if self._marks else {}
            )
            written.append(columns | marks | {"id": key, "run_id": self.journal.import_id})
            self._note(self.made_rows, key, columns)
        insert(self.connection, self.table, written)
        if not self._marks:
            pairs = [(row.external, key) for key, (row, _) in zip(keys, whole, strict=True) if row.external]
            remember(self.connection, self.kind.name, self.source, pairs)
        self.journal.made(self.kind.name, keys)
        self.ids += keys
        self.created += len(keys)

    def _change(self, there: Mapping[int, Row]) -> None:
        if not there:
            return
        changed: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        beside: list[tuple[str, int]] = []
        for stored in self._stored(list(there)):
            row = there[stored["id"]]
            self._adopt(row, stored, beside)
            wanted = self._wanted(row, stored)
            if self._is_older(row, stored) and wanted:
                self.older += 1
            elif not wanted:
                self.unchanged += 1
            else:
                self._keep_change(stored, wanted, row, changed)
        remember(self.connection, self.kind.name, self.source, beside)
        for names, values in changed.items():
            self._update(names, values)

    def _keep_change(
        self, stored: _Stored, wanted: dict[str, Any], row: Row, changed: dict[tuple[str, ...], list[dict[str, Any]]]
    ) -> None:
        key, version = stored["id"], stored["version"] + 1
        self.journal.changed(self.kind.name, key, {name: plain(stored[name]) for name in wanted}, version)
        if any(name in wanted for name in ("stage", "status")):
            self._note(self.moved_rows, key, dict(stored) | wanted)
        else:
            self._touch(dict(stored) | wanted)
        wanted[UPDATED] = row.columns.get(UPDATED) or self.now
        changed.setdefault(tuple(sorted(wanted)), []).append(wanted | {"key": key})
        self.ids.append(key)
        self.corrected.append(key)
        self.updated += 1

    def _stored(self, keys: Sequence[int]) -> list[_Stored]:
        statement = select(self.table).where(among(self.table.c.id, keys, self.connection.dialect))
        return [dict(row) for row in self.connection.execute(statement).mappings()]

    def _wanted(self, row: Row, stored: _Stored) -> dict[str, Any]:
        """Columns that differ. An empty cell changes nothing, but in exports of ours."""
        given = {
            name: value for name, value in row.columns.items()
            if name != UPDATED and (value is not None or (self.own and self.table.c[name].nullable))
        }  # fmt: skip
        wanted = {name: value for name, value in given.items() if stored[name] != value}
        before = dict(stored.get("custom") or {})
        own = {
            name: value for name, value in row.custom.items()
            if (value is not None or self.own) and not self._same(name, value, before.get(name))
        }  # fmt: skip
        if own:
            wanted["custom"] = {name: value for name, value in (before | own).items() if value is not None} or None
        return self.usual.moved(wanted, stored)

    def _same(self, name: str, value: object, before: object) -> bool:
        """Whether a field of the workspace's own has the value; a number however many zeros it is written with."""
        if self.kind.by_name[name].type in _DECIMALS and value is not None and before is not None:
            return Decimal(str(value)) == Decimal(str(before))
        return value == before

    def _is_older(self, row: Row, stored: _Stored) -> bool:
        """Whether the file's row was last changed before the record here was."""
        at = row.columns.get(UPDATED)
        return at is not None and at < stored[UPDATED]

    def _adopt(self, row: Row, stored: _Stored, beside: list[tuple[str, int]]) -> None:
        """Note under which id the file knows a record that was found otherwise."""
        if row.external is None or row.external in self.known.by_source:
            return
        if self._marks and stored["external_id"] is None:
            columns = {"source": self.source, "external_id": row.external}
            self.connection.execute(update(self.table).where(self.table.c.id == stored["id"]).values(**columns))
        else:
            beside.append((row.external, stored["id"]))

    def _update(self, names: tuple[str, ...], values: list[dict[str, Any]]) -> None:
        columns: dict[str, Any] = {name: bindparam(f"new_{name}", type_=self.table.c[name].type) for name in names}
        statement = (
            update(self.table)
            .where(self.table.c.id == bindparam("key"))
            .values(version=self.table.c.version + 1, run_id=self.journal.import_id, **columns)
        )
        for batch in batches(values):
            rows = [{f"new_{name}": one[name] for name in names} | {"key": one["key"]} for one in batch]
            self.connection.execute(statement, rows)

    def _note(self, rows: list[tuple[int, dict[str, Any]]], key: int, columns: dict[str, Any]) -> None:
        if self.kind.name in ("opportunity", "lead"):
            kept = ("stage", "status", "closed_on", "stage_entered_on", "created_on", "arrived_at", CREATED)
            rows.append((key, {name: columns.get(name) for name in kept}))
        self._touch(columns)

    def _touch(self, columns: Mapping[str, Any]) -> None:
        if "channel" in self.table.c and "direction" in self.table.c:
            for name in ("lead_id", "opportunity_id"):
                if columns.get(name) is not None:
                    self.touching.setdefault(name, set()).add(columns[name])

    @property
    def _marks(self) -> bool:
        return has_columns(self.kind.table)
