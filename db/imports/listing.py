"""What was imported, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.access import Actor, Permission
from db.models import ImportBatch
from db.repositories.base import Repository
from db.session import ReadSession

MOST = 200


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One file, and what became of its rows."""

    id: str
    at: datetime
    kind: str
    file: str
    source: str | None
    created: int
    updated: int
    unchanged: int
    rejected: int
    taken_back: datetime | None


async def imports_of(session: ReadSession, actor: Actor) -> list[ImportLine]:
    """The latest first. Raises `NotPermitted`."""
    actor.require(Permission.IMPORT)
    statement = select(ImportBatch).order_by(ImportBatch.created_at.desc(), ImportBatch.id.desc()).limit(MOST)
    found = await Repository(session, actor).session.scalars(statement)
    return [
        ImportLine(
            one.id, one.created_at, one.kind, one.file_name, one.source, one.created, one.updated, one.unchanged,
            one.rejected, one.undone_at,
        )
        for one in found
    ]  # fmt: skip
