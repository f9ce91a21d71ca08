"""`serve`: the server with its pages, alone or with a worker beside it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import fail, failing_in_words

if TYPE_CHECKING:
    import uvicorn


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on (default 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port (default 8000).")] = None,
    with_worker: Annotated[bool, typer.Option("--with-worker", help="Start a worker too; both end together.")] = False,
) -> None:
    """Start the server. Nothing listens beyond this machine unless --host says so."""
    import uvicorn

    from api.app import build
    from api.settings import ServerSettings

    with failing_in_words():
        given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
        settings = ServerSettings(**given)  # type: ignore[arg-type]  # checked by pydantic
        if not _free(settings.host, settings.port):
            fail(f"Port {settings.port} on {settings.host} is taken. Choose another with --port.")
        application = build(server=settings)
        server = uvicorn.Server(
            # Its own set-up of logging would write past our scrubbing handler.
            uvicorn.Config(application, host=settings.host, port=settings.port, log_level="warning", log_config=None)
        )
        print(f"Rainmaker is at http://{settings.host}:{settings.port}", flush=True)
        try:
            _with_worker(server) if with_worker else server.run()
        except KeyboardInterrupt:
            return
        if not server.started:
            raise typer.Exit(3)


def _with_worker(server: uvicorn.Server) -> None:
    import asyncio
    import signal

    from api.cli.workspace import prepare
    from api.worker.beside import worker_beside

    lost = False

    def ended() -> None:
        nonlocal lost
        lost = server.should_exit = True
        print("The worker ended, so the server ends too. Start both again.", file=sys.stderr, flush=True)

    # The server raises the signal that ended it once more when it is done; the worker is to end in order before that.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    # The worker wants the tables as they are now, before the server has had a chance to renew them.
    asyncio.run(prepare())
    with worker_beside(ended):
        server.run()
    if lost:
        raise typer.Exit(1)


def _free(host: str, port: int) -> bool:
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
