"""What a workspace decides for itself: fields of its own, who may do what with which record, rates of exchange."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, Numeric, String, UniqueConstraint, text
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


class ExchangeRate(Record):
    """How much of another currency (`against`, as a rule the workspace's) one unit of `currency` is worth.

    `valid_from` is the day it begins with. It names both currencies, so that a workspace that changes its own does not
    reckon with rates against the former one.
    """

    __tablename__ = "exchange_rates"
    __table_args__ = (
        Index(
            "uq_exchange_rates_in_force", "against", "currency", "valid_from", unique=True,
            sqlite_where=text("deleted_at IS NULL"), postgresql_where=text("deleted_at IS NULL"),
        ),
    )  # fmt: skip

    currency: Mapped[str] = mapped_column(String(3))
    against: Mapped[str] = mapped_column(String(3))
    valid_from: Mapped[date]
    rate: Mapped[Decimal] = mapped_column(Numeric(20, 10))
    source: Mapped[str | None] = mapped_column(String(80))


class WorkspaceRule(Record):
    """A rule that the workspace set for itself, by its key in `db.rules`; without a row, setting or default holds."""

    __tablename__ = "workspace_rules"
    __table_args__ = (
        Index(
            "uq_workspace_rules_in_force", "key", unique=True,
            sqlite_where=text("deleted_at IS NULL"), postgresql_where=text("deleted_at IS NULL"),
        ),
    )  # fmt: skip

    key: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(String(400))
