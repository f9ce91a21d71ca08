"""Changes that wait for a person, and changes that were made."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Named


class ProposalStatus(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    APPLIED = "applied"
    DECLINED = "declined"
    FAILED = "failed"


class Proposal(Named):
    """A change that waits for a decision, bound by `digest` to its exact arguments and record versions."""

    __tablename__ = "proposals"
    __table_args__ = (UniqueConstraint("turn_id", "step"),)

    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id"), index=True)
    step: Mapped[int]
    asked_by: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    tool: Mapped[str] = mapped_column(String(60))
    effect: Mapped[str] = mapped_column(String(16))
    arguments: Mapped[dict[str, Any]]
    preview: Mapped[dict[str, Any]]
    versions: Mapped[dict[str, Any]]
    read_before: Mapped[list[Any]]
    digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[ProposalStatus] = mapped_column(String(16), default=ProposalStatus.WAITING, index=True)
    expires_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    decided_at_door: Mapped[str | None] = mapped_column(String(16))
    change_id: Mapped[str | None] = mapped_column(String(40))
    outcome: Mapped[str | None] = mapped_column(String(400))


class Change(Named):
    """One record changed by the assistant: before and after, so that it can be taken back."""

    __tablename__ = "changes"

    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    tool: Mapped[str] = mapped_column(String(60))
    record_kind: Mapped[str] = mapped_column(String(24))
    record_id: Mapped[int]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    version_after: Mapped[int]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
