"""Finding what a turn wrote."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, func, select

from db.errors import NotFound
from db.models import Change, Conversation, Proposal, Turn
from db.repositories.base import Repository

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ChangeLine:
    id: str
    turn_id: str
    step: int
    part: int
    tool: str
    kind: str
    record_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    created_at: datetime
    undone_at: datetime | None
    undone_in: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """Where a change comes from.

    Attributes:
        step: position of the call in its turn; None takes the next free one.
        part: which operation of the call it is.
        call: digest of what was called; a turn that is run again finds its own by it.
        proposal: the proposal it carries out.
    """

    turn: str
    conversation: str
    tool: str
    step: int | None = None
    part: int = 0
    call: str | None = None
    proposal: str | None = None


class ChangeRepository(Repository):
    """What the assistant changed on a person's behalf, as that person sees it."""

    async def hold(self, turn: str) -> None:
        """Keep a second run of the turn from acting until this transaction ends (PostgreSQL; SQLite has one writer).

        The conversation comes first, as wherever a turn is claimed, so that two of them never wait for each other.
        """
        own = (Turn.id == turn, Turn.user_id == self.actor.user_id)
        conversation = select(Conversation.id).join(Turn, Turn.conversation_id == Conversation.id).where(*own)
        await self.session.execute(conversation.with_for_update(read=True, key_share=True, of=Conversation))
        await self.session.execute(select(Turn.id).where(*own).with_for_update(key_share=True))

    async def of_call(self, turn: str, step: int, call: str, *, taken: Collection[str]) -> tuple[ChangeLine, ...]:
        """What an earlier run of the turn wrote for this call, unless this run has met it already (`taken`).

        A model may make the same calls in another order the second time: what was called counts before the place.
        """
        own = select(Change).where(Change.turn_id == turn, Change.call == call)
        own = own.where(Change.user_id == self.actor.user_id, Change.proposal_id.is_(None))
        found = (await self.session.execute(own.order_by(Change.step, Change.part))).scalars().all()
        steps = {one.step for one in found} - {one.step for one in found if one.id in taken}
        if not steps:
            return ()
        at = step if step in steps else min(steps)
        return tuple(line(one) for one in found if one.step == at)

    async def free_step(self, turn: str, step: int | None) -> int:
        """The step, or where another call of the turn stands there, the first one after all of them."""
        changes = select(Change.step).where(Change.turn_id == turn)
        proposals = select(Proposal.step).where(Proposal.turn_id == turn)
        used = set((await self.session.execute(changes.union(proposals))).scalars())
        if step is not None and step not in used:
            return step
        return max(used, default=-1) + 1

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
        return [line(one) for one in (await self.session.execute(statement)).scalars()]

    async def approved_since_last_turn(self, conversation_id: str, *, limit: int = 12) -> list[ChangeLine]:
        """What approvals carried out for the person after the last turn of the conversation had ended, the latest
        first, without what was taken back."""
        ended = select(func.max(Turn.finished_at)).where(Turn.conversation_id == conversation_id).scalar_subquery()
        statement = (
            select(Change)
            .where(Change.conversation_id == conversation_id, Change.user_id == self.actor.user_id)
            .where(Change.proposal_id.is_not(None), Change.undone_at.is_(None), Change.created_at >= ended)
            .order_by(Change.created_at.desc(), Change.id.desc())
            .limit(limit)
        )
        return [line(one) for one in (await self.session.execute(statement)).scalars()]

    async def of_turn(self, turn_id: str) -> list[ChangeLine]:
        """The person's changes of one turn that have not been taken back."""
        statement = select(Change).where(Change.turn_id == turn_id, Change.user_id == self.actor.user_id)
        found = await self.session.execute(statement.where(Change.undone_at.is_(None)).order_by(Change.id))
        return [line(one) for one in found.scalars()]

    async def get(self, change_id: str) -> ChangeLine:
        return line(await self.own(change_id))

    async def own(self, change_id: str, *, to_write: bool = False) -> Change:
        statement = select(Change).where(Change.id == change_id, Change.user_id == self.actor.user_id)
        found = await self.session.scalar(locked(statement) if to_write else statement)
        if found is None:
            raise NotFound("change", change_id)
        return found


def locked(statement: Select[_T], *, shared: bool = False) -> Select[_T]:
    """Read it as it is now and keep others from writing it until this transaction ends (PostgreSQL)."""
    return statement.with_for_update(read=shared).execution_options(populate_existing=True)


def line(change: Change) -> ChangeLine:
    return ChangeLine(
        change.id, change.turn_id, change.step, change.part, change.tool, change.record_kind, change.record_id,
        change.before, change.after, change.created_at, change.undone_at, change.undone_in,
    )  # fmt: skip
