"""Turns and their events: queued, claimed by one run at a time, finished once. A person sees only the own ones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from db.errors import NotFound
from db.models import Base, Conversation, Turn, TurnEvent, TurnStatus, User, new_id
from db.repositories.base import Repository
from db.repositories.conversations import own_conversation
from db.session import ReadSession

LEASE_SECONDS = 15.0
"""How long after its last sign a process that answers a turn counts as gone."""
_UNFINISHED = (TurnStatus.WAITING, TurnStatus.RUNNING)
# Rows that nobody reads back in the session that writes them go to the table itself.
_EVENTS = Base.metadata.tables[TurnEvent.__tablename__]


@dataclass(frozen=True, slots=True)
class TurnLine:
    id: str
    conversation_id: str
    number: int
    text: str
    status: TurnStatus
    trace_id: str
    result: dict[str, Any] | None
    created_at: datetime
    attempts: int = 0
    finished_at: datetime | None = None

    @property
    def unfinished(self) -> bool:
        return self.status in _UNFINISHED


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a conversation takes along from a turn; a title stays once it is given."""

    memory: dict[str, Any]
    title: str


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event of a stream. `body` is its JSON, the same bytes whenever it is read."""

    number: int
    kind: str
    body: str

    @classmethod
    def of(cls, number: int, kind: str, data: Mapping[str, Any]) -> EventLine:
        return cls(number, kind, json.dumps(data, ensure_ascii=False))

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a turn stands in its conversation.

    Attributes:
        ahead: earlier turns that are not finished.
        lost: the process of one of those, or of this turn itself, is gone: nobody has held the lease for a while.
        taken: another run holds the lease.
        stops: the person asked this turn to stop.
    """

    status: TurnStatus
    ahead: int
    taken: bool
    lost: bool
    stops: bool

    @property
    def over(self) -> bool:
        return self.status not in _UNFINISHED


@dataclass(frozen=True, slots=True)
class Lost:
    """A turn whose process is gone, whose turn it is, and what the credential they asked with may do."""

    turn_id: str
    user_id: int
    scope: str


def holder_of(process: str, turn_id: str) -> str:
    """Who holds a lease: one process may answer several turns, a lease is for one of them."""
    return f"{process}:{turn_id}"


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
        claimed = process is not None and not waiting and _is_free(conversation)
        turn.status, turn.attempts = (TurnStatus.RUNNING, 1) if claimed else (TurnStatus.WAITING, 0)
        if key is None:
            self.session.add(turn)
        elif (known := await self._add_keyed(turn, key)) is not None:
            return known, False
        if process is not None and claimed:
            conversation.lease_holder = holder_of(process, turn.id)
            conversation.lease_until = datetime.now(UTC) + timedelta(seconds=seconds)
        await self.session.flush()
        return _turn(turn), True

    async def _queue(self, conversation_id: str) -> tuple[int, bool]:
        """The number of the conversation's last turn, and whether any turn is unfinished."""
        of = Turn.conversation_id == conversation_id
        last = select(func.max(Turn.number)).where(of).scalar_subquery()
        unfinished = select(Turn.id).where(of, Turn.status.in_(_UNFINISHED)).exists()
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
        return _turn(found)

    async def of(self, conversation_id: str, *, limit: int = 200) -> list[TurnLine]:
        statement = (
            select(Turn)
            .where(Turn.conversation_id == conversation_id, Turn.user_id == self.actor.user_id)
            .order_by(Turn.number.desc())
            .limit(limit)
        )
        return [_turn(one) for one in (await self.session.execute(statement)).scalars()][::-1]

    async def claim(self, turn_id: str, holder: str, *, seconds: float) -> bool:
        """Take the conversation's lease for this turn; False while an earlier turn waits or another holder works."""
        turn = await self.get(turn_id)
        # Asked again under the lock: another process may have finished it while this one waited.
        await own_conversation(self, turn.conversation_id, to_write=True)
        if await self.session.scalar(select(Turn.status).where(Turn.id == turn_id)) not in _UNFINISHED:
            return False
        earlier = select(Turn.id).where(
            Turn.conversation_id == turn.conversation_id,
            Turn.number < turn.number,
            Turn.status.in_(_UNFINISHED),
        )
        now = datetime.now(UTC)
        taken = await self.session.execute(
            update(Conversation)
            .where(Conversation.id == turn.conversation_id, ~earlier.exists())
            .where(
                or_(
                    Conversation.lease_holder.is_(None),
                    Conversation.lease_until < now,
                    Conversation.lease_holder == holder,
                )
            )
            .values(lease_holder=holder, lease_until=now + timedelta(seconds=seconds))
            .returning(Conversation.id)
        )
        if taken.scalar() is None:
            return False
        running = {"status": TurnStatus.RUNNING, "attempts": Turn.attempts + 1}
        await self.session.execute(
            update(Turn).where(Turn.id == turn_id).values(running).execution_options(synchronize_session=False)
        )
        return True

    async def renew(self, turn_id: str, holder: str, *, seconds: float) -> bool:
        """Keep the lease while the turn is being answered; True when the person asked the turn to stop."""
        turn = await self.session.execute(
            select(Turn.conversation_id, Turn.stop_at).where(Turn.id == turn_id, Turn.user_id == self.actor.user_id)
        )
        found = turn.one()
        await self.session.execute(
            update(Conversation)
            .where(Conversation.id == found.conversation_id, Conversation.lease_holder == holder)
            .values(lease_until=datetime.now(UTC) + timedelta(seconds=seconds))
            .execution_options(synchronize_session=False)
        )
        return found.stop_at is not None

    async def place(self, turn_id: str, *, seconds: float) -> Place:
        """Where the turn stands in line. `seconds`: how long after its last sign a process counts as gone."""
        now = datetime.now(UTC)
        earlier = aliased(Turn)
        ahead = (
            select(func.count())
            .select_from(earlier)
            .where(earlier.conversation_id == Turn.conversation_id, earlier.number < Turn.number)
            .where(earlier.status.in_(_UNFINISHED))
            .correlate(Turn)
            .scalar_subquery()
        )
        oldest = (
            select(func.min(earlier.created_at))
            .where(earlier.conversation_id == Turn.conversation_id, earlier.number <= Turn.number)
            .where(earlier.status.in_(_UNFINISHED))
            .correlate(Turn)
            .scalar_subquery()
        )
        statement = (
            select(Turn.status, Turn.stop_at, Conversation.lease_until, ahead.label("ahead"), oldest.label("oldest"))
            .join(Conversation, Conversation.id == Turn.conversation_id)
            .where(Turn.id == turn_id, Turn.user_id == self.actor.user_id)
        )
        found = (await self.session.execute(statement)).first()
        if found is None:
            raise NotFound("turn", turn_id)
        taken = found.lease_until is not None and found.lease_until > now
        lost = not taken and found.oldest is not None and found.oldest < now - timedelta(seconds=seconds)
        return Place(TurnStatus(found.status), found.ahead, taken, lost, found.stop_at is not None)

    async def ahead_of(self, turn_id: str) -> list[TurnLine]:
        """The unfinished turns before this one, the first to be answered first."""
        turn = await self.get(turn_id)
        statement = (
            select(Turn)
            .where(Turn.conversation_id == turn.conversation_id, Turn.number < turn.number)
            .where(Turn.status.in_(_UNFINISHED))
            .order_by(Turn.number)
        )
        return [_turn(one) for one in (await self.session.execute(statement)).scalars()]

    async def ask_to_stop(self, turn_id: str) -> bool:
        """Ask the run of a turn to end, wherever it is; False when it is over already."""
        asked = await self.session.execute(
            update(Turn)
            .where(Turn.id == turn_id, Turn.user_id == self.actor.user_id, Turn.status.in_(_UNFINISHED))
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
            .where(*mine, Turn.status.in_(_UNFINISHED))
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
        return await self.session.scalar(statement) in _UNFINISHED

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
        return _turn(found) if found else None


async def lost_turns(session: ReadSession, *, seconds: float, limit: int = 200) -> list[Lost]:
    """Turns of all active people whose process is gone, in order; for whoever runs them again on their behalf."""
    now = datetime.now(UTC)
    statement = (
        select(Turn.id, Turn.user_id, Turn.scope)
        .join(Conversation, Conversation.id == Turn.conversation_id)
        .join(User, User.id == Turn.user_id)
        .where(User.active, User.deleted_at.is_(None))
        .where(Turn.status.in_(_UNFINISHED), Turn.created_at < now - timedelta(seconds=seconds))
        .where(or_(Conversation.lease_until.is_(None), Conversation.lease_until < now))
        .order_by(Turn.conversation_id, Turn.number)
        .limit(limit)
    )
    return [Lost(row.id, row.user_id, row.scope) for row in await session.execute(statement)]


def _is_free(conversation: Conversation) -> bool:
    until = conversation.lease_until
    return conversation.lease_holder is None or (until is not None and until < datetime.now(UTC))


def _turn(one: Turn) -> TurnLine:
    status = TurnStatus(one.status) if one.status else TurnStatus.WAITING
    return TurnLine(
        one.id, one.conversation_id, one.number, one.text, status, one.trace_id, one.result, one.created_at,
        one.attempts or 0, one.finished_at,
    )  # fmt: skip
