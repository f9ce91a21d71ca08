"""A path nobody answers: a page for a reader, a problem for a program."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.routing import Match, Mount

from api.errors import not_allowed, problem
from api.web import assets, icons
from api.web.side import theme_of

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def install(last: FastAPI, first: FastAPI) -> None:
    """On the app that answers last, and so also what `first` knows by another method only."""

    async def answer(request: Request, _: Exception) -> Response:
        methods = _methods(first, request) | _methods(last, request)
        return _missing(request) if not methods or request.method in methods else not_allowed(methods)

    last.add_exception_handler(404, answer)
    last.add_exception_handler(405, answer)


def _methods(app: FastAPI, request: Request) -> set[str]:
    """What the path may be asked for in this app, beside what it hands on to others."""
    own = [route for route in app.routes if not isinstance(route, Mount)]
    asked = ({**request.scope, "method": method} for method in _METHODS)
    return {scope["method"] for scope in asked if any(route.matches(scope)[0] is Match.FULL for route in own)}


def _missing(request: Request) -> Response:
    reads = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(("/api/", "/_nicegui"))
    if reads:
        return HTMLResponse(missing_html(theme=theme_of(request)), status_code=404)
    return problem(404, "no_such_route", "There is nothing at this address.")


def missing_html(*, theme: str) -> str:
    return assets.page_html(
        "Not found",
        f"{icons.LOGO}<h1>There is nothing at this address</h1>"
        '<p class="note">The link may be mistyped, or the conversation belongs to somebody else.</p>'
        '<p><a class="primary" href="/">To your conversations</a></p>',
        theme=theme,
    )
