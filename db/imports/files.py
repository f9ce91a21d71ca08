"""A file of whatever kind, read and written: the one way in for the terminal and for uploads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from db.access import Actor, Permission
from db.deal_import import import_deals
from db.importers.deal_file import DealFile
from db.importers.deals import read_deals
from db.importers.findings import Progress
from db.importers.layouts import OWN_ID
from db.importers.records import RecordFile, read_records
from db.importers.source import is_folder
from db.importers.table import REASON, ROW
from db.imports.imported import Imported
from db.imports.importing import Wanted, import_records
from db.records import RecordKind
from db.session import Database
from db.settings import WorkspaceSettings

_HEAD = 65_536


@dataclass(frozen=True, slots=True)
class Done:
    """Attributes: rejected: every row that was not used: `row_number`, `reason`, the original cells."""

    imported: Imported
    rejected: pl.DataFrame


def read_file(
    path: Path,
    kind: RecordKind,
    *,
    workspace: WorkspaceSettings,
    mapping: Mapping[str, str] | None,
    today: date,
    progress: Progress | None = None,
) -> DealFile | RecordFile:
    """The records of a file; of deals also of a folder of files round a pipeline.

    Deals of other programs are read for what they say about winning and losing; those of an export of ours as they were
    stored. Raises `ImporterError`.
    """
    if kind.name == "opportunity" and (is_folder(path) or not _ours(path)):
        return read_deals(path, mapping=mapping, progress=progress, today=today)
    return read_records(path, kind, mapping=mapping, progress=progress, today=today, zone=workspace.zone)


async def write_file(
    database: Database,
    workspace: WorkspaceSettings,
    file: DealFile | RecordFile,
    wanted: Wanted,
    *,
    actor: Actor,
    progress: Progress = lambda _what, _share: None,
) -> Done:
    """Raises what `import_records` and `import_deals` raise."""
    actor.require(Permission.IMPORT)
    progress("writing", 0.0)
    if isinstance(file, DealFile):
        done = await import_deals(
            database, workspace, file, name=wanted.name, actor=actor, source=wanted.source, dry_run=wanted.dry_run
        )
        rejected = file.rejected
    else:
        done = await import_records(
            database, workspace, file, wanted, actor=actor, progress=lambda share: progress("writing", share)
        )
        rejected = _all_rejected(file, done)
    progress("writing", 1.0)
    return Done(done, rejected)


def _ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return OWN_ID.encode() in file.read(_HEAD)
    except OSError:
        return False  # reading it says why


def _all_rejected(file: RecordFile, done: Imported) -> pl.DataFrame:
    """Rows that could not be read, and those that were refused while writing."""
    if not done.refused:
        return file.rejected
    refused = pl.DataFrame(
        {ROW: [one.row for one in done.refused], REASON: [one.why for one in done.refused]},
        schema={ROW: pl.UInt32, REASON: pl.String},
    )
    cells = refused.join(file.cells, on=ROW, how="left", maintain_order="left")
    return pl.concat([file.rejected, cells], how="diagonal").sort(ROW)
