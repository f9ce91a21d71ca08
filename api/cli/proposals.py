"""`proposals list|approve|decline|settle|undo`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import As, AsJson, fail, print_json, print_table, run
from db.doors import Door

if TYPE_CHECKING:
    from db.repositories.proposals import ProposalLine

Id = Annotated[str, typer.Argument(metavar="ID")]
DOOR = Door.TERMINAL


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Changes that wait for a decision.", no_args_is_help=True)
    group.command("list")(list_)
    group.command("approve")(approve)
    group.command("decline")(decline)
    group.command("settle")(settle)
    group.command("undo")(undo)
    app.add_typer(group, name="proposals")


def list_(email: As = None, as_json: AsJson = False) -> None:
    """Proposals you may see: those that wait for you first, then the latest."""
    found = run(_list(email))
    if as_json:
        print_json([_plain(line) for line in found])
        return
    rows = [
        (
            line.id, line.tool, line.status, line.asker, _waits(line), f"{line.expires_at:%Y-%m-%d %H:%M}",
            _outcome(line) or "",
        )
        for line in found
    ]  # fmt: skip
    print_table(("proposal", "tool", "status", "asked by", "waits for", "expires", "outcome"), rows)


def approve(
    proposal: Id,
    digest: Annotated[str | None, typer.Option("--digest", help="Only what has this digest (see list --json).")] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Carry a proposal out."""
    _told(run(_decide(email, proposal, "approve", digest)), as_json=as_json)


def decline(proposal: Id, email: As = None, as_json: AsJson = False) -> None:
    """Decline a proposal."""
    _told(run(_decide(email, proposal, "decline")), as_json=as_json)


def settle(
    proposal: Id,
    arrived: Annotated[bool | None, typer.Option("--arrived/--not-arrived", help="What you found out.")] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Say what became of a message in doubt."""
    if arrived is None:
        fail("Say what you found out: --arrived or --not-arrived.")
    _told(run(_settle(email, proposal, arrived=arrived)), as_json=as_json)


def undo(proposal: Id, email: As = None, as_json: AsJson = False) -> None:
    """Take back what an approved proposal changed."""
    change = run(_undo(email, proposal))
    if as_json:
        print_json({"change": change, "undone": True})
    else:
        print(f"Taken back: {change}.")


async def _list(email: str | None) -> list[ProposalLine]:
    from api.cli.workspace import acting

    async with acting(email) as (runtime, actor):
        return await runtime.proposals(actor)


async def _settle(email: str | None, proposal: str, *, arrived: bool) -> ProposalLine:
    from api.cli.workspace import acting

    async with acting(email) as (runtime, actor):
        return await runtime.settle(actor, proposal, arrived=arrived, door=DOOR)


async def _decide(email: str | None, proposal: str, decision: str, digest: str | None = None) -> ProposalLine:
    from api.cli.workspace import acting
    from db.errors import AlreadyDecided
    from tools.communication.send import decided_before

    async with acting(email) as (runtime, actor):
        try:
            if decision == "approve":
                return await runtime.approve(actor, proposal, door=DOOR, shown=digest)
            return await runtime.decline(actor, proposal, door=DOOR)
        except AlreadyDecided as refused:
            raise await decided_before(runtime.database, actor, proposal) from refused


async def _undo(email: str | None, proposal: str) -> str:
    from api.cli.workspace import acting

    async with acting(email) as (runtime, actor):
        return (await runtime.undo_proposal(actor, proposal, door=DOOR)).id


def _plain(line: ProposalLine) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(line) | {"outcome": _outcome(line), "change_id": line.change_id}


def _waits(line: ProposalLine) -> str:
    return "you" if line.mine else " or ".join(line.waits_for) or ("nobody" if line.reason else "")


def _outcome(line: ProposalLine) -> str | None:
    from tools.communication.send import told_of

    return told_of(line)


def _told(line: ProposalLine, *, as_json: bool) -> None:
    if as_json:
        print_json(_plain(line))
    else:
        outcome = _outcome(line)
        print(f"{line.id}: {line.status}" + (f" ({outcome})" if outcome else ""))
