"""`diagnose`: why the win rate moved, from a file or from the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.files import Map, mapping_of, progress, read
from api.cli.output import As, AsJson, fail, failing_in_words, print_json, run


def register(app: typer.Typer) -> None:
    app.command("diagnose")(diagnose)


def diagnose(
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE|FOLDER", help="A file instead of the workspace.")
    ] = None,
    mapping: Map = [],  # noqa: B006 - typer copies the default
    period: Annotated[str, typer.Option("--period", help="quarter, month or year.")] = "quarter",
    at: Annotated[str | None, typer.Option("--at", metavar="PERIOD", help="For example 2025Q2.")] = None,
    versus: Annotated[
        str | None, typer.Option("--versus", metavar="PERIOD", help="The period to compare with.")
    ] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Why the win rate moved, or that it did not. Without --at: the latest complete period against the one before."""
    if period not in ("quarter", "month", "year"):
        fail(f"“{period}” is not a length of period; there is quarter, month and year.")
    if csv is not None:
        found = _diagnose_file(csv, mapping_of(mapping), period=period, at=at, versus=versus, quiet=as_json)
    else:
        found = run(_diagnose_workspace(email, grain=period, at=at, versus=versus))
    if as_json:
        print_json(found)
    else:
        _show(found)


def _diagnose_file(
    path: Path, mapping: dict[str, str], *, period: str, at: str | None, versus: str | None, quiet: bool
) -> dict[str, Any]:
    from db.settings import WorkspaceSettings
    from tools import deal_sources
    from tools.science.periods import Grain, Period
    from tools.science.winrate import Question, diagnose

    with failing_in_words(), progress(quiet=quiet) as report:
        year_start = WorkspaceSettings().fiscal_year_start
        question = Question(
            grain=Grain(period),
            at=Period.parse(at, year_start=year_start) if at else None,
            versus=Period.parse(versus, year_start=year_start) if versus else None,
            year_start=year_start,
        )
        deals = deal_sources.from_file(read(path, mapping, report), name=path.resolve().name)
        report("diagnosing", 0.0)
        found = diagnose(deals, question).as_json()
        report("diagnosing", 1.0)
    return found


async def _diagnose_workspace(email: str | None, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - passed on
    from api.cli.workspace import acting

    async with acting(email) as (runtime, actor):
        return await runtime.diagnose(actor, **asked)


def _show(found: dict[str, Any]) -> None:
    print(found["statement"])
    for line in found["secondary"]:
        print(f"  {line}")
    if found["ruled_out"]:
        print(f"Checked and ruled out: {', '.join(found['ruled_out'])}.")
    for action in found["actions"]:
        print(f"Next step: {action['text']}")
    if found["excluded"]:
        print("Left out as known only afterwards: " + ", ".join(one["column"] for one in found["excluded"]) + ".")
    print(f"Definition: {found['definition']}. Scope: {found['scope']}, {found['deals']:,} closed deals.")
    for warning in found["warnings"]:
        print(f"Note: {warning}")
