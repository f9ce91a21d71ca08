"""`teams add|list`: teams nest, and a manager sees the team and those below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import As, AsJson, fail, print_json, print_table, run

if TYPE_CHECKING:
    from db.repositories.staff import TeamLine


def register(app: typer.Typer) -> None:
    teams = typer.Typer(help="The teams of the workspace.", no_args_is_help=True)
    teams.command("add")(add)
    teams.command("list")(list_)
    app.add_typer(teams, name="teams")


def add(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    under: Annotated[str | None, typer.Option("--under", metavar="TEAM", help="The team it belongs to.")] = None,
    manager: Annotated[
        str | None, typer.Option("--manager", metavar="EMAIL", help="Who leads it; moves to the team.")
    ] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Add a team."""
    if not name.strip() or len(name) > 120:
        fail("A team's name has 1 to 120 characters.")
    key = run(_add(email, name, under, manager))
    if as_json:
        print_json({"id": key, "name": name.strip(), "under": under, "manager": manager})
    else:
        print(f"The team {name} was added." + (f" {manager} leads it." if manager else ""))


def list_(email: As = None, as_json: AsJson = False) -> None:
    """All teams."""
    found = run(_list(email))
    if as_json:
        print_json([{"id": t.id, "name": t.name, "under": t.under, "people": t.people} for t in found])
    else:
        print_table(("team", "under", "people"), [(t.name, t.under, t.people) for t in found])


async def _add(email: str | None, name: str, under: str | None, manager: str | None) -> int:
    from api.cli.staffing import staff

    async with staff(email, creating=True) as people:
        return await people.add_team(name, under=under, manager=manager)


async def _list(email: str | None) -> list[TeamLine]:
    from api.cli.staffing import staff

    async with staff(email) as people:
        return await people.teams()
