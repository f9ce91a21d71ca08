"""Writing records with a before-image, and finding what a turn wrote."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from db import facts, name_index
from db.access import visible
from db.errors import Conflict, NotFound
from db.models import Change, Conversation, Opportunity, Outcome, Proposal, Record, Turn, new_id
from db.names import NamedKind
from db.record_images import LINKS, TABLES, image, state, typed
from db.repositories.base import Repository

_T = TypeVar("_T")
_NAMED = {
    "account": NamedKind.ACCOUNT,
    "contact": NamedKind.CONTACT,
    "lead": NamedKind.LEAD,
    "opportunity": NamedKind.OPPORTUNITY,
}


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
    """Facts and names follow every write, in the same transaction. A record that is linked to must be visible too."""

    async def create(self, kind: str, values: Mapping[str, Any], made: Made) -> ChangeLine:
        table = TABLES[kind]
        fields = typed(table, values)
        await self._require_links(fields)
        record = table(**fields, run_id=made.turn)
        self.session.add(record)
        await self.written(kind, record)
        return await self._note(kind, record, None, made)

    async def update(
        self, kind: str, record_id: int, version: int, values: Mapping[str, Any], made: Made
    ) -> ChangeLine:
        """Change fields of one record that is still at `version`."""
        record = await self._get(kind, record_id, to_write=True)
        if record.version != version:
            raise Conflict(kind, record_id)
        before = image(record)
        fields = typed(type(record), values)
        await self._require_links({name: key for name, key in fields.items() if getattr(record, name) != key})
        for name, value in fields.items():
            setattr(record, name, value)
        record.run_id = made.turn
        await self.written(kind, record)
        return await self._note(kind, record, before, made)

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

    async def of_turn(self, turn_id: str) -> list[ChangeLine]:
        """The person's changes of one turn that have not been taken back."""
        statement = select(Change).where(Change.turn_id == turn_id, Change.user_id == self.actor.user_id)
        found = await self.session.execute(statement.where(Change.undone_at.is_(None)).order_by(Change.id))
        return [line(one) for one in found.scalars()]

    async def get(self, change_id: str) -> ChangeLine:
        return line(await self.own(change_id))

    async def image_of(self, kind: str, record_id: int) -> dict[str, Any]:
        """The record's fields as JSON, as a change would keep them."""
        return image(await self._get(kind, record_id))

    async def version_of(self, kind: str, record_id: int) -> int:
        return (await self._get(kind, record_id)).version

    async def state_of(self, kind: str, record_id: int, *, version: int | None = None, to_stay: bool = False) -> str:
        """What a decision about the record is bound to.

        Args:
            version: the one it was read at; another one by now is a conflict.
            to_stay: nobody changes the record until this transaction ends.
        """
        record = await self._get(kind, record_id, to_write=to_stay)
        if version is not None and record.version != version:
            raise Conflict(kind, record_id)
        return state(record)

    async def own(self, change_id: str, *, to_write: bool = False) -> Change:
        statement = select(Change).where(Change.id == change_id, Change.user_id == self.actor.user_id)
        found = await self.session.scalar(locked(statement) if to_write else statement)
        if found is None:
            raise NotFound("change", change_id)
        return found

    async def _get(self, kind: str, record_id: int, *, to_write: bool = False, to_read: bool = False) -> Record:
        table = TABLES[kind]
        statement = select(table).where(table.id == record_id, visible(self.actor, table), table.deleted_at.is_(None))
        if to_write or to_read:
            statement = locked(statement, shared=to_read)
        found = await self.session.scalar(statement)
        if found is None:
            raise NotFound(kind, record_id)
        return found

    async def _require_links(self, values: Mapping[str, Any]) -> None:
        for name, kind in LINKS.items():
            if values.get(name) is not None:
                await self._get(kind, values[name], to_read=True)

    async def written(self, kind: str, record: Record) -> None:
        """Send it to the database and bring what is derived from it in step."""
        key = record.id
        try:
            await self.session.flush()
        except StaleDataError as error:
            raise Conflict(kind, key) from error
        if kind in _NAMED:
            await self.session.run_sync(_in_step, kind, record.id)

    async def _note(self, kind: str, record: Record, before: dict[str, Any] | None, made: Made) -> ChangeLine:
        step = made.step if made.step is not None else await self.free_step(made.turn, None)
        # A proposal is decided outside the conversation it came from; its turn knows it.
        known = made.conversation or await self.session.scalar(select(Turn.conversation_id).where(Turn.id == made.turn))
        change = Change(
            id=new_id("ch"), turn_id=made.turn, conversation_id=known,
            user_id=self.actor.user_id, tool=made.tool, step=step, part=made.part, call=made.call,
            proposal_id=made.proposal, record_kind=kind, record_id=record.id, before=before, after=image(record),
            version_after=record.version,
        )  # fmt: skip
        self.session.add(change)
        await self.session.flush()
        return line(change)


def _in_step(session: Session, kind: str, record_id: int) -> None:
    connection = session.connection()
    name_index.refresh(connection, _NAMED[kind], [record_id])
    if kind == "opportunity":
        facts.refresh(connection, [record_id])
    if kind == "account":
        # Open deals without a region or industry of their own take those of the account.
        deals = select(Opportunity.id).where(Opportunity.account_id == record_id, Opportunity.outcome == Outcome.OPEN)
        facts.refresh(connection, list(connection.execute(deals).scalars()))


def locked(statement: Select[_T], *, shared: bool = False) -> Select[_T]:
    """Read it as it is now and keep others from writing it until this transaction ends (PostgreSQL)."""
    return statement.with_for_update(read=shared).execution_options(populate_existing=True)


def line(change: Change) -> ChangeLine:
    return ChangeLine(
        change.id, change.turn_id, change.step, change.part, change.tool, change.record_kind, change.record_id,
        change.before, change.after, change.created_at, change.undone_at,
    )  # fmt: skip
