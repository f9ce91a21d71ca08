"""One run: simulate, ask, grade."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from time import perf_counter
from typing import Any

from evals.scorers.diagnosis import Grade, grade
from evals.simulator.case import simulate
from evals.simulator.errors import RunFailed
from evals.simulator.kinds import Kind
from evals.simulator.naive import naive_answer
from tools.science.winrate import Question, diagnose

RUNS_APART = 100_000
"""Seeds of two tables do not overlap for fewer runs than this."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The answer to one company, graded.

    Attributes:
        multiple: the change that was really planted, in multiples of the detectable one.
        whole_z: naive z of the two whole periods.
        top: kind, dimension and segment of the named cause, None where none is named.
        naive_right: whether the rule of thumb names the truth.
        seconds: time of the diagnosis alone.
    """

    kind: Kind
    seed: int
    multiple: float
    whole_z: float
    verdict: str
    top: tuple[str, str | None, str | None] | None
    truth: str
    grade: Grade
    naive_right: bool
    seconds: float

    @property
    def said(self) -> str:
        """Verdict and kind of the cause, as a column of the confusion table."""
        kind = self.top[0] if self.top else None
        return f"{self.verdict}/{kind}" if self.verdict == "rate_change" else self.verdict


def run(kind: Kind, seed: int, *, size: float, closings: int) -> Trial:
    """Simulates, asks and grades one company."""
    case = simulate(kind, size=size, closings=closings, seed=seed)
    started = perf_counter()
    try:
        answer = diagnose(case.deals, Question(at=case.current, versus=case.previous)).as_json()
    except Exception as error:
        raise RunFailed(kind, seed=seed, closings=closings, size=size) from error
    seconds = perf_counter() - started
    naive = naive_answer(case)
    return Trial(
        kind=kind, seed=seed, multiple=case.truth.multiple, whole_z=naive.z, verdict=str(answer["verdict"]),
        top=_top(answer["top"]), truth="; ".join(str(r) for r in case.truth.readings),
        grade=grade(answer, case.truth, whole_z=naive.z),
        naive_right=any(naive.names(reading) for reading in case.truth.readings), seconds=seconds,
    )  # fmt: skip


def run_many(kinds: Sequence[Kind], *, runs: int, size: float, closings: int, seed: int, jobs: int) -> Iterator[Trial]:
    """Trials of all kinds, kind by kind, as they are done."""
    pairs = [(kind, seed * RUNS_APART + k) for kind in kinds for k in range(runs)]
    one = partial(_run_pair, size=size, closings=closings)
    if jobs == 1:
        yield from map(one, pairs)
        return
    # polars holds threads, which do not survive a fork
    with ProcessPoolExecutor(max_workers=jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(one, pairs, chunksize=8)


def _run_pair(pair: tuple[Kind, int], *, size: float, closings: int) -> Trial:
    return run(*pair, size=size, closings=closings)


def _top(top: dict[str, Any] | None) -> tuple[str, str | None, str | None] | None:
    return None if top is None else (str(top["kind"]), top["dimension"], top["segment"])
