"""`db upgrade|downgrade|backup|restore`: keeping the workspace's tables and what is in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.files import progress
from api.cli.output import AsJson, fail, print_json, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.backup import Written
    from db.keeping import Restored
    from db.repositories.audit_check import Checked

    Report = Callable[[str, float], None]

_SECRET = "The secret key is not in it: keep RAINMAKER_SECRET_KEY, or secret.key, apart from it."  # noqa: S105 - a sentence
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Revision = Annotated[str | None, typer.Option("--to", metavar="REVISION")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="The database of the workspace.", no_args_is_help=True)
    for name, verb in (("upgrade", upgrade), ("downgrade", downgrade), ("backup", backup), ("restore", restore)):
        group.command(name)(verb)
    app.add_typer(group, name="db")


def upgrade(to: Revision = None, as_json: AsJson = False) -> None:
    """Bring the tables up to the newest revision, or to one; what they held before is backed up first."""
    _moved(to, down=False, as_json=as_json)


def downgrade(to: Revision = None, yes: Yes = False, as_json: AsJson = False) -> None:
    """Take the tables down by one revision, or to one ("base": none are left); backed up first."""
    target = run(_ahead(to, down=True))
    if target is not None and not yes:
        lost = "every table is dropped" if target == "base" else "what an older program does not know is dropped"
        _agreed(f"The tables go down to {target}: {lost}, after a backup.", as_json=as_json)
    _moved(to, down=True, as_json=as_json)


def backup(
    path: Annotated[Path | None, typer.Argument(metavar="FILE", help="Left out: beside the workspace.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the whole workspace to one file, while others go on working. It restores on SQLite and on PostgreSQL."""
    with progress(quiet=as_json) as report:
        done = run(_backup(path, report))
    if as_json:
        print_json({"file": str(done.path), "revision": done.revision, "rows": done.rows, "bytes": done.bytes})
    else:
        print(f"{done.rows:,} rows of revision {done.revision} are in {done.path} ({done.bytes:,} bytes). {_SECRET}")


def restore(
    path: Annotated[Path, typer.Argument(metavar="FILE")],
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the place of the workspace; what is there now is kept aside."""
    if not path.is_file():
        fail(f"There is no file {path} to restore. Nothing was changed.")
    if not yes:
        _agreed("Everything in the workspace is replaced by the backup.", as_json=as_json)
    with progress(quiet=as_json) as report:
        done, checked = run(_restore(path, report))
    if as_json:
        print_json(
            {
                "rows": done.rows, "revision": done.header.revision, "made_at": done.header.made_at.isoformat(),
                "aside": str(done.aside) if done.aside else None, "audit": checked.said, "audit_holds": checked.holds,
            }
        )  # fmt: skip
        return
    print(f"{done.rows:,} rows of {done.header.made_at:%Y-%m-%d %H:%M} UTC are back.", end=" ")
    print(f"What was there before is in {done.aside}." if done.aside else "Nothing was there before.")
    if not checked.holds:
        print(
            f"{checked.said} If the backup is of another machine, set the RAINMAKER_SECRET_KEY it was made with: "
            "without it the chain cannot be checked, and hidden names cannot be shown."
        )


def _agreed(what: str, *, as_json: bool) -> None:
    """Go on only if somebody says so; where nobody can be asked, --yes says it."""
    if as_json:
        fail(f"{what} Say --yes to do it.")
    typer.confirm(f"{what} Go on?", abort=True, err=True)


def _moved(to: str | None, *, down: bool, as_json: bool) -> None:
    with progress(quiet=as_json) as report:
        revision, kept = run(_move(to, report, down=down))
    if as_json:
        print_json({"revision": revision, "backup": str(kept) if kept else None})
    elif kept is None:
        print(f"The tables are at revision {revision}; nothing was changed.")
    else:
        print(f"The tables are at revision {revision or 'base'}. What they held before is in {kept}. {_SECRET}")


async def _ahead(to: str | None, *, down: bool) -> str | None:
    from api.cli.workspace import Tables, opened
    from db.upgrading import ahead

    async with opened(Tables.THERE) as database:
        return await ahead(database, to, down=down)


async def _move(to: str | None, report: Report, *, down: bool) -> tuple[str | None, Path | None]:
    from api.cli.workspace import Tables, opened
    from db.revisions import revision
    from db.upgrading import bring_to

    async with opened(Tables.THERE) as database:
        kept = await bring_to(database, to, down=down, progress=report)
        async with database.read() as session:
            return await revision(session), kept


async def _backup(path: Path | None, report: Report) -> Written:
    from api.cli.workspace import Tables, opened
    from db import keeping
    from db.deeds import Deed
    from db.repositories import audit

    async with opened(Tables.THERE) as database:
        done = await keeping.back_up(database, path or keeping.backup_path(database, "of"), report)
        async with database.write() as session:
            await audit.record(session, None, Deed.BACKED_UP, details={"file": done.path.name, "rows": done.rows})
        return done


async def _restore(path: Path, report: Report) -> tuple[Restored, Checked]:
    from agent.sealing import audit_keys
    from api.cli.workspace import Tables, opened
    from db import backup, keeping
    from db.repositories.audit_check import check
    from db.settings import WorkspaceSettings

    settings = WorkspaceSettings()
    if settings.file is not None and not settings.file.exists():
        # Where there is nothing, nothing is made for a file that is no backup.
        backup.verify(path, report)
    async with opened(Tables.ANY) as database:
        done = await keeping.restore(database, path, report)
        async with database.read() as session:
            checked = await check(session, keys=audit_keys(settings), anchor=None)
        await keeping.restored_entry(database, done)
        return done, checked
