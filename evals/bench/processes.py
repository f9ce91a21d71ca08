"""Both sides of a comparison as processes: one command run under limits, or several in turn."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from evals.bench.errors import SideFailed, UnreadableReport

_CHECKOUT = Path(__file__).parents[2]
_LAUNCHER = Path(__file__).with_name("launcher.py")
_OUT_OF_MEMORY = ("MemoryError", "Unable to allocate", "bad_alloc", "Cannot allocate memory", "memory allocation")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may take; zero is no limit."""

    memory_bytes: int = 0
    seconds: float = 0.0


class Stopped(StrEnum):
    """Which limit ended a process."""

    BY_MEMORY = "stopped by the memory limit"
    BY_TIME = "stopped by the time limit"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run took, and what the process itself reported before it ended."""

    wall_seconds: float
    peak_bytes: int
    processor_seconds: float
    stopped: Stopped | None = None
    report: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison."""

    label: str
    command: tuple[str, ...]


def module(name: str, *arguments: str | int | Path) -> tuple[str, ...]:
    """The command that runs a module of this project in a fresh interpreter."""
    return (sys.executable, "-m", name, *map(str, arguments))


def run(command: Sequence[str], *, limits: Limits | None = None) -> Outcome:
    """Run `command` to its end.

    Raises `SideFailed` when it fails for another reason than a limit, `UnreadableReport` when its
    standard output is not JSON objects, one a line.
    """
    limits = limits or Limits()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        figures, out, err = (Path(folder, name) for name in ("figures.json", "out", "err"))
        launch = [sys.executable, "-I", str(_LAUNCHER), str(figures), str(limits.memory_bytes), str(limits.seconds)]
        with out.open("wb") as to_out, err.open("wb") as to_err:
            subprocess.run(  # noqa: S603  # the benchmark composes the command itself
                [*launch, *command], check=True, cwd=_CHECKOUT, stdin=subprocess.DEVNULL, stdout=to_out, stderr=to_err
            )
        took = json.loads(figures.read_text(encoding="utf-8"))
        errors = err.read_text(encoding="utf-8", errors="replace")
        stopped = _stopped(took, errors, limits)
        if took["exit_code"] and stopped is None:
            raise SideFailed(command=command, exit_code=took["exit_code"], error_output=errors)
        return Outcome(
            wall_seconds=took["wall_seconds"],
            peak_bytes=took["peak_bytes"],
            processor_seconds=took["processor_seconds"],
            stopped=stopped,
            report=_report(out.read_text(encoding="utf-8")),
        )


def alternate(sides: Sequence[Side], *, rounds: int, limits: Limits | None = None) -> dict[str, list[Outcome]]:
    """Run the sides in turn, A B A B, so that a slow spell of the machine meets all of them.

    A side that a limit stopped is not run again.
    """
    outcomes: dict[str, list[Outcome]] = {side.label: [] for side in sides}
    for _ in range(rounds):
        for side in sides:
            done = outcomes[side.label]
            if not (done and done[-1].stopped):
                done.append(run(side.command, limits=limits))
    return outcomes


def _stopped(took: Mapping[str, Any], errors: str, limits: Limits) -> Stopped | None:
    if took["late"]:
        return Stopped.BY_TIME
    if took["exit_code"] and limits.memory_bytes and any(sign in errors for sign in _OUT_OF_MEMORY):
        return Stopped.BY_MEMORY
    return None


def _report(output: str) -> dict[str, Any]:
    report: dict[str, Any] = {}
    for line in filter(None, output.splitlines()):
        try:
            part = json.loads(line)
        except ValueError as error:
            raise UnreadableReport(line=line) from error
        if not isinstance(part, dict):
            raise UnreadableReport(line=line)
        report |= part
    return report
