"""The sign-in page: plain HTML, so that it works before anything else does."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from agent.runtime import Runtime
from api.web import assets, icons
from api.web.side import theme_of
from api.web.visitor import is_loopback
from db.access import Actor
from db.repositories.people import demo_people

_INSIDE = re.compile(r"/(?:c/[\w-]{1,80})?")


def router(runtime_of: Callable[[], Runtime]) -> APIRouter:
    """`GET /login?next=/c/…`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/login", response_class=HTMLResponse)
    async def login(request: Request, next: str = "/") -> HTMLResponse:  # noqa: A002 - the name of the query parameter
        people: tuple[Actor, ...] = ()
        if is_loopback(request):
            async with runtime_of().database.read() as session:
                people = await demo_people(session)
        return HTMLResponse(login_html(people, target=target_of(next), theme=theme_of(request)))

    return routes


def target_of(wanted: str) -> str:
    """Where to go after signing in: a page of our own, never another host."""
    return wanted if _INSIDE.fullmatch(wanted) else "/"


def login_html(people: tuple[Actor, ...], *, target: str, theme: str) -> str:
    """The form, and above it the demo's people where there are any."""
    demo = ""
    if people:
        each = "".join(
            f'<button type="button" data-become="{escape(one.email)}"><span class="who"><span>{escape(one.name)}</span>'
            f'<span class="role">{escape(one.role.capitalize())}</span></span>{icons.ARROW}</button>'
            for one in people
        )
        demo = f'<section class="people"><h2>Look round the demo company as</h2>{each}</section>'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in · Rainmaker</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="{assets.url("favicon.svg")}">{assets.head(theme)}</head>'
        f'<body class="login"><main data-next="{escape(target)}">{icons.LOGO}<h1>Sign in to Rainmaker</h1>{demo}'
        '<form id="sign-in" method="post" action="/api/v2/session">'
        '<label>E-mail<input name="email" type="email" autocomplete="username" required></label>'
        '<label>Password<input name="password" type="password" autocomplete="current-password" required></label>'
        '<p class="refused" role="alert" hidden></p><button class="primary">Sign in</button></form>'
        "</main></body></html>"
    )
