"""What a workspace has to begin with: records, people beside its first administrator, and stages."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select

from db.acting import works_unscoped
from db.models import Account, Contact, Lead, Opportunity, Outcome, Record, Stage, User
from db.session import ReadSession
from db.workspace import LOCAL_ADMIN


@dataclass(frozen=True, slots=True)
class Beginning:
    """Of the whole workspace, whoever sees what: for those who see all of it."""

    records: bool
    people: bool
    stages: bool


@works_unscoped
async def beginning(session: ReadSession) -> Beginning:
    """One statement of lookups that each end at the first row."""
    records = or_(*(_any(table) for table in (Opportunity, Lead, Account, Contact)))
    people = _any(User, User.email != LOCAL_ADMIN, User.active.is_(True))
    found = (await session.execute(select(records, people, _any(Stage, Stage.outcome == Outcome.OPEN)))).one()
    return Beginning(*map(bool, found))


def _any(table: type[Record], *where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(table.id).where(table.deleted_at.is_(None), *where))
