"""What a workspace decides for itself: fields of its own, who may do what with which record, rates of exchange."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, BigId, Record


class CustomField(Record):
    """A field of the workspace's own on one kind of record."""

    __tablename__ = "custom_fields"
    __table_args__ = (UniqueConstraint("kind", "name"),)

    kind: Mapped[str] = mapped_column(String(24))
    name: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(80))
    type: Mapped[str] = mapped_column(String(16))
    choices: Mapped[list[Any] | None]
    required: Mapped[bool] = mapped_column(default=False)


class RecordGrant(Base):
    """Where a workspace departs from the usual matrix: whether a role may do an action with a kind of record."""

    __tablename__ = "record_grants"
    __table_args__ = (UniqueConstraint("role", "kind", "action"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(24))
    action: Mapped[str] = mapped_column(String(16))
    allowed: Mapped[bool]


class HiddenField(Base):
    """A field of a kind of record that a role does not get to see."""

    __tablename__ = "hidden_fields"
    __table_args__ = (UniqueConstraint("role", "kind", "field"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(24))
    field: Mapped[str] = mapped_column(String(40))


class ExchangeRate(Base):
    """How much of the workspace's currency one unit of another was worth from a day on."""

    __tablename__ = "exchange_rates"
    __table_args__ = (UniqueConstraint("currency", "valid_from"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    currency: Mapped[str] = mapped_column(String(3))
    valid_from: Mapped[date]
    rate: Mapped[Decimal] = mapped_column(Numeric(20, 10))
    source: Mapped[str | None] = mapped_column(String(80))
