"""The bell: what is listed, what is read, and what names in it may do to the page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi import FastAPI
from nicegui.testing.user import User

from api.web.notice_words import arrived, notice
from db.models import Task
from db.repositories import upkeep
from db.repositories.notifications import NotificationKind, NotificationLine
from tests.api.web.conftest import NOW
from tests.api.web.test_page import finished, found, until

pytestmark = pytest.mark.anyio

HOSTILE = "Call <img src=x onerror=alert(1)> back"


async def remind(app: FastAPI, title: str, **about: int) -> None:
    """A reminder of the rep's that is due, and delivered."""
    async with app.state.runtime.database.write() as session:
        session.add(Task(title=title, owner_id=12, created_by=12, remind_at=NOW - timedelta(hours=1), **about))
        await session.flush()
        assert await upkeep.remind(session, NOW, most=100) == 1


async def test_a_reminder_is_counted_listed_and_read(app: FastAPI, rep: User) -> None:
    await remind(app, "Call Jane")
    await rep.open("/")
    await rep.should_see("Call Jane")
    assert "1 unread" in found(rep, "bell")[0].content
    rep.find(marker="notice-read").click()
    await until(lambda: "unread" not in found(rep, "bell")[0].content)


async def test_a_record_of_a_reminder_can_be_asked_about(app: FastAPI, rep: User) -> None:
    await remind(app, "Call Jane", account_id=1)
    await rep.open("/")
    await rep.should_see("Ask about Orion Foods")
    rep.find(marker="notice-ask").click()
    await until(lambda: finished(rep))
    await rep.should_see("Brief me on Orion Foods")


async def test_what_a_task_is_called_stays_text(app: FastAPI, rep: User) -> None:
    await remind(app, HOSTILE)
    await rep.open("/")
    await rep.should_see(HOSTILE)
    assert not [one for one in rep.find(marker="notices").elements if "onerror" in getattr(one, "content", "")]


@pytest.mark.parametrize(("titles", "said"), [([], ""), (["Call"], "Reminder: Call"), (["a", "b"], "2 new notif")])
def test_what_arrives_is_said_in_one_line(titles: list[str], said: str) -> None:
    lines = [
        NotificationLine("no_1", NotificationKind.REMINDER, title, NOW, None, 1, NOW, None, None) for title in titles
    ]
    assert arrived(lines).startswith(said)
    assert bool(arrived(lines)) is bool(said)


@pytest.mark.parametrize(("days", "said"), [(0, "due today, "), (1, "due yesterday, "), (-1, "due tomorrow, ")])
def test_a_reminder_of_these_days_is_dated_in_words(days: int, said: str) -> None:
    due = NOW - timedelta(days=days)
    line = NotificationLine("no_1", NotificationKind.REMINDER, "Call", NOW, None, 1, due, None, None)
    assert said in notice(line, NOW).detail
