"""P9: from nothing to an answer in the terminal, beside the bare imports any such program has.

Our side belongs into `sides`, with the label `OURS`. Each command is started once before it is measured, so that
byte code and files are in place, as they are for everybody after the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from evals.bench.measurement import OURS, Benchmark, Measurement, compare
from evals.bench.processes import Outcome, Side, alternate, module

BASELINE = "imports of SQLAlchemy, langgraph and typer"
MIB = 2**20


def sides() -> tuple[Side, ...]:
    """The commands that are compared."""
    return (Side(BASELINE, module("evals.bench.baselines.imports")),)


def run(quick: bool) -> list[Measurement]:  # the roster's signature
    rounds = 2 if quick else 7
    compared = sides()
    alternate(compared, rounds=1)
    outcomes = alternate(compared, rounds=rounds)
    return [
        compare(
            "one question in a fresh process",
            figure,
            unit=unit,
            baseline=BASELINE,
            baseline_value=_median(outcomes[BASELINE], quantity),
            ours=_median(outcomes[OURS], quantity) if OURS in outcomes else None,
            conditions={"runs": rounds},
        )
        for figure, unit, quantity in (
            ("time, median", "s", lambda outcome: outcome.wall_seconds),
            ("peak memory, median", "MiB", lambda outcome: outcome.peak_bytes / MIB),
        )
    ]


def _median(outcomes: Sequence[Outcome], quantity: Callable[[Outcome], float]) -> float:
    return median(quantity(outcome) for outcome in outcomes)


BENCHMARK = Benchmark(
    name="p9_cold_start",
    title="Cold start in the terminal",
    goal="`rainmaker ask` in a fresh process ≤ 3.5 s",
    run=run,
)
