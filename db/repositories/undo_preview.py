"""What would stand in the way of taking changes back, found without touching anything.

Calls are gone through as they would be taken back, the latest first, on a copy of the records' fields: what a later
call of the same list changed or linked is out of the way by then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import select

from db.access import visible
from db.acting import unscoped, works_unscoped
from db.many_ids import among, chunks
from db.models import Change, Record, User
from db.record_images import TABLES, image
from db.repositories.changes import ChangeLine, ChangeRepository
from db.repositories.undoing import referring, written

_CHUNK = 500
_GONE = "gone"
Key: TypeAlias = tuple[str, int]
"""Name of a table and id of a row: e-mails and calls share one table."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a call cannot be taken back.

    Attributes:
        change: the change of the call that is in the way.
        fields: columns that were given other values since; empty where something was linked to the record.
        by, at: who gave them those, and when, where that is known and the record is in sight.
        linked: something hangs on a record that would be removed.
    """

    change: ChangeLine
    fields: tuple[str, ...] = ()
    by: str | None = None
    at: datetime | None = None
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """`free` are the calls that can be taken back, `stuck` the others with their reasons; each the latest first."""

    free: tuple[tuple[ChangeLine, ...], ...]
    stuck: tuple[tuple[tuple[ChangeLine, ...], Obstacle], ...]


class UndoPreviewRepository(ChangeRepository):
    async def preview(self, calls: Sequence[Sequence[ChangeLine]]) -> Preview:
        """Args: `calls` as `ChangeLogRepository.standing_calls` gives them."""
        changes = [one for call in calls for one in call]
        fields = await self._fields(changes)
        links = await self._links(changes, fields)
        free: list[tuple[ChangeLine, ...]] = []
        stuck: list[tuple[tuple[ChangeLine, ...], Obstacle]] = []
        for call in calls:
            copy = {key: dict(fields[key]) for key in map(_key, call) if key in fields}
            obstacle = _taken_back(call, copy, fields, links)
            if obstacle is None:
                fields |= copy
                free.append(tuple(call))
            else:
                stuck.append((tuple(call), obstacle))
        return Preview(tuple(free), tuple([(call, await self._named(one)) for call, one in stuck]))

    @works_unscoped  # A change may have taken its record out of the person's sight, and is still theirs.
    async def _fields(self, changes: Sequence[ChangeLine]) -> dict[Key, dict[str, Any]]:
        """The fields of the changed records as they are now."""
        found: dict[Key, dict[str, Any]] = {}
        for table, ids in _by_table(changes).items():
            for some in chunks(sorted(ids), _CHUNK):
                rows = select(table).where(among(table.id, some, self.session.get_bind().dialect))
                for record in await self.session.scalars(rows):
                    found[table.__tablename__, record.id] = image(record)
        return found

    @works_unscoped  # Only that something hangs on a record is told, not what.
    async def _links(
        self, changes: Sequence[ChangeLine], fields: Mapping[Key, Mapping[str, Any]]
    ) -> dict[Key, list[tuple[Key, str]]]:
        """What points at the records that would be removed: (row, column)."""
        made = [one for one in changes if one.before is None]
        found: dict[Key, list[tuple[Key, str]]] = defaultdict(list)
        for table, ids in _by_table(made).items():
            for child in referring(table):
                for column in child.__table__.columns:
                    if not any(key.column.table.name == table.__tablename__ for key in column.foreign_keys):
                        continue
                    for some in chunks(sorted(ids), _CHUNK):
                        pointing = among(column, some, self.session.get_bind().dialect)
                        rows = select(child.id, column).where(pointing, child.deleted_at.is_(None))
                        for row_id, to in await self.session.execute(rows):
                            found[table.__tablename__, to].append(((child.__tablename__, row_id), column.key))
        return found

    async def _named(self, one: Obstacle) -> Obstacle:
        """With who edited the record last, where the person sees it."""
        if one.linked or one.fields == (_GONE,):
            return one
        table = TABLES[one.change.kind]
        seen = select(table.id).where(table.id == one.change.record_id, visible(self.actor, table))
        if await self.session.scalar(seen) is None:
            return one
        statement = (
            select(User.name, Change.created_at)
            .join(User, User.id == Change.user_id)
            .where(Change.record_kind == one.change.kind, Change.record_id == one.change.record_id)
            .where(Change.undone_at.is_(None), Change.id != one.change.id, Change.created_at >= one.change.created_at)
            .order_by(Change.created_at.desc())
            .limit(1)
        )
        with unscoped(self.session):  # Of a record in sight it is told who edited it, whoever it was.
            row = (await self.session.execute(statement)).first()
        return Obstacle(one.change, one.fields, row[0] if row else None, row[1] if row else None)


def _taken_back(
    call: Sequence[ChangeLine], copy: dict[Key, dict[str, Any]], fields: Mapping[Key, Mapping[str, Any]],
    links: Mapping[Key, Sequence[tuple[Key, str]]],
) -> Obstacle | None:  # fmt: skip
    """Put the call back on the copy, the last operation first; what is in the way, if anything is."""
    for change in call:
        key = _key(change)
        now = copy.get(key)
        if now is None:
            return Obstacle(change, (_GONE,))
        after = change.after or {}
        edited = tuple(sorted(name for name in written(change) if now.get(name) != after[name]))
        if edited:
            return Obstacle(change, edited)
        if change.before is None:
            if any(_still_points(row, column, key[1], copy, fields) for row, column in links.get(key, ())):
                return Obstacle(change, linked=True)
            now["deleted_at"] = _GONE
        else:
            now |= {name: change.before[name] for name in written(change)}
    return None


def _still_points(
    row: Key, column: str, at: int, copy: Mapping[Key, Mapping[str, Any]], fields: Mapping[Key, Mapping[str, Any]]
) -> bool:
    known = copy.get(row) or fields.get(row)
    return known is None or (known.get("deleted_at") is None and known.get(column) == at)


def _key(change: ChangeLine) -> Key:
    return TABLES[change.kind].__tablename__, change.record_id


def _by_table(changes: Sequence[ChangeLine]) -> dict[type[Record], set[int]]:
    found: dict[type[Record], set[int]] = defaultdict(set)
    for one in changes:
        found[TABLES[one.kind]].add(one.record_id)
    return found
