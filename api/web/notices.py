"""The bell: what the person was told without having asked, and a word on the page when something arrives."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from html import escape

from nicegui import ui

from api.web import icons, readers
from api.web.errors import REFUSALS, SessionEnded
from api.web.notice_words import Notice, arrived, notice
from api.web.visitor import Visitor
from db.errors import StoreError
from db.repositories.notifications import NotificationLine, NotificationRepository

_SHOWN = 15
_LOOK_SECONDS = 4.0
_TOAST_MILLISECONDS = 12_000


class Notices:
    """A button with the number of unread notifications, the list behind it, and the watch that keeps both fresh."""

    def __init__(self, visitor: Visitor, say: Callable[[str], Awaitable[None]]) -> None:
        self._visitor, self._say = visitor, say
        self._client = ui.context.client
        self._seen: tuple[int, str] = (0, "")
        with ui.element("div").classes("bell"):
            self._button = ui.html("", sanitize=False).mark("bell")
            with (
                ui.element("div")
                .classes("notices")
                .props('id="notices" popover="auto" role="region" aria-label="Notifications"')
            ):
                self._list = ui.element("div").mark("notices")

    async def build(self) -> None:
        """Show what there is, and watch until the page is left."""
        self._seen = await self._news()
        await self._draw()
        watch = readers.watch(self._watch(), name="watch notifications")
        self._client.on_delete(watch.cancel)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                await self.look()
            except SessionEnded:
                return
            except StoreError:
                # Another process holds the database; the next look will do.
                continue

    async def look(self) -> None:
        """Renew the list where anything changed; say what has arrived since the last look."""
        news, (_, latest) = await self._news(), self._seen
        if news == self._seen:
            return
        self._seen = news
        with self._client:
            lines = await self._draw()
            said = arrived([line for line in lines if line.read_at is None and line.id > latest])
            if said:
                # Without a colour of its own the toolkit writes white; ours follows the theme.
                ui.notify(
                    said, position="top-right", timeout=_TOAST_MILLISECONDS, close_button="Close", classes="toast",
                    color=None, textColor="toast",
                )  # fmt: skip

    async def _news(self) -> tuple[int, str]:
        actor = await self._visitor.actor()
        async with self._visitor.runtime.database.read() as session:
            return await NotificationRepository(session, actor).news()

    async def _draw(self) -> list[NotificationLine]:
        actor = await self._visitor.actor()
        async with self._visitor.runtime.database.read() as session:
            lines = await NotificationRepository(session, actor).recent(limit=_SHOWN)
        now = await self._visitor.runtime.now(actor)
        self._button.set_content(_bell_html(self._seen[0]))
        self._list.clear()
        with self._list:
            self._head()
            if not lines:
                ui.label("Reminders will be listed here when they are due.").classes("note")
            for line in lines:
                self._item(notice(line, now))
        return lines

    def _head(self) -> None:
        with ui.element("header"):
            ui.html("<h2>Notifications</h2>", sanitize=False)
            if self._seen[0]:
                with ui.element("button").props('type="button"').classes("quiet").mark("read-all") as button:
                    ui.label("Mark all as read")
                button.on("click", lambda: self._mark(None))

    def _item(self, one: Notice) -> None:
        with ui.element("article").classes("unread" if one.unread else ""):
            ui.label(one.title).classes("name")
            ui.label(one.detail).classes("note")
            with ui.element("div").classes("acts"):
                if one.question:
                    with ui.element("button").props('type="button"').classes("quiet").mark("notice-ask") as ask:
                        ui.label(f"Ask about {one.about}")
                    ask.on("click", lambda: self._ask(one))
                if one.unread:
                    with ui.element("button").props('type="button"').classes("quiet").mark("notice-read") as read:
                        ui.label("Mark as read")
                    read.on("click", lambda: self._mark(one.id))

    async def _ask(self, one: Notice) -> None:
        ui.run_javascript("document.getElementById('notices').hidePopover()")
        # First the question: marking draws the list anew, and with it goes the button that was clicked.
        await self._say(one.question)
        await self._mark(one.id)

    async def _mark(self, notification: str | None) -> None:
        """One as read, or all of them."""
        try:
            actor, now = await self._visitor.actor(), datetime.now(UTC)
            async with self._visitor.runtime.database.write() as session:
                repository = NotificationRepository(session, actor)
                await (repository.read(notification, now) if notification else repository.read_all(now))
            self._seen = await self._news()
            await self._draw()
        except REFUSALS as refused:
            ui.notify(str(refused), type="warning", position="top")


def _bell_html(unread: int) -> str:
    said = f"Notifications, {unread} unread" if unread else "Notifications"
    count = f'<span class="count" aria-hidden="true">{min(unread, 99)}</span>' if unread else ""
    return (
        f'<button type="button" class="round" popovertarget="notices" aria-label="{escape(said)}">'
        f"{icons.BELL}{count}</button>"
    )
