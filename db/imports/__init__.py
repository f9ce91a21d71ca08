"""Writes files of records into the workspace, keeps what each did, and takes it back."""

from __future__ import annotations

from db.imports.imported import Imported, LeftOut
from db.imports.importing import Wanted, import_records
from db.imports.kinds import exportable_kind, kind_of_file, with_own_fields
from db.imports.taking_back import TakenBack, take_back

__all__ = [
    "Imported",
    "LeftOut",
    "TakenBack",
    "Wanted",
    "exportable_kind",
    "import_records",
    "kind_of_file",
    "take_back",
    "with_own_fields",
]
