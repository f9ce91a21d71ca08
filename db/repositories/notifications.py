"""What a person was told without having asked, the latest first; and marking it as read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update

from db.access import Actor
from db.errors import NotFound
from db.models import Account, Contact, Lead, Notification, NotificationKind, Opportunity, Task
from db.repositories.activity import LinkedRepository, about_of
from db.repositories.base import RecordRef
from db.shown import as_shown


@dataclass(frozen=True, slots=True)
class NotificationLine:
    """`about` is the record a reminder's task hangs on, as far as the person sees it today."""

    id: str
    kind: NotificationKind
    title: str
    created_at: datetime
    read_at: datetime | None
    task_id: int | None
    due_at: datetime | None
    proposal_id: str | None
    about: RecordRef | None


class NotificationRepository(LinkedRepository):
    """The actor's own; nobody reads another person's."""

    async def recent(self, *, limit: int = 30, unread: bool = False) -> list[NotificationLine]:
        statement = self._lines().order_by(Notification.created_at.desc(), Notification.id.desc()).limit(limit)
        if unread:
            statement = statement.where(Notification.read_at.is_(None))
        return [self._line(row) for row in await self.session.execute(statement)]

    async def news(self) -> tuple[int, str]:
        """How many are unread, and the id of the latest of them: what changes when anything arrives or is read."""
        statement = select(func.count(Notification.id), func.max(Notification.id))
        statement = statement.where(self._own(), Notification.read_at.is_(None))
        count, latest = (await self.session.execute(statement)).one()
        return int(count), latest or ""

    async def read(self, notification_id: str, now: datetime) -> NotificationLine:
        """Mark one as read; reading it again changes nothing."""
        await self._mark(now, Notification.id == notification_id)
        row = (await self.session.execute(self._lines().where(Notification.id == notification_id))).first()
        if row is None:
            raise NotFound("notification", notification_id)
        return self._line(row)

    def _line(self, row: Any) -> NotificationLine:  # noqa: ANN401 - a result row has no static type
        return as_shown(_line(row, self.actor), self.actor, "task", {"due_at": "due_at"})

    async def read_all(self, now: datetime) -> int:
        """Mark all as read; how many were not."""
        return await self._mark(now)

    async def _mark(self, now: datetime, *which: ColumnElement[bool]) -> int:
        marked = await self.session.execute(
            update(Notification)
            .where(self._own(), Notification.read_at.is_(None), *which)
            .values(read_at=now)
            .returning(Notification.id)
            .execution_options(synchronize_session=False)
        )
        return len(marked.all())

    def _own(self) -> ColumnElement[bool]:
        return Notification.user_id == self.actor.user_id

    def _lines(self) -> Select[*tuple[Any, ...]]:
        # Columns and not the row itself, which the session may still hold as it was before an update.
        return (
            select(
                *(getattr(Notification, name) for name in ("id", "kind", "title", "created_at", "read_at")),
                Notification.proposal_id, Task, Account.name, Contact, Lead, Opportunity.name,
            )
            .select_from(Notification)
            .outerjoin(Task, Notification.task_id == Task.id)
            .outerjoin(Account, self._seen(Account, Task.account_id))
            .outerjoin(Contact, self._seen(Contact, Task.contact_id))
            .outerjoin(Lead, self._seen(Lead, Task.lead_id))
            .outerjoin(Opportunity, self._seen(Opportunity, Task.opportunity_id))
            .where(self._own())
        )  # fmt: skip


def _line(row: Any, actor: Actor) -> NotificationLine:  # noqa: ANN401 - a result row has no static type
    key, kind, title, created_at, read_at, proposal_id, task, *linked = row
    return NotificationLine(
        key, NotificationKind(kind), title, created_at, read_at, task.id if task else None,
        task.due_at if task else None, proposal_id, about_of(actor, task, *linked) if task else None,
    )  # fmt: skip
