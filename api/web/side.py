"""The side of the page: a new conversation, the person's recent ones, and the person."""

from __future__ import annotations

from datetime import datetime
from html import escape

from fastapi import Request
from nicegui import ui

from api.web import icons
from api.web.recency import grouped, title, when
from api.web.visitor import Visitor
from db.access import Actor
from db.repositories.conversations import ConversationLine

_DOORS = {"terminal": ", from the terminal", "http": ", from another program"}
_THEMES = (("auto", "System"), ("light", "Light"), ("dark", "Dark"))


class Side:
    """A column on a desktop, a drawer on a phone."""

    def __init__(self, visitor: Visitor, actor: Actor) -> None:
        self._visitor, self._actor = visitor, actor
        with ui.element("aside").classes("side").props('id="side" aria-label="Conversations"'):
            ui.html(f'<a class="brand" href="/">{icons.LOGO}<span>Rainmaker</span></a>', sanitize=False)
            ui.html(f'<a class="new" href="/">{icons.PLUS}<span>New conversation</span></a>', sanitize=False)
            self._list = ui.element("nav").props('aria-label="Recent conversations"')
            self._person = ui.element("div").classes("person")

    async def build(self, current: str | None) -> None:
        await self.refresh(current)
        others = await self._visitor.others()
        with self._person:
            ui.html(_person_html(self._actor), sanitize=False)
            with ui.element("div").classes("menu").props('id="person-menu" popover="auto" aria-label="You"'):
                if others:
                    ui.html(_switch_html(others, self._actor))
                ui.html(_theme_html())
                ui.html('<button type="button" data-sign-out>Sign out</button>')

    async def refresh(self, current: str | None) -> None:
        lines = await self._visitor.runtime.conversations(self._actor)
        now = await self._visitor.runtime.now(self._actor)
        self._list.clear()
        with self._list:
            if not lines:
                ui.label("Your conversations will be listed here.").classes("note")
            for name, group in grouped(lines, now):
                ui.html(f"<h2>{name}</h2>")
                ui.html("".join(_link(one, now, current) for one in group), sanitize=False)


def _link(line: ConversationLine, now: datetime, current: str | None) -> str:
    here = ' aria-current="page"' if line.id == current else ""
    at = f'<time class="at">{escape(when(line.updated_at, now))}</time>'
    name = escape(title(line))
    return f'<a href="/c/{escape(line.id)}" title="{name}{_DOORS.get(line.door, "")}"{here}><span>{name}</span>{at}</a>'


def _initials(name: str) -> str:
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() or "?"


def who_html(actor: Actor) -> str:
    return (
        f'<span class="avatar" aria-hidden="true">{escape(_initials(actor.name))}</span>'
        f'<span class="who"><span>{escape(actor.name)}</span>'
        f'<span class="role">{escape(actor.role.capitalize())}</span></span>'
    )


def _person_html(actor: Actor) -> str:
    shown = f"{who_html(actor)}{icons.MORE}"
    return f'<button type="button" popovertarget="person-menu" aria-haspopup="true">{shown}</button>'


def _switch_html(others: tuple[Actor, ...], me: Actor) -> str:
    each = "".join(
        f'<button type="button" data-become="{escape(one.email)}"'
        f"{' aria-current=true' if one.user_id == me.user_id else ''}>{who_html(one)}</button>"
        for one in others
    )
    return f'<div role="group" aria-label="Look at the demo as"><h2>Look at the demo as</h2>{each}</div>'


def _theme_html() -> str:
    each = "".join(f'<button type="button" data-theme-choice="{value}">{name}</button>' for value, name in _THEMES)
    return f'<div class="themes" role="group" aria-label="Appearance">{each}</div>'


def theme_of(request: Request) -> str:
    """The chosen appearance, from a cookie the page itself sets."""
    chosen = request.cookies.get("rainmaker_theme", "auto")
    return chosen if chosen in {value for value, _ in _THEMES} else "auto"
