"""`traces list|show`: what a turn did, as a waterfall."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import As, AsJson, print_json, print_table, run

if TYPE_CHECKING:
    from db.repositories.traces import SpanLine, TraceLine

_WIDTH = 40
_SHOWN = ("gen_ai.request.model", "rainmaker.arguments", "rainmaker.verdict", "rainmaker.error", "rainmaker.question")


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="What turns did.", no_args_is_help=True)
    group.command("list")(list_)
    group.command("show")(show)
    app.add_typer(group, name="traces")


def list_(
    limit: Annotated[int, typer.Option("--limit", min=1, max=500)] = 20, email: As = None, as_json: AsJson = False
) -> None:
    """The latest turns."""
    found = run(_recent(email, limit))
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
    """The spans of one turn as a waterfall."""
    spans = run(_spans(email, trace_id))
    if as_json:
        print_json([asdict(span) for span in spans])
        return
    begin, end = min(span.started_ns for span in spans), max(span.ended_ns for span in spans)
    for span in spans:
        print(_bar(span, begin, max(end - begin, 1), _depth(span, spans)))


async def _recent(email: str | None, limit: int) -> list[TraceLine]:
    from api.cli.workspace import acting

    async with acting(email) as (runtime, actor):
        return await runtime.traces(actor, limit=limit)


async def _spans(email: str | None, trace_id: str) -> list[SpanLine]:
    from api.cli.workspace import acting

    async with acting(email) as (runtime, actor):
        return await runtime.spans(actor, trace_id)


def _depth(span: SpanLine, spans: list[SpanLine]) -> int:
    parents = {one.span_id: one.parent_id for one in spans}
    depth, at = 0, span.parent_id
    while at in parents:
        depth, at = depth + 1, parents[at]
    return depth


def _bar(span: SpanLine, begin: int, total: int, depth: int) -> str:
    start = int(_WIDTH * (span.started_ns - begin) / total)
    length = max(1, int(_WIDTH * (span.ended_ns - span.started_ns) / total))
    bar = " " * start + "█" * min(length, _WIDTH - start)
    took = (span.ended_ns - span.started_ns) / 1e6
    told = "  ".join(f"{name.split('.')[-1]}={span.attributes[name]}" for name in _SHOWN if name in span.attributes)
    mark = "" if span.status == "ok" else " ✗"
    return f"{took:8.1f} ms |{bar:<{_WIDTH}}| {'  ' * depth}{span.name}{mark}  {told}".rstrip()
