"""`import`: other people's files into the workspace."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.files import Map, mapping_of, progress
from api.cli.output import As, AsJson, print_json, run

if TYPE_CHECKING:
    import polars as pl

    from db.access import Actor
    from db.importers import DealFile, RecordFile
    from db.imports import Imported
    from db.records import RecordKind
    from db.session import Database
    from db.settings import WorkspaceSettings

_NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)
_SHOWN = 20
Report = Callable[[str, float], None]


def register(app: typer.Typer) -> None:
    app.command("import")(import_)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What stands on the line."""

    kind: str
    path: Path
    mapping: dict[str, str]
    source: str | None
    create_missing: bool
    dry_run: bool
    email: str | None

    @property
    def name(self) -> str:
        return self.path.resolve().name


@dataclass(frozen=True, slots=True)
class _Done:
    """What was read, what became of it, and the unusable rows with their reasons."""

    file: DealFile | RecordFile
    imported: Imported
    rejected: pl.DataFrame


def import_(
    kind: Annotated[str, typer.Argument(help="What the file holds: deals, leads, contacts, accounts, tasks, …")],
    path: Annotated[Path, typer.Argument(metavar="FILE|FOLDER")],
    mapping: Map = [],  # noqa: B006 - typer copies the default
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check, write nothing.")] = False,
    create_missing: Annotated[
        bool, typer.Option("--create-missing", help="Make accounts, products and campaigns that rows name.")
    ] = False,
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="Whose ids these are, for files of several names.")
    ] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Import a file of records. Importing it again changes nothing; bad rows are set aside in a file beside it."""
    asked = _Asked(kind, path, mapping_of(mapping), source, create_missing, dry_run, email)
    with progress(quiet=as_json) as report:
        done = run(_import(asked, report))
    rejected = _set_aside(done.rejected, path) if not dry_run else None
    if as_json:
        from api.import_report import report_of

        print_json(report_of(done.file, done.imported) | {"rejected_file": str(rejected) if rejected else None})
        return
    _print(asked, done, rejected)


async def _import(asked: _Asked, report: Report) -> _Done:
    """The file is read before a workspace is made for it, so that one that cannot be used leaves nothing behind."""
    from api.cli.workspace import Tables, opened
    from db.errors import WorkspaceMissing, WorkspaceOutdated
    from db.imports import kind_of_file
    from db.settings import WorkspaceSettings

    kind = kind_of_file(asked.kind)
    settings = WorkspaceSettings()
    try:
        async with opened(Tables.CURRENT, settings) as database:
            return await _into(database, settings, kind, asked, report)
    except WorkspaceOutdated:
        if asked.dry_run:
            raise
        async with opened(Tables.MADE, settings) as database:
            return await _into(database, settings, kind, asked, report)
    except WorkspaceMissing:
        file = _read(kind, asked, settings, report)
        with TemporaryDirectory() as folder:
            if asked.dry_run:
                # What would happen in a new workspace is tried out in one that is thrown away.
                settings = WorkspaceSettings(database_url=f"sqlite:///{folder}/rehearsal.db")
            async with opened(Tables.MADE, settings) as database:
                return await _write(database, settings, file, await _actor(database, asked.email), asked, report)


async def _into(
    database: Database, settings: WorkspaceSettings, kind: RecordKind, asked: _Asked, report: Report
) -> _Done:
    from db.access import Permission
    from db.imports import with_own_fields

    actor = await _actor(database, asked.email)
    actor.require(Permission.IMPORT)
    async with database.read() as session:
        kind = await with_own_fields(session, actor, kind)
    return await _write(database, settings, _read(kind, asked, settings, report), actor, asked, report)


def _read(kind: RecordKind, asked: _Asked, settings: WorkspaceSettings, report: Report) -> DealFile | RecordFile:
    from db.imports.files import read_file

    today = datetime.now(UTC).date()
    return read_file(asked.path, kind, workspace=settings, mapping=asked.mapping or None, today=today, progress=report)


async def _write(
    database: Database, settings: WorkspaceSettings, file: DealFile | RecordFile, actor: Actor, asked: _Asked,
    report: Report,
) -> _Done:  # fmt: skip
    from db.imports import Wanted
    from db.imports.files import write_file

    wanted = Wanted(asked.name, source=asked.source, create_missing=asked.create_missing, dry_run=asked.dry_run)
    done = await write_file(database, settings, file, wanted, actor=actor, progress=report)
    return _Done(file, done.imported, done.rejected)


async def _actor(database: Database, email: str | None) -> Actor:
    from db.errors import NotFound
    from db.workspace import actor_by_email

    async with database.read() as session:
        actor = await actor_by_email(session, email)
    if actor is None:
        raise NotFound("active person", email or "administrator")
    return actor


def _print(asked: _Asked, done: _Done, rejected: Path | None) -> None:
    file, imported = done.file, done.imported
    verb = "would be" if asked.dry_run else "were"
    if file.layout is not None:
        print(f"Recognised as {file.layout.name}.")
    more = f"; {imported.accounts:,} new accounts" if imported.accounts else ""
    more += f", {imported.people:,} new colleagues without sign-in" if imported.people else ""
    print(
        f"{imported.created:,} {asked.kind} {verb} added, {imported.updated:,} changed, {imported.unchanged:,} are as "
        f"before{more}."
    )
    if imported.older:
        print(f"{imported.older:,} rows are older than what is here and changed nothing.")
    if done.rejected.height:
        where = f" They are in {rejected} with the reason per row." if rejected else ""
        print(f"{done.rejected.height:,} rows could not be used.{where}")
    for reason, count in file.set_aside.items():
        print(f"Set aside: {count:,} {reason}.")
    _print_left_out(imported)
    if file.oddities:
        print("\nWhat is odd in this file:")
        for oddity in file.oddities:
            print(f"- {oddity.sentence}")
    if imported.import_id and (imported.created or imported.updated):
        print(f"\nIt can be taken back as a whole: rainmaker imports undo {imported.import_id}")


def _print_left_out(imported: Imported) -> None:
    for one in imported.refused[:_SHOWN]:
        print(f"- row {one.row}: {one.why}")
    if imported.unowned:
        names = ", ".join(f"{name} ({count:,})" for name, count in list(imported.unowned.items())[:_SHOWN])
        print(f"Nobody here is called {names}; those records came without them.")
    if imported.left_out_count:
        print(f"\n{imported.left_out_count:,} values were left out:")
        for one in imported.left_out[:_SHOWN]:
            print(f"- row {one.row}, {one.field}: {one.why}")


def _set_aside(unusable: pl.DataFrame, path: Path) -> Path | None:
    """Write the unusable rows beside the file, or here where that folder is not ours; None when there are none."""
    if not unusable.height:
        return None
    from db.importers import write_rejected

    whole = path.resolve()
    target = (whole if whole.is_dir() else whole.parent) / f"{whole.stem}.rejected.csv"
    try:
        write_rejected(unusable, target)
    except OSError as error:
        if error.errno not in _NOT_WRITABLE:
            raise
        target = Path.cwd() / target.name
        write_rejected(unusable, target)
    return target
