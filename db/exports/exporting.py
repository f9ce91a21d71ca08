"""Goes through the records a person sees, a page at a time, and writes them down; who took how many is kept."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from db.access import Actor, Grant, RecordAction
from db.deeds import Deed
from db.exports.cells import Shape, row_of
from db.models import User
from db.records import RecordKind
from db.repositories import audit
from db.repositories.marks import workspace_mark
from db.repositories.records import RecordRepository, Wanted
from db.session import Database

PAGE = 500
_BOM = "\ufeff"


class Format(StrEnum):
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"

    @property
    def media_type(self) -> str:
        return {"csv": "text/csv; charset=utf-8", "json": "application/json", "jsonl": "application/x-ndjson"}[self]


@dataclass(frozen=True, slots=True)
class Export:
    """An export that was allowed and written down: what is in it, and how many when it began."""

    shape: Shape
    wanted: Wanted
    format: Format
    total: int


async def start(database: Database, actor: Actor, kind: RecordKind, wanted: Wanted, format_: Format) -> Export:
    """Allow an export, and enter into the audit chain who takes how many records of which kind.

    Args:
        kind: with the workspace's own fields.

    Raises:
        NotPermitted: the person may not export, or not read, records of the kind.
        BadField: a condition on a field that there is not, or that is hidden.
    """
    actor.require(Grant(kind.name, RecordAction.EXPORT))
    async with database.write() as session:
        total = await RecordRepository(session, actor, kind).count(wanted)
        mark = await (await session.connection()).run_sync(workspace_mark)
        addresses = {row.id: row.email for row in await session.execute(select(User.id, User.email))}
        # Values of conditions may be names of people, which the chain never holds.
        asked = [f"{one.field} {one.test}" for one in wanted.conditions]
        told = {"kind": kind.name, "records": total, "format": str(format_), "conditions": asked}
        await audit.record(session, actor, Deed.EXPORTED, details=told)
    return Export(Shape(kind, actor, mark, addresses), wanted, format_, total)


async def written(database: Database, export: Export) -> AsyncIterator[str]:
    """The file in pieces. Each page is read on its own, so that a slow reader holds nothing up.

    A record that is changed meanwhile is written as it is when its page comes; none comes twice.
    """
    first = True
    yield _head(export)
    after = 0
    while True:
        async with database.read() as session:
            repository = RecordRepository(session, export.shape.actor, export.shape.kind)
            lines = await repository.page(export.wanted, after=after, limit=PAGE)
        if not lines:
            break
        after = lines[-1].id
        yield _body([export.shape.values(line) for line in lines], export, first=first)
        first = False
    yield "\n]\n" if export.format is Format.JSON else ""


def _head(export: Export) -> str:
    match export.format:
        case Format.CSV:
            return _BOM + _rows([export.shape.header])
        case Format.JSON:
            return "[\n"
        case _:
            return ""


def _body(records: list[dict[str, object]], export: Export, *, first: bool) -> str:
    if export.format is Format.CSV:
        return _rows([row_of(record) for record in records])
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    if export.format is Format.JSONL:
        return "".join(f"{line}\n" for line in lines)
    return ("" if first else ",\n") + ",\n".join(lines)


def _rows(rows: list[list[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()
