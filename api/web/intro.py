"""What stands where nothing was asked yet: a greeting, and questions that suit the person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from api.web import icons
from api.web.suggestions import suggestions
from api.web.visitor import Beginning
from db.access import Actor
from db.workspace import LOCAL_ADMIN
from tools.registry import TOOLS
from tools.wording import clean


def greeting(actor: Actor, hour: int) -> str:
    first = "" if actor.email == LOCAL_ADMIN else actor.name.partition(" ")[0]
    part = "Good morning" if 4 <= hour < 12 else "Good afternoon" if 12 <= hour < 18 else "Good evening"
    return f"{part}, {first}" if first else part


def intro(actor: Actor, begins: Beginning, *, hour: int, say: Callable[[str], Awaitable[None]]) -> None:
    ui.label(greeting(actor, hour)).classes("greeting").props('role="heading" aria-level="1"')
    if begins.has_records:
        ui.label("Ask in your own words. Every figure in an answer opens the rows and the rule behind it.").classes(
            "lead"
        )
        _questions(actor, begins.account, say)
    elif actor.sees_all:
        _empty_workspace()
    else:
        ui.label(
            "No deals or leads are yours yet. As soon as some are assigned to you, you can ask about them here."
        ).classes("lead")


def _questions(actor: Actor, about: str | None, say: Callable[[str], Awaitable[None]]) -> None:
    with ui.element("ul").classes("questions").props('aria-label="Questions to begin with"'):
        for one in suggestions(TOOLS, actor, about=clean(about) or None):
            with (
                ui.element("li"),
                ui.element("button").props('type="button"').mark("suggestion") as button,
            ):
                ui.html(str(one.area.value).capitalize(), tag="span").classes("area")
                ui.label(one.text)
                ui.html(icons.ARROW, sanitize=False, tag="span").classes("go")
            button.on("click", lambda _, text=one.text: say(text))


def _empty_workspace() -> None:
    ui.label("This workspace holds no deals or leads yet. Bring in your own, and ask about them here.").classes("lead")
    ui.html(
        '<ol class="ways">'
        "<li><h2>Import your deals</h2><p>A CSV file of closed and open deals; columns are recognised by their headers."
        '</p><pre><code>rainmaker import deals deals.csv</code></pre><button type="button" class="quiet" '
        f'data-copy="rainmaker import deals deals.csv">{icons.COPY}<span>Copy</span></button></li>'
        "</ol>"
    )
