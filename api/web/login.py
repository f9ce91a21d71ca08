"""The sign-in page: plain HTML, so that it works before anything else does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.routes.sessions import demo_choices
from api.web import assets, icons
from api.web.side import theme_of, who_html
from db.access import Actor

_INSIDE = re.compile(r"/(?:c/[\w-]{1,80})?")

router = APIRouter(include_in_schema=False)


@router.get("/login", response_class=HTMLResponse)
async def login(request: Request, next: str = "/") -> HTMLResponse:  # noqa: A002 - the name of the query parameter
    people = await demo_choices(request)
    return HTMLResponse(login_html(people, target=target_of(next), theme=theme_of(request)))


def target_of(wanted: str) -> str:
    """Where to go after signing in: a page of our own, never another host."""
    return wanted if _INSIDE.fullmatch(wanted) else "/"


def login_html(people: Sequence[Actor], *, target: str, theme: str) -> str:
    """The form, and above it the demo's people where there are any."""
    demo = ""
    if people:
        each = "".join(
            f'<button type="button" data-become="{escape(one.email)}">{who_html(one)}{icons.ARROW}</button>'
            for one in people
        )
        demo = f'<section class="people"><h2>Look round the demo company as</h2>{each}</section>'
    form = (
        '<form id="sign-in"><label>Token<input name="token" type="password" autocomplete="current-password" required '
        f'aria-describedby="token-help"{"" if people else " autofocus"}></label>'
        '<p class="note" id="token-help">Make one in the terminal: '
        "<code>rainmaker tokens create --for E-MAIL</code></p>"
        '<p class="refused" role="alert" hidden></p><button class="primary">Sign in</button></form>'
    )
    body = f"{icons.LOGO}<h1>Sign in to Rainmaker</h1>{demo}{form}"
    return assets.page_html("Sign in", body, theme=theme, attributes=f' data-next="{escape(target)}"')
