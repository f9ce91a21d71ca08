"""Writing records with a before-image, and taking a change back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy import inspect as inspect_table

from db.access import (
    Actor,
    visible_accounts,
    visible_contacts,
    visible_leads,
    visible_notes,
    visible_opportunities,
    visible_tasks,
)  # fmt: skip
from db.errors import Conflict, NotFound
from db.models import Account, Change, Contact, Lead, Note, Opportunity, Record, Task, new_id
from db.repositories.base import Repository

_TABLES: dict[str, type[Record]] = {
    "account": Account,
    "contact": Contact,
    "lead": Lead,
    "opportunity": Opportunity,
    "task": Task,
    "note": Note,
}
_KEPT_BY_US = frozenset({"id", "version", "created_at", "updated_at", "run_id"})


def _visible(kind: str, actor: Actor) -> ColumnElement[bool]:
    conditions = {
        "account": visible_accounts,
        "contact": visible_contacts,
        "lead": visible_leads,
        "opportunity": visible_opportunities,
        "task": visible_tasks,
        "note": visible_notes,
    }
    return conditions[kind](actor)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    id: str
    turn_id: str
    tool: str
    kind: str
    record_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    created_at: datetime
    undone_at: datetime | None


class ChangeRepository(Repository):
    async def create(
        self, kind: str, values: Mapping[str, Any], *, turn: str, conversation: str, tool: str
    ) -> ChangeLine:
        table = _TABLES[kind]
        record = table(**_typed(table, values), run_id=turn)
        self.session.add(record)
        await self.session.flush()
        return await self._note(kind, record, before=None, turn=turn, conversation=conversation, tool=tool)

    async def update(
        self,
        kind: str,
        record_id: int,
        version: int,
        values: Mapping[str, Any],
        *,
        turn: str,
        conversation: str,
        tool: str,
    ) -> ChangeLine:
        """Change fields of one record that is still at `version`."""
        record = await self._get(kind, record_id)
        if record.version != version:
            raise Conflict(kind, record_id)
        before = _image(record)
        for name, value in _typed(type(record), values).items():
            setattr(record, name, value)
        record.run_id = turn
        await self.session.flush()
        return await self._note(kind, record, before=before, turn=turn, conversation=conversation, tool=tool)

    async def undo(self, change_id: str) -> ChangeLine:
        """Restore the before-image. Fields a person edited since are named in the conflict and nothing is touched."""
        change = await self._own(change_id)
        if change.undone_at is not None:
            raise Conflict("change", change_id)
        record = await self._get(change.record_kind, change.record_id)
        after, before = change.after or {}, change.before
        now = _image(record)
        touched = set(after) if before is None else {name for name in after if before.get(name) != after[name]}
        edited = tuple(sorted(name for name in touched if now.get(name) != after[name]))
        if edited or (before is None and record.version != change.version_after):
            raise Conflict(change.record_kind, change.record_id, edited)
        if before is None:
            record.deleted_at = datetime.now(UTC)
        else:
            for name, value in _typed(type(record), {name: before[name] for name in touched}).items():
                setattr(record, name, value)
        change.undone_at = datetime.now(UTC)
        change.undone_by = self.actor.user_id
        await self.session.flush()
        return _line(change)

    async def latest(self, conversation_id: str) -> ChangeLine | None:
        """The person's last change of this conversation that has not been taken back."""
        statement = (
            select(Change)
            .where(Change.conversation_id == conversation_id, Change.user_id == self.actor.user_id)
            .where(Change.undone_at.is_(None))
            .order_by(Change.created_at.desc(), Change.id.desc())
            .limit(1)
        )
        found = await self.session.scalar(statement)
        return _line(found) if found else None

    async def get(self, change_id: str) -> ChangeLine:
        return _line(await self._own(change_id))

    async def version_of(self, kind: str, record_id: int) -> int:
        return (await self._get(kind, record_id)).version

    async def _own(self, change_id: str) -> Change:
        statement = select(Change).where(Change.id == change_id, Change.user_id == self.actor.user_id)
        found = await self.session.scalar(statement)
        if found is None:
            raise NotFound("change", change_id)
        return found

    async def _get(self, kind: str, record_id: int) -> Record:
        table = _TABLES[kind]
        statement = select(table).where(table.id == record_id, _visible(kind, self.actor), table.deleted_at.is_(None))
        found = await self.session.scalar(statement)
        if found is None:
            raise NotFound(kind, record_id)
        return found

    async def _note(
        self, kind: str, record: Record, *, before: dict[str, Any] | None, turn: str, conversation: str, tool: str
    ) -> ChangeLine:
        change = Change(
            id=new_id("ch"), turn_id=turn, conversation_id=conversation, user_id=self.actor.user_id, tool=tool,
            record_kind=kind, record_id=record.id, before=before, after=_image(record), version_after=record.version,
        )  # fmt: skip
        self.session.add(change)
        await self.session.flush()
        return _line(change)


def _line(change: Change) -> ChangeLine:
    return ChangeLine(
        change.id, change.turn_id, change.tool, change.record_kind, change.record_id, change.before, change.after,
        change.created_at, change.undone_at,
    )  # fmt: skip


def _image(record: Record) -> dict[str, Any]:
    """Every field a person could have changed, as JSON."""
    columns = inspect_table(type(record)).columns
    return {column.key: _plain(getattr(record, column.key)) for column in columns if column.key not in _KEPT_BY_US}


def _plain(value: object) -> Any:  # noqa: ANN401 - a JSON value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _typed(table: type[Record], values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values as the columns' Python types."""
    columns = inspect_table(table).columns
    typed = {}
    for name, value in values.items():
        if name not in columns or name in _KEPT_BY_US:
            raise KeyError(f"{table.__tablename__} has no field {name} that may be written")
        kind = columns[name].type.python_type
        if isinstance(value, str) and kind in (datetime, date, Decimal):
            parsed: Any = kind(value) if kind is Decimal else kind.fromisoformat(value)
            typed[name] = parsed
        else:
            typed[name] = value
    return typed
