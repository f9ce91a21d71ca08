"""What the person was told without having asked: reminders that came due, proposals that expired."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import CurrentActor, CurrentRuntime
from db.repositories.notifications import NotificationLine, NotificationRepository

router = APIRouter(prefix="/notifications", tags=["notifications"])


class AboutShape(BaseModel):
    kind: str
    id: int
    name: str


class NotificationShape(BaseModel):
    """`task` is the task a reminder is of, `proposal` the one that expired."""

    id: str
    kind: str
    title: str
    created_at: str
    read_at: str | None
    task: int | None
    due_at: str | None
    proposal: str | None
    about: AboutShape | None


@router.get("", summary="Reminders and other things this person was told, the latest first")
async def recent(actor: CurrentActor, runtime: CurrentRuntime, *, unread: bool = False) -> list[NotificationShape]:
    async with runtime.database.read() as session:
        found = await NotificationRepository(session, actor).recent(unread=unread)
    return [_shape(line) for line in found]


@router.post("/{notification_id}/read", summary="Mark one as read")
async def read(notification_id: str, actor: CurrentActor, runtime: CurrentRuntime) -> NotificationShape:
    async with runtime.database.write() as session:
        return _shape(await NotificationRepository(session, actor).read(notification_id, datetime.now(UTC)))


def _shape(line: NotificationLine) -> NotificationShape:
    about = line.about
    return NotificationShape(
        id=line.id, kind=line.kind, title=line.title, created_at=line.created_at.isoformat(),
        read_at=line.read_at.isoformat() if line.read_at else None, task=line.task_id,
        due_at=line.due_at.isoformat() if line.due_at else None, proposal=line.proposal_id,
        about=AboutShape(kind=about.kind, id=about.id, name=about.name) if about else None,
    )  # fmt: skip
