"""A notification in the words of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.web.values import moment
from db.repositories.notifications import NotificationKind, NotificationLine

_AT_MOST = 60


@dataclass(frozen=True, slots=True)
class Notice:
    """`question` is what a click asks about the record; empty where there is none in sight."""

    id: str
    title: str
    detail: str
    about: str
    question: str
    unread: bool


def notice(line: NotificationLine, now: datetime) -> Notice:
    about = line.about.name if line.about else ""
    return Notice(
        line.id, _title(line), _detail(line, now), _short(about), f"Brief me on {about}" if about else "",
        unread=line.read_at is None,
    )  # fmt: skip


def arrived(lines: Sequence[NotificationLine]) -> str:
    """What a page says of notifications that came while it was open; empty for none."""
    if not lines:
        return ""
    if len(lines) == 1:
        lead = "Reminder: " if lines[0].kind is NotificationKind.REMINDER else ""
        return f"{lead}{_short(_title(lines[0]), most=160)}"
    return f"{len(lines)} new notifications"


def _title(line: NotificationLine) -> str:
    if line.kind is NotificationKind.PROPOSAL_EXPIRED:
        return f"Expired without a decision: {line.title}"
    return line.title


def _detail(line: NotificationLine, now: datetime) -> str:
    if line.kind is NotificationKind.PROPOSAL_EXPIRED:
        return "Nothing was changed. Ask again to get a new proposal."
    if line.kind is NotificationKind.RETENTION:
        return "Nothing is deleted unless you approve it."
    due = f"due {_due(line.due_at, now)}" if line.due_at else "no due date"
    return f"Reminder, {due}"


def _due(at: datetime, now: datetime) -> str:
    """`today, 14:05`; further away the whole date."""
    local = at.astimezone(now.tzinfo)
    near = {0: "today", 1: "yesterday", -1: "tomorrow"}.get((now.date() - local.date()).days)
    return f"{near}, {local:%H:%M}" if near else moment(at, now.tzinfo)


def _short(text: str, most: int = _AT_MOST) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
