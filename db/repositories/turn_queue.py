"""The line in which the turns of a conversation stand: one is answered at a time, by whoever holds the lease.

A lease is of the conversation, for one run of one turn. Whose process is gone holds it no longer than it was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.orm import aliased

from db.acting import works_unscoped
from db.errors import NotFound
from db.models import Conversation, Turn, TurnStatus, User
from db.repositories.base import Repository
from db.repositories.conversations import own_conversation
from db.session import ReadSession
from db.turn_lines import UNFINISHED, TurnLine, turn_line

LEASE_SECONDS = 15.0
"""How long after its last sign a process that answers a turn counts as gone."""


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
        return self.status not in UNFINISHED


@dataclass(frozen=True, slots=True)
class Lost:
    """A turn whose process is gone, whose turn it is, and what the credential they asked with may do."""

    turn_id: str
    user_id: int
    scope: str


def holder_of(process: str, turn_id: str) -> str:
    """Who holds a lease: one process may answer several turns, a lease is for one of them."""
    return f"{process}:{turn_id}"


def is_free(conversation: Conversation) -> bool:
    until = conversation.lease_until
    return conversation.lease_holder is None or (until is not None and until < datetime.now(UTC))


class TurnQueue(Repository):
    async def claim(self, turn_id: str, holder: str, *, seconds: float) -> bool:
        """Take the conversation's lease for this turn; False while an earlier turn waits or another holder works."""
        turn = await self._own(turn_id)
        # Asked again under the lock: another process may have finished it while this one waited.
        await own_conversation(self, turn.conversation_id, to_write=True)
        if await self.session.scalar(select(Turn.status).where(Turn.id == turn_id)) not in UNFINISHED:
            return False
        earlier = select(Turn.id).where(
            Turn.conversation_id == turn.conversation_id,
            Turn.number < turn.number,
            Turn.status.in_(UNFINISHED),
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
            .where(earlier.status.in_(UNFINISHED))
            .correlate(Turn)
            .scalar_subquery()
        )
        oldest = (
            select(func.min(earlier.created_at))
            .where(earlier.conversation_id == Turn.conversation_id, earlier.number <= Turn.number)
            .where(earlier.status.in_(UNFINISHED))
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
        turn = await self._own(turn_id)
        statement = (
            select(Turn)
            .where(Turn.conversation_id == turn.conversation_id, Turn.number < turn.number)
            .where(Turn.status.in_(UNFINISHED))
            .order_by(Turn.number)
        )
        return [turn_line(one) for one in (await self.session.execute(statement)).scalars()]

    async def _own(self, turn_id: str) -> Row[str, int]:
        """Conversation and number of a turn of this person."""
        own = select(Turn.conversation_id, Turn.number).where(Turn.id == turn_id, Turn.user_id == self.actor.user_id)
        found = (await self.session.execute(own)).first()
        if found is None:
            raise NotFound("turn", turn_id)
        return found


@works_unscoped
async def lost_turns(session: ReadSession, *, seconds: float, limit: int = 200) -> list[Lost]:
    """Turns of all active people whose process is gone, in order; for whoever runs them again on their behalf."""
    now = datetime.now(UTC)
    statement = (
        select(Turn.id, Turn.user_id, Turn.scope)
        .join(Conversation, Conversation.id == Turn.conversation_id)
        .join(User, User.id == Turn.user_id)
        .where(User.active, User.deleted_at.is_(None))
        .where(Turn.status.in_(UNFINISHED), Turn.created_at < now - timedelta(seconds=seconds))
        .where(or_(Conversation.lease_until.is_(None), Conversation.lease_until < now))
        .order_by(Turn.conversation_id, Turn.number)
        .limit(limit)
    )
    return [Lost(row.id, row.user_id, row.scope) for row in await session.execute(statement)]
