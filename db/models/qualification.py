"""Whether a lead or a deal is worth the effort: criteria of frameworks, and what is settled about each."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Record


class AnswerState(StrEnum):
    """`met` and `not_met` are settled; `open` takes back what was settled before."""

    MET = "met"
    NOT_MET = "not_met"
    OPEN = "open"


class QualificationCriterion(Record):
    """One criterion of a framework of the workspace's own."""

    __tablename__ = "qualification_criteria"

    framework: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(80))
    question: Mapped[str] = mapped_column(String(300))
    position: Mapped[int] = mapped_column(default=1, server_default="1")
    reads: Mapped[str | None] = mapped_column(String(40))


class QualificationAnswer(Record):
    """What a person settled about one criterion of a lead or a deal; the latest counts."""

    __tablename__ = "qualification_answers"
    __table_args__ = (
        Index("ix_qualification_answers_lead_id", "lead_id"),
        Index("ix_qualification_answers_opportunity_id", "opportunity_id"),
    )

    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id"))
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunities.id"))
    framework: Mapped[str] = mapped_column(String(40))
    criterion: Mapped[str] = mapped_column(String(80))
    state: Mapped[AnswerState] = mapped_column(String(8), default=AnswerState.MET, server_default=AnswerState.MET.value)
    answer: Mapped[str | None] = mapped_column(Text)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
