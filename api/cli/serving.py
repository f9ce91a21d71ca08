"""`serve`: the server with its pages, alone or with a worker beside it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import fail, failing_in_words, run

if TYPE_CHECKING:
    from pathlib import Path

    import uvicorn

    from api.settings import ServerSettings


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on (default 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port (default 8000).")] = None,
    with_worker: Annotated[bool, typer.Option("--with-worker", help="Start a worker too; both end together.")] = False,
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
    from api.settings import ServerSettings

    with failing_in_words():
        asked: dict[str, Any] = {
            "host": host, "port": port, "tls_cert": tls_cert, "tls_key": tls_key,
            "insecure_demo": insecure_demo or None, "insecure_secret": insecure_secret or None,
            "insecure_http": insecure_http or None,
        }  # fmt: skip
        given = {name: value for name, value in asked.items() if value is not None}
        settings = ServerSettings(**given)
        _readable(settings.tls_cert, settings.tls_key)
        if not _free(settings.host, settings.port):
            fail(f"Port {settings.port} on {settings.host} is taken. Choose another with --port.")
    code = run(_prepare(settings))
    with failing_in_words():
        # Its own set-up of logging would write past our scrubbing handler.
        options: dict[str, Any] = {"host": settings.host, "port": settings.port, "log_level": "warning"}
        config = uvicorn.Config(build(server=settings), **options, **tls_options(settings), log_config=None)
        server = uvicorn.Server(config)
        print(f"Rainmaker is at {settings.address}", flush=True)
        if code:
            link = f"{settings.address}/setup?code={code}"
            print(f"Nobody can sign in yet. Set it up, once and within a day, at {link}", flush=True)
        try:
            _with_worker(server) if with_worker else server.run()
        except KeyboardInterrupt:
            return
        if not server.started:
            raise typer.Exit(3)


def _with_worker(server: uvicorn.Server) -> None:
    import signal

    from api.worker.beside import worker_beside

    lost = False

    def ended() -> None:
        nonlocal lost
        lost = server.should_exit = True
        print("The worker ended, so the server ends too. Start both again.", file=sys.stderr, flush=True)

    # The server raises the signal that ended it once more when it is done; the worker is to end in order before that.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with worker_beside(ended):
        server.run()
    if lost:
        raise typer.Exit(1)


async def _prepare(settings: ServerSettings) -> str | None:
    """Bring the tables up to date, refuse what is not to be shown, and give the code of a set-up link if one is
    needed."""
    from api import exposure
    from api.cli.workspace import opened
    from db.repositories import signing_in
    from db.settings import WorkspaceSettings

    # Before tables are made or brought up to date for a server that is then refused.
    async with opened(creating=None) as database:
        await exposure.refuse(database, settings, WorkspaceSettings())
    async with opened(creating=True) as database:
        async with database.read() as session:
            if await signing_in.somebody_can_sign_in(session):
                return None
        async with database.write() as write:
            return await signing_in.link(write, signing_in.Purpose.SETUP, None)


def _readable(*paths: Path | None) -> None:
    for path in paths:
        if path is not None and not path.is_file():
            fail(f"There is no file {path}; --tls-cert and --tls-key name PEM files.")


def _free(host: str, port: int) -> bool:
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
