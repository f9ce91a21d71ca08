"""`audit verify|anchor`: whether the chain of entries is what was written."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import As, AsJson, fail, print_json, run

if TYPE_CHECKING:
    from db.anchor import Mark
    from db.repositories.audit_check import Checked


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="The record of every effect.", no_args_is_help=True)
    group.command("verify")(verify)
    group.command("anchor")(anchor)
    app.add_typer(group, name="audit")


def verify(
    anchor_file: Annotated[
        Path | None,
        typer.Option("--anchor", metavar="FILE", help="What “audit anchor” printed earlier, instead of the own file."),
    ] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Walk the chain; exit code 1 at the first entry that is not as it was written."""
    checked = run(_verify(email, anchor_file))
    if as_json:
        print_json(
            {
                "holds": checked.holds, "entries": checked.entries, "anchor": checked.anchored,
                "fault": checked.fault, "entry": checked.at, "says": checked.said,
                "end": asdict(checked.end) if checked.end else None,
            }
        )  # fmt: skip
        if not checked.holds:
            raise typer.Exit(1)
    elif checked.holds:
        print(checked.said)
    else:
        fail(checked.said)


def anchor(email: As = None, as_json: AsJson = False) -> None:
    """Print where the chain has come to, to be kept elsewhere: one line that “audit verify --anchor” takes."""
    line = run(_anchor(email))
    if line is None:
        fail("There is no audit entry yet.")
    if as_json:
        print(line.strip())
    else:
        print(line, end="")


async def _verify(email: str | None, file: Path | None) -> Checked:
    from agent.sealing import anchor_of, audit_keys
    from api.cli.workspace import opened
    from db.repositories.audit_check import check
    from db.settings import WorkspaceSettings

    settings = WorkspaceSettings()
    async with opened() as database, database.read() as session:
        keys, own = audit_keys(settings), anchor_of(settings)
        await _may_read(session, email)
        # The anchor first: entries that come while the chain is walked only make it longer.
        mark = _kept_in(file, keys) if file is not None else own.read() if own else None
        return await check(session, keys=keys, anchor=mark)


def _kept_in(file: Path, keys: tuple[bytes, ...]) -> Mark:
    from db.anchor import parsed
    from db.errors import AnchorUnreadable

    try:
        return parsed(file.read_text(encoding="utf-8"), keys=keys, source=file)
    except (OSError, UnicodeDecodeError) as error:
        raise AnchorUnreadable(file) from error


async def _anchor(email: str | None) -> str | None:
    from agent.sealing import audit_keys
    from api.cli.workspace import opened
    from db.anchor import written
    from db.repositories.audit import latest
    from db.settings import WorkspaceSettings

    async with opened() as database, database.read() as session:
        await _may_read(session, email)
        connection = await session.connection()
        mark = await connection.run_sync(latest)
    return written(mark, audit_keys(WorkspaceSettings())[-1]) if mark else None


async def _may_read(session: object, email: str | None) -> None:
    from typing import cast

    from db.access import Permission
    from db.errors import NotFound
    from db.session import ReadSession
    from db.workspace import actor_by_email

    actor = await actor_by_email(cast("ReadSession", session), email)
    if actor is None:
        raise NotFound("active person", email or "administrator")
    actor.require(Permission.AUDIT_READ)
