"""`rules list|set`: what the workspace decides for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import As, AsJson, print_json, print_table, run
from db.doors import Door

if TYPE_CHECKING:
    from agent.turns.requested import Requested
    from db.repositories.rules import RuleLine

DOOR = Door.TERMINAL


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Fiscal year, week, currency, definition of win rate, retention.", no_args_is_help=True)
    group.command("list")(list_)
    group.command("set")(set_)
    app.add_typer(group, name="rules")


def list_(email: As = None, as_json: AsJson = False) -> None:
    """Every rule, what holds, and what it comes from."""
    found = run(_list(email))
    if as_json:
        print_json([plain(line) for line in found])
        return
    rows = [(line.rule.key, line.text, line.source, line.rule.variable or "–") for line in found]
    print_table(("rule", "value", "from", "variable"), rows)


def set_(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="As “rules list” names it.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="“default” takes the rule back.")],
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Set a rule. It holds from the next question on, and is taken back with “proposals undo”."""
    before, now, done = run(_set(email, rule, value))
    if as_json:
        print_json({"before": plain(before), "after": plain(now), **outcome(done)})
        return
    print(f"{now.rule.key}: {now.text} (before: {before.text}).")
    print(how_to_go_on(done))


async def _list(email: str | None) -> list[RuleLine]:
    from api.cli.workspace import acting

    async with acting(email) as (runtime, actor):
        return await runtime.rules(actor)


async def _set(email: str | None, rule: str, value: str) -> tuple[RuleLine, RuleLine, Requested]:
    from agent.turns.requested import Wanted
    from api.cli.workspace import acting
    from db.rules import rule_named
    from tools.rules import set_rule

    key = rule_named(rule).key
    async with acting(email) as (runtime, actor):
        actor.require(set_rule.requires)
        before = await runtime.rules(actor)
        ask = set_rule.ask.model_validate({"rule": key, "instruction": value})
        done = await runtime.decided(actor, Wanted(set_rule, ask, DOOR, f"rules set {key}"))
        now = await runtime.rules(actor)
    one, other = (next(line for line in lines if line.rule.key == key) for lines in (before, now))
    return one, other, done


def plain(line: RuleLine) -> dict[str, Any]:
    at = line.changed_at.isoformat() if line.changed_at else None
    return {
        "rule": line.rule.key, "value": line.value, "shown": line.text, "from": line.source.value,
        "variable": line.rule.variable or None, "about": line.rule.about, "set_at": at,
    }  # fmt: skip


def outcome(done: Requested) -> dict[str, Any]:
    """Which proposal it was, and whether it was carried out or still waits for another person."""
    proposal = done.proposal
    return {"proposal": proposal.id if proposal else None, "status": proposal.status if proposal else None}


def how_to_go_on(done: Requested) -> str:
    from db.repositories.proposals import ProposalStatus

    if done.proposal is None:
        return ""
    if done.proposal.status is ProposalStatus.APPLIED:
        return f"“rainmaker proposals undo {done.proposal.id}” takes it back."
    return f"It waits for another person's approval: {done.proposal.id}."


def told(done: Requested) -> str:
    """What was done, in the words of the proposal; what would be, where it waits."""
    from db.repositories.proposals import ProposalStatus

    if done.proposal is None or done.proposal.status is not ProposalStatus.APPLIED:
        return done.said
    first, *more = str(done.proposal.arguments["instruction"]).splitlines()
    return f"Done: {first}{f' and {len(more)} more' if more else ''}."


def tell(done: Requested, *, as_json: bool) -> None:
    """What became of it and how to go on, in words or as JSON."""
    if as_json:
        print_json({"said": done.said, **outcome(done)})
        return
    print(told(done))
    print(how_to_go_on(done))
