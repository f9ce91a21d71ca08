"""What became of an imported file, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from db.importers import DealFile, RecordFile
from db.imports import Imported


def report_of(file: DealFile | RecordFile, done: Imported) -> dict[str, Any]:
    """Counts, which export it was recognised as, which column stands for which field, and what was left out and why."""
    columns = file.columns if isinstance(file, RecordFile) else dict(file.source_names) | dict(file.roles)
    return asdict(done) | {
        "recognised_as": file.layout.name if file.layout else None,
        "columns": dict(columns),
        "not_taken_over": list(file.further) if isinstance(file, RecordFile) else [],
        "oddities": [
            {"kind": oddity.kind, "sentence": oddity.sentence, "column": oddity.column} for oddity in file.oddities
        ],
    }
