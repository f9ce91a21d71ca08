"""Conversations, their turns, and what a turn leaves behind."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, BigId, Named


class TurnStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class Conversation(Named):
    """`memory` holds the frame of the last question and the records in focus; `lease_*` admit one turn at a time."""

    __tablename__ = "conversations"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    door: Mapped[str] = mapped_column(String(16))
    title: Mapped[str | None] = mapped_column(String(200))
    updated_at: Mapped[datetime] = mapped_column(index=True)
    memory: Mapped[dict[str, Any]] = mapped_column(default=dict)
    lease_holder: Mapped[str | None] = mapped_column(String(60))
    lease_until: Mapped[datetime | None]


class Turn(Named):
    """`attempts` counts the runs: a turn whose process went away is run again. `stop_at` asks its run to end."""

    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("conversation_id", "number"),
        Index("ix_turns_user_id_idempotency_key", "user_id", "idempotency_key", unique=True),
    )

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    status: Mapped[TurnStatus] = mapped_column(String(8), default=TurnStatus.WAITING)
    idempotency_key: Mapped[str | None] = mapped_column(String(120))
    trace_id: Mapped[str] = mapped_column(String(32))
    scope: Mapped[str] = mapped_column(String(16), default="full", server_default="full")
    result: Mapped[dict[str, Any] | None]
    finished_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    stop_at: Mapped[datetime | None]


class TurnEvent(Base):
    """One event of a turn's stream, kept so that a reader who lost the line can go on from any number.

    `body` is the JSON as it was sent: a JSON column would give its keys back in another order.
    """

    __tablename__ = "turn_events"

    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    body: Mapped[str] = mapped_column(Text)


class SpokenOf(Base):
    """A record that a conversation came upon: how often, and in which turns first and last."""

    __tablename__ = "spoken_of"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    record_kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    record_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    times: Mapped[int] = mapped_column(default=1)
    first_turn: Mapped[int]
    last_turn: Mapped[int]


class SpokenTopic(Base):
    """What a conversation asked for: a tool, how often, and in which turns first and last."""

    __tablename__ = "spoken_topics"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    tool: Mapped[str] = mapped_column(String(60), primary_key=True)
    times: Mapped[int] = mapped_column(default=1)
    first_turn: Mapped[int]
    last_turn: Mapped[int]


class VaultEntry(Base):
    """What a placeholder of a conversation stands for, encrypted with the workspace's secret key."""

    __tablename__ = "vault"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    placeholder: Mapped[str] = mapped_column(String(40), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Evidence(Named):
    """A figure with the rule and parameters that produced it; enough to compute it again."""

    __tablename__ = "evidence"

    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    tool: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[dict[str, Any]]
    key: Mapped[str] = mapped_column(String(200))
    label: Mapped[str] = mapped_column(String(300))
    rule: Mapped[str] = mapped_column(String(600))
    value: Mapped[dict[str, Any]]
    records: Mapped[dict[str, Any] | None]
