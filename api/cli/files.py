"""Reading other people's files for a verb: columns named on the line, and a progress bar while it lasts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import fail

if TYPE_CHECKING:
    from db.importers import DealFile

Map = Annotated[
    list[str], typer.Option("--map", metavar="FIELD=COLUMN", help="Name a column the header does not tell.")
]


def read(path: Path, mapping: dict[str, str], report: Callable[[str, float], None]) -> DealFile:
    """The deals of a file or folder; raises `ImporterError`."""
    from db.importers import read_deals

    return read_deals(path, mapping=mapping or None, progress=report, today=datetime.now(UTC).date())


def mapping_of(pairs: list[str]) -> dict[str, str]:
    """`outcome=Result` as field and column."""
    mapping = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not name.strip() or not column.strip():
            fail(f"“{pair}” is not a mapping. Write --map FIELD=COLUMN, for example --map outcome=Result.")
        mapping[name.strip()] = column.strip()
    return mapping


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str, float], None]]:
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
