"""Standard output and standard error of the terminal door."""

from __future__ import annotations

import asyncio
import json
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
    from pydantic import ValidationError

    from agent.errors import AgentError
    from db.errors import StorageFull, StoreError
    from db.importers.errors import ImporterError
    from tools.errors import ToolError
    from tools.science.errors import ScienceError
    from tools.science.periods import UnreadablePeriod

    try:
        yield
    except (AgentError, StoreError, ToolError, ScienceError, ImporterError, UnreadablePeriod) as error:
        print(str(error), file=sys.stderr)
        sys.exit(1)
    except ValidationError as error:
        faults = "; ".join(str(fault["msg"]).removeprefix("Value error, ") for fault in error.errors())
        print(f"The configuration is not usable: {faults}. See “rainmaker check-config”.", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        if error.errno == 28:
            print(str(StorageFull("no space left on the device")), file=sys.stderr)
            sys.exit(1)
        raise
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(130)


def run(work: Coroutine[Any, Any, T]) -> T:
    with failing_in_words():
        return asyncio.run(work)


def print_json(value: Any) -> None:  # noqa: ANN401 - any JSON value
    print(json.dumps(value, ensure_ascii=False, default=str))


_MARK = re.compile(r" \[(\d{1,3})\]")


def print_answer(text: str) -> None:
    """An answer for a person: citation marks dimmed on a terminal, plain when piped."""
    shown = _MARK.sub("\033[2m[\\1]\033[0m", text) if sys.stdout.isatty() else text
    print(shown)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    Console(soft_wrap=True).print(table)
