"""`users away|back`: who decides while somebody is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import As, AsJson, fail, print_json, run
from db.doors import Door

if TYPE_CHECKING:
    from datetime import date

    from db.repositories.absences import Absence

Email = Annotated[str, typer.Argument(metavar="EMAIL")]
DOOR = Door.TERMINAL


def register(users: typer.Typer) -> None:
    users.command("away")(away)
    users.command("back")(back)


def away(
    address: Email,
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="The last day away.")],
    stand_in: Annotated[str, typer.Option("--stand-in", metavar="EMAIL", help="Who decides in the meantime.")],
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day (default: now).")] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Note that a person is away, and who decides for them; for oneself or by an administrator."""
    noted = run(_away(email, address, _day(since) if since else None, _day(until), stand_in))
    if as_json:
        print_json({
            "email": noted.email, "stand_in": noted.stand_in, "since": noted.since.isoformat(),
            "until": noted.until.isoformat(),
        })  # fmt: skip
    else:
        print(f"Until the end of {until}, {noted.stand_in} decides for {noted.email}.")


def back(address: Email, email: As = None, as_json: AsJson = False) -> None:
    """Note that a person is there again."""
    run(_back(email, address))
    if as_json:
        print_json({"email": address.lower(), "away": False})
    else:
        print(f"{address.lower()} decides again.")


def _day(text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"“{text}” is not a date; write it as 2025-06-30.")


async def _away(email: str | None, address: str, since: date | None, until: date, stand_in: str) -> Absence:
    from api.cli.workspace import acting
    from tools import absences

    async with acting(email) as (runtime, actor):
        first, last = absences.days(since, until, zone=(await runtime.now(actor)).tzinfo)
        return await absences.away(
            runtime.recorded(actor, DOOR), actor, address, since=first, until=last, stand_in=stand_in
        )


async def _back(email: str | None, address: str) -> None:
    from api.cli.workspace import acting
    from tools import absences

    async with acting(email) as (runtime, actor):
        await absences.back(runtime.recorded(actor, DOOR), actor, address)
