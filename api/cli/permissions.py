"""`permissions list|grant|deny|reset`: what each role may do with which records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import As, AsJson, fail, print_json, print_table, run
from api.cli.rules import tell
from db.doors import Door

if TYPE_CHECKING:
    from agent.turns.requested import Requested
    from db.repositories.matrix import GrantLine

DOOR = Door.TERMINAL
Role_ = Annotated[str, typer.Argument(metavar="ROLE", help="rep, manager, executive or admin.")]
Kind = Annotated[str, typer.Argument(metavar="RECORDS", help="A kind of record, such as contacts.")]
Action = Annotated[str, typer.Argument(metavar="ACTION", help="read, create, update, delete or export.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="What each role may do with which records.", no_args_is_help=True)
    for name, verb in (("list", list_), ("grant", grant), ("deny", deny), ("reset", reset)):
        group.command(name)(verb)
    app.add_typer(group, name="permissions")


def list_(
    role: Annotated[str | None, typer.Option(help="Of one role only.")] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """The matrix: each role and kind with what is allowed; what the workspace set otherwise has a star."""
    from db.access import Role

    if role is not None and role not in set(Role):
        fail(f"“{role}” is no role; there is {', '.join(Role)}.")
    lines = [one for one in run(_list(email)) if role in (None, one.role)]
    if as_json:
        print_json([
            {
                "role": one.role, "kind": one.grant.kind, "action": one.grant.action, "allowed": one.allowed,
                "usual": one.usual,
            }
            for one in lines
        ])  # fmt: skip
        return
    cells: dict[tuple[str, str], list[str]] = {}
    for one in lines:
        star = "*" if one.id is not None else ""
        cells.setdefault((one.role.value, one.grant.kind), []).extend(
            [f"{one.grant.action}{star}"] if one.allowed else [f"no {one.grant.action}*"] if star else []
        )
    print_table(("role", "kind", "may"), [(*cell, ", ".join(may) or "–") for cell, may in cells.items()])


def grant(role: Role_, records: Kind, action: Action, email: As = None, as_json: AsJson = False) -> None:
    """Let a role do something with a kind of record."""
    tell(run(_set(email, "{role} may {action} {kind}", role, records, action)), as_json=as_json)


def deny(role: Role_, records: Kind, action: Action, email: As = None, as_json: AsJson = False) -> None:
    """Do not let a role do something with a kind of record."""
    tell(run(_set(email, "{role} may not {action} {kind}", role, records, action)), as_json=as_json)


def reset(role: Role_, records: Kind, action: Action, email: As = None, as_json: AsJson = False) -> None:
    """Take back what the workspace set, so that what is usual holds again."""
    tell(run(_set(email, "reset: {role} may {action} {kind}", role, records, action)), as_json=as_json)


async def _list(email: str | None) -> list[GrantLine]:
    from api.cli.workspace import acting
    from db.access import Permission
    from db.repositories.matrix import MatrixRepository

    async with acting(email) as (runtime, actor):
        actor.require(Permission.POLICY_MANAGE)
        async with runtime.database.read() as session:
            return list((await MatrixRepository(session, actor).grants()).values())


async def _set(email: str | None, words: str, role: str, records: str, action: str) -> Requested:
    from agent.turns.requested import Wanted
    from api.cli.workspace import acting
    from tools.matrix import set_permission
    from tools.matrix.reading import cell_words

    async with acting(email) as (runtime, actor):
        actor.require(set_permission.requires)
        ask = set_permission.ask.model_validate({"instruction": cell_words(words, role, records, action)})
        return await runtime.decided(actor, Wanted(set_permission, ask, DOOR, "permissions set"))
