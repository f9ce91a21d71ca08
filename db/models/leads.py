"""Leads: people who may become customers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Numeric, String, false
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import DERIVED, Base, BigId, Customised, Record


class LeadStatus(StrEnum):
    NEW = "new"
    CONTACTED = "contacted"
    QUALIFIED = "qualified"
    OPPORTUNITY = "opportunity"
    CUSTOMER = "customer"
    UNQUALIFIED = "unqualified"


class Lead(Customised):
    """`rescore_at` is when time alone will have lowered the score; empty while it has to be reckoned anew."""

    __tablename__ = "leads"

    first_name: Mapped[str | None] = mapped_column(String(80))
    last_name: Mapped[str | None] = mapped_column(String(80))
    company: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    phone: Mapped[str | None] = mapped_column(String(40))
    title: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(String(80))
    region: Mapped[str | None] = mapped_column(String(80))
    industry: Mapped[str | None] = mapped_column(String(80))
    employees: Mapped[int | None]
    lead_source: Mapped[str | None] = mapped_column(String(80))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    status: Mapped[LeadStatus] = mapped_column(String(16), default=LeadStatus.NEW, index=True)
    score: Mapped[int | None] = mapped_column(info=DERIVED)
    grade: Mapped[str | None] = mapped_column(String(1), info=DERIVED)
    tier: Mapped[str | None] = mapped_column(String(8), info=DERIVED)
    score_confidence: Mapped[Decimal | None] = mapped_column(Numeric(4, 3), info=DERIVED)
    rescore_at: Mapped[datetime | None] = mapped_column(index=True, info=DERIVED)
    engagement: Mapped[dict[str, Any] | None]
    pain_points: Mapped[list[Any] | None]
    budget_minor: Mapped[int | None] = mapped_column(BigInteger)
    budget_most_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    decision_makers: Mapped[list[Any] | None]
    qualification: Mapped[str | None] = mapped_column(String(24))
    decision_timeline: Mapped[str | None] = mapped_column(String(80))
    preferred_channel: Mapped[str | None] = mapped_column(String(16))
    preferred_time: Mapped[str | None] = mapped_column(String(40))
    opted_out: Mapped[bool] = mapped_column(default=False)
    do_not_contact: Mapped[bool] = mapped_column(default=False, server_default=false())
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunities.id"), index=True)
    arrived_at: Mapped[datetime] = mapped_column(index=True)
    last_contacted_at: Mapped[datetime | None]
    last_contacted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    source: Mapped[str | None] = mapped_column(String(40))
    external_id: Mapped[str | None] = mapped_column(String(120))

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or (self.company or "")


class LifecycleChange(Record):
    """One stay of a lead in a status; `left_at` is null for the current one."""

    __tablename__ = "lifecycle_history"

    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), index=True)
    status: Mapped[LeadStatus] = mapped_column(String(16))
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str | None] = mapped_column(String(200))


class LeadScore(Record):
    """What a lead was worth from one moment on: the points of each component, and in a word why it changed."""

    __tablename__ = "lead_scores"
    __table_args__ = (Index("ix_lead_scores_lead_id_at", "lead_id", "at"),)

    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"))
    at: Mapped[datetime]
    score: Mapped[int]
    grade: Mapped[str] = mapped_column(String(1))
    reasons: Mapped[list[Any]]
    rules: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(200))


class ScoringRules(Base):
    """One version of the rules that leads are scored by; the latest holds. Without any, those that ship hold."""

    __tablename__ = "scoring_rules"

    version: Mapped[int] = mapped_column(BigId, primary_key=True)
    body: Mapped[dict[str, Any]]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime]
