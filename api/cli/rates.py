"""`rates add|list|import`: dated rates of exchange against the workspace's currency."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import As, AsJson, fail, print_json, print_table, run
from api.cli.rules import DOOR, tell

if TYPE_CHECKING:
    from agent.turns.requested import Requested
    from db.exchange import Rate


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Dated rates of exchange.", no_args_is_help=True)
    group.command("list")(list_)
    group.command("add")(add)
    group.command("import")(import_)
    app.add_typer(group, name="rates")


def list_(
    currency: Annotated[str | None, typer.Option("--currency", metavar="CODE", help="Only this one.")] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """The stored rates, the latest of each currency first."""
    found = run(_list(email, currency))
    if as_json:
        print_json([plain(rate) for rate in found])
        return
    rows = [(one.currency, f"{one.rate.normalize():f}", one.against, one.valid_from, one.source) for one in found]
    print_table(("currency", "rate", "in", "from", "source"), rows)


def add(
    currency: Annotated[str, typer.Argument(metavar="CODE", help="The currency whose worth it is: EUR.")],
    rate: Annotated[str, typer.Argument(metavar="RATE", help="What one of it is worth in the workspace's currency.")],
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The day it begins with; left out, today.")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", help="Where it comes from: ECB.")] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Store a rate. It holds until the next one begins, and is taken back with “proposals undo”."""
    line = f"1 {currency} = {rate}" + (f" from {since}" if since else "") + (f" ({source})" if source else "")
    tell(run(_store(email, line, f"rates add {currency}")), as_json=as_json)


def import_(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="With columns currency, rate and date; also source.")],
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Store the rates of a file. Importing it again changes nothing."""
    from tools.rules.rate_file import rates_of

    if not path.is_file():
        fail(f"There is no file {path}.")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        fail(f"{path} is no text in UTF-8.")
    lines = "\n".join(rates_of(text))
    tell(run(_store(email, lines, f"rates import {path.name}")), as_json=as_json)


async def _list(email: str | None, currency: str | None) -> list[Rate]:
    from api.cli.workspace import acting
    from db.repositories.exchange import RateRepository

    async with acting(email) as (runtime, actor), runtime.database.read() as session:
        return await RateRepository(session, actor).lines(currency.upper() if currency else None)


async def _store(email: str | None, lines: str, title: str) -> Requested:
    from agent.turns.requested import Wanted
    from api.cli.workspace import acting
    from tools.rules import set_exchange_rate

    async with acting(email) as (runtime, actor):
        actor.require(set_exchange_rate.requires)
        ask = set_exchange_rate.ask.model_validate({"instruction": lines})
        return await runtime.decided(actor, Wanted(set_exchange_rate, ask, DOOR, title))


def plain(rate: Rate) -> dict[str, Any]:
    return {
        "currency": rate.currency, "rate": f"{rate.rate.normalize():f}", "against": rate.against,
        "from": rate.valid_from.isoformat(), "source": rate.source,
    }  # fmt: skip
