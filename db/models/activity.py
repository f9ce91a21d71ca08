"""What happened with a record and what has to happen next."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Record


class Channel(StrEnum):
    EMAIL = "email"
    CALL = "call"
    MEETING = "meeting"
    SMS = "sms"
    WHATSAPP = "whatsapp"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class MeetingStatus(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class TaskStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Topic(StrEnum):
    """What a memory of a relationship is about."""

    PREFERENCE = "preference"
    PAIN_POINT = "pain_point"
    INTEREST = "interest"
    COMMITMENT = "commitment"
    OBJECTION = "objection"
    PERSONAL = "personal"
    FACT = "fact"


class MemorySource(StrEnum):
    TOLD = "told"
    NOTE = "note"
    EXCHANGE = "exchange"


class Linked(Record):
    """A row that hangs on at most one of each record kind; visible where one of them is."""

    __abstract__ = True

    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunities.id"), index=True)


class Interaction(Linked):
    __tablename__ = "interactions"

    channel: Mapped[Channel] = mapped_column(String(16))
    direction: Mapped[Direction] = mapped_column(String(4))
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    subject: Mapped[str | None] = mapped_column(String(300))
    body: Mapped[str | None] = mapped_column(Text)
    sentiment: Mapped[Decimal | None] = mapped_column(Numeric(4, 3))
    duration_seconds: Mapped[int | None]
    outcome: Mapped[str | None] = mapped_column(String(80))
    next_action: Mapped[str | None] = mapped_column(String(300))
    status: Mapped[MeetingStatus | None] = mapped_column(String(16))
    location: Mapped[str | None] = mapped_column(String(200))
    attendees: Mapped[list[Any] | None]


class Note(Linked):
    __tablename__ = "notes"

    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    private: Mapped[bool] = mapped_column(default=False)


class Memory(Linked):
    """Something known about a person, a company or a deal: who told it, who said it and when, and where it stands.

    A memory that turned out otherwise is kept: `superseded_by_id` names the one that holds instead, `valid_until` the
    last day it held.
    """

    __tablename__ = "memories"

    topic: Mapped[Topic] = mapped_column(String(16), default=Topic.FACT)
    body: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    said_at: Mapped[datetime]
    source: Mapped[MemorySource] = mapped_column(String(16), default=MemorySource.TOLD)
    note_id: Mapped[int | None] = mapped_column(ForeignKey("notes.id"), index=True)
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"), index=True)
    private: Mapped[bool] = mapped_column(default=False)
    valid_until: Mapped[date | None]
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("memories.id"), index=True)


class Task(Linked):
    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_owner_id_status_due_at", "owner_id", "status", "due_at"),
        Index("ix_tasks_status_remind_at", "status", "remind_at"),
    )

    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(24), default="task")
    due_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    status: Mapped[TaskStatus] = mapped_column(String(16), default=TaskStatus.OPEN)
    priority: Mapped[int] = mapped_column(default=50)
    completed_at: Mapped[datetime | None]
    auto_generated: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
