"""The box a question is written in. The browser keeps the text; only a finished question is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from agent.turns.running import LONGEST_QUESTION
from api.web import icons


def composer(say: Callable[[str], Awaitable[None]]) -> None:
    """Enter sends, Shift+Enter makes a new line."""

    async def asked(event: Any) -> None:  # noqa: ANN401 - NiceGUI's event arguments
        text = str(event.args or "").strip()
        if text:
            await say(text)

    form = ui.element("form").classes("composer").props('id="composer" aria-label="Ask Rainmaker"').mark("composer")
    form.on("ask", asked, js_handler="(e) => emit(e.detail)")
    with form:
        ui.element("textarea").props(
            f'id="question" rows="1" maxlength="{LONGEST_QUESTION}" aria-label="Your question" '
            'placeholder="Ask about your deals and leads" autocomplete="off" enterkeyhint="send"'
        )
        with ui.element("button").props('type="submit" aria-label="Send"').classes("send"):
            ui.html(icons.SEND, sanitize=False, tag="span")
    ui.html(
        "Every figure opens its source. <kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> makes a new line, "
        "<kbd>/</kbd> returns here.",
        tag="p",
    ).classes("hint")
