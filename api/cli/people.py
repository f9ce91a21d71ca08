"""`users add|list|disable|away|back` and `tokens create|revoke`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import absences
from api.cli.output import As, AsJson, fail, print_json, print_table, run

if TYPE_CHECKING:
    from db.access import Role
    from db.repositories.people import Colleague

Email = Annotated[str, typer.Argument(metavar="EMAIL")]


def register(app: typer.Typer) -> None:
    users = typer.Typer(help="The people of the workspace.", no_args_is_help=True)
    users.command("add")(add)
    users.command("list")(list_)
    users.command("disable")(disable)
    absences.register(users)
    app.add_typer(users, name="users")
    tokens = typer.Typer(help="Tokens for programs.", no_args_is_help=True)
    tokens.command("create")(create)
    tokens.command("revoke")(revoke)
    app.add_typer(tokens, name="tokens")


def add(
    address: Email,
    name: Annotated[str, typer.Option("--name")],
    role: Annotated[str, typer.Option("--role", help="rep, manager, executive or admin.")] = "rep",
    team: Annotated[str | None, typer.Option("--team")] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Add a person."""
    from db.access import Role

    if role not in list(Role):
        fail(f"“{role}” is not a role; there is {', '.join(Role)}.")
    if "@" not in address:
        fail(f"“{address}” is not an e-mail address.")
    key = run(_add(email, address, name, Role(role), team))
    if as_json:
        print_json({"id": key, "email": address.lower(), "role": role})
    else:
        print(f"{name} ({role}) was added. “rainmaker tokens create --for {address}” gives a way to sign in.")


def list_(email: As = None, as_json: AsJson = False) -> None:
    """The people you may see."""
    found = run(_list(email))
    if as_json:
        print_json(
            [{"email": p.email, "name": p.name, "role": p.role, "team": p.team, "active": p.active} for p in found]
        )
        return
    print_table(
        ("email", "name", "role", "team", ""),
        [(p.email, p.name, p.role, p.team, "" if p.active else "left") for p in found],
    )


def disable(address: Email, email: As = None, as_json: AsJson = False) -> None:
    """Close a person's way in; records keep their owner."""
    run(_disable(email, address))
    if as_json:
        print_json({"email": address.lower(), "active": False})
    else:
        print(f"{address} can no longer sign in.")


def create(
    address: Annotated[str, typer.Option("--for", metavar="EMAIL", help="Whose token it is.")],
    name: Annotated[str, typer.Option("--name")] = "terminal",
    days: Annotated[int | None, typer.Option("--days", min=1, help="Days until it expires (default: never).")] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Make a token. It is shown once."""
    key, secret = run(_create(email, address, name, days))
    if as_json:
        print_json({"id": key, "token": secret})
    else:
        print(f"{secret}\n(id {key}; shown once)")


def revoke(token: Annotated[str, typer.Argument(metavar="ID")], email: As = None, as_json: AsJson = False) -> None:
    """Make a token useless."""
    run(_revoke(email, token))
    if as_json:
        print_json({"id": token, "revoked": True})
    else:
        print(f"{token} is revoked.")


async def _add(email: str | None, address: str, name: str, role: Role, team: str | None) -> int:
    from api.cli.workspace import acting
    from db.repositories.staff import StaffRepository

    async with acting(email) as (runtime, actor), runtime.database.write() as session:
        return await StaffRepository(session, actor).add(address, name, role, team=team)


async def _list(email: str | None) -> tuple[Colleague, ...]:
    from api.cli.workspace import acting
    from db.repositories.people import PeopleRepository

    async with acting(email) as (runtime, actor), runtime.database.read() as session:
        return await PeopleRepository(session, actor).visible()


async def _disable(email: str | None, address: str) -> None:
    from api.cli.workspace import acting
    from db.repositories.staff import StaffRepository

    async with acting(email) as (runtime, actor), runtime.database.write() as session:
        await StaffRepository(session, actor).disable(address)


async def _create(email: str | None, address: str, name: str, days: int | None) -> tuple[str, str]:
    from api.cli.workspace import acting
    from db.repositories import credentials
    from db.repositories.staff import StaffRepository

    lifetime = timedelta(days=days) if days else None
    async with acting(email) as (runtime, actor), runtime.database.write() as session:
        user = await StaffRepository(session, actor).id_of(address)
        return await credentials.create_token(session, user, name=name, lifetime=lifetime)


async def _revoke(email: str | None, token: str) -> None:
    from api.cli.workspace import acting
    from db.access import Permission
    from db.repositories import credentials

    async with acting(email) as (runtime, actor), runtime.database.write() as session:
        actor.require(Permission.USERS_MANAGE)
        await credentials.revoke_token(session, token)
