"""A program of ours in a process that is killed, as by `kill -9`, at a chosen point.

The point is a commit: every effect and every record of a step becomes durable in one, so that just before and just
after each of them are all the states a crash can leave behind. Or it is a moment: whoever started it kills it.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy.engine.default import DefaultDialect

_READY = ("dbos", "alembic", "psycopg", "aiosqlite", "typer", "api.worker.service", "api.cli.output")
"""What every process would import: loaded once, so that a hundred of them start in the time of one."""


@dataclass(frozen=True, slots=True)
class Point:
    """Just before or just after the n-th commit of the process, counted from 1."""

    commit: int
    after: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended; `killed` by `SIGKILL`."""

    code: int

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Mortal:
    """Starts `python -m MODULE` again and again in processes that share what is loaded.

    Args:
        environment: what the program reads instead of the environment around it.
        log: where its output goes.
    """

    def __init__(self, module: str, environment: Mapping[str, str], log: Path) -> None:
        self._module, self._environment, self._log = module, dict(environment), log
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([*_READY, __name__])

    def start(self, arguments: Sequence[str], *, at: Point | None = None) -> BaseProcess:
        process = self._context.Process(
            target=_program, args=(self._module, list(arguments), self._environment, self._log, at)
        )
        process.start()
        return process

    def run(self, arguments: Sequence[str], *, at: Point | None = None, seconds: float | None = None) -> Ended:
        """Until it ends by itself, reaches the point, or `seconds` have passed and it is killed."""
        process = self.start(arguments, at=at)
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
        process.join()
        code = process.exitcode
        process.close()
        return Ended(-1 if code is None else code)


def _program(module: str, arguments: list[str], environment: Mapping[str, str], log: Path, at: Point | None) -> None:
    os.environ.update(environment)
    with log.open("ab") as written:
        for stream in (1, 2):
            os.dup2(written.fileno(), stream)
    if at is not None:
        _die_at(at)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _die_at(point: Point) -> None:
    commit: Any = DefaultDialect.do_commit
    lock, count = threading.Lock(), 0

    def counted(dialect: DefaultDialect, connection: Any) -> None:  # noqa: ANN401 - the driver's own connection type
        nonlocal count
        with lock:
            count += 1
            reached = count == point.commit
        if reached and not point.after:
            _die()
        commit(dialect, connection)
        if reached:
            _die()

    DefaultDialect.do_commit = counted  # type: ignore[method-assign]


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    # The signal arrives before anything else of this process runs.
    raise SystemExit
