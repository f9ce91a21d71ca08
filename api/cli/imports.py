"""`imports list|undo`: what was imported, and taking an import back as a whole."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from api.cli.output import As, AsJson, print_json, print_table, run


def register(app: typer.Typer) -> None:
    verbs = typer.Typer(help="What was imported, and taking an import back.", no_args_is_help=True)
    verbs.command("list")(list_)
    verbs.command("undo")(undo)
    app.add_typer(verbs, name="imports")


def list_(email: As = None, as_json: AsJson = False) -> None:
    """The imports of this workspace, the latest first."""
    found = run(_list(email))
    if as_json:
        print_json(found)
        return
    columns = ("id", "at", "kind", "file", "created", "updated", "unchanged", "rejected", "taken back")
    print_table(columns, [[one[name.replace(" ", "_")] for name in columns] for one in found])


def undo(
    import_id: Annotated[str, typer.Argument(metavar="ID")],
    keep_edited: Annotated[
        bool, typer.Option("--keep-edited", help="Leave alone what was changed or linked to since.")
    ] = False,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Take an import back: what it made goes, what it changed is as before, what was edited since is not touched."""
    done = run(_undo(import_id, email, keep_edited=keep_edited))
    if as_json:
        print_json(done)
        return
    print(
        f"{done['removed']:,} records were removed, {done['restored']:,} are as they were, {done['kept']:,} were kept."
    )


async def _list(email: str | None) -> list[dict[str, Any]]:
    from api.cli.workspace import acting
    from db.imports.listing import imports_of

    async with acting(email) as (runtime, actor), runtime.database.read() as session:
        return [asdict(one) for one in await imports_of(session, actor)]


async def _undo(import_id: str, email: str | None, *, keep_edited: bool) -> dict[str, Any]:
    from api.cli.workspace import acting
    from db.imports import take_back

    async with acting(email) as (runtime, actor):
        return asdict(await take_back(runtime.database, import_id, actor=actor, keep_edited=keep_edited))
