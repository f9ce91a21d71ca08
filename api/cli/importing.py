"""`import`: other people's files into the workspace."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.files import Map, mapping_of, progress, read
from api.cli.output import As, AsJson, fail, print_json, run

if TYPE_CHECKING:
    from db.deal_import import Imported
    from db.importers import DealFile
    from db.session import Database
    from db.settings import WorkspaceSettings

_KINDS = ("deals",)
_NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)


def register(app: typer.Typer) -> None:
    app.command("import")(import_)


def import_(
    kind: Annotated[str, typer.Argument(help="What the file holds: deals.")],
    path: Annotated[Path, typer.Argument(metavar="FILE|FOLDER")],
    mapping: Map = [],  # noqa: B006 - typer copies the default
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check, write nothing.")] = False,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Import a file. Importing it again changes nothing; bad rows are set aside in a file beside it."""
    if kind not in _KINDS:
        fail(f"“{kind}” cannot be imported yet; there is {', '.join(_KINDS)}.")
    with progress(quiet=as_json) as report:
        file, done = run(
            _import(path, mapping_of(mapping), report, name=path.resolve().name, dry_run=dry_run, email=email)
        )
    rejected = _set_aside(file, path) if not dry_run else None
    if as_json:
        print_json(_summary(file, done, rejected))
        return
    verb = "would be" if dry_run else "were"
    print(
        f"{done.created:,} deals {verb} added, {done.updated:,} changed, {done.unchanged:,} are as before; "
        f"{done.accounts:,} new accounts, {done.people:,} new colleagues without sign-in."
    )
    if file.rejected.height:
        where = f" They are in {rejected} with the reason per row." if rejected else ""
        print(f"{file.rejected.height:,} rows could not be used.{where}")
    for reason, count in file.set_aside.items():
        print(f"Set aside: {count:,} {reason}.")
    if file.oddities:
        print("\nWhat is odd in this file:")
        for oddity in file.oddities:
            print(f"- {oddity.sentence}")


async def _import(
    path: Path,
    mapping: dict[str, str],
    report: Callable[[str, float], None],
    *,
    name: str,
    dry_run: bool,
    email: str | None,
) -> tuple[DealFile, Imported]:
    from api.cli.workspace import Tables, opened
    from db.errors import WorkspaceMissing
    from db.settings import WorkspaceSettings

    file = read(path, mapping, report)

    async def write(tables: Tables, settings: WorkspaceSettings) -> Imported:
        async with opened(tables, settings) as database:
            return await _write(database, settings, file, report, name=name, dry_run=dry_run, email=email)

    if not dry_run:
        return file, await write(Tables.MADE, WorkspaceSettings())
    try:
        return file, await write(Tables.CURRENT, WorkspaceSettings())
    except WorkspaceMissing:
        # What would happen in a new workspace is tried out in one that is thrown away.
        with TemporaryDirectory() as folder:
            return file, await write(Tables.MADE, WorkspaceSettings(database_url=f"sqlite:///{folder}/rehearsal.db"))


async def _write(
    database: Database,
    settings: WorkspaceSettings,
    file: DealFile,
    report: Callable[[str, float], None],
    *,
    name: str,
    dry_run: bool,
    email: str | None,
) -> Imported:
    from db.access import Permission
    from db.deal_import import import_deals
    from db.errors import NotFound
    from db.workspace import actor_by_email

    async with database.read() as session:
        actor = await actor_by_email(session, email)
    if actor is None:
        raise NotFound("active person", email or "administrator")
    actor.require(Permission.IMPORT)
    report("writing", 0.0)
    done = await import_deals(database, settings, file, name=name, actor=actor, dry_run=dry_run)
    report("writing", 1.0)
    return done


def _set_aside(file: DealFile, path: Path) -> Path | None:
    """Write the unusable rows beside the file, or here where that folder is not ours; None when there are none."""
    if not file.rejected.height:
        return None
    from db.importers import write_rejected

    whole = path.resolve()
    target = (whole if whole.is_dir() else whole.parent) / f"{whole.stem}.rejected.csv"
    try:
        write_rejected(file.rejected, target)
    except OSError as error:
        if error.errno not in _NOT_WRITABLE:
            raise
        target = Path.cwd() / target.name
        write_rejected(file.rejected, target)
    return target


def _summary(file: DealFile, done: Imported, rejected: Path | None) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(done) | {
        "rejected_file": str(rejected) if rejected else None,
        "columns": dict(file.source_names) | dict(file.roles),
        "oddities": [
            {"kind": oddity.kind, "sentence": oddity.sentence, "column": oddity.column} for oddity in file.oddities
        ],
    }
