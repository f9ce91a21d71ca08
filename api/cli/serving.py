"""`serve`: the server with its pages, alone or with a worker beside it."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import failing_in_words, run

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    import uvicorn

    from api.settings import ServerSettings


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on (default 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port (default 8000).")] = None,
    with_worker: Annotated[
        bool, typer.Option("--with-worker", help="Start a worker too, and again when it dies; both end together.")
    ] = False,
    tls_cert: Annotated[str | None, typer.Option("--tls-cert", metavar="FILE", help="Certificate chain, PEM.")] = None,
    tls_key: Annotated[str | None, typer.Option("--tls-key", metavar="FILE", help="Its private key, PEM.")] = None,
    insecure_demo: Annotated[
        bool, typer.Option("--insecure-demo", help="Show a demo workspace to other machines.")
    ] = False,
    insecure_secret: Annotated[
        bool, typer.Option("--insecure-secret", help="Go on without a strong RAINMAKER_SECRET_KEY.")
    ] = False,
    insecure_http: Annotated[
        bool, typer.Option("--insecure-http", help="Let passwords cross the network in the clear.")
    ] = False,
) -> None:
    """Start the server. Nothing listens beyond this machine unless --host says so, and then only when it is safe."""
    import uvicorn

    from api.app import build
    from api.exposure import tls_options
    from api.listening import bound, listen, require_pair
    from api.settings import ServerSettings

    with failing_in_words(), ExitStack() as held:
        asked: dict[str, Any] = {
            "host": host, "port": port, "tls_cert": tls_cert, "tls_key": tls_key,
            "insecure_demo": insecure_demo or None, "insecure_secret": insecure_secret or None,
            "insecure_http": insecure_http or None,
        }  # fmt: skip
        given = {name: value for name, value in asked.items() if value is not None}
        settings = ServerSettings(**given)
        require_pair(settings)
        sockets = held.enter_context(bound(settings.host, settings.port))
        code = run(_prepare(settings))
        listen(sockets, settings.host, settings.port)
        # Its own set-up of logging would write past our scrubbing handler.
        options: dict[str, Any] = {"host": settings.host, "port": settings.port, "log_level": "warning"}
        options["ws_max_size"] = settings.max_body_bytes
        config = uvicorn.Config(build(server=settings), **options, **tls_options(settings), log_config=None)
        server = _announcing(config, partial(_announce, settings.address, code))
        try:
            _with_worker(server, sockets) if with_worker else server.run(sockets)
        except KeyboardInterrupt:
            return
        if not server.started:
            raise typer.Exit(3)


def _announce(address: str, code: str | None) -> None:
    print(f"Rainmaker is at {address}", flush=True)
    if code:
        link = f"{address}/setup?code={code}"
        print(f"Nobody can sign in yet. Set it up, once and within a day, at {link}", flush=True)


def _announcing(config: uvicorn.Config, announce: Callable[[], None]) -> uvicorn.Server:
    """A server that calls `announce` once it answers."""
    import uvicorn

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                announce()

    return Announcing(config)


def _with_worker(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
    import signal

    from api.worker.beside import worker_beside

    lost = False

    def unstartable() -> None:
        nonlocal lost
        lost = server.should_exit = True
        print("The worker could not start, so the server ends too.", file=sys.stderr, flush=True)

    # The server raises the signal that ended it once more when it is done; the worker is to end in order before that.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with worker_beside(unstartable):
        server.run(sockets)
    if lost:
        raise typer.Exit(1)


async def _prepare(settings: ServerSettings) -> str | None:
    """Bring the tables up to date, refuse what is not to be shown, and give the code of a set-up link if one is
    needed."""
    from api import exposure
    from api.cli.workspace import Tables, opened
    from db.repositories import signing_in
    from db.settings import WorkspaceSettings

    # Before tables are made or brought up to date for a server that is then refused.
    exposure.refuse(settings, WorkspaceSettings(), demo=await demo_here())
    async with opened(Tables.MADE) as database:
        async with database.read() as session:
            if await signing_in.somebody_can_sign_in(session):
                return None
        async with database.write() as write:
            return await signing_in.link(write, signing_in.Purpose.SETUP, None)


async def demo_here() -> bool:
    """Whether the workspace holds the demo's people; none is made to find out."""
    from api import exposure
    from api.cli.workspace import Tables, opened
    from db.errors import WorkspaceMissing

    try:
        async with opened(Tables.THERE) as database:
            return await exposure.holds_demo(database)
    except WorkspaceMissing:
        return False
