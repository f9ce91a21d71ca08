"""`python -m evals.simulator`: how often the diagnosis finds what was planted.

python -m evals.simulator --closings 1500 --runs 200 --seed 11 --kinds segment,broad --out table.json
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track

from evals.simulator.errors import SimulatorError, UnknownKind
from evals.simulator.kinds import Kind
from evals.simulator.table import MOST_BROAD_PINNED, as_json, broad_pinned, confusion, rows_of, table
from evals.simulator.trial import Trial, run_many

ASKED_FROM_CLOSINGS, ASKED_FROM_SIZE = 1500, 1.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the table; exit code 1 when a threshold is missed where it is asked for, 2 when no table could be made."""
    options = _options(arguments)
    errors = Console(stderr=True)
    try:
        trials = _trials(_kinds(options.kinds), options, shown_on=errors)
    except SimulatorError as error:
        errors.print(f"{error} {error.__cause__ or ''}", markup=False)
        return 2
    rows = rows_of(trials)
    pinned = broad_pinned(trials)
    title = (
        f"{options.closings} closings a quarter, {options.runs} runs a kind, size {options.size}, seed {options.seed}"
    )
    console = Console(width=None if sys.stdout.isatty() else 220)
    console.print(table(rows, title=title))
    console.print(confusion(rows))
    if pinned.n:
        console.print(f"broad falls pinned on a segment: {pinned} (at most {MOST_BROAD_PINNED})")
    if options.out is not None:
        settings = {name: str(value) for name, value in vars(options).items()}
        options.out.write_text(json.dumps(as_json(trials, rows, settings=settings), indent=1), encoding="utf-8")
    missed = any(row.met is False for row in rows) or (pinned.value or 0.0) > MOST_BROAD_PINNED
    return int(missed and options.closings >= ASKED_FROM_CLOSINGS and options.size >= ASKED_FROM_SIZE)


def _trials(kinds: Sequence[Kind], options: argparse.Namespace, *, shown_on: Console) -> list[Trial]:
    trials = run_many(
        kinds, runs=options.runs, size=options.size, closings=options.closings, seed=options.seed, jobs=options.jobs
    )
    quiet = not shown_on.is_terminal
    return list(track(trials, "companies", total=len(kinds) * options.runs, console=shown_on, disable=quiet))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.simulator", description="Confusion table of the diagnosis.")
    parser.add_argument("--closings", type=int, default=1500, help="expected closings a quarter")
    parser.add_argument("--runs", type=int, default=200, help="companies per kind")
    parser.add_argument("--size", type=float, default=1.5, help="planted change in multiples of the detectable one")
    parser.add_argument("--seed", type=int, default=None, help="left out: a fresh one, shown in the title")
    parser.add_argument("--kinds", default="", help="names separated by commas; left out: all")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--out", type=Path, default=None, help="write every trial and the table as JSON")
    options = parser.parse_args(arguments)
    if options.seed is None:
        options.seed = secrets.randbelow(10**9)
    return options


def _kinds(text: str) -> list[Kind]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = next((name for name in names if name not in set(Kind)), None)
    if unknown is not None:
        raise UnknownKind(unknown, list(Kind))
    return [Kind(name) for name in names] or list(Kind)


if __name__ == "__main__":
    sys.exit(main())
