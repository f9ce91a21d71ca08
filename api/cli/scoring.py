"""`score leads|rules`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import As, AsJson, fail, print_json, print_table, run
from db.doors import Door

if TYPE_CHECKING:
    from tools.lead.scores import Answer
    from tools.scoring import Model

DOOR = Door.TERMINAL


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Scores of leads, and the rules behind them.", no_args_is_help=True)
    group.command("leads")(leads)
    group.command("rules")(rules)
    app.add_typer(group, name="score")


def leads(
    ids: Annotated[
        list[int] | None, typer.Argument(metavar="[ID]...", help="Leads; left out: those to call first.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="How many, where none are named.")] = 20,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """The scores of leads with what speaks for and against them."""
    found = run(_leads(email, ids, limit))
    if as_json:
        from tools.lead.score_shape import shape

        print_json([shape(one) for one in found])
        return
    rows = [
        (one.lead.id, one.lead.name, one.lead.company, one.found.score, one.found.grade, one.found.tier,
         f"{one.found.confidence:.0%}", _first(one))
        for one in found
    ]  # fmt: skip
    print_table(("id", "lead", "company", "score", "grade", "tier", "known", "next"), rows)


def rules(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="JSON or YAML; left out: show those that hold.")
    ] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Show the rules that leads are scored by, or set others and score every lead by them."""
    if file is None:
        model = run(_rules(email))
        print_json({"version": model.version, "rules": model.body} if as_json else model.body)
        return
    model, done = run(_set(email, _read(file)))
    if as_json:
        print_json({"version": model.version, "leads": done})
    else:
        print(f"{done:,} leads scored by {model.version}. To take it back, set the rules of before again.")


def _first(one: Answer) -> str:
    return one.found.suggested_actions[0].text if one.found.suggested_actions else ""


def _read(file: Path) -> dict[str, Any]:
    """A mapping of rules from a file."""
    import yaml

    text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    try:
        # JSON is YAML too.
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        fail(f"{file} is neither JSON nor YAML{f' (line {mark.line + 1})' if mark else ''}.")
    if not isinstance(found, dict):
        fail(f"{file} holds no mapping of rules. “rainmaker score rules” shows one.")
    return json.loads(json.dumps({str(name): value for name, value in found.items()}, default=str))  # type: ignore[no-any-return]  # a mapping stays one


async def _leads(email: str | None, ids: list[int] | None, limit: int) -> list[Answer]:
    from api.cli.workspace import acting
    from db.access import Permission
    from tools.lead.queue import PrioritiseLeads, prioritise_leads
    from tools.lead.scores import scores_of

    async with acting(email) as (runtime, actor), runtime.database.read() as session:
        actor.require(Permission.LEADS_READ)
        at = await runtime.context(actor, session)
        if not ids:
            ids = [row["id"] for row in (await prioritise_leads.run(PrioritiseLeads(limit=limit), at)).rows]  # type: ignore[union-attr]  # a tool that reads
        return await scores_of(ids, at)


async def _rules(email: str | None) -> Model:
    from api.cli.workspace import acting
    from db.access import Permission
    from db.lead_scores import with_scores
    from tools.scoring import model_of

    async with acting(email) as (runtime, actor), runtime.database.read() as session:
        actor.require(Permission.LEADS_READ)
        return await with_scores(session, model_of)


async def _set(email: str | None, body: dict[str, Any]) -> tuple[Model, int]:
    from api.cli.workspace import acting
    from tools.scoring import set_rules

    async with acting(email) as (runtime, actor):
        return await set_rules(runtime.recorded(actor, DOOR), actor, body)
