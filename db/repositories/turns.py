"""Turns and their events: queued, finished once. A person sees only the own ones. Their order is `TurnQueue`'s."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from db.errors import NotFound
from db.models import Base, Conversation, Turn, TurnEvent, TurnStatus, new_id
from db.repositories.base import Repository
from db.repositories.conversations import own_conversation
from db.repositories.turn_queue import holder_of, is_free
from db.turn_lines import UNFINISHED, EventLine, Remembered, TurnLine, turn_line

__all__ = ["EventLine", "Remembered", "TurnLine", "TurnRepository", "TurnStatus"]
# Rows that nobody reads back in the session that writes them go to the table itself.
_EVENTS = Base.metadata.tables[TurnEvent.__tablename__]


class TurnRepository(Repository):
    async def open(
        self,
        conversation_id: str,
        text: str,
        *,
        trace_id: str,
        key: str | None,
        process: str | None = None,
        seconds: float = 0,
    ) -> tuple[TurnLine, bool]:  # fmt: skip
        """Queue a turn at the end of its conversation. The same idempotency key gives the first turn again (False).

        Args:
            process: takes the conversation's lease for the turn in the same step, for `seconds`, if no earlier turn
                and no other holder is in the way. The line says RUNNING then, and WAITING otherwise.
        """
        if key is not None and (known := await self.keyed(key)):
            return known, False
        # Turns of one conversation are numbered one after the other; the lock is PostgreSQL's.
        conversation = await own_conversation(self, conversation_id, to_write=True)
        last, waiting = await self._queue(conversation_id)
        turn = Turn(
            id=new_id("tu"), conversation_id=conversation_id, user_id=self.actor.user_id, number=last + 1,
            text=text, trace_id=trace_id, idempotency_key=key, scope=self.actor.scope,
        )  # fmt: skip
        claimed = process is not None and not waiting and is_free(conversation)
        turn.status, turn.attempts = (TurnStatus.RUNNING, 1) if claimed else (TurnStatus.WAITING, 0)
        if key is None:
            self.session.add(turn)
        elif (known := await self._add_keyed(turn, key)) is not None:
            return known, False
        if process is not None and claimed:
            conversation.lease_holder = holder_of(process, turn.id)
            conversation.lease_until = datetime.now(UTC) + timedelta(seconds=seconds)
        await self.session.flush()
        return turn_line(turn), True

    async def _queue(self, conversation_id: str) -> tuple[int, bool]:
        """The number of the conversation's last turn, and whether any turn is unfinished."""
        of = Turn.conversation_id == conversation_id
        last = select(func.max(Turn.number)).where(of).scalar_subquery()
        unfinished = select(Turn.id).where(of, Turn.status.in_(UNFINISHED)).exists()
        number, waiting = (await self.session.execute(select(last, unfinished))).one()
        return number or 0, bool(waiting)

    async def _add_keyed(self, turn: Turn, key: str) -> TurnLine | None:
        """Add the turn; where another request with the same key came first, the turn of that."""
        try:
            async with self.session.begin_nested():
                self.session.add(turn)
        except IntegrityError:
            if known := await self.keyed(key):
                return known
            raise
        return None

    async def get(self, turn_id: str) -> TurnLine:
        statement = select(Turn).where(Turn.id == turn_id, Turn.user_id == self.actor.user_id)
        found = await self.session.scalar(statement)
        if found is None:
            raise NotFound("turn", turn_id)
        return turn_line(found)

    async def of(self, conversation_id: str, *, limit: int = 200) -> list[TurnLine]:
        statement = (
            select(Turn)
            .where(Turn.conversation_id == conversation_id, Turn.user_id == self.actor.user_id)
            .order_by(Turn.number.desc())
            .limit(limit)
        )
        return [turn_line(one) for one in (await self.session.execute(statement)).scalars()][::-1]

    async def ask_to_stop(self, turn_id: str) -> bool:
        """Ask the run of a turn to end, wherever it is; False when it is over already."""
        asked = await self.session.execute(
            update(Turn)
            .where(Turn.id == turn_id, Turn.user_id == self.actor.user_id, Turn.status.in_(UNFINISHED))
            .values(stop_at=func.coalesce(Turn.stop_at, datetime.now(UTC)))
            .returning(Turn.id)
            .execution_options(synchronize_session=False)
        )
        if asked.scalar() is not None:
            return True
        await self.get(turn_id)
        return False

    async def finish(
        self, turn_id: str, result: dict[str, Any], *, status: TurnStatus, remembered: Remembered | None = None
    ) -> bool:
        """Store the result and give the lease back. Who finishes first counts; a second run changes nothing (False)."""
        mine = (Turn.id == turn_id, Turn.user_id == self.actor.user_id)
        finished = await self.session.execute(
            update(Turn)
            .where(*mine, Turn.status.in_(UNFINISHED))
            .values(result=result, status=status, finished_at=datetime.now(UTC))
            .returning(Turn.conversation_id)
            .execution_options(synchronize_session=False)
        )
        conversation_id = finished.scalar()
        if conversation_id is None:
            await self.get(turn_id)
            return False
        kept: dict[str, Any] = {"lease_holder": None, "lease_until": None, "updated_at": datetime.now(UTC)}
        if remembered is not None:
            kept |= {"memory": remembered.memory, "title": func.coalesce(Conversation.title, remembered.title)}
        await self.session.execute(
            update(Conversation)
            .where(Conversation.id == conversation_id)
            .values(kept)
            .execution_options(synchronize_session=False)
        )
        return True

    async def is_open(self, turn_id: str) -> bool:
        """Whether nobody has finished the turn; nobody does until this transaction ends."""
        statement = select(Turn.status).where(Turn.id == turn_id, Turn.user_id == self.actor.user_id).with_for_update()
        return await self.session.scalar(statement) in UNFINISHED

    async def add_events(self, turn_id: str, events: Sequence[EventLine]) -> None:
        rows = [{"turn_id": turn_id, "number": e.number, "kind": e.kind, "body": e.body} for e in events]
        if rows:
            await self.session.execute(insert(_EVENTS), rows)

    async def events(self, turn_id: str, *, after: int = 0) -> list[EventLine]:
        await self.get(turn_id)
        statement = (
            select(TurnEvent).where(TurnEvent.turn_id == turn_id, TurnEvent.number > after).order_by(TurnEvent.number)
        )
        return [EventLine(e.number, e.kind, e.body) for e in (await self.session.execute(statement)).scalars()]

    async def keyed(self, key: str) -> TurnLine | None:
        """The person's turn with this idempotency key."""
        statement = select(Turn).where(Turn.user_id == self.actor.user_id, Turn.idempotency_key == key)
        found = await self.session.scalar(statement)
        return turn_line(found) if found else None
