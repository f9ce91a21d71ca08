"""Standard output and standard error of the terminal door."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import re
import sys
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn, TypeVar

import typer

T = TypeVar("T")
As = Annotated[
    str | None, typer.Option("--as", metavar="EMAIL", help="Act as this person (default: the administrator).")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output, and nothing else.")]


def fail(sentence: str) -> NoReturn:
    """One sentence on standard error, exit code 1."""
    print(sentence, file=sys.stderr)
    raise typer.Exit(1)


@contextmanager
def failing_in_words() -> Iterator[None]:
    """Declared errors end in their sentence; only a fault of ours shows a stack."""
    try:
        yield
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        sentence = _in_words(error)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        sys.exit(1)


def _in_words(error: Exception) -> str | None:
    """The sentence of a declared error; None for a fault of ours. The errors are imported only when one came."""
    from pydantic import ValidationError

    from agent.errors import AgentError
    from api.errors import ApiError
    from db.demo.errors import DemoError
    from db.errors import StorageFull, StoreError
    from db.importers.errors import ImporterError
    from tools.errors import ToolError
    from tools.science.errors import ScienceError
    from tools.science.periods import UnreadablePeriod

    declared = (ApiError, AgentError, StoreError, ToolError, ScienceError, ImporterError, UnreadablePeriod, DemoError)
    if isinstance(error, declared):
        return str(error)
    if isinstance(error, ValidationError):
        from api.cli.misset import faults_of

        faults = "; ".join(faults_of(error).values())
        return f"The configuration is not usable: {faults}. See “rainmaker check-config”."
    if isinstance(error, OSError) and error.errno in (
        errno.ENOSPC,
        errno.EFBIG,
        errno.EROFS,
        errno.EACCES,
        errno.EDQUOT,
        errno.ENOENT,
        errno.ENOTDIR,
    ):
        return str(StorageFull(os.strerror(error.errno)))
    return None


def run(work: Coroutine[Any, Any, T]) -> T:
    with failing_in_words():
        return asyncio.run(work)


def print_json(value: Any) -> None:  # noqa: ANN401 - any JSON value
    print(json.dumps(value, ensure_ascii=False, default=str))


_WORDS_OF_A_DATE = 2
_GAP = 2  # between two columns
_MARK = re.compile(r" \[(\d{1,3})\]")


def print_answer(text: str) -> None:
    """An answer for a person: citation marks dimmed on a terminal, plain when piped."""
    shown = _MARK.sub("\033[2m[\\1]\033[0m", text) if sys.stdout.isatty() else text
    print(shown)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table without borders. Ids, addresses and dates are never cut; only running text is wrapped, on a terminal."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    console = Console(soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="bold")
    least = 0
    for position, column in enumerate(columns):
        texts = [column, *(row[position] for row in cells)]
        # Where output is piped, a row is a line.
        whole = not console.is_terminal or not any(len(text.split()) > _WORDS_OF_A_DATE for text in texts)
        unbroken = texts if whole else [word for text in texts for word in text.split()]
        width = max((cell_len(text) for text in unbroken), default=0)
        table.add_column(Text(column), no_wrap=whole, min_width=width, overflow="fold")
        least += width + _GAP
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console.width = max(console.width, least)
    console.print(table)
