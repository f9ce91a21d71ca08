"""Changes that wait for a person, and changes that were made."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Named
from db.models.policy import Rule


class ProposalStatus(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    APPLIED = "applied"
    DECLINED = "declined"
    FAILED = "failed"
    EXPIRED = "expired"


class Proposal(Named):
    """A change that waits for a decision, bound by `digest` to exactly what was shown.

    `call` tells which call of its turn it comes from, whatever versions the records had; `rule` is the one it was made
    under; `decided_in` the turn in which somebody decided it in words.
    """

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
    call: Mapped[str | None] = mapped_column(String(64))
    rule: Mapped[Rule] = mapped_column(String(16), default=Rule.PROPOSE)
    status: Mapped[ProposalStatus] = mapped_column(String(16), default=ProposalStatus.WAITING, index=True)
    expires_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    decided_at_door: Mapped[str | None] = mapped_column(String(16))
    decided_in: Mapped[str | None] = mapped_column(ForeignKey("turns.id"), index=True)
    outcome: Mapped[str | None] = mapped_column(String(400))


class Change(Named):
    """One record changed by the assistant: before and after, so that it can be taken back.

    `step` and `part` are the place in its turn (a call may write several records), so that a turn that is run again
    finds its own; `undone_in` is the turn that took it back in words.
    """

    __tablename__ = "changes"
    __table_args__ = (UniqueConstraint("turn_id", "step", "part"),)

    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    step: Mapped[int]
    part: Mapped[int]
    call: Mapped[str | None] = mapped_column(String(64))
    proposal_id: Mapped[str | None] = mapped_column(ForeignKey("proposals.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    tool: Mapped[str] = mapped_column(String(60))
    record_kind: Mapped[str] = mapped_column(String(24))
    record_id: Mapped[int]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    version_after: Mapped[int]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    undone_in: Mapped[str | None] = mapped_column(ForeignKey("turns.id"), index=True)
