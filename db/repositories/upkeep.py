"""What a workspace does by itself when its time has come, for nobody in particular: reminding, expiring, forgetting.

Each function may be run at any moment, by several processes at once and again after a crash: what it does is guarded
by the state of the row it changes, so that nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from db.acting import works_unscoped
from db.deeds import Deed, Kind, about
from db.models import (
    Base,
    Invitation,
    Notification,
    NotificationKind,
    Proposal,
    ProposalStatus,
    SignIn,
    SignInAttempts,
    Span,
    Task,
    TaskStatus,
    User,
    new_id,
)
from db.repositories import audit
from db.session import WriteSession

_NOTIFICATIONS = Base.metadata.tables[Notification.__tablename__]
_LONGEST_TITLE = 300


@works_unscoped
async def remind(session: WriteSession, now: datetime, *, most: int) -> int:
    """Tell the owners of open tasks whose reminder is due, the earliest first; how many were told.

    A task that was done, removed, given away or moved to another time by now is treated as it is now. Who left is not
    told; a task nobody owns reminds the one who made it.
    """
    tasks = (await session.execute(_due(now).limit(most))).all()
    rows = [
        _notification(person, NotificationKind.REMINDER, title, now, task_id=task, remind_at=remind_at)
        for task, title, remind_at, person in tasks
    ]
    told = await _tell(session, rows)
    await session.execute(
        update(Task)
        .where(Task.id.in_([task for task, *_ in tasks]))
        # Neither the version nor the time of the last edit: being reminded of it is no edit of a task, so that what
        # waits for a decision about it, and taking it back, go on as if nothing had happened.
        .values(reminded_at=now, updated_at=Task.updated_at)
        .execution_options(synchronize_session=False)
    )
    return told


def _due(now: datetime) -> Select[int, str, datetime | None, int]:
    statement = (
        select(Task.id, Task.title, Task.remind_at, User.id)
        .join(User, User.id == func.coalesce(Task.owner_id, Task.created_by))
        .where(Task.status == TaskStatus.OPEN, Task.deleted_at.is_(None), Task.remind_at <= now)
        .where(or_(Task.reminded_at.is_(None), Task.reminded_at < Task.remind_at))
        .where(User.active, User.deleted_at.is_(None))
        .order_by(Task.remind_at, Task.id)
    )
    # Whoever is completing, moving or delivering one of them at this moment comes first, and the row is read again.
    return statement.with_for_update(of=Task)


@works_unscoped
async def expire(session: WriteSession, now: datetime, *, most: int) -> int:
    """Close the proposals that waited too long, enter that, and tell who asked; how many.

    A decision that came first stands.
    """
    overdue = (
        select(Proposal.id)
        .where(Proposal.status == ProposalStatus.WAITING, Proposal.expires_at <= now)
        .order_by(Proposal.expires_at, Proposal.id)
        .limit(most)
    )
    return await _close(session, now, Proposal.id.in_(overdue))


@works_unscoped
async def expire_one(session: WriteSession, proposal_id: str, now: datetime) -> bool:
    """The same for one that somebody came to decide too late; False where it is closed already."""
    return await _close(session, now, Proposal.id == proposal_id) == 1


async def _close(session: WriteSession, now: datetime, which: ColumnElement[bool]) -> int:
    closed = await session.execute(
        update(Proposal)
        .where(which, Proposal.status == ProposalStatus.WAITING, Proposal.expires_at <= now)
        .values(status=ProposalStatus.EXPIRED)
        .returning(Proposal.id, Proposal.asked_by, Proposal.tool, Proposal.arguments)
        .execution_options(synchronize_session=False)
    )
    found = closed.all()
    await _tell(
        session,
        [
            _notification(person, NotificationKind.PROPOSAL_EXPIRED, _named(tool, arguments), now, proposal_id=key)
            for key, person, tool, arguments in found
        ],
    )
    for key in sorted(one.id for one in found):
        subject = about(Kind.PROPOSAL, key)
        await audit.record(session, None, Deed.EXPIRED, subject=subject, details=await audit.made(session, subject))
    return len(found)


def _named(tool: str, arguments: dict[str, Any]) -> str:
    """What was proposed, in words: "send email: Our offer"."""
    message = arguments.get("message") or {}
    what = message.get("subject") or arguments.get("title")
    name = tool.replace("_", " ")
    return f"{name}: {what}" if what else name


@dataclass(frozen=True, slots=True)
class Horizon:
    """What is older than these moments goes.

    Attributes:
        spans: when they began.
        read: when a notification was read.
        links: when a link that sets a password was used or ran out.
        tries: when somebody began to try to sign in.
    """

    spans: datetime
    read: datetime
    links: datetime
    tries: datetime


@works_unscoped
async def forget(session: WriteSession, now: datetime, before: Horizon, *, most: int) -> int:
    """Remove browser sessions that are over, and what is older than the horizon; how many, at most `most` of each."""
    stale: tuple[tuple[type[Base], InstrumentedAttribute[Any], ColumnElement[bool]], ...] = (
        (SignIn, SignIn.id, SignIn.expires_at <= now),
        (Invitation, Invitation.id, or_(Invitation.used_at < before.links, Invitation.expires_at < before.links)),
        (SignInAttempts, SignInAttempts.about, SignInAttempts.since < before.tries),
        (Span, Span.span_id, Span.started_ns < int(before.spans.timestamp() * 1e9)),
        (Notification, Notification.id, Notification.read_at < before.read),
    )
    gone = 0
    for table, key, where in stale:
        some = select(key).where(where).limit(most)
        removed = await session.execute(
            delete(table).where(key.in_(some)).returning(key).execution_options(synchronize_session=False)
        )
        gone += len(removed.all())
    return gone


def _notification(person: int, kind: NotificationKind, title: str, now: datetime, **about: object) -> dict[str, Any]:
    empty = {"task_id": None, "remind_at": None, "proposal_id": None, "read_at": None}
    shown = " ".join(title.split())[:_LONGEST_TITLE]
    return {"id": new_id("no"), "created_at": now, "user_id": person, "kind": kind, "title": shown, **empty, **about}


async def _tell(session: WriteSession, rows: Sequence[dict[str, Any]]) -> int:
    """Insert those that nobody inserted before."""
    if not rows:
        return 0
    on_postgres = session.get_bind().dialect.name == "postgresql"
    statement = (postgresql if on_postgres else sqlite).insert(_NOTIFICATIONS).values(list(rows))
    told = await session.execute(statement.on_conflict_do_nothing().returning(_NOTIFICATIONS.c.id))
    return len(told.all())


async def tell_of_retention(session: WriteSession, person: int, title: str, now: datetime) -> None:
    """Tell an administrator of a proposal that a retention of the workspace led to."""
    await _tell(session, [_notification(person, NotificationKind.RETENTION, title, now)])
