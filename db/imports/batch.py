"""What is kept of an import: the file, the counts, and what it did to each record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from sqlalchemy import Connection

from db.imports.tables import insert, table_of
from db.models import ImportBatch, ImportedRow, new_id

_KEPT = 5_000


@dataclass(slots=True)
class Journal:
    """Collects what an import does, in the order it does it, and writes it down a batch at a time."""

    connection: Connection
    import_id: str = field(default_factory=lambda: new_id("im"))
    _rows: list[dict[str, Any]] = field(default_factory=list)

    def open(
        self, *, user_id: int | None, kind: str, file_name: str, source: str, layout: str | None, digest: str
    ) -> None:
        row: dict[str, Any] = {
            "id": self.import_id, "user_id": user_id, "kind": kind, "file_name": file_name[:300], "source": source,
            "layout": layout, "content_hash": digest, "oddities": [],
        }  # fmt: skip
        self.connection.execute(table_of(ImportBatch).insert(), row)

    def made(self, kind: str, ids: Iterable[int]) -> None:
        self._keep({**self._row(kind, key), "made": True, "before": None, "version_after": 1} for key in ids)

    def changed(self, kind: str, record_id: int, before: Mapping[str, Any], version: int) -> None:
        self._keep([{**self._row(kind, record_id), "made": False, "before": dict(before), "version_after": version}])

    def close(self, counts: Mapping[str, int], oddities: Sequence[str]) -> None:
        self._flush()
        batch = table_of(ImportBatch)
        self.connection.execute(
            batch.update().where(batch.c.id == self.import_id).values(**counts, oddities=list(oddities))
        )

    def _row(self, kind: str, record_id: int) -> dict[str, Any]:
        return {"import_id": self.import_id, "kind": kind, "record_id": record_id}

    def _keep(self, rows: Iterable[dict[str, Any]]) -> None:
        self._rows.extend(rows)
        if len(self._rows) >= _KEPT:
            self._flush()

    def _flush(self) -> None:
        insert(self.connection, table_of(ImportedRow), self._rows)
        self._rows = []


def digest_of(frame: pl.DataFrame) -> str:
    return f"{frame.hash_rows().sum() % 2**64:016x}"
