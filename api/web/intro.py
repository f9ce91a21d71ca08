"""What stands where nothing was asked yet: a greeting, and questions that suit the person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape

from nicegui import ui

from api.web import icons
from api.web.suggestions import suggestions
from api.web.visitor import Beginning
from db.access import Actor
from db.workspace import LOCAL_ADMIN
from tools.registry import TOOLS
from tools.wording import clean

# What to do first in words, and the commands for it behind a fold.
_STEPS = (
    (
        "Import your deals",
        "Closed and open ones, exported from the system they are in: a CSV file (comma, semicolon or tab), a JSON "
        "file, or a folder of CSV files. Columns are recognised by their headers, and a dry run shows what would "
        "happen.",
        ("rainmaker import deals deals.csv --dry-run", "rainmaker import deals deals.csv"),
    ),
    (
        "Check your stages",
        "Stages come with the deals: open ones keep the stage your file names. Where no header tells which column "
        "holds them, name it.",
        ('rainmaker import deals deals.csv --map stage="YOUR COLUMN"',),
    ),
    (
        "Invite your people",
        "Each gets a link to set a password. Owners of deals see their own, managers their team's.",
        ('rainmaker users invite E-MAIL --name "NAME" --role rep',),
    ),
)


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
    ui.label(
        "This workspace holds no deals or leads yet. Three steps, done once where the server runs, make it yours."
    ).classes("lead")
    ui.html(f'<ol class="ways">{"".join(_step_html(*step) for step in _STEPS)}</ol>')


def _step_html(title: str, text: str, commands: tuple[str, ...]) -> str:
    each = "".join(f"<pre><code>{escape(one)}</code></pre>" for one in commands)
    return f"<li><h2>{title}</h2><p>{text}</p><details><summary>In the terminal</summary>{each}</details></li>"
