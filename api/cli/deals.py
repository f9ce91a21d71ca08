"""`import` and `diagnose`: other people's files in, an honest answer out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import As, AsJson, fail, print_json, run

if TYPE_CHECKING:
    from db.deal_import import Imported
    from db.importers import DealFile

Map = Annotated[
    list[str], typer.Option("--map", metavar="FIELD=COLUMN", help="Name a column the header does not tell.")
]
_KINDS = ("deals",)


def register(app: typer.Typer) -> None:
    app.command("import")(import_)
    app.command("diagnose")(diagnose)


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
    with _progress(quiet=as_json) as report:
        file, done = run(
            _import(path, _mapping(mapping), report, name=path.resolve().name, dry_run=dry_run, email=email)
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
    from api.cli.workspace import opened
    from db.access import Permission
    from db.deal_import import import_deals
    from db.errors import NotFound
    from db.settings import WorkspaceSettings
    from db.workspace import actor_by_email

    file = _read(path, mapping, report)
    async with opened(creating=True) as database:
        async with database.read() as session:
            actor = await actor_by_email(session, email)
        if actor is None:
            raise NotFound("active person", email or "administrator")
        actor.require(Permission.IMPORT)
        report("writing", 0.0)
        done = await import_deals(
            database, WorkspaceSettings(), file, name=name, user_id=actor.user_id, dry_run=dry_run
        )
        report("writing", 1.0)
    return file, done


def diagnose(
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE|FOLDER", help="A file instead of the workspace.")
    ] = None,
    mapping: Map = [],  # noqa: B006 - typer copies the default
    period: Annotated[str, typer.Option("--period", help="quarter, month or year.")] = "quarter",
    at: Annotated[str | None, typer.Option("--at", metavar="PERIOD", help="For example 2025Q2.")] = None,
    versus: Annotated[
        str | None, typer.Option("--versus", metavar="PERIOD", help="The period to compare with.")
    ] = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Why the win rate moved, or that it did not. Without --at: the latest complete period against the one before."""
    if period not in ("quarter", "month", "year"):
        fail(f"“{period}” is not a length of period; there is quarter, month and year.")
    if csv is not None:
        found = _diagnose_file(csv, _mapping(mapping), period=period, at=at, versus=versus, quiet=as_json)
    else:
        found = run(_diagnose_workspace(email, grain=period, at=at, versus=versus))
    if as_json:
        print_json(found)
    else:
        _show(found)


def _diagnose_file(
    path: Path, mapping: dict[str, str], *, period: str, at: str | None, versus: str | None, quiet: bool
) -> dict[str, Any]:
    from api.cli.output import failing_in_words
    from db.settings import WorkspaceSettings
    from tools import deal_sources
    from tools.science.periods import Grain, Period
    from tools.science.winrate import Question, diagnose

    with failing_in_words(), _progress(quiet=quiet) as report:
        year_start = WorkspaceSettings().fiscal_year_start
        question = Question(
            grain=Grain(period),
            at=Period.parse(at, year_start=year_start) if at else None,
            versus=Period.parse(versus, year_start=year_start) if versus else None,
            year_start=year_start,
        )
        deals = deal_sources.from_file(_read(path, mapping, report), name=path.resolve().name)
        report("diagnosing", 0.0)
        found = diagnose(deals, question).as_json()
        report("diagnosing", 1.0)
    return found


async def _diagnose_workspace(email: str | None, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - passed on
    from api.cli.workspace import acting

    async with acting(email) as (runtime, actor):
        return await runtime.diagnose(actor, **asked)


def _read(path: Path, mapping: dict[str, str], report: Callable[[str, float], None]) -> DealFile:
    from db.importers import read_deals

    return read_deals(path, mapping=mapping or None, progress=report, today=datetime.now(UTC).date())


def _mapping(pairs: list[str]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not name.strip() or not column.strip():
            fail(f"“{pair}” is not a mapping. Write --map FIELD=COLUMN, for example --map outcome=Result.")
        mapping[name.strip()] = column.strip()
    return mapping


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """A progress bar on standard error, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda _what, _share: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def report(what: str, share: float) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=1.0)
            bar.update(tasks[what], completed=share)

        yield report


def _set_aside(file: DealFile, path: Path) -> Path | None:
    """Write the unusable rows beside the file; None when there are none."""
    if not file.rejected.height:
        return None
    from db.importers import write_rejected

    whole = path.resolve()
    target = (whole if whole.is_dir() else whole.parent) / f"{whole.stem}.rejected.csv"
    try:
        write_rejected(file.rejected, target)
    except PermissionError:
        target = Path.cwd() / target.name
        write_rejected(file.rejected, target)
    except OSError as error:
        if error.errno not in (30, 13):
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


def _show(found: dict[str, Any]) -> None:
    print(found["statement"])
    for line in found["secondary"]:
        print(f"  {line}")
    if found["ruled_out"]:
        print(f"Checked and ruled out: {', '.join(found['ruled_out'])}.")
    for action in found["actions"]:
        print(f"Next step: {action['text']}")
    if found["excluded"]:
        print("Left out as known only afterwards: " + ", ".join(one["column"] for one in found["excluded"]) + ".")
    print(f"Definition: {found['definition']}. Scope: {found['scope']}, {found['deals']:,} closed deals.")
    for warning in found["warnings"]:
        print(f"Note: {warning}")
