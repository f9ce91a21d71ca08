"""The pages of whoever is not signed in: plain HTML, so that they work before anything else does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from agent.runtime import Runtime
from api.routes.sessions import demo_choices
from api.web import assets, forms, icons
from api.web.side import theme_of, who_html
from db.access import Actor
from db.errors import LinkSpent
from db.repositories import signing_in
from db.repositories.signing_in import Link, Purpose

_INSIDE = re.compile(r"/(?:c/[\w-]{1,80})?")
_NOBODY = (
    '<p class="lead">Nobody can sign in here yet. Open the link that <em>rainmaker serve</em> printed when it '
    "started, or invite yourself in the terminal:"
    "<code>rainmaker users invite E-MAIL \\\n  --name NAME --role admin</code></p>"
)

router = APIRouter(include_in_schema=False)


@router.get("/login", response_class=HTMLResponse)
async def login(request: Request, next: str = "/") -> HTMLResponse:  # noqa: A002 - the name of the query parameter
    people = await demo_choices(request)
    async with _runtime(request).database.read() as session:
        somebody = await signing_in.somebody_can_sign_in(session)
    return HTMLResponse(login_html(people, target=target_of(next), theme=theme_of(request), somebody=somebody))


@router.get("/setup", response_class=HTMLResponse)
async def setup(request: Request, code: str = "") -> HTMLResponse:
    """The first administrator of a workspace that nobody can sign in to."""
    return await _with_link(request, code)


@router.get("/welcome", response_class=HTMLResponse)
async def welcome(request: Request, code: str = "") -> HTMLResponse:
    """A person with a link sets a password."""
    return await _with_link(request, code)


async def _with_link(request: Request, code: str) -> HTMLResponse:
    """Looking at the page uses nothing up; sending the form does."""
    theme = theme_of(request)
    try:
        async with _runtime(request).database.read() as session:
            link = await signing_in.opened(session, code)
    except LinkSpent as spent:
        return HTMLResponse(spent_html(str(spent), theme=theme), status_code=410)
    # The code stands in the address: nobody keeps the page, and nobody is told where it came from.
    kept_private = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return HTMLResponse(link_html(link, code, theme=theme), headers=kept_private)


def target_of(wanted: str) -> str:
    """Where to go after signing in: a page of our own, never another host."""
    return wanted if _INSIDE.fullmatch(wanted) else "/"


def login_html(people: Sequence[Actor], *, target: str, theme: str, somebody: bool = True) -> str:
    """The form, and above it the demo's people where there are any."""
    demo = ""
    if people:
        each = "".join(
            f'<button type="button" data-become="{escape(one.email)}">{who_html(one)}{icons.ARROW}</button>'
            for one in people
        )
        demo = f'<section class="people"><h2>Look round the demo company as</h2>{each}</section>'
    form = forms.by_password(focus=not people) + forms.by_token()
    body = f"{icons.LOGO}<h1>Sign in to Rainmaker</h1>{'' if somebody else _NOBODY}{demo}{form}"
    return assets.page_html("Sign in", body, theme=theme, attributes=f' data-next="{escape(target)}"')


def link_html(link: Link, code: str, *, theme: str) -> str:
    if link.purpose is Purpose.SETUP:
        title, lead = "Set up Rainmaker", "You will be its first administrator and can invite the others."
        form = forms.first_administrator(code)
    else:
        asked = link.purpose is Purpose.INVITATION
        title = f"Welcome, {link.name}" if asked else "Set a new password"
        lead, form = f"You sign in as {link.email}.", forms.new_password(code, email=link.email or "")
    body = f'{icons.LOGO}<h1>{escape(title)}</h1><p class="lead">{escape(lead)}</p>{form}'
    return assets.page_html(escape(title), body, theme=theme, attributes=' data-next="/"')


def spent_html(sentence: str, *, theme: str) -> str:
    body = (
        f'{icons.LOGO}<h1>This link does nothing more</h1><p class="lead">{escape(sentence)}</p>'
        '<a class="primary" href="/login">Sign in</a>'
    )
    return assets.page_html("Link", body, theme=theme)


def _runtime(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime
