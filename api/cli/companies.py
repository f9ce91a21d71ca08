"""`demo`: a company to try everything on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from api.cli.output import AsJson, fail, print_json, run

_LOGINS = "rep@demo.example, manager@demo.example, executive@demo.example, admin@demo.example"


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="The day the company stands at (default: today).")
    ] = None,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Leave a workspace that holds anything as it is.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fill an empty workspace with the demo company. The same day gives the same company."""
    today = datetime.now(UTC).date()
    try:
        day = datetime.strptime(as_of, "%Y-%m-%d").replace(tzinfo=UTC).date() if as_of else today
    except ValueError:
        fail(f"“{as_of}” is not a date. Write it like 2025-06-30.")
    counts = run(_found(day, standing=as_of is not None and day != today, if_empty=if_empty))
    if as_json:
        print_json({"as_of": day.isoformat(), "created": counts is not None, "rows": counts or {}})
    elif counts is None:
        print("The workspace is in use already; nothing was changed.")
    else:
        print(
            f"Demo company of {day}: "
            + ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in counts.items())
            + "."
        )
        print(f'People: {_LOGINS}.\nTry: rainmaker ask "why did win rate drop" --as manager@demo.example')


async def _found(day: date, *, standing: bool, if_empty: bool) -> dict[str, int] | None:
    from agent.sealing import anchored
    from db.demo import DemoPlan
    from db.demo.workspace import found
    from db.errors import WorkspaceInUse
    from db.session import Database
    from db.settings import WorkspaceSettings
    from tools.scoring.demo import score_company

    settings = WorkspaceSettings()
    database = anchored(Database(settings.url, currency=settings.currency), settings)
    try:
        return await found(database, DemoPlan(day), standing=standing, scoring=score_company)
    except WorkspaceInUse:
        if if_empty:
            return None
        raise
    finally:
        await database.close()
