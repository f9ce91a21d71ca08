"""`traces list|show`: what a turn did, as a waterfall."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import As, AsJson, print_json, print_table, run
from api.cli.waterfall import waterfall

if TYPE_CHECKING:
    from db.repositories.traces import SpanLine, TraceLine


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="What turns did.", no_args_is_help=True)
    group.command("list")(list_)
    group.command("show")(show)
    app.add_typer(group, name="traces")


def list_(
    limit: Annotated[int, typer.Option("--limit", min=1, max=500)] = 20,
    person: Annotated[str | None, typer.Option("--person", metavar="EMAIL", help="Turns of this person.")] = None,
    tool: Annotated[str | None, typer.Option("--tool", metavar="NAME", help="Turns that called this tool.")] = None,
    slow: Annotated[
        float | None, typer.Option("--slow", metavar="MS", help="Turns that took at least so long.")
    ] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """The latest turns."""
    found = run(_recent(email, limit=limit, person=person, tool=tool, slower_than_ms=slow))
    if as_json:
        print_json([asdict(trace) for trace in found])
        return
    rows = [
        (
            trace.trace_id, f"{datetime.fromtimestamp(trace.started_ns / 1e9, UTC):%Y-%m-%d %H:%M:%S}",
            f"{trace.milliseconds:.0f} ms", trace.spans, trace.status, trace.attributes.get("rainmaker.question", ""),
        )
        for trace in found
    ]  # fmt: skip
    print_table(("trace", "started", "took", "spans", "status", "question"), rows)


def show(trace_id: Annotated[str, typer.Argument(metavar="ID")], email: As = None, as_json: AsJson = False) -> None:
    """The spans of one turn as a waterfall: when, how long, and what came of it."""
    spans = run(_spans(email, trace_id))
    if as_json:
        print_json([asdict(span) for span in spans])
        return
    for line in waterfall(spans):
        print(line)


async def _recent(email: str | None, **narrowed: Any) -> list[TraceLine]:  # noqa: ANN401 - options of Runtime.traces
    from api.cli.workspace import acting

    async with acting(email) as (runtime, actor):
        return await runtime.traces(actor, **narrowed)


async def _spans(email: str | None, trace_id: str) -> list[SpanLine]:
    from api.cli.workspace import acting

    async with acting(email) as (runtime, actor):
        return await runtime.spans(actor, trace_id)
