"""Criteria of a workspace's own frameworks, and what people settled about leads and deals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.access import Grant, RecordAction, visible_answers
from db.models import QualificationAnswer, QualificationCriterion, User
from db.repositories.base import RecordRef, Repository


@dataclass(frozen=True, slots=True)
class CriterionLine:
    framework: str
    name: str
    question: str
    reads: str | None


@dataclass(frozen=True, slots=True)
class AnswerLine:
    criterion: str
    state: str
    answer: str | None
    author: str | None
    author_id: int | None
    at: datetime


class QualificationRepository(Repository):
    async def criteria(self) -> list[CriterionLine]:
        statement = (
            select(QualificationCriterion)
            .where(QualificationCriterion.deleted_at.is_(None))
            .order_by(QualificationCriterion.framework, QualificationCriterion.position, QualificationCriterion.id)
        )
        rows = (await self.session.execute(statement)).scalars()
        return [CriterionLine(one.framework, one.name, one.question, one.reads) for one in rows]

    async def answers(self, about: RecordRef, framework: str) -> dict[str, AnswerLine]:
        """The latest answer to each criterion of a lead or a deal."""
        if not self.actor.may(Grant("qualification_answer", RecordAction.READ)):
            return {}
        of_lead = about.kind == "lead"
        link = QualificationAnswer.lead_id if of_lead else QualificationAnswer.opportunity_id
        statement = (
            select(QualificationAnswer, User.name)
            .outerjoin(User, QualificationAnswer.author_id == User.id)
            .where(link == about.id, QualificationAnswer.framework == framework)
            .where(visible_answers(self.actor), QualificationAnswer.deleted_at.is_(None))
            .order_by(QualificationAnswer.created_at, QualificationAnswer.id)
        )
        return {
            one.criterion: AnswerLine(one.criterion, one.state, one.answer, author, one.author_id, one.created_at)
            for one, author in await self.session.execute(statement)
        }
