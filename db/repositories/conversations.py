"""Conversations with their vaults and memory. A person sees only the own ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, insert, select

from db.errors import NotFound
from db.models import Base, Conversation, VaultEntry, new_id
from db.repositories.base import Repository

# Rows that nobody reads back in the session that writes them go to the table itself.
_VAULT = Base.metadata.tables[VaultEntry.__tablename__]
_ENTRIES = VaultEntry.conversation_id == Conversation.id

REQUEST = "request"
"""What the memory of a conversation holds that was opened for one request and nothing else: the request's title."""


@dataclass(frozen=True, slots=True)
class ConversationLine:
    id: str
    title: str | None
    door: str
    updated_at: datetime
    memory: dict[str, Any]


class ConversationRepository(Repository):
    async def start(self, door: str) -> ConversationLine:
        conversation = Conversation(
            id=new_id("co"), user_id=self.actor.user_id, door=door, updated_at=datetime.now(UTC), memory={}
        )
        self.session.add(conversation)
        await self.session.flush()
        return _conversation(conversation)

    async def get(self, conversation_id: str) -> ConversationLine:
        return _conversation(await own_conversation(self, conversation_id))

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
        """The latest in which something was said; a request of a program that names its records is none."""
        statement = (
            select(Conversation)
            .where(Conversation.user_id == self.actor.user_id, Conversation.memory[REQUEST].as_string().is_(None))
            .order_by(Conversation.updated_at.desc())
            .limit(limit)
        )
        return [_conversation(one) for one in (await self.session.execute(statement)).scalars()]

    async def discard(self, conversation_id: str) -> None:
        """Remove a conversation that was started for a turn which turned out to have one."""
        await self.session.delete(await own_conversation(self, conversation_id))

    async def lock(self, conversation_id: str) -> None:
        """Keep other writers away from the conversation until this transaction ends."""
        await own_conversation(self, conversation_id, to_write=True)

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


async def own_conversation(repository: Repository, conversation_id: str, *, to_write: bool = False) -> Conversation:
    statement = select(Conversation).where(
        Conversation.id == conversation_id, Conversation.user_id == repository.actor.user_id
    )
    if to_write:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = await repository.session.scalar(statement)
    if found is None:
        raise NotFound("conversation", conversation_id)
    return found


def _conversation(one: Conversation) -> ConversationLine:
    return ConversationLine(one.id, one.title, one.door, one.updated_at, dict(one.memory or {}))
