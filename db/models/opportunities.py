"""Deals, the stages they pass, and what is sold."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Customised, Record


class Outcome(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Stage(Record):
    """A step of the pipeline. `outcome` is open for working stages, won or lost for the endings."""

    __tablename__ = "stages"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    position: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(String(8), default=Outcome.OPEN)
    probability: Mapped[Decimal] = mapped_column(Numeric(5, 4))
    rotting_days: Mapped[int | None]
    entry_criteria: Mapped[str | None] = mapped_column(String(400))
    exit_criteria: Mapped[str | None] = mapped_column(String(400))


class Product(Customised):
    __tablename__ = "products"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    family: Mapped[str | None] = mapped_column(String(80))
    list_price_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))


class Opportunity(Customised):
    __tablename__ = "opportunities"
    __table_args__ = (
        Index("ix_opportunities_source_external_id", "source", "external_id", unique=True),
        Index("ix_opportunities_outcome_owner_id", "outcome", "owner_id"),
    )

    name: Mapped[str] = mapped_column(String(200), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    lead_source: Mapped[str | None] = mapped_column(String(80))
    region: Mapped[str | None] = mapped_column(String(80))
    industry: Mapped[str | None] = mapped_column(String(80))
    deal_type: Mapped[str] = mapped_column(String(16), default="new")
    stage: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[Outcome] = mapped_column(String(8), default=Outcome.OPEN)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    created_on: Mapped[date | None] = mapped_column(index=True)
    expected_close_on: Mapped[date | None] = mapped_column(index=True)
    closed_on: Mapped[date | None] = mapped_column(index=True)
    stage_entered_on: Mapped[date | None]
    last_activity_at: Mapped[datetime | None]
    loss_reason: Mapped[str | None] = mapped_column(String(120), index=True)
    competitor: Mapped[str | None] = mapped_column(String(120))
    next_step: Mapped[str | None] = mapped_column(String(400))
    decision_criteria: Mapped[list[Any] | None]
    source: Mapped[str | None] = mapped_column(String(40))
    external_id: Mapped[str | None] = mapped_column(String(120))


class StageChange(Record):
    """One stay of a deal in a stage; `left_on` is null for the current one."""

    __tablename__ = "stage_history"

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunities.id"), index=True)
    stage: Mapped[str] = mapped_column(String(80))
    entered_on: Mapped[date]
    left_on: Mapped[date | None]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
