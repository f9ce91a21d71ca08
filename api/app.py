"""The composition root of the server: settings in, one FastAPI application out."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from agent.runtime import Runtime
from agent.sealing import anchored
from agent.settings import AgentSettings
from agent.version import version
from agent.workbench import warm_up
from api import errors, exposure
from api.bodies import BodyLimit
from api.routes import OUTSIDE, ROUTERS
from api.settings import ServerSettings
from db.errors import StoreError
from db.repositories.turn_queue import LEASE_SECONDS
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import create

PREFIX = "/api/v2"
_LOG = logging.getLogger("rainmaker.api")


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
        database = anchored(Database(chosen.url, currency=chosen.currency), chosen)
        try:
            await create(database)
            exposure.refuse(reach, chosen, demo=await exposure.holds_demo(database))
            runtime = app.state.runtime = Runtime(database, chosen, models)
            try:
                warm_up()
                ended = asyncio.Event()
                recovering = asyncio.create_task(_recover(runtime, ended))
                try:
                    yield
                finally:
                    # Not cancelled: a connection in the middle of a statement would be left open.
                    ended.set()
                    await recovering
            finally:
                await runtime.close()
        finally:
            await database.close()

    app = FastAPI(
        title="Rainmaker", version=version(), lifespan=lifespan, openapi_url=f"{PREFIX}/openapi.json",
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
    # The last one added is the first a request comes to.
    app.add_middleware(
        BodyLimit, limit=reach.max_body_bytes, files=reach.max_upload_bytes, uploads=f"{PREFIX}/imports/"
    )
    return app


async def _recover(runtime: Runtime, ended: asyncio.Event) -> None:
    """Turns that another process left behind are answered here, whether or not a worker runs."""
    while not ended.is_set():
        try:
            await runtime.recover()
        except StoreError as error:
            # The next round comes soon.
            _LOG.warning("turns.recovery_missed", extra={"error": error.code})
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), LEASE_SECONDS)
