"""`policy list|set`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import As, AsJson, print_json, print_table, run
from db.doors import Door

if TYPE_CHECKING:
    from db.policy import Ruling
    from db.repositories.policies import PolicyLine

DOOR = Door.TERMINAL


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Which effects need whose approval.", no_args_is_help=True)
    group.command("list")(list_)
    group.command("set")(set_)
    app.add_typer(group, name="policy")


def list_(email: As = None, as_json: AsJson = False) -> None:
    """The rule of every effect, and of the tools that have one of their own."""
    found = run(_list(email))
    if as_json:
        print_json([_plain(line) for line in found])
        return
    rows = [
        (line.effect, line.tool or "every tool", line.ruling.rule, line.ruling.approver, line.changed_by or "default")
        for line in found
    ]
    print_table(("effect", "tool", "rule", "approver", "set by"), rows)


def set_(
    effect: Annotated[str, typer.Argument(metavar="EFFECT", help="WRITE, BULK, DELETE, MERGE, OUTWARD or POLICY.")],
    rule: Annotated[str, typer.Argument(metavar="RULE", help="apply_own_words, propose, four_eyes or forbid.")],
    tool: Annotated[str, typer.Option("--tool", help="Only for this tool.")] = "",
    approver: Annotated[
        str | None, typer.Option("--approver", help="Who decides under four_eyes: manager, executive or admin.")
    ] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Set the rule of an effect or of one tool."""
    before, now = run(_set(email, effect, rule, tool, approver))
    if as_json:
        print_json({"effect": effect.upper(), "tool": tool, "before": _ruling(before), "after": _ruling(now)})
    else:
        print(f"{effect.upper()} {tool}".strip() + f": {now.rule} (before: {before.rule}).")


async def _list(email: str | None) -> list[PolicyLine]:
    from api.cli.workspace import acting
    from db.repositories.policies import PolicyRepository

    async with acting(email) as (runtime, actor), runtime.database.read() as session:
        return await PolicyRepository(session, actor).lines()


async def _set(email: str | None, effect: str, rule: str, tool: str, approver: str | None) -> tuple[Ruling, Ruling]:
    from api.cli.workspace import acting
    from tools.effects import set_rule

    async with acting(email) as (runtime, actor):
        return await set_rule(runtime.recorded(actor, DOOR), actor, effect, rule, tool=tool, approver=approver)


def _ruling(ruling: Ruling) -> dict[str, str]:
    return {"rule": ruling.rule.value, "approver": ruling.approver.value}


def _plain(line: PolicyLine) -> dict[str, Any]:
    at = line.changed_at.isoformat() if line.changed_at else None
    return {"effect": line.effect, "tool": line.tool, **_ruling(line.ruling), "set_by": line.changed_by, "set_at": at}
