"""Conversations grouped by how long ago they were touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from db.repositories.conversations import ConversationLine


def grouped(lines: Sequence[ConversationLine], now: datetime) -> list[tuple[str, list[ConversationLine]]]:
    """Today, yesterday, the last seven days, earlier; by the days of the reader's zone, empty groups left out."""
    groups: dict[str, list[ConversationLine]] = {}
    for line in lines:
        groups.setdefault(_name(line.updated_at, now), []).append(line)
    return list(groups.items())


def when(at: datetime, now: datetime) -> str:
    """The time of a day the group names, the weekday within a week, or the date: `14:05`, `Tue`, `21 May`."""
    local = at.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    if days <= 1:
        return f"{local:%H:%M}"
    if days <= 7:
        return f"{local:%a}"
    return f"{local.day} {local:%b}" if local.year == now.year else f"{local.day} {local:%b %Y}"


def title(line: ConversationLine) -> str:
    return line.title or "New conversation"


def _name(at: datetime, now: datetime) -> str:
    days = (now.date() - at.astimezone(now.tzinfo).date()).days
    if days <= 0:
        return "Today"
    if days == 1:
        return "Yesterday"
    return "Last 7 days" if days <= 7 else "Earlier"
