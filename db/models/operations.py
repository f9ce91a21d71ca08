"""What running the product leaves behind: money spent, traces, the audit chain, settings."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, BigId, MicroDollars, Named


class Budget(Base):
    """What a purse (workspace, person or turn, per month where it applies) has spent and has set aside.

    What it may spend is a setting, and counts as it is at the moment.
    """

    __tablename__ = "budgets"

    purse: Mapped[str] = mapped_column(String(80), primary_key=True)
    spent: Mapped[Decimal] = mapped_column(MicroDollars, default=Decimal(0))
    reserved: Mapped[Decimal] = mapped_column(MicroDollars, default=Decimal(0))


class Settlement(StrEnum):
    """What a call's cost rests on."""

    REPORTED = "reported"
    ESTIMATED = "estimated"
    REFUSED = "refused"
    SWEPT = "swept"


class Usage(Named):
    """One model call: reserved before, settled after.

    `purses` are those the reservation was taken from. `expires_at` is when it is swept if nobody has settled it by
    then, and empty once it is settled.
    """

    __tablename__ = "usage"

    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    model: Mapped[str] = mapped_column(String(120))
    input_tokens: Mapped[int] = mapped_column(default=0)
    output_tokens: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[Decimal] = mapped_column(MicroDollars)
    purses: Mapped[list[Any]]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    cost: Mapped[Decimal | None] = mapped_column(MicroDollars)
    settlement: Mapped[Settlement | None] = mapped_column(String(9))
    settled_at: Mapped[datetime | None]


class Span(Base):
    """One span of a trace, already redacted."""

    __tablename__ = "spans"
    __table_args__ = (Index("ix_spans_trace_id", "trace_id"),)

    span_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    trace_id: Mapped[str] = mapped_column(String(32))
    parent_id: Mapped[str | None] = mapped_column(String(16))
    user_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(120))
    started_ns: Mapped[int] = mapped_column(BigInteger, index=True)
    ended_ns: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(8))
    attributes: Mapped[dict[str, Any]]


class AuditEntry(Base):
    """One link of the audit chain: `digest` is a keyed hash of this row and the digest before it."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str | None] = mapped_column(String(120), index=True)
    details: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))


class Setting(Base):
    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[dict[str, Any]]
