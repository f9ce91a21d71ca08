"""What a person is told without having asked."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Named


class NotificationKind(StrEnum):
    REMINDER = "reminder"
    PROPOSAL_EXPIRED = "proposal_expired"
    RETENTION = "retention"


class Notification(Named):
    """One thing told to one person. A task is reminded of once at each of its times, a proposal expires once."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("task_id", "remind_at"),
        UniqueConstraint("proposal_id"),
        Index("ix_notifications_user_id_read_at", "user_id", "read_at"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[NotificationKind] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(String(300))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    remind_at: Mapped[datetime | None]
    proposal_id: Mapped[str | None] = mapped_column(ForeignKey("proposals.id"))
    read_at: Mapped[datetime | None]
