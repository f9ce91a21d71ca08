"""What was said and done with a record, and the tasks that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import aliased

from db.access import (
    Actor,
    visible,
    visible_interactions,
    visible_leads,
    visible_notes,
    visible_opportunities,
    visible_tasks,
)
from db.models import (
    Account,
    Channel,
    Contact,
    Direction,
    Interaction,
    Lead,
    Note,
    Opportunity,
    Outcome,
    Record,
    Task,
    TaskStatus,
    User,
)
from db.records.about import hangs_on
from db.repositories.base import RecordRef, Repository, full_name
from db.repositories.leads import name_of_lead
from db.shown import as_shown, require_shown

_INTERACTION = {
    "user": "user", "user_id": "user", "subject": "subject", "body": "body", "outcome": "outcome",
    "next_action": "next_action",
}  # fmt: skip
_TASK = {"kind": "kind", "due_at": "due_at", "priority": "priority", "owner_id": "owner", "owner": "owner"}
"""Attribute of a line -> the field it shows."""
_WRITTEN = (Channel.EMAIL, Channel.SMS, Channel.WHATSAPP)


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
    private: bool = False


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A message that waits for an answer. `who` wrote it, `about` is the deal or lead it belongs to."""

    at: datetime
    channel: str
    who: RecordRef | None
    about: RecordRef
    owner_id: int | None
    owner: str | None


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


class LinkedRepository(Repository):
    """A row may be visible while a record it hangs on is not; that record is left out of the answer."""

    def _seen(self, table: type[Record], key: SQLColumnExpression[Any]) -> ColumnElement[bool]:
        return and_(table.id == key, visible(self.actor, table), table.deleted_at.is_(None))


class ActivityRepository(LinkedRepository):
    async def interactions(self, about: RecordRef, *, limit: int = 10) -> list[InteractionLine]:
        """Latest first. An account's are those of its deals and contacts too."""
        statement = (
            select(
                Interaction,
                User.name,
                full_name(Contact),
                Contact.id,
                Opportunity.id,
                Lead.id,
            )
            .select_from(Interaction)
            .outerjoin(User, Interaction.user_id == User.id)
            .outerjoin(Contact, self._seen(Contact, Interaction.contact_id))
            .outerjoin(Opportunity, self._seen(Opportunity, Interaction.opportunity_id))
            .outerjoin(Lead, self._seen(Lead, Interaction.lead_id))
            .where(
                hangs_on(Interaction, about.kind, about.id),
                visible_interactions(self.actor),
                Interaction.deleted_at.is_(None),
            )
            .order_by(Interaction.at.desc(), Interaction.id.desc())
            .limit(limit)
        )
        return [
            self._shown(
                one.id, one.channel, one.direction, one.at, user, contact_id, contact or None, one.subject, one.body,
                one.outcome, one.next_action, one.user_id, opportunity_id, lead_id,
            )
            for one, user, contact, contact_id, opportunity_id, lead_id in await self.session.execute(statement)
        ]  # fmt: skip

    def _shown(self, *columns: Any) -> InteractionLine:  # noqa: ANN401 - columns of a result row
        return as_shown(InteractionLine(*columns), self.actor, "interaction", _INTERACTION)

    async def waiting(
        self, *, since: datetime, until: datetime, owners: tuple[int, ...] = (), limit: int = 50
    ) -> list[WaitingLine]:
        """Written messages to us on open deals and leads that nobody answered since, the latest of each, newest first.

        A call, a meeting or anything we wrote later to the same contact, lead or deal is an answer.
        """
        deals = [
            visible_opportunities(self.actor),
            Opportunity.deleted_at.is_(None),
            Opportunity.outcome == Outcome.OPEN,
        ]
        leads = [visible_leads(self.actor), Lead.deleted_at.is_(None)]
        if owners:
            deals.append(Opportunity.owner_id.in_(owners))
            leads.append(Lead.owner_id.in_(owners))
        span = (Interaction.at >= since, Interaction.at <= until)
        on_deals = (
            self._unanswered(Opportunity.id, Opportunity.name, Opportunity)
            .join(Opportunity, Interaction.opportunity_id == Opportunity.id)
            .outerjoin(User, Opportunity.owner_id == User.id)
            .where(*deals, *span)
            .limit(limit)
        )
        on_leads = (
            self._unanswered(Lead.id, full_name(Lead), Lead)
            .join(Lead, Interaction.lead_id == Lead.id)
            .outerjoin(User, Lead.owner_id == User.id)
            .where(*leads, *span)
            .limit(limit)
        )
        found = [_waiting("opportunity", row) for row in await self.session.execute(on_deals)]
        found += [_waiting("lead", row) for row in await self.session.execute(on_leads)]
        owned = {"owner_id": "owner", "owner": "owner"}
        found = [as_shown(one, self.actor, one.about.kind, owned) for one in found]
        return sorted(found, key=lambda one: one.at, reverse=True)[:limit]

    def _unanswered(self, *about: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401 - columns of either record
        """Messages to us with nothing after them. The caller joins the record they hang on, in the actor's scope."""
        later = aliased(Interaction)
        same = (
            later.opportunity_id == Interaction.opportunity_id,
            later.contact_id == Interaction.contact_id,
            later.lead_id == Interaction.lead_id,
        )
        after = select(later.id).where(later.at > Interaction.at, later.deleted_at.is_(None), or_(*same))
        record_id, name, record = about
        return (
            select(Interaction, record_id, name, Contact.id, full_name(Contact), record.owner_id, User.name)
            .select_from(Interaction)
            .outerjoin(Contact, self._seen(Contact, Interaction.contact_id))
            .where(Interaction.deleted_at.is_(None), Interaction.direction == Direction.IN)
            .where(Interaction.channel.in_(_WRITTEN), ~after.exists())
            .order_by(Interaction.at.desc(), Interaction.id.desc())
        )

    async def notes(self, about: RecordRef, *, limit: int = 10) -> list[NoteLine]:
        if not self.actor.sees("note", "body"):
            return []
        statement = (
            select(Note, User.name)
            .outerjoin(User, Note.author_id == User.id)
            .where(hangs_on(Note, about.kind, about.id), visible_notes(self.actor), Note.deleted_at.is_(None))
            .order_by(Note.created_at.desc(), Note.id.desc())
            .limit(limit)
        )
        return [
            as_shown(
                NoteLine(note.id, note.created_at, author, note.body, note.author_id), self.actor, "note",
                {"author": "author", "author_id": "author"},
            )
            for note, author in await self.session.execute(statement)
        ]  # fmt: skip


class TaskRepository(LinkedRepository):
    async def due(
        self,
        *,
        before: datetime | None,
        since: datetime | None = None,
        owners: tuple[int, ...] = (),
        limit: int = 20,
    ) -> tuple[int, list[TaskLine]]:
        """Open tasks due before a moment (None: all open ones), earliest first; how many there are, and the first."""
        if before is not None or since is not None:
            require_shown(self.actor, "task", "due_at")
        where = [visible_tasks(self.actor), Task.deleted_at.is_(None), Task.status == TaskStatus.OPEN]
        if before is not None:
            where.append(Task.due_at < before)
        if since is not None:
            where.append(Task.due_at >= since)
        if owners:
            where.append(Task.owner_id.in_(owners))
        total = await self.session.scalar(select(func.count(Task.id)).where(*where))
        statement = self._lines().where(*where).order_by(*self._order()).limit(limit)
        return int(total or 0), [self._line(row) for row in await self.session.execute(statement)]

    async def about(self, about: RecordRef, *, limit: int = 20) -> list[TaskLine]:
        """Open tasks of one record, earliest first. An account's are those of its deals and contacts too."""
        statement = (
            self._lines()
            .where(visible_tasks(self.actor), Task.deleted_at.is_(None), Task.status == TaskStatus.OPEN)
            .where(hangs_on(Task, about.kind, about.id))
            .order_by(*self._order())
            .limit(limit)
        )
        return [self._line(row) for row in await self.session.execute(statement)]

    def _order(self) -> tuple[SQLColumnExpression[Any], ...]:
        seen = self.actor.sees("task", "due_at")
        return (Task.due_at.is_(None), Task.due_at, Task.id) if seen else (Task.id,)

    def _line(self, row: Any) -> TaskLine:  # noqa: ANN401 - a result row has no static type
        return as_shown(_task(row, self.actor), self.actor, "task", _TASK)

    def _lines(self) -> Select[*tuple[Any, ...]]:
        return (
            select(Task, User.name, Account.name, Contact, Lead, Opportunity.name)
            .select_from(Task)
            .outerjoin(User, Task.owner_id == User.id)
            .outerjoin(Account, self._seen(Account, Task.account_id))
            .outerjoin(Contact, self._seen(Contact, Task.contact_id))
            .outerjoin(Lead, self._seen(Lead, Task.lead_id))
            .outerjoin(Opportunity, self._seen(Opportunity, Task.opportunity_id))
        )


def _waiting(kind: str, row: Any) -> WaitingLine:  # noqa: ANN401 - a result row has no static type
    one, record_id, name, contact_id, contact, owner_id, owner = row
    about = RecordRef(kind, record_id, name)
    who = RecordRef("contact", contact_id, contact) if contact_id is not None else about if kind == "lead" else None
    return WaitingLine(one.at, one.channel, who, about, owner_id, owner)


def about_of(
    actor: Actor, task: Task, account: str | None, contact: Contact | None, lead: Lead | None, opportunity: str | None
) -> RecordRef | None:
    """The record a task is about, the nearest first, of those that were found in sight."""
    if contact is not None:
        return RecordRef("contact", contact.id, contact.name)
    if opportunity is not None and task.opportunity_id is not None:
        return RecordRef("opportunity", task.opportunity_id, opportunity)
    if lead is not None:
        return RecordRef("lead", lead.id, name_of_lead(actor, lead))
    if account is not None and task.account_id is not None:
        return RecordRef("account", task.account_id, account)
    return None


def _task(row: Any, actor: Actor) -> TaskLine:  # noqa: ANN401 - a result row has no static type
    task, owner, *linked = row
    return TaskLine(
        task.id,
        task.title,
        task.kind,
        task.due_at,
        task.status,
        task.priority,
        task.owner_id,
        owner,
        about_of(actor, task, *linked),
        task.version,
    )
