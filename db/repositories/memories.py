"""What is remembered of people, companies and deals. A memory that was corrected or ran out is kept and not told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from db.access import visible_interactions, visible_memories, visible_notes
from db.models import Contact, Interaction, Memory, Note, User
from db.records.about import hangs_on
from db.repositories.activity import InteractionLine, LinkedRepository, NoteLine
from db.repositories.base import RecordRef, full_name


@dataclass(frozen=True, slots=True)
class MemoryLine:
    """`note_id` and `interaction_id` are where it was read, None where somebody told it."""

    id: int
    version: int
    topic: str
    body: str
    said_at: datetime
    author_id: int | None
    author: str | None
    speaker: RecordRef | None
    source: str
    note_id: int | None
    interaction_id: int | None
    private: bool
    valid_until: date | None
    superseded_by_id: int | None


class MemoryRepository(LinkedRepository):
    async def of(
        self, about: RecordRef, *, today: date, past: bool = False, limit: int = 200
    ) -> list[MemoryLine]:  # fmt: skip
        """What holds of a record today, the latest first; an account's are those of its contacts and deals too.

        Args:
            past: also what was corrected or ran out.
        """
        where: list[ColumnElement[bool]] = [hangs_on(Memory, about.kind, about.id)]
        if not past:
            where.append(Memory.superseded_by_id.is_(None))
            where.append(or_(Memory.valid_until.is_(None), Memory.valid_until >= today))
        return await self._lines(where, limit)

    async def by_ids(self, ids: Sequence[int]) -> list[MemoryLine]:
        return await self._lines([Memory.id.in_(ids)], len(ids))

    async def unread_notes(self, about: RecordRef, *, limit: int = 100) -> list[NoteLine]:
        """Notes on a record that no memory was taken from, the latest first."""
        taken = select(Memory.id).where(Memory.note_id == Note.id).exists()
        statement = (
            select(Note, User.name)
            .outerjoin(User, Note.author_id == User.id)
            .where(hangs_on(Note, about.kind, about.id), visible_notes(self.actor), Note.deleted_at.is_(None), ~taken)
            .order_by(Note.created_at.desc(), Note.id.desc())
            .limit(limit)
        )
        return [
            NoteLine(note.id, note.created_at, author, note.body, note.author_id, private=note.private)
            for note, author in await self.session.execute(statement)
        ]

    async def unread_exchanges(self, about: RecordRef, *, limit: int = 100) -> list[InteractionLine]:
        """Exchanges with text that no memory was taken from, the latest first."""
        taken = select(Memory.id).where(Memory.interaction_id == Interaction.id).exists()
        statement = (
            select(Interaction, User.name, full_name(Contact), Contact.id)
            .outerjoin(User, Interaction.user_id == User.id)
            .outerjoin(Contact, self._seen(Contact, Interaction.contact_id))
            .where(
                hangs_on(Interaction, about.kind, about.id),
                visible_interactions(self.actor),
                Interaction.deleted_at.is_(None),
            )
            .where(Interaction.body.is_not(None), ~taken)
            .order_by(Interaction.at.desc(), Interaction.id.desc())
            .limit(limit)
        )
        return [
            InteractionLine(
                one.id, one.channel, one.direction, one.at, user, contact_id, contact or None, one.subject, one.body,
                one.outcome, one.next_action, one.user_id,
            )
            for one, user, contact, contact_id in await self.session.execute(statement)
        ]  # fmt: skip

    async def _lines(self, where: Sequence[ColumnElement[bool]], limit: int) -> list[MemoryLine]:
        statement = (
            select(Memory, User.name, Contact.id, full_name(Contact))
            .outerjoin(User, Memory.author_id == User.id)
            .outerjoin(Contact, self._seen(Contact, Memory.speaker_id))
            .where(visible_memories(self.actor), Memory.deleted_at.is_(None), *where)
            .order_by(Memory.said_at.desc(), Memory.id.desc())
            .limit(limit)
        )
        return [_line(row) for row in await self.session.execute(statement)]


def _line(row: Any) -> MemoryLine:  # noqa: ANN401 - a result row has no static type
    one, author, speaker_id, speaker = row
    said_by = RecordRef("contact", speaker_id, speaker) if speaker_id is not None else None
    return MemoryLine(
        one.id, one.version, one.topic, one.body, one.said_at, one.author_id, author, said_by, one.source, one.note_id,
        one.interaction_id, one.private, one.valid_until, one.superseded_by_id,
    )  # fmt: skip
