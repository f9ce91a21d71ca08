"""The web pages: one conversation page and the sign-in, mounted in the server's own application."""

from __future__ import annotations

from fastapi import FastAPI


def mount(app: FastAPI) -> None:
    """Add the pages. Call it last: NiceGUI answers every path that nobody else has taken.

    The app carries what a page needs: `state.runtime` from its lifespan on, and `state.server`.
    """
    from nicegui import core, ui

    from api.web import assets, login, mishaps, missing, pages, readers
    from api.web.headers import PageHeaders

    app.add_middleware(PageHeaders)
    assets.serve(app)
    app.include_router(login.router)
    mishaps.install()
    readers.end_before_the_runtime(app)
    # NiceGUI has one app per process. An application made after another was started begins with it afresh.
    core.app.middleware_stack = None
    core.app.user_middleware.clear()
    missing.install(core.app, app)
    pages.register(app)
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
