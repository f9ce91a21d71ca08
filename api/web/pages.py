"""The pages: a new conversation at `/`, an earlier one at `/c/<id>`."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from nicegui import ui

from api.web import assets, icons, mishaps, readers
from api.web.composer import composer
from api.web.evidence_sheet import EvidenceSheet
from api.web.intro import intro
from api.web.notices import Notices
from api.web.side import Side, theme_of
from api.web.thread import Thread, page_title
from api.web.visitor import Visitor
from api.web.waiting import waiting
from db.access import Actor
from db.errors import NotFound, NotStorable
from db.repositories.turns import TurnLine

_BUILDING_SECONDS = 20.0
_TOP = (
    '<button type="button" class="round" data-drawer aria-label="Conversations" aria-controls="side">'
    f"{icons.MENU}</button>"
    f'<a href="/" class="brand">{icons.LOGO}<span>Rainmaker</span></a>'
    f'<a href="/" class="round" aria-label="New conversation">{icons.PLUS}</a>'
)


def register(app: FastAPI) -> None:
    """Declare the pages. Declaring them again replaces them."""

    @ui.page("/", title="Rainmaker", response_timeout=_BUILDING_SECONDS)
    async def home(request: Request) -> Response | None:
        return await _page(Visitor.of(app, request), None)

    @ui.page("/c/{conversation}", title="Rainmaker", response_timeout=_BUILDING_SECONDS)
    async def conversation_page(request: Request, conversation: str) -> Response | None:
        return await _page(Visitor.of(app, request), conversation)


async def _page(visitor: Visitor, conversation: str | None) -> Response | None:
    actor = await visitor.signed_in()
    if actor is None:
        return RedirectResponse(f"/login?next={quote(visitor.request.url.path)}", status_code=303)
    ui.context.client.on_exception(mishaps.tell)
    ui.add_head_html(assets.head(theme_of(visitor.request)))
    turns: list[TurnLine] = []
    missing = ""
    if conversation is not None:
        try:
            turns = await visitor.runtime.turns(actor, conversation)
        except (NotFound, NotStorable) as error:
            missing, conversation = str(error), None
            ui.context.client.status_code = 404
    if turns:
        ui.page_title(page_title(turns[0].text))
    await _build(visitor, actor, conversation, turns, missing)
    return None


async def _build(visitor: Visitor, actor: Actor, conversation: str | None, turns: list[TurnLine], missing: str) -> None:
    ui.html('<a class="skip" href="#question">Skip to the question box</a>', sanitize=False)
    with ui.element("div").classes("shell"):
        side = Side(visitor, actor)
        ui.element("div").classes("scrim").props("data-drawer")
        with ui.element("main").props('id="main"'):
            ui.html(_TOP, sanitize=False, tag="header").classes("top")
            with ui.element("div").classes("thread"):
                sheet = EvidenceSheet(visitor)
                thread = Thread(visitor, sheet, moved=lambda: _moved(side, thread))
            notices = Notices(visitor, thread.ask)
            with ui.element("div").classes("dock"):
                composer(thread.ask)
    with thread.intro:
        if missing:
            ui.label(missing).classes("refused").props('role="alert"')
        intro(actor, await visitor.begins_with(), hour=(await visitor.now()).hour, say=thread.ask)
        await waiting(visitor)
    await side.build(conversation)
    await notices.build()
    if conversation is not None:
        await thread.show(conversation, turns)


def _moved(side: Side, thread: Thread) -> None:
    """A turn has ended: the list of conversations shows its name and place."""
    readers.start(side.refresh(thread.conversation), name="refresh conversations")
