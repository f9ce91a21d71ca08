"""Writing records with a before-image, and taking a change back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy import inspect as inspect_table
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from db import facts, name_index
from db.access import visible
from db.errors import Conflict, NotFound
from db.models import Account, Change, Contact, Lead, Note, Opportunity, Outcome, Record, Task, Turn, new_id
from db.names import NamedKind
from db.repositories.base import Repository

_T = TypeVar("_T")
_TABLES: dict[str, type[Record]] = {
    "account": Account,
    "contact": Contact,
    "lead": Lead,
    "opportunity": Opportunity,
    "task": Task,
    "note": Note,
}
_NAMED = {
    "account": NamedKind.ACCOUNT,
    "contact": NamedKind.CONTACT,
    "lead": NamedKind.LEAD,
    "opportunity": NamedKind.OPPORTUNITY,
}
_LINKS = {"account_id": "account", "contact_id": "contact", "lead_id": "lead", "opportunity_id": "opportunity"}
_KEPT_BY_US = frozenset({"id", "version", "created_at", "updated_at", "run_id"})


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
    """Facts and names follow every write, in the same transaction. A record that is linked to must be visible too."""

    async def create(
        self, kind: str, values: Mapping[str, Any], *, turn: str, conversation: str, tool: str
    ) -> ChangeLine:
        table = _TABLES[kind]
        typed = _typed(table, values)
        await self._require_links(typed)
        record = table(**typed, run_id=turn)
        self.session.add(record)
        await self._written(kind, record)
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
        record = await self._get(kind, record_id, to_write=True)
        if record.version != version:
            raise Conflict(kind, record_id)
        before = _image(record)
        typed = _typed(type(record), values)
        await self._require_links({name: key for name, key in typed.items() if getattr(record, name) != key})
        for name, value in typed.items():
            setattr(record, name, value)
        record.run_id = turn
        await self._written(kind, record)
        return await self._note(kind, record, before=before, turn=turn, conversation=conversation, tool=tool)

    async def undo(self, change_id: str) -> ChangeLine:
        """Restore the before-image. Fields a person edited since are named in the conflict and nothing is touched."""
        change = await self._own(change_id, to_write=True)
        if change.undone_at is not None:
            raise Conflict("change", change_id)
        record = await self._changed(change)
        after, before = change.after or {}, change.before
        touched = set(after) if before is None else {name for name in after if before.get(name) != after[name]}
        if before is None:
            record.deleted_at = datetime.now(UTC)
        else:
            for name, value in _typed(type(record), {name: before[name] for name in touched}).items():
                setattr(record, name, value)
        change.undone_at = datetime.now(UTC)
        change.undone_by = self.actor.user_id
        await self._written(change.record_kind, record)
        return _line(change)

    async def _changed(self, change: Change) -> Record:
        """The record as the change left it.

        The change itself may have taken it out of the person's sight (given away, removed); then it is still found,
        as long as nobody has edited it since.
        """
        table, kind = _TABLES[change.record_kind], change.record_kind
        record = await self.session.scalar(_locked(select(table).where(table.id == change.record_id)))
        if record is None:
            raise NotFound(kind, change.record_id)
        now, after, before = _image(record), change.after or {}, change.before or {}
        edited = tuple(
            sorted(
                name for name in after
                if now.get(name) != after[name] and (change.before is None or before.get(name) != after[name])
            )
        )  # fmt: skip
        if edited:
            await self._get(kind, change.record_id)
            raise Conflict(kind, change.record_id, edited)
        return record

    async def latest(self, conversation_id: str) -> ChangeLine | None:
        """The person's last change of this conversation that has not been taken back."""
        return next(iter(await self.standing(conversation_id, limit=1)), None)

    async def standing(self, conversation_id: str, *, limit: int = 50) -> list[ChangeLine]:
        """The person's changes of this conversation that have not been taken back, the latest first."""
        statement = (
            select(Change)
            .where(Change.conversation_id == conversation_id, Change.user_id == self.actor.user_id)
            .where(Change.undone_at.is_(None))
            .order_by(Change.created_at.desc(), Change.id.desc())
            .limit(limit)
        )
        return [_line(one) for one in (await self.session.execute(statement)).scalars()]

    async def of_turn(self, turn_id: str) -> list[ChangeLine]:
        """The person's changes of one turn that have not been taken back."""
        statement = select(Change).where(Change.turn_id == turn_id, Change.user_id == self.actor.user_id)
        found = await self.session.execute(statement.where(Change.undone_at.is_(None)).order_by(Change.id))
        return [_line(one) for one in found.scalars()]

    async def get(self, change_id: str) -> ChangeLine:
        return _line(await self._own(change_id))

    async def image_of(self, kind: str, record_id: int) -> dict[str, Any]:
        """The record's fields as JSON, as a change would keep them."""
        return _image(await self._get(kind, record_id))

    async def version_of(self, kind: str, record_id: int) -> int:
        return (await self._get(kind, record_id)).version

    async def _own(self, change_id: str, *, to_write: bool = False) -> Change:
        statement = select(Change).where(Change.id == change_id, Change.user_id == self.actor.user_id)
        found = await self.session.scalar(_locked(statement) if to_write else statement)
        if found is None:
            raise NotFound("change", change_id)
        return found

    async def _get(self, kind: str, record_id: int, *, to_write: bool = False) -> Record:
        table = _TABLES[kind]
        statement = select(table).where(table.id == record_id, visible(self.actor, table), table.deleted_at.is_(None))
        found = await self.session.scalar(_locked(statement) if to_write else statement)
        if found is None:
            raise NotFound(kind, record_id)
        return found

    async def _require_links(self, values: Mapping[str, Any]) -> None:
        for name, kind in _LINKS.items():
            if values.get(name) is not None:
                await self._get(kind, values[name])

    async def _written(self, kind: str, record: Record) -> None:
        """Send it to the database and bring what is derived from it in step."""
        key = record.id
        try:
            await self.session.flush()
        except StaleDataError as error:
            raise Conflict(kind, key) from error
        if kind in _NAMED:
            await self.session.run_sync(_in_step, kind, record.id)

    async def _note(
        self, kind: str, record: Record, *, before: dict[str, Any] | None, turn: str, conversation: str, tool: str
    ) -> ChangeLine:
        # A proposal is decided outside the conversation it came from; its turn knows it.
        known = conversation or await self.session.scalar(select(Turn.conversation_id).where(Turn.id == turn))
        change = Change(
            id=new_id("ch"), turn_id=turn, conversation_id=known, user_id=self.actor.user_id, tool=tool,
            record_kind=kind, record_id=record.id, before=before, after=_image(record), version_after=record.version,
        )  # fmt: skip
        self.session.add(change)
        await self.session.flush()
        return _line(change)


def _in_step(session: Session, kind: str, record_id: int) -> None:
    connection = session.connection()
    name_index.refresh(connection, _NAMED[kind], [record_id])
    if kind == "opportunity":
        facts.refresh(connection, [record_id])
    if kind == "account":
        # Open deals without a region or industry of their own take those of the account.
        deals = select(Opportunity.id).where(Opportunity.account_id == record_id, Opportunity.outcome == Outcome.OPEN)
        facts.refresh(connection, list(connection.execute(deals).scalars()))


def _locked(statement: Select[_T]) -> Select[_T]:
    """Read it as it is now and keep others from writing it until this transaction ends (PostgreSQL)."""
    return statement.with_for_update().execution_options(populate_existing=True)


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
