"""Taking an import back as a whole: what it made is removed, what it wrote over is put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, or_, select, update
from sqlalchemy.orm import aliased

from db.access import Actor
from db.errors import ImportEdited, ImportUndone, NotFound
from db.importers.record_columns import CREATED
from db.imports.following import follow
from db.imports.origins import forget
from db.imports.tables import CHUNK, batches, table_of
from db.models import Base, ImportBatch, ImportedRow, LifecycleChange, StageChange
from db.permissions import Permission
from db.record_images import typed
from db.records import KINDS, RecordKind
from db.repositories import audit
from db.session import Database

_EXAMPLES = 3
_OF_THE_RECORD = frozenset({"stage_history", "lifecycle_history", "lead_scores"})
"""What the program keeps of a record itself; it goes with it."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Attributes: removed, restored: records; kept: left as they are, because somebody changed or used them since."""

    import_id: str
    removed: int = 0
    restored: int = 0
    kept: int = 0


async def take_back(database: Database, import_id: str, *, actor: Actor, keep_edited: bool = False) -> TakenBack:
    """Undo an import in one transaction.

    People that an import of deals added stay. Records that came with it, such as accounts that rows named, go too.

    Args:
        keep_edited: leave records alone that were changed since, or that others are linked to now.

    Raises:
        NotFound: there is no such import.
        ImportUndone: it was taken back before.
        ImportEdited: some of its records were changed since, or others are linked to them; nothing was touched.
    """
    actor.require(Permission.IMPORT)
    # What an import did goes with it whoever sees it by now; only administrators take one back.
    async with database.unscoped().write() as session:
        connection = await session.connection()
        done = await connection.run_sync(_take_back, import_id, actor, keep_edited)
        told = {"import": import_id, "removed": done.removed, "restored": done.restored, "kept": done.kept}
        await audit.record(session, actor, audit.Deed.IMPORT_UNDONE, details=told)
    return done


def _take_back(connection: Connection, import_id: str, actor: Actor, keep_edited: bool) -> TakenBack:
    batch = table_of(ImportBatch)
    found = connection.execute(select(batch.c.undone_at).where(batch.c.id == import_id).with_for_update()).first()
    if found is None:
        raise NotFound("import", import_id)
    if found.undone_at is not None:
        raise ImportUndone(import_id)
    now = datetime.now(UTC)
    kinds = [KINDS[name] for name in connection.execute(
        select(ImportedRow.kind).where(ImportedRow.import_id == import_id).distinct().order_by(ImportedRow.kind)
    ).scalars()]  # fmt: skip
    edited = {kind.name: _edited(connection, import_id, kind) for kind in kinds}
    linked = {kind.name: _linked(connection, import_id, kind) for kind in kinds}
    if not keep_edited:
        _refuse(import_id, edited, linked)
    kept = {name: edited[name] | linked[name] for name in edited}
    removed = restored = 0
    for kind in kinds:
        gone = _remove(connection, import_id, kind, kept[kind.name], now)
        back = _put_back(connection, import_id, kind, kept[kind.name])
        follow(connection, kind.name, [*gone, *back], corrected=[*gone, *back], also={})
        removed, restored = removed + len(gone), restored + len(back)
    connection.execute(
        update(batch).where(batch.c.id == import_id).values(undone_at=now, undone_by=actor.user_id or None)
    )
    return TakenBack(import_id, removed, restored, sum(map(len, kept.values())))


def _rows(import_id: str, kind: RecordKind, *, made: bool) -> Select[Any]:
    """Ids of the records of a kind that the import made, or changed."""
    return select(ImportedRow.record_id).where(
        ImportedRow.import_id == import_id, ImportedRow.kind == kind.name, ImportedRow.made.is_(made)
    )


def _edited(connection: Connection, import_id: str, kind: RecordKind) -> set[int]:
    """Records that somebody changed since. One that was deleted since is as good as taken back."""
    table: Any = kind.table
    statement = (
        select(table.id)
        .join(ImportedRow, and_(ImportedRow.record_id == table.id, ImportedRow.kind == kind.name))
        .where(ImportedRow.import_id == import_id, table.version != ImportedRow.version_after)
        .where(or_(table.deleted_at.is_(None), ImportedRow.made.is_(False)))
    )
    return set(connection.execute(statement).scalars())


def _linked(connection: Connection, import_id: str, kind: RecordKind) -> set[int]:
    """Records it made that others point at now, others than what came with the same import."""
    found: set[int] = set()
    made = _rows(import_id, kind, made=True)
    for table in Base.metadata.sorted_tables:
        if "deleted_at" not in table.c or table.name in _OF_THE_RECORD:
            continue
        for column in table.c:
            if not any(key.column.table.name == kind.table.__tablename__ for key in column.foreign_keys):
                continue
            with_it = aliased(ImportedRow)
            names = [one.name for one in KINDS.values() if one.table.__tablename__ == table.name]
            came = exists().where(
                with_it.import_id == import_id, with_it.record_id == table.c.id, with_it.kind.in_(names),
                with_it.made.is_(True),
            )  # fmt: skip
            pointing = select(column).where(column.in_(made), table.c.deleted_at.is_(None), ~came)
            found |= set(connection.execute(pointing).scalars())
    return found


def _refuse(import_id: str, edited: Mapping[str, set[int]], linked: Mapping[str, set[int]]) -> None:
    count = {"edited": sum(map(len, edited.values())), "linked": sum(map(len, linked.values()))}
    if not any(count.values()):
        return
    shown = [
        f"{KINDS[name].one} {key}" for held in (edited, linked) for name, keys in held.items() for key in sorted(keys)
    ]
    raise ImportEdited(import_id, **count, examples=tuple(dict.fromkeys(shown))[:_EXAMPLES])


def _remove(connection: Connection, import_id: str, kind: RecordKind, kept: set[int], now: datetime) -> list[int]:
    table = table_of(kind.table)
    made = [key for key in connection.execute(_rows(import_id, kind, made=True)).scalars() if key not in kept]
    for some in batches(made):
        chosen = table.c.id.in_(some)
        marked = {"deleted_at": now, "run_id": import_id, "version": table.c.version + 1}
        connection.execute(update(table).where(chosen, table.c.deleted_at.is_(None)).values(marked))
        forget(connection, kind, some)
        for model, link in ((StageChange, "opportunity_id"), (LifecycleChange, "lead_id")):
            if link == f"{kind.name}_id":
                stays = table_of(model)
                connection.execute(update(stays).where(stays.c[link].in_(some)).values(deleted_at=now))
    return made


def _put_back(connection: Connection, import_id: str, kind: RecordKind, kept: set[int]) -> list[int]:
    table = table_of(kind.table)
    after = 0
    back: list[int] = []
    while rows := _changed(connection, import_id, kind, after):
        after = rows[-1].id
        for row in rows:
            if row.record_id in kept:
                continue
            values = _typed(kind, row.before or {})
            connection.execute(
                update(table)
                .where(table.c.id == row.record_id)
                .values(**values, run_id=import_id, version=table.c.version + 1)
            )
            back.append(row.record_id)
    return back


def _typed(kind: RecordKind, before: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as they were; a file may have brought the day of creation too."""
    fields = {name: value for name, value in before.items() if name != CREATED}
    created = {CREATED: datetime.fromisoformat(before[CREATED])} if before.get(CREATED) else {}
    return typed(kind.table, fields) | created


def _changed(connection: Connection, import_id: str, kind: RecordKind, after: int) -> Sequence[Any]:
    statement = (
        select(ImportedRow.id, ImportedRow.record_id, ImportedRow.before)
        .where(ImportedRow.import_id == import_id, ImportedRow.kind == kind.name, ImportedRow.made.is_(False))
        .where(ImportedRow.id > after)
        .order_by(ImportedRow.id)
        .limit(CHUNK)
    )
    return connection.execute(statement).all()
