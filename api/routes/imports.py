"""Files of records by upload, what was imported, and taking an import back."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from agent.runtime import Runtime
from api.dependencies import CurrentActor, CurrentRuntime
from api.errors import FileMissing, MappingUnreadable
from api.import_report import report_of
from db.access import Actor, Permission
from db.imports import Wanted, kind_of_file, take_back, with_own_fields
from db.imports.files import read_file, write_file
from db.imports.listing import imports_of
from db.records import RecordKind

router = APIRouter(prefix="/imports", tags=["imports"])
_SHOWN = 1_000
_FORM: dict[str, Any] = {
    "type": "object", "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "map": {"type": "string", "description": "`{\"field\": \"column\"}` as JSON"},
    },
}  # fmt: skip


class ImportShape(BaseModel):
    """One import: the file, and what became of its rows."""

    id: str
    at: str
    kind: str
    file: str
    source: str | None
    created: int
    updated: int
    unchanged: int
    rejected: int
    taken_back: str | None


class TakenBackShape(BaseModel):
    """How many records were removed, are as they were before, and were left alone."""

    import_id: str
    removed: int
    restored: int
    kept: int


@router.get("", summary="List imports", operation_id="list_imports")
async def listed(actor: CurrentActor, runtime: CurrentRuntime) -> list[ImportShape]:
    """The latest first."""
    actor.require(Permission.IMPORT)
    async with runtime.database.read() as session:
        found = await imports_of(session, actor)
    return [
        ImportShape(
            id=one.id, at=one.at.isoformat(), kind=one.kind, file=one.file, source=one.source, created=one.created,
            updated=one.updated, unchanged=one.unchanged, rejected=one.rejected,
            taken_back=one.taken_back.isoformat() if one.taken_back else None,
        )
        for one in found
    ]  # fmt: skip


@router.post(
    "/{plural}", summary="Import a file", operation_id="import_records",
    openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}},
)  # fmt: skip
async def upload(
    plural: str,
    request: Request,
    actor: CurrentActor,
    runtime: CurrentRuntime,
    dry_run: Annotated[bool, Query(description="Read and check, write nothing.")] = False,
    create_missing: Annotated[bool, Query(description="Make accounts, products, campaigns that rows name.")] = False,
    source: Annotated[str | None, Query(min_length=1, max_length=40, description="Whose ids these are.")] = None,
) -> dict[str, Any]:
    """CSV, TSV, JSON or JSON Lines as multipart form data. Answers with the report `rainmaker import --json` prints,
    and with the rows that could not be used and why.

    Everything is written in one transaction, or nothing is.
    """
    actor.require(Permission.IMPORT)
    kind = kind_of_file(plural)
    # Read here and not by a parameter: whoever may not import sends no file in.
    async with request.form(max_files=1, max_fields=2) as form:
        file, told = form.get("file"), _mapping(form.get("map", "{}"))
        if not isinstance(file, UploadFile):
            raise FileMissing
        name = Path(file.filename or "upload.csv").name[:200]
        wanted = Wanted(name, source=source, create_missing=create_missing, dry_run=dry_run)
        with TemporaryDirectory() as folder:
            path = Path(folder) / _on_disk(name)
            await asyncio.to_thread(_kept, file.file, path)
            return await _imported(runtime, actor, kind, path, wanted, told)


@router.post("/{import_id}/undo", summary="Take an import back", operation_id="undo_import")
async def undo(
    import_id: str, actor: CurrentActor, runtime: CurrentRuntime, keep_edited: bool = False
) -> TakenBackShape:
    """What it made goes, what it changed is as before. 409 where records were changed or linked to since, unless
    `keep_edited` leaves those alone."""
    done = await take_back(runtime.database, import_id, actor=actor, keep_edited=keep_edited)
    return TakenBackShape(import_id=done.import_id, removed=done.removed, restored=done.restored, kept=done.kept)


async def _imported(
    runtime: Runtime, actor: Actor, kind: RecordKind, path: Path, wanted: Wanted, mapping: dict[str, str]
) -> dict[str, Any]:
    now = await runtime.now(actor)
    async with runtime.database.read() as session:
        declared = await with_own_fields(session, actor, kind)
    file = await asyncio.to_thread(
        read_file, path, declared, workspace=runtime.workspace, mapping=mapping or None, today=now.date()
    )
    done = await write_file(runtime.database, runtime.workspace, file, wanted, actor=actor)
    rejected = done.rejected.head(_SHOWN).select("row_number", "reason").to_dicts()
    return report_of(file, done.imported) | {"rejected_rows": rejected}


def _kept(source: IO[bytes], path: Path) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(source, target)


def _mapping(text: object) -> dict[str, str]:
    try:
        told = json.loads(str(text))
    except json.JSONDecodeError as error:
        raise MappingUnreadable from error
    if not isinstance(told, dict) or not all(isinstance(one, str) for one in told.values()):
        raise MappingUnreadable
    return told


def _on_disk(name: str) -> str:
    """A name of ours: only the ending of theirs says something about the content."""
    ending = Path(name).suffix.lower()
    return f"upload{ending}" if ending.isascii() and ending.lstrip(".").isalnum() else "upload"
