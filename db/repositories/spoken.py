"""What a conversation spoke of: the records it came upon and what it asked for, counted as it goes.

Each turn adds to the rows of what it touched, so that neither the work of a turn nor what is read of a conversation
grows with its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Insert, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from db.access import visible
from db.models import Base, Conversation, SpokenOf, SpokenTopic
from db.record_images import TABLES
from db.repositories.base import RecordRef, Repository
from db.repositories.conversations import own_conversation
from db.session import WriteSession

_RECORDS = Base.metadata.tables[SpokenOf.__tablename__]
_TOPICS = Base.metadata.tables[SpokenTopic.__tablename__]
_LONGEST_NAME = 200
MOST = 12
"""Records one turn adds at most."""


@dataclass(frozen=True, slots=True)
class SpokenRecord:
    record: RecordRef
    times: int
    first_turn: int
    last_turn: int


@dataclass(frozen=True, slots=True)
class Topic:
    tool: str
    times: int
    first_turn: int
    last_turn: int


class SpokenRepository(Repository):
    async def note(
        self, conversation_id: str, turn: int, *, tools: Sequence[str], records: Sequence[RecordRef]
    ) -> None:
        """Count what one turn asked for and came upon. The conversation is the person's own."""
        await own_conversation(self, conversation_id)
        counted = {"conversation_id": conversation_id, "times": 1, "first_turn": turn, "last_turn": turn}
        topics = [counted | {"tool": tool} for tool in dict.fromkeys(tools)]
        named = list({(one.kind, one.id): one for one in records}.values())[:MOST]
        rows = [
            counted | {"record_kind": one.kind, "record_id": one.id, "name": one.name[:_LONGEST_NAME]} for one in named
        ]
        if topics:
            await self._add(_TOPICS, topics, ("tool",), named=False)
        if rows:
            await self._add(_RECORDS, rows, ("record_kind", "record_id"), named=True)

    async def records(self, conversation_id: str, *, kind: str | None = None, limit: int = 10) -> list[SpokenRecord]:
        """Those the person still sees, the latest first."""
        statement = self._own(select(SpokenOf), SpokenOf.conversation_id, conversation_id)
        if kind is not None:
            statement = statement.where(SpokenOf.record_kind == kind)
        statement = statement.order_by(SpokenOf.last_turn.desc(), SpokenOf.times.desc(), SpokenOf.record_id)
        found = list((await self.session.scalars(statement.limit(4 * limit))).all())
        seen = await self._seen(found)
        return [
            SpokenRecord(RecordRef(one.record_kind, one.record_id, one.name), one.times, one.first_turn, one.last_turn)
            for one in found
            if (one.record_kind, one.record_id) in seen
        ][:limit]

    async def topics(self, conversation_id: str, *, limit: int = 10) -> list[Topic]:
        """What was asked for most, the latest of those first."""
        statement = self._own(select(SpokenTopic), SpokenTopic.conversation_id, conversation_id)
        statement = statement.order_by(SpokenTopic.times.desc(), SpokenTopic.last_turn.desc()).limit(limit)
        return [
            Topic(one.tool, one.times, one.first_turn, one.last_turn) for one in await self.session.scalars(statement)
        ]

    def _own(self, statement: Any, column: Any, conversation_id: str) -> Any:  # noqa: ANN401 - selects of two tables
        mine = (Conversation.id == conversation_id, Conversation.user_id == self.actor.user_id)
        return statement.join(Conversation, Conversation.id == column).where(*mine)

    async def _seen(self, found: Sequence[SpokenOf]) -> set[tuple[str, int]]:
        """Keys of the records that are still there and in sight."""
        seen: set[tuple[str, int]] = set()
        for kind in dict.fromkeys(one.record_kind for one in found):
            table = TABLES.get(kind)
            ids = [one.record_id for one in found if one.record_kind == kind]
            if table is None:
                continue
            there = (table.id.in_(ids), visible(self.actor, table), table.deleted_at.is_(None))
            seen |= {(kind, key) for key in await self.session.scalars(select(table.id).where(*there))}
        return seen

    async def _add(self, table: Table, rows: Sequence[dict[str, Any]], key: tuple[str, ...], *, named: bool) -> None:
        """Insert rows, or count on those that are there."""
        insert: Any = postgresql.insert if self.session.get_bind().dialect.name == "postgresql" else sqlite.insert
        fresh = insert(table)
        values = {"times": table.c.times + 1, "last_turn": fresh.excluded.last_turn}
        if named:
            values["name"] = fresh.excluded.name
        statement: Insert = fresh.on_conflict_do_update(index_elements=["conversation_id", *key], set_=values)
        await self._writing.execute(statement, rows)

    @property
    def _writing(self) -> WriteSession:
        session = self.session
        if not isinstance(session, WriteSession):
            raise TypeError("what was spoken of is written in a write session")
        return session
