"""A path nobody answers: a page for a reader, a problem for a program."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from api.errors import problem
from api.web import assets, icons
from api.web.side import theme_of


def install(app: FastAPI) -> None:
    """On the app that answers last."""
    app.add_exception_handler(404, _missing)


async def _missing(request: Request, _: Exception) -> Response:
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
