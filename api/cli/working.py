"""`worker`: reminders, expiry and sweeps, in a process of its own."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from api.cli.output import AsJson, print_json, run


def register(app: typer.Typer) -> None:
    app.command("worker")(worker)


def worker(
    once: Annotated[bool, typer.Option("--once", help="Run every job once and end, for use with cron.")] = False,
    parent: Annotated[int | None, typer.Option("--parent", hidden=True)] = None,
    ready: Annotated[int | None, typer.Option("--ready", hidden=True)] = None,
    as_json: AsJson = False,
) -> None:
    """Deliver reminders, close what nobody decided in time, and clean up after crashes, until stopped."""
    from api.worker import service
    from db.settings import WorkspaceSettings

    settings = WorkspaceSettings()
    if not once:
        if parent is None:
            print("The worker runs. Ctrl+C ends it.", flush=True)
        run(service.serve(settings, parent=parent, ready=lambda: _told(ready)))
        return
    did = run(service.once(settings))
    if as_json:
        print_json({"done": did.done, "adopted": did.adopted})
        return
    for name, count in did.done.items():
        print(f"{name.replace('_', ' ')}: {count}")


def _told(descriptor: int | None) -> None:
    """Say to whoever started this worker that it works."""
    if descriptor is not None:
        os.write(descriptor, b"1")
        os.close(descriptor)
