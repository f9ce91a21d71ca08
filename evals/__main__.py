"""`python -m evals`: how well questions are understood, what commands do to the records, and how often the diagnosis
finds what was planted.

python -m evals --suite understanding --half dev --failures 30
python -m evals --suite commands --half dev --only cmd-dev-012 cmd-dev-040
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import anyio
from rich.console import Console
from rich.progress import Progress

from evals import company, gate, report
from evals.cases import Case, Half, load
from evals.commands import cases as commands
from evals.commands import report as commands_report
from evals.commands.holding import HeldCommands
from evals.commands.holding import hold as hold_commands
from evals.errors import EvalsError, UnknownCase
from evals.misses import misses
from evals.task import Held, hold

_DIAGNOSIS = ("--closings", "1500", "--runs", "20")
"""Enough to see that something broke; the figures themselves come from `python -m evals.simulator --runs 200`."""

C = TypeVar("C", Case, commands.CommandCase)


class Suite(StrEnum):
    UNDERSTANDING = "understanding"
    COMMANDS = "commands"
    DIAGNOSIS = "diagnosis"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when every figure is reached, 1 when one is missed, 2 when a suite could not be run."""
    options = _options(arguments)
    told: list[dict[str, Any]] = []
    missed = False
    try:
        if options.suite in (None, Suite.UNDERSTANDING):
            for half in [options.half] if options.half else list(Half):
                found, sentences = _understanding(half, options)
                told.append(found)
                missed = missed or bool(sentences)
        if options.suite in (None, Suite.COMMANDS):
            for half in [options.half] if options.half else commands.halves():
                found, sentences = _commands(half, options)
                told.append(found)
                missed = missed or bool(sentences)
    except EvalsError as error:
        print(error, file=sys.stderr)
        return 2
    code = int(missed)
    if options.suite in (None, Suite.DIAGNOSIS):
        found, diagnosed = _diagnosis(options)
        told.append(found)
        code = max(code, diagnosed)
    if options.json:
        print(json.dumps(told, ensure_ascii=False))
    return code


def _understanding(half: Half, options: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    cases = _chosen(half, load(half), options)
    with _progress(options, len(cases), f"understanding, {half}") as advance:
        held = anyio.run(_held, cases, options.seed, advance)
    found = report.totals(half, held)
    sentences = gate.missed(found)
    if not options.json:
        wrong = misses(half, held.scores, most=options.failures)
        print("\n\n".join(text for text in (wrong, report.in_words(found), *sentences) if text))
    return report.as_json(found, held) | {"missed": sentences}, sentences


def _commands(half: Half, options: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    cases = _chosen(half, commands.load(half), options)
    with _progress(options, len(cases), f"commands, {half}") as advance:
        held = anyio.run(_held_commands, cases, options.seed, advance)
    found = commands_report.totals(half, held)
    sentences = gate.missed_commands(found)
    if not options.json:
        wrong = misses(half, held.scores, most=options.failures)
        print("\n\n".join(text for text in (wrong, commands_report.in_words(found), *sentences) if text))
    return commands_report.as_json(found, held) | {"missed": sentences}, sentences


async def _held_commands(cases: Sequence[commands.CommandCase], seed: int, advance: Any) -> HeldCommands:  # noqa: ANN401 - a callback of no arguments
    with tempfile.TemporaryDirectory(prefix="evals-") as folder:
        path = Path(folder) / "demo.db"
        await company.build(path)
        return await hold_commands(path, cases, seed=seed, on_case=advance)


def _chosen(half: Half, cases: Sequence[C], options: argparse.Namespace) -> list[C]:
    """The cases that were asked for; the held-back half is only ever held as a whole. Raises `UnknownCase`."""
    if not options.only or half is Half.HELD_BACK:
        return list(cases)
    unknown = set(options.only) - {case.id for case in cases}
    if unknown:
        raise UnknownCase(sorted(unknown))
    return [case for case in cases if case.id in options.only]


async def _held(cases: Sequence[Case], seed: int, advance: Any) -> Held:  # noqa: ANN401 - a callback of no arguments
    """A run on a demo company of its own, which is thrown away."""
    with tempfile.TemporaryDirectory(prefix="evals-") as folder:
        path = Path(folder) / "demo.db"
        await company.build(path)
        return await hold(path, cases, seed=seed, on_case=advance)


@contextlib.contextmanager
def _progress(options: argparse.Namespace, total: int, title: str) -> Iterator[Any]:
    console = Console(stderr=True)
    with Progress(console=console, disable=options.json or not console.is_terminal) as bar:
        task = bar.add_task(title, total=total)
        yield lambda: bar.advance(task)


def _diagnosis(options: argparse.Namespace) -> tuple[dict[str, Any], int]:
    from evals.simulator.__main__ import main as simulate

    with tempfile.TemporaryDirectory(prefix="evals-") as folder:
        out = Path(folder) / "diagnosis.json"
        with contextlib.redirect_stdout(sys.stderr) if options.json else contextlib.nullcontext():
            code = simulate([*_DIAGNOSIS, "--out", str(out)])
        table = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    table.pop("trials", None)
    return {"suite": Suite.DIAGNOSIS.value} | table, code


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals", description="How good it is.")
    parser.add_argument("--suite", type=Suite, choices=list(Suite), help="left out: all of them")
    parser.add_argument("--half", type=Half, choices=list(Half), help="of the cases; left out: both")
    parser.add_argument("--only", nargs="+", default=[], metavar="ID", help="these cases and no others")
    parser.add_argument("--json", action="store_true", help="print one JSON array and nothing else")
    parser.add_argument("--failures", type=int, default=20, metavar="N", help="misses to print, of the dev half alone")
    parser.add_argument("--seed", type=int, default=7, help="which records of the company stand for the placeholders")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
