"""`tokens create|list|revoke`: what programs sign in with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import As, AsJson, fail, print_json, print_table, run

if TYPE_CHECKING:
    from db.access import Scope
    from db.repositories.credentials import TokenLine

_LONGEST = 3650


def register(app: typer.Typer) -> None:
    tokens = typer.Typer(help="Tokens for programs.", no_args_is_help=True)
    tokens.command("create")(create)
    tokens.command("list")(list_)
    tokens.command("revoke")(revoke)
    app.add_typer(tokens, name="tokens")


def create(
    address: Annotated[str, typer.Option("--for", metavar="EMAIL", help="Whose token it is.")],
    name: Annotated[str, typer.Option("--name")] = "terminal",
    scope: Annotated[
        str,
        typer.Option(
            "--scope",
            help="full: all the person may. program: asks and imports, every change waits for a decision. "
            "chat: asks, every change waits. read: changes and proposes nothing.",
        ),
    ] = "full",
    days: Annotated[int, typer.Option("--days", min=0, max=_LONGEST, help="Days until it expires; 0: never.")] = 90,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Make a token. It is shown once."""
    from db.access import Scope

    if scope not in list(Scope):
        fail(f"“{scope}” is not a scope; there is {', '.join(Scope)}.")
    if len(name) > 80:
        fail("A token's name has at most 80 characters.")
    lifetime = timedelta(days=days) if days else None
    key, secret = run(_create(email, address, name, Scope(scope), lifetime))
    expires = (datetime.now(UTC) + lifetime).isoformat() if lifetime else None
    if as_json:
        print_json({"id": key, "token": secret, "scope": scope, "expires_at": expires})
        return
    ends = f"expires in {days} days" if days else "never expires: revoke it when it is no longer used"
    print(f"{secret}\n(id {key}, scope {scope}, {ends}; shown once)")


def list_(email: As = None, as_json: AsJson = False) -> None:
    """All tokens, the latest first; never their secrets."""
    found = run(_list(email))
    if as_json:
        from dataclasses import asdict

        print_json([asdict(one) for one in found])
        return
    rows = [
        (one.id, one.email, one.name, one.scope, _day(one.expires_at, "never"), _day(one.last_used_at, "–"), _end(one))
        for one in found
    ]
    print_table(("token", "for", "name", "scope", "expires", "last used", ""), rows)


def revoke(token: Annotated[str, typer.Argument(metavar="ID")], email: As = None, as_json: AsJson = False) -> None:
    """Make a token useless, and end the sessions begun with it."""
    run(_revoke(email, token))
    if as_json:
        print_json({"id": token, "revoked": True})
    else:
        print(f"{token} is revoked.")


def _day(moment: datetime | None, otherwise: str) -> str:
    return f"{moment:%Y-%m-%d}" if moment else otherwise


def _end(one: TokenLine) -> str:
    if one.revoked_at is not None:
        return "revoked"
    return "expired" if one.expires_at is not None and one.expires_at <= datetime.now(UTC) else ""


async def _create(
    email: str | None, address: str, name: str, scope: Scope, lifetime: timedelta | None
) -> tuple[str, str]:
    from api.cli.staffing import staff

    async with staff(email) as people:
        return await people.create_token(address, name=name, scope=scope, lifetime=lifetime)


async def _list(email: str | None) -> list[TokenLine]:
    from api.cli.staffing import staff

    async with staff(email) as people:
        return await people.tokens()


async def _revoke(email: str | None, token: str) -> None:
    from api.cli.staffing import staff

    async with staff(email) as people:
        await people.revoke_token(token)
