"""P1: a chat turn, beside a bare LangGraph supervisor with one sub-agent, one tool and a scripted model.

A side prints `{"turn_ms": [...]}`, ours also `overhead_ms`: the part of each turn outside its tools' own time, and
`gates_ms`: what each gate takes of it. The
baseline's tool takes next to no time, so that its whole turn is its overhead.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, median, quantiles

from evals.bench.measurement import OURS, Benchmark, Measurement, compare
from evals.bench.processes import Outcome, Side, alternate, module
from evals.bench.processes import run as run_command

BASELINE = "bare LangGraph supervisor"


def sides(turns: int, demo: Path) -> tuple[Side, ...]:
    """The processes that are compared, each answering `turns` turns; ours on the demo workspace in `demo`."""
    return (
        Side(BASELINE, module("evals.bench.baselines.langgraph_turn", "--turns", turns)),
        Side(OURS, module("evals.bench.ours.turn", "--database", demo, "--turns", turns)),
    )


def run(quick: bool) -> list[Measurement]:  # the roster's signature
    turns, rounds = (50, 1) if quick else (300, 3)
    with tempfile.TemporaryDirectory(prefix="turns-") as folder:
        demo = Path(folder, "demo.db")
        run_command(module("evals.bench.ours.demo", "--out", demo))
        outcomes = alternate(sides(turns, demo), rounds=rounds)
    conditions = {"turns": turns * rounds}
    theirs, ours = _times(outcomes[BASELINE], "turn_ms"), outcomes.get(OURS, ())
    return [
        *_whole(theirs, ours, conditions),
        *(
            compare(
                f"of it: {gate}", "mean", unit="ms", baseline="–", baseline_value=None,
                ours=mean(_of_gate(ours, gate)), conditions=conditions,
            )
            for gate in (ours[0].report["gates_ms"] if ours else ())
        ),
    ]  # fmt: skip


def _of_gate(outcomes: Sequence[Outcome], gate: str) -> list[float]:
    return [time for outcome in outcomes for time in outcome.report["gates_ms"][gate]]


def _whole(
    theirs: Sequence[float], ours: Sequence[Outcome], conditions: Mapping[str, str | int | float]
) -> list[Measurement]:
    return [
        compare(
            "one turn, local model",
            figure,
            unit="ms",
            baseline=BASELINE,
            baseline_value=reduce(theirs),
            ours=reduce(_times(ours, quantity)) if ours else None,
            conditions=conditions,
        )
        for figure, quantity, reduce in (
            ("median", "turn_ms", median),
            ("95th percentile", "turn_ms", percentile_95),
            ("median outside the tools", "overhead_ms", median),
        )
    ]


def percentile_95(times: Sequence[float]) -> float:
    """The 95th percentile, interpolated between observations."""
    return quantiles(times, n=20, method="inclusive")[-1]


def _times(outcomes: Sequence[Outcome], quantity: str) -> list[float]:
    return [time for outcome in outcomes for time in outcome.report[quantity]]


BENCHMARK = Benchmark(
    name="p1_turn",
    title="A chat turn",
    goal="median ≤ 60 ms, 95th percentile ≤ 150 ms with redaction, budget, trace and audit on; "
    "≤ 25 ms of it outside the tools",
    run=run,
)
