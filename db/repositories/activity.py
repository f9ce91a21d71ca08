"""What was said and done with a record, and the tasks that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from db.access import visible_interactions, visible_notes, visible_tasks
from db.errors import NotFound
from db.models import Account, Contact, Interaction, Lead, Linked, Note, Opportunity, Task, TaskStatus, User
from db.repositories.base import RecordRef, Repository

_LINK = {"account": "account_id", "contact": "contact_id", "lead": "lead_id", "opportunity": "opportunity_id"}


@dataclass(frozen=True, slots=True)
class InteractionLine:
    id: int
    channel: str
    direction: str
    at: datetime
    user: str | None
    contact_id: int | None
    contact: str | None
    subject: str | None
    body: str | None
    outcome: str | None
    next_action: str | None
    user_id: int | None = None
    opportunity_id: int | None = None
    lead_id: int | None = None


@dataclass(frozen=True, slots=True)
class NoteLine:
    id: int
    at: datetime
    author: str | None
    body: str
    author_id: int | None = None


@dataclass(frozen=True, slots=True)
class TaskLine:
    id: int
    title: str
    kind: str
    due_at: datetime | None
    status: str
    priority: int
    owner_id: int | None
    owner: str | None
    about: RecordRef | None
    version: int


def _hangs_on(table: type[Linked], about: RecordRef) -> ColumnElement[bool]:
    """Rows of one record; an account's are those of its deals and contacts too."""
    own: ColumnElement[bool] = getattr(table, _LINK[about.kind]) == about.id
    if about.kind != "account":
        return own
    deals = select(Opportunity.id).where(Opportunity.account_id == about.id)
    contacts = select(Contact.id).where(Contact.account_id == about.id)
    return or_(own, table.opportunity_id.in_(deals), table.contact_id.in_(contacts))


class ActivityRepository(Repository):
    async def interactions(self, about: RecordRef, *, limit: int = 10) -> list[InteractionLine]:
        """Latest first. An account's are those of its deals and contacts too."""
        statement = (
            select(
                Interaction,
                User.name,
                func.trim(func.coalesce(Contact.first_name, "") + " " + func.coalesce(Contact.last_name, "")),
            )
            .outerjoin(User, Interaction.user_id == User.id)
            .outerjoin(Contact, Interaction.contact_id == Contact.id)
            .where(_hangs_on(Interaction, about), visible_interactions(self.actor), Interaction.deleted_at.is_(None))
            .order_by(Interaction.at.desc(), Interaction.id.desc())
            .limit(limit)
        )
        return [
            InteractionLine(
                one.id, one.channel, one.direction, one.at, user, one.contact_id, contact or None, one.subject, one.body,
                one.outcome, one.next_action, one.user_id, one.opportunity_id, one.lead_id,
            )
            for one, user, contact in await self.session.execute(statement)
        ]  # fmt: skip

    async def notes(self, about: RecordRef, *, limit: int = 10) -> list[NoteLine]:
        statement = (
            select(Note, User.name)
            .outerjoin(User, Note.author_id == User.id)
            .where(_hangs_on(Note, about), visible_notes(self.actor), Note.deleted_at.is_(None))
            .order_by(Note.created_at.desc(), Note.id.desc())
            .limit(limit)
        )
        return [
            NoteLine(note.id, note.created_at, author, note.body, note.author_id)
            for note, author in await self.session.execute(statement)
        ]


class TaskRepository(Repository):
    async def due(
        self,
        *,
        before: datetime | None,
        since: datetime | None = None,
        owners: tuple[int, ...] = (),
        limit: int = 20,
    ) -> tuple[int, list[TaskLine]]:
        """Open tasks due before a moment (None: all open ones), earliest first; how many there are, and the first."""
        where = [visible_tasks(self.actor), Task.deleted_at.is_(None), Task.status == TaskStatus.OPEN]
        if before is not None:
            where.append(Task.due_at < before)
        if since is not None:
            where.append(Task.due_at >= since)
        if owners:
            where.append(Task.owner_id.in_(owners))
        total = await self.session.scalar(select(func.count(Task.id)).where(*where))
        statement = self._lines().where(*where).order_by(Task.due_at.is_(None), Task.due_at, Task.id).limit(limit)
        return int(total or 0), [_task(row) for row in await self.session.execute(statement)]

    async def about(self, about: RecordRef, *, limit: int = 20) -> list[TaskLine]:
        """Open tasks of one record, earliest first. An account's are those of its deals and contacts too."""
        statement = (
            self._lines()
            .where(visible_tasks(self.actor), Task.deleted_at.is_(None), Task.status == TaskStatus.OPEN)
            .where(_hangs_on(Task, about))
            .order_by(Task.due_at.is_(None), Task.due_at, Task.id)
            .limit(limit)
        )
        return [_task(row) for row in await self.session.execute(statement)]

    async def get(self, task_id: int) -> TaskLine:
        statement = self._lines().where(visible_tasks(self.actor), Task.deleted_at.is_(None), Task.id == task_id)
        row = (await self.session.execute(statement)).first()
        if row is None:
            raise NotFound("task", task_id)
        return _task(row)

    def _lines(self) -> Select[*tuple[Any, ...]]:
        return (
            select(Task, User.name, Account.name, Contact, Lead, Opportunity.name)
            .outerjoin(User, Task.owner_id == User.id)
            .outerjoin(Account, Task.account_id == Account.id)
            .outerjoin(Contact, Task.contact_id == Contact.id)
            .outerjoin(Lead, Task.lead_id == Lead.id)
            .outerjoin(Opportunity, Task.opportunity_id == Opportunity.id)
        )


def _task(row: Any) -> TaskLine:  # noqa: ANN401 - a result row has no static type
    task, owner, account, contact, lead, opportunity = row
    about = None
    if contact is not None:
        about = RecordRef("contact", contact.id, contact.name)
    elif opportunity is not None:
        about = RecordRef("opportunity", task.opportunity_id, opportunity)
    elif lead is not None:
        about = RecordRef("lead", lead.id, lead.name)
    elif account is not None:
        about = RecordRef("account", task.account_id, account)
    return TaskLine(
        task.id,
        task.title,
        task.kind,
        task.due_at,
        task.status,
        task.priority,
        task.owner_id,
        owner,
        about,
        task.version,
    )
