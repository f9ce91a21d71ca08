"""What a new record has where a file says nothing, and what it cannot be without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from db.importers.record_columns import CREATED, UPDATED
from db.imports.tables import table_of
from db.imports.typed_rows import Row
from db.models import LeadStatus, Outcome, Stage, User
from db.records import RecordKind

_BY_US = frozenset({"id", "version", "run_id", "deleted_at"})


@dataclass(slots=True)
class Usual:
    """Completes rows of one kind.

    Attributes:
        own: an export of ours says what there is; nothing but what the table asks for is added.
    """

    connection: Connection
    kind: RecordKind
    now: datetime
    own: bool
    _columns: dict[str, Any] = field(default_factory=dict)
    _needed: dict[str, str] = field(default_factory=dict)
    _stages: list[tuple[str, str]] = field(default_factory=list)
    _teams: dict[int, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        table = table_of(self.kind.table)
        words = {one.stored: one.words for one in self.kind.fields}
        for column in table.columns:
            if column.name in _BY_US or column.name in self.kind.fixed:
                continue
            scalar = column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
            self._columns[column.name] = scalar
            if not column.nullable and scalar is None and column.name not in (CREATED, UPDATED):
                self._needed[column.name] = words.get(column.name, column.name.replace("_", " "))
        preset = {
            name: value for name, value in self.kind.preset.items() if not (self.own and table.c[name].nullable)
        }  # fmt: skip
        self._columns |= preset | dict(self.kind.fixed)
        if self.kind.name == "opportunity":
            stages = select(Stage.name, Stage.outcome).where(Stage.deleted_at.is_(None)).order_by(Stage.position)
            self._stages = [(row.name, row.outcome) for row in self.connection.execute(stages)]
        if {"owner_id", "team_id"} <= set(self._columns):
            self._teams = {row.id: row.team_id for row in self.connection.execute(select(User.id, User.team_id))}

    def completed(self, row: Row) -> tuple[dict[str, Any], str]:
        """Every column of the new record, and why it cannot be, if so."""
        columns = self._columns | {name: value for name, value in row.columns.items() if value is not None}
        custom = {name: value for name, value in row.custom.items() if value is not None}
        if "custom" in self._columns:
            columns["custom"] = custom or None
        columns[CREATED] = columns.get(CREATED) or self.now
        columns[UPDATED] = columns.get(UPDATED) or columns[CREATED]
        match self.kind.name:
            case "opportunity":
                self._deal(columns, row.columns.get("outcome"))
            case "lead":
                columns["status"] = columns["status"] or LeadStatus.NEW
                columns["arrived_at"] = columns["arrived_at"] or columns[CREATED]
        if not self.own and self._teams and columns.get("team_id") is None:
            columns["team_id"] = self._teams.get(columns["owner_id"])
        missing = next((words for name, words in self._needed.items() if columns[name] is None), None)
        return columns, f"The row has no {missing}." if missing else ""

    def moved(self, wanted: dict[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
        """A deal that reached another stage has that stage's outcome, and the days that go with it."""
        if self.kind.name != "opportunity" or "stage" not in wanted or self.own:
            return wanted
        outcome = wanted.get("outcome") or dict(self._stages).get(wanted["stage"], stored["outcome"])
        closed = None if outcome == Outcome.OPEN else wanted.get("closed_on") or stored["closed_on"] or self.now.date()
        further = {"outcome": outcome, "closed_on": closed, "stage_entered_on": closed or self.now.date()}
        return wanted | {name: value for name, value in further.items() if stored[name] != value}

    def _deal(self, columns: dict[str, Any], told: str | None) -> None:
        """Stage and outcome go together; a stage that the workspace does not have is an open one."""
        if columns["stage"] is None:
            wanted = told or Outcome.OPEN
            columns["stage"] = next((name for name, outcome in self._stages if outcome == wanted), "Discovery")
        columns["outcome"] = told or dict(self._stages).get(columns["stage"], Outcome.OPEN)
        if columns["stage_entered_on"] is None and not self.own:
            columns["stage_entered_on"] = columns["closed_on"] or columns["created_on"]
