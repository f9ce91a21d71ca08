"""What a workspace decides for itself: fields of its own, who may do what with which record, rates of exchange."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Record


def _one_in_force(table: str, *columns: str) -> Index:
    """At most one row that is not deleted: what was taken back stays, so that it can be done again."""
    there = text("deleted_at IS NULL")
    return Index(f"uq_{table}_in_force", *columns, unique=True, sqlite_where=there, postgresql_where=there)


class CustomField(Record):
    """A field of the workspace's own on one kind of record."""

    __tablename__ = "custom_fields"
    __table_args__ = (_one_in_force("custom_fields", "kind", "name"),)

    kind: Mapped[str] = mapped_column(String(24))
    name: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(80))
    type: Mapped[str] = mapped_column(String(16))
    choices: Mapped[list[Any] | None]
    required: Mapped[bool] = mapped_column(default=False)


class RecordGrant(Record):
    """Where a workspace departs from the usual matrix: whether a role may do an action with a kind of record."""

    __tablename__ = "record_grants"
    __table_args__ = (_one_in_force("record_grants", "role", "kind", "action"),)

    role: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(24))
    action: Mapped[str] = mapped_column(String(16))
    allowed: Mapped[bool]


class HiddenField(Record):
    """A field of a kind of record that a role does not get to see."""

    __tablename__ = "hidden_fields"
    __table_args__ = (_one_in_force("hidden_fields", "role", "kind", "field"),)

    role: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(24))
    field: Mapped[str] = mapped_column(String(40))


class ExchangeRate(Record):
    """How much of another currency (`against`, as a rule the workspace's) one unit of `currency` is worth.

    `valid_from` is the day it begins with. It names both currencies, so that a workspace that changes its own does not
    reckon with rates against the former one.
    """

    __tablename__ = "exchange_rates"
    __table_args__ = (_one_in_force("exchange_rates", "against", "currency", "valid_from"),)

    currency: Mapped[str] = mapped_column(String(3))
    against: Mapped[str] = mapped_column(String(3))
    valid_from: Mapped[date]
    rate: Mapped[Decimal] = mapped_column(Numeric(20, 10))
    source: Mapped[str | None] = mapped_column(String(80))


class WorkspaceRule(Record):
    """A rule that the workspace set for itself, by its key in `db.rules`; without a row, setting or default holds."""

    __tablename__ = "workspace_rules"
    __table_args__ = (_one_in_force("workspace_rules", "key"),)

    key: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(String(400))
