"""What the workspace holds of one person, and its removal. For administrators."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, or_, select, text, update

from db import likeness_index, name_index
from db.access import Actor, Permission
from db.copies import forget_copies
from db.errors import NotFound
from db.fulltext import index
from db.models import (
    ApiToken,
    Change,
    Contact,
    Conversation,
    Lead,
    Memory,
    NameToken,
    Proposal,
    ProposalStatus,
    SignIn,
    Span,
    Spelling,
    Turn,
    User,
    VaultEntry,
)
from db.names import NamedKind, words
from db.repositories import personal_texts
from db.repositories.base import Repository
from db.repositories.identities import TABLES, Erasable, Identity, erased_address, identity_of
from db.repositories.personal_texts import Rewrite
from db.session import WriteSession

__all__ = ["Erasable", "ErasureRepository", "Identity", "SealedEntry"]
_PERSONAL: Mapping[Erasable, tuple[str, ...]] = {
    Erasable.CONTACT: (
        "first_name", "last_name", "email", "phone", "title", "language", "time_zone", "preferred_channel",
        "preferred_time", "pain_points", "interests", "external_id",
    ),
    Erasable.LEAD: (
        "first_name", "last_name", "email", "phone", "title", "engagement", "pain_points", "preferred_channel",
        "external_id",
    ),
    Erasable.USER: ("password_hash",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SealedEntry:
    conversation_id: str
    placeholder: str
    sealed: bytes


class ErasureRepository(Repository):
    unscoped = True
    """Whoever is erased is erased from everybody's conversations and private notes, too."""

    def __init__(self, session: WriteSession, actor: Actor) -> None:
        super().__init__(session, actor)
        self._write = session

    async def identity(self, kind: Erasable, record_id: int) -> Identity:
        """Who is to be erased, and who shares name, address or number.

        Raises:
            NotPermitted: the actor is no administrator.
            NotFound: there is no such person, or the person was erased before.
        """
        self.actor.require(Permission.PEOPLE_ERASE)
        return await identity_of(self._write, kind, record_id)

    async def everywhere(self, person: Identity, rewrite: Rewrite) -> tuple[int, set[str]]:
        """Rewrite every text that may hold the person; how many changed, and the conversations they belong to."""
        return await personal_texts.everywhere(self._write, person, rewrite)

    async def closely(self, person: Identity, conversations: Collection[str], rewrite: Rewrite) -> int:
        """Rewrite what belongs to the person or to conversations about the person, text by text."""
        return await personal_texts.closely(self._write, person, conversations, rewrite)

    async def vault(self) -> list[SealedEntry]:
        rows = await self.session.execute(
            select(VaultEntry.conversation_id, VaultEntry.placeholder, VaultEntry.sealed).order_by(
                VaultEntry.conversation_id
            )
        )
        return [SealedEntry(*row) for row in rows]

    async def reseal(self, entries: Iterable[SealedEntry]) -> None:
        for one in entries:
            await self.session.execute(
                update(VaultEntry)
                .where(VaultEntry.conversation_id == one.conversation_id, VaultEntry.placeholder == one.placeholder)
                .values(sealed=one.sealed)
            )

    async def memories(self) -> dict[str, dict[str, Any]]:
        """Conversation -> what it remembers."""
        rows = await self.session.execute(select(Conversation.id, Conversation.memory))
        return {row.id: dict(row.memory or {}) for row in rows}

    async def remember(self, conversation_id: str, memory: dict[str, Any]) -> None:
        await self.session.execute(update(Conversation).where(Conversation.id == conversation_id).values(memory=memory))

    async def withdraw(self, mentions: Callable[[Any], bool]) -> int:
        """Decline what waits and would touch the person: its arguments are no longer those that were shown."""
        waiting = select(Proposal).where(Proposal.status == ProposalStatus.WAITING)
        count = 0
        for one in (await self.session.execute(waiting)).scalars():
            if mentions(one.arguments) or mentions(one.preview):
                one.status, one.outcome = ProposalStatus.DECLINED, "The person it was about has been erased."
                count += 1
        return count

    async def blank_spans(
        self, conversations: Collection[str], mentions: Callable[[str, Any], bool], keep: Collection[str]
    ) -> int:
        """In traces of these conversations that mention the person, leave only the attributes named in `keep`.

        Args:
            mentions: (conversation, attributes) -> whether they speak of the person.
        """
        statement = (
            select(Span, Turn.conversation_id)
            .join(Turn, Turn.trace_id == Span.trace_id)
            .where(Turn.conversation_id.in_(conversations))
        )
        rows = (await self.session.execute(statement)).all()
        about = {span.trace_id for span, conversation in rows if mentions(conversation, span.attributes)}
        blanked = [span for span, _ in rows if span.trace_id in about]
        for span in blanked:
            span.attributes = {name: value for name, value in span.attributes.items() if name in keep}
        return len(blanked)

    async def clear(self, person: Identity) -> None:
        """Empty the record itself; what points at it still does."""
        row: Contact | Lead | User | None = await self.session.get(TABLES[person.kind], person.id)
        if row is None:
            raise NotFound(person.kind.value, str(person.id))
        for name in _PERSONAL[person.kind]:
            setattr(row, name, None)
        if isinstance(row, User):
            row.name, row.email, row.active = f"Former colleague {row.id}", erased_address(row.id), False
            for table in (ApiToken, SignIn):
                await self.session.execute(delete(table).where(table.user_id == row.id))
        else:
            row.deleted_at = datetime.now(UTC)
            await self._forget_memories(person)
        await forget_copies(self.session, person.kind.value, [person.id])
        await self.session.flush()
        await self.session.run_sync(
            lambda sync: name_index.refresh(sync.connection(), NamedKind(person.kind.value), [person.id])
        )
        await self.session.run_sync(
            lambda sync: likeness_index.refresh(sync.connection(), person.kind.value, [person.id])
        )
        await self._forget_spellings(person.name)
        await self.session.run_sync(lambda sync: index.purge(sync.connection()))

    async def _forget_memories(self, person: Identity) -> None:
        """What was remembered of the person, as records and in the changes that made them, says nothing any more.

        A note is work and stays without the name; a memory is about nothing but the person.
        """
        mine = [getattr(Memory, f"{person.kind}_id") == person.id]
        if person.kind is Erasable.CONTACT:
            mine.append(Memory.speaker_id == person.id)
        ids = select(Memory.id).where(or_(*mine))
        about = (Change.record_kind == "memory", Change.record_id.in_(ids))
        await self.session.execute(
            update(Change).where(*about).values(before=None, after={}).execution_options(synchronize_session=False)
        )
        gone = {"body": "Erased.", "deleted_at": datetime.now(UTC)}
        await self.session.execute(
            update(Memory).where(or_(*mine)).values(gone).execution_options(synchronize_session=False)
        )

    async def _forget_spellings(self, name: str) -> None:
        """Words that stand in no name any more are not looked up any more."""
        gone = select(NameToken.token).where(NameToken.token == Spelling.token).exists()
        await self.session.execute(delete(Spelling).where(Spelling.token.in_(words(name)), ~gone))

    async def wipe_what_is_freed(self) -> None:
        """SQLite overwrites what this transaction lets go of."""
        if self.session.get_bind().dialect.name == "sqlite":
            await self.session.execute(text("PRAGMA secure_delete=ON"))
