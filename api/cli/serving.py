"""`serve`: the server with its pages."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.output import fail, failing_in_words


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on (default 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port (default 8000).")] = None,
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
        print(f"Rainmaker is at http://{settings.host}:{settings.port}")
        uvicorn.run(build(server=settings), host=settings.host, port=settings.port, log_level="warning")


def _free(host: str, port: int) -> bool:
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
