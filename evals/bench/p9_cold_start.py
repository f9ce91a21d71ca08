"""P9: from nothing to an answer in the terminal, beside the bare imports any such program has.

Each command is started once before it is measured, so that
byte code and files are in place, as they are for everybody after the first time.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from evals.bench.measurement import OURS, Benchmark, Measurement, compare
from evals.bench.processes import Outcome, Side, alternate, module
from evals.bench.processes import run as run_command

BASELINE = "imports of SQLAlchemy, langgraph and typer"
MIB = 2**20


def sides(demo: Path) -> tuple[Side, ...]:
    """The commands that are compared; ours asks one question of the demo workspace in `demo`."""
    program = Path(sys.executable).parent / "rainmaker"
    question = (str(program), "ask", "what are my top deals", "--as", "rep@demo.example", "--json")
    return (
        Side(BASELINE, module("evals.bench.baselines.imports")),
        Side(OURS, ("env", f"RAINMAKER_DATABASE_URL=sqlite:///{demo}", *question)),
    )


def run(quick: bool) -> list[Measurement]:  # the roster's signature
    rounds = 2 if quick else 7
    with tempfile.TemporaryDirectory(prefix="cold-") as folder:
        demo = Path(folder, "demo.db")
        run_command(module("evals.bench.ours.demo", "--out", demo))
        compared = sides(demo)
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
