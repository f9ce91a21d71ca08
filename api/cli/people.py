"""`users add|invite|list|change|reset|disable|enable|away|back`: the people of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import absences
from api.cli.output import As, AsJson, fail, print_json, print_table, run

if TYPE_CHECKING:
    from db.access import Role
    from db.repositories.people import Colleague

Email = Annotated[str, typer.Argument(metavar="EMAIL")]
Name = Annotated[str, typer.Option("--name")]
RoleName = Annotated[str, typer.Option("--role", help="rep, manager, executive or admin.")]
TeamName = Annotated[
    str | None, typer.Option("--team", metavar="NAME", help="A team there is; “rainmaker teams add” makes one.")
]


def register(app: typer.Typer) -> None:
    users = typer.Typer(help="The people of the workspace.", no_args_is_help=True)
    for name, verb in (
        ("add", add), ("invite", invite), ("list", list_), ("change", change), ("reset", reset),
        ("disable", disable), ("enable", enable),
    ):  # fmt: skip
        users.command(name)(verb)
    absences.register(users)
    app.add_typer(users, name="users")


def add(
    address: Email, name: Name, role: RoleName = "rep", team: TeamName = None, email: As = None, as_json: AsJson = False
) -> None:
    """Add a person without a way in yet."""
    key = run(_add(email, _address(address), _name(name), _role(role), team))
    if as_json:
        print_json({"id": key, "email": address.strip().lower(), "role": role})
    else:
        print(f"{name} ({role}) was added. “rainmaker users reset {address}” gives a link to set a password with.")


def invite(
    address: Email, name: Name, role: RoleName = "rep", team: TeamName = None, email: As = None, as_json: AsJson = False
) -> None:
    """Invite a person: prints a link with which they set a password, good once and for 7 days."""
    code = run(_invite(email, _address(address), _name(name), _role(role), team))
    _link(address, code, as_json=as_json)


def reset(address: Email, email: As = None, as_json: AsJson = False) -> None:
    """A new link for a person: the password they set with it ends what was open before."""
    _link(address, run(_reset(email, address)), as_json=as_json)


def change(
    address: Email,
    name: Annotated[str | None, typer.Option("--name")] = None,
    role: Annotated[str | None, typer.Option("--role", help="rep, manager, executive or admin.")] = None,
    team: TeamName = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Change a person's name, role or team."""
    if name is None and role is None and team is None:
        fail("Say what to change: --name, --role or --team.")
    run(_change(email, address, None if name is None else _name(name), None if role is None else _role(role), team))
    if as_json:
        print_json({"email": address.strip().lower(), "name": name, "role": role, "team": team})
    else:
        print(f"{address} is changed.")


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
    """Close a person's way in: sessions and tokens end at once; records keep their owner."""
    run(_switch(email, address, active=False))
    if as_json:
        print_json({"email": address.strip().lower(), "active": False})
    else:
        print(f"{address} can no longer sign in.")


def enable(address: Email, email: As = None, as_json: AsJson = False) -> None:
    """Let a former person in again; tokens stay revoked."""
    run(_switch(email, address, active=True))
    if as_json:
        print_json({"email": address.strip().lower(), "active": True})
    else:
        print(f"{address} may sign in again.")


def _link(address: str, code: str, *, as_json: bool) -> None:
    from api.cli.output import failing_in_words
    from api.settings import ServerSettings
    from db.repositories.signing_in import LINK_LIFETIME

    with failing_in_words():
        url = f"{ServerSettings().address}/welcome?code={code}"
    if as_json:
        print_json({"email": address.strip().lower(), "link": url, "days": LINK_LIFETIME.days})
    else:
        print(f"{url}\n(for {address}; good once, for {LINK_LIFETIME.days} days)")


def _role(role: str) -> Role:
    from db.access import Role

    if role not in list(Role):
        fail(f"“{role}” is not a role; there is {', '.join(Role)}.")
    return Role(role)


def _address(address: str) -> str:
    local, at, host = address.strip().partition("@")
    if not (local and at and host) or any(part.isspace() for part in address.strip()) or "@" in host:
        fail(f"“{address}” is not an e-mail address.")
    if len(address) > 254:
        fail("An e-mail address has at most 254 characters.")
    return address


def _name(name: str) -> str:
    if not name.strip():
        fail("A name is needed: --name NAME.")
    if len(name) > 120:
        fail("A name has at most 120 characters.")
    return name


async def _add(email: str | None, address: str, name: str, role: Role, team: str | None) -> int:
    from api.cli.staffing import staff

    async with staff(email, creating=True) as people:
        return await people.add(address, name, role, team=team)


async def _invite(email: str | None, address: str, name: str, role: Role, team: str | None) -> str:
    from api.cli.staffing import staff

    async with staff(email, creating=True) as people:
        return await people.invite(address, name, role, team=team)


async def _reset(email: str | None, address: str) -> str:
    from api.cli.staffing import staff

    async with staff(email) as people:
        return await people.reset(address)


async def _change(email: str | None, address: str, name: str | None, role: Role | None, team: str | None) -> None:
    from api.cli.staffing import staff

    async with staff(email) as people:
        await people.change(address, name=name, role=role, team=team)


async def _list(email: str | None) -> tuple[Colleague, ...]:
    from api.cli.workspace import acting
    from db.repositories.people import PeopleRepository

    async with acting(email) as (runtime, actor), runtime.database.read() as session:
        return await PeopleRepository(session, actor).visible()


async def _switch(email: str | None, address: str, *, active: bool) -> None:
    from api.cli.staffing import staff

    async with staff(email) as people:
        await (people.enable(address) if active else people.disable(address))
