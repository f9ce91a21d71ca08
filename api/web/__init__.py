"""The web pages: one conversation page and the sign-in, mounted in the application's own FastAPI app."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from agent.runtime import Runtime
from api.web.visitor import ActorOf


def mount(app: FastAPI, runtime_of: Callable[[], Runtime], actor_of: ActorOf) -> None:
    """Add the pages to an app. Call it last: NiceGUI answers every path that nobody else has taken.

    Args:
        runtime_of: the open runtime; asked for at every request.
        actor_of: the person a request is signed in as; None sends them to `/login`.
    """
    from nicegui import core, ui

    from api.web import assets, login, pages
    from api.web.headers import PageHeaders

    app.add_middleware(PageHeaders)
    assets.serve(app)
    app.include_router(login.router(runtime_of))
    # NiceGUI has one app per process. An application made after another one was started begins with it afresh.
    core.app.middleware_stack = None
    core.app.user_middleware.clear()
    pages.register(runtime_of, actor_of)
    ui.run_with(
        app,
        title="Rainmaker",
        favicon=assets.favicon(),
        dark=None,
        language="en-US",
        tailwind=False,
        reconnect_timeout=30,
        show_welcome_message=False,
    )
