"""The composition root of the server: settings in, one FastAPI application out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from agent.runtime import Runtime
from agent.settings import AgentSettings
from agent.workbench import warm_up
from api import errors
from api.routes import OUTSIDE, ROUTERS
from api.settings import ServerSettings
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import create

PREFIX = "/api/v2"


def build(
    workspace: WorkspaceSettings | None = None,
    agent: AgentSettings | None = None,
    server: ServerSettings | None = None,
    *,
    pages: bool = True,
) -> FastAPI:
    """The application. The runtime opens with the lifespan, so that nothing is connected at import."""
    chosen, models, reach = workspace or WorkspaceSettings(), agent or AgentSettings(), server or ServerSettings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = Database(chosen.url, currency=chosen.currency)
        try:
            await create(database)
            runtime = app.state.runtime = Runtime(database, chosen, models)
            try:
                warm_up()
                yield
            finally:
                await runtime.close()
        finally:
            await database.close()

    app = FastAPI(
        title="Rainmaker", version="0.1.0", lifespan=lifespan, openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None, redoc_url=None,
    )  # fmt: skip
    app.state.server = reach
    errors.install(app)
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    for router in OUTSIDE:
        app.include_router(router)
    if pages:
        from api.web import mount

        mount(app)
    return app
