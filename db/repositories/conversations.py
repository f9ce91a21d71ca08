"""Conversations, turns and their events. A person sees only the own ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from db.errors import NotFound
from db.models import Base, Conversation, Turn, TurnEvent, TurnStatus, VaultEntry, new_id
from db.repositories.base import Repository

_UNFINISHED = (TurnStatus.WAITING, TurnStatus.RUNNING)
# Rows that nobody reads back in the session that writes them go to the table itself.
_EVENTS, _VAULT = (Base.metadata.tables[model.__tablename__] for model in (TurnEvent, VaultEntry))
_ENTRIES = VaultEntry.conversation_id == Conversation.id


@dataclass(frozen=True, slots=True)
class ConversationLine:
    id: str
    title: str | None
    door: str
    updated_at: datetime
    memory: dict[str, Any]


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


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a conversation takes along from a turn; a title stays once it is given."""

    memory: dict[str, Any]
    title: str


@dataclass(frozen=True, slots=True)
class EventLine:
    number: int
    kind: str
    data: dict[str, Any]


def holder_of(process: str, turn_id: str) -> str:
    """Who holds a lease: one process may answer several turns, a lease is for one of them."""
    return f"{process}:{turn_id}"


class ConversationRepository(Repository):
    async def start(self, door: str) -> ConversationLine:
        conversation = Conversation(
            id=new_id("co"), user_id=self.actor.user_id, door=door, updated_at=datetime.now(UTC), memory={}
        )
        self.session.add(conversation)
        await self.session.flush()
        return _conversation(conversation)

    async def get(self, conversation_id: str) -> ConversationLine:
        return _conversation(await _own(self, conversation_id))

    async def latest(self, door: str, *, within: timedelta) -> ConversationLine | None:
        """The person's last conversation at this door, if it is not older than `within`."""
        statement = (
            select(Conversation)
            .where(Conversation.user_id == self.actor.user_id, Conversation.door == door)
            .where(Conversation.updated_at > datetime.now(UTC) - within)
            .order_by(Conversation.updated_at.desc())
            .limit(1)
        )
        found = await self.session.scalar(statement)
        return _conversation(found) if found else None

    async def recent(self, *, limit: int = 50) -> list[ConversationLine]:
        statement = (
            select(Conversation)
            .where(Conversation.user_id == self.actor.user_id)
            .order_by(Conversation.updated_at.desc())
            .limit(limit)
        )
        return [_conversation(one) for one in (await self.session.execute(statement)).scalars()]

    async def lock(self, conversation_id: str) -> None:
        """Keep other writers away from the conversation until this transaction ends."""
        await _own(self, conversation_id, to_write=True)

    async def vault(self, conversation_id: str) -> dict[str, bytes]:
        """Placeholder -> sealed value."""
        # The outer join tells an empty vault (one row of nothing) from a conversation that is not the person's own.
        statement = (
            select(VaultEntry.placeholder, VaultEntry.sealed)
            .select_from(Conversation)
            .outerjoin(VaultEntry, _ENTRIES)
            .where(Conversation.id == conversation_id, Conversation.user_id == self.actor.user_id)
        )
        found = (await self.session.execute(statement)).all()
        if not found:
            raise NotFound("conversation", conversation_id)
        return {row.placeholder: row.sealed for row in found if row.placeholder is not None}

    async def keep(self, conversation_id: str, sealed: dict[str, bytes]) -> None:
        """Add entries to the conversation's vault; those that exist stay as they are."""
        if not sealed:
            return
        statement = (
            select(VaultEntry.placeholder)
            .select_from(Conversation)
            .outerjoin(VaultEntry, and_(_ENTRIES, VaultEntry.placeholder.in_(sealed)))
            .where(Conversation.id == conversation_id, Conversation.user_id == self.actor.user_id)
        )
        there = set((await self.session.execute(statement)).scalars())
        if not there:
            raise NotFound("conversation", conversation_id)
        rows = [
            {"conversation_id": conversation_id, "placeholder": placeholder, "sealed": value}
            for placeholder, value in sealed.items()
            if placeholder not in there
        ]
        if rows:
            await self.session.execute(insert(_VAULT), rows)


class TurnRepository(Repository):
    async def open(
        self,
        conversation_id: str,
        text: str,
        *,
        trace_id: str,
        key: str | None,
        process: str | None = None,
        seconds: int = 0,
    ) -> tuple[TurnLine, bool]:  # fmt: skip
        """Queue a turn at the end of its conversation. The same idempotency key gives the first turn again (False).

        Args:
            process: takes the conversation's lease for the turn in the same step, for `seconds`, if no earlier turn
                and no other holder is in the way. The line says RUNNING then, and WAITING otherwise.
        """
        if key is not None and (known := await self._keyed(key)):
            return known, False
        # Turns of one conversation are numbered one after the other; the lock is PostgreSQL's.
        conversation = await _own(self, conversation_id, to_write=True)
        last, waiting = await self._queue(conversation_id)
        turn = Turn(
            id=new_id("tu"), conversation_id=conversation_id, user_id=self.actor.user_id, number=last + 1,
            text=text, trace_id=trace_id, idempotency_key=key,
        )  # fmt: skip
        claimed = process is not None and not waiting and _is_free(conversation)
        turn.status = TurnStatus.RUNNING if claimed else TurnStatus.WAITING
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
            if known := await self._keyed(key):
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

    async def claim(self, turn_id: str, holder: str, *, seconds: int) -> bool:
        """Take the conversation's lease for this turn; False while an earlier turn waits or another holder works."""
        turn = await self.get(turn_id)
        # Asked again under the lock: another process may have finished it while this one waited.
        await _own(self, turn.conversation_id, to_write=True)
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
        await self.session.execute(update(Turn).where(Turn.id == turn_id).values(status=TurnStatus.RUNNING))
        return True

    async def renew(self, turn_id: str, holder: str, *, seconds: int) -> None:
        """Keep the lease while the turn is being answered."""
        turn = await self.get(turn_id)
        await self.session.execute(
            update(Conversation)
            .where(Conversation.id == turn.conversation_id, Conversation.lease_holder == holder)
            .values(lease_until=datetime.now(UTC) + timedelta(seconds=seconds))
        )

    async def cut_off(self, turn_id: str, *, seconds: int) -> list[TurnLine]:
        """Earlier turns of the conversation whose process is gone: nobody has held the lease for `seconds`."""
        turn = await self.get(turn_id)
        before = datetime.now(UTC) - timedelta(seconds=seconds)
        statement = (
            select(Turn)
            .join(Conversation, Conversation.id == Turn.conversation_id)
            .where(Turn.conversation_id == turn.conversation_id, Turn.number < turn.number)
            .where(Turn.status.in_(_UNFINISHED), Turn.created_at < before)
            .where(or_(Conversation.lease_until.is_(None), Conversation.lease_until < datetime.now(UTC)))
        )
        return [_turn(one) for one in (await self.session.execute(statement)).scalars()]

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

    async def add_events(self, turn_id: str, events: Sequence[EventLine]) -> None:
        rows = [{"turn_id": turn_id, "number": e.number, "kind": e.kind, "data": e.data} for e in events]
        if rows:
            await self.session.execute(insert(_EVENTS), rows)

    async def events(self, turn_id: str, *, after: int = 0) -> list[EventLine]:
        await self.get(turn_id)
        statement = (
            select(TurnEvent).where(TurnEvent.turn_id == turn_id, TurnEvent.number > after).order_by(TurnEvent.number)
        )
        return [EventLine(e.number, e.kind, e.data) for e in (await self.session.execute(statement)).scalars()]

    async def _keyed(self, key: str) -> TurnLine | None:
        statement = select(Turn).where(Turn.user_id == self.actor.user_id, Turn.idempotency_key == key)
        found = await self.session.scalar(statement)
        return _turn(found) if found else None


async def _own(repository: Repository, conversation_id: str, *, to_write: bool = False) -> Conversation:
    statement = select(Conversation).where(
        Conversation.id == conversation_id, Conversation.user_id == repository.actor.user_id
    )
    if to_write:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = await repository.session.scalar(statement)
    if found is None:
        raise NotFound("conversation", conversation_id)
    return found


def _is_free(conversation: Conversation) -> bool:
    until = conversation.lease_until
    return conversation.lease_holder is None or (until is not None and until < datetime.now(UTC))


def _conversation(one: Conversation) -> ConversationLine:
    return ConversationLine(one.id, one.title, one.door, one.updated_at, dict(one.memory or {}))


def _turn(one: Turn) -> TurnLine:
    status = TurnStatus(one.status) if one.status else TurnStatus.WAITING
    return TurnLine(one.id, one.conversation_id, one.number, one.text, status, one.trace_id, one.result, one.created_at)
