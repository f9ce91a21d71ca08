"""`export`: records as a file that spreadsheets open safely and an import reads back."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import As, AsJson, fail, print_json, run

_FORMATS = ("csv", "json", "jsonl")


def register(app: typer.Typer) -> None:
    app.command("export")(export)


def export(
    kind: Annotated[str, typer.Argument(help="What to export: deals, leads, contacts, accounts, tasks, …")],
    where: Annotated[
        list[str],
        typer.Option("--where", metavar="FIELD:TEST:VALUE", help="Only those that meet it, as region:is:EMEA."),
    ] = [],  # noqa: B006 - typer copies the default
    format_: Annotated[str, typer.Option("--format", metavar="csv|json|jsonl")] = "csv",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Default: standard output.")] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Export the records a person sees. Who took how many of what is kept in the audit chain."""
    if format_ not in _FORMATS:
        fail(f"“{format_}” is no format; there is {', '.join(_FORMATS)}.")
    if as_json and out is None:
        if format_ == "jsonl":
            fail("--json and --format jsonl are two things; say one of them.")
        format_ = "json"
    total = run(_export(kind, where, format_, out, email))
    if out is not None and as_json:
        print_json({"kind": kind, "records": total, "file": str(out)})
    elif out is not None:
        print(f"{total:,} {kind} are in {out}.")


async def _export(kind: str, where: list[str], format_: str, out: Path | None, email: str | None) -> int:
    from api.cli.workspace import acting
    from api.routes.records.reading import conditions
    from db import exports
    from db.imports import exportable_kind
    from db.repositories.records import Wanted
    from tools.records.choosing import read_conditions, with_own_fields

    async with acting(email) as (runtime, actor):
        async with runtime.database.read() as session:
            at = await runtime.context(actor, session)
            declared = await with_own_fields(exportable_kind(kind), at)
            met = await conditions(declared, [("where", one) for one in where], at)
            wanted = Wanted(await read_conditions(declared, met, at))
        begun = await exports.start(runtime.database, actor, declared, wanted, exports.Format(format_))
        # Closed by the line below; standard output stays open.
        with out.open("w", encoding="utf-8", newline="") if out else nullcontext(sys.stdout) as file:
            async for part in exports.written(runtime.database, begun):
                file.write(part)
    return begun.total
