"""P4: scoring every lead of a workspace, read from the database and written back with its history."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from evals.bench.measurement import OURS, Benchmark, Measurement
from evals.bench.processes import Limits, Outcome, Side, alternate, module

FRAMES = "the same function on frames in memory"
LIMITS = Limits(memory_bytes=8 * 2**30, seconds=900)
_FIGURES = {
    "first_seconds": "every lead for the first time, with history",
    "again_seconds": "every lead again a day later",
}


def run(quick: bool) -> list[Measurement]:  # the roster's signature
    sizes = (10_000,) if quick else (10_000, 100_000, 1_000_000)
    return [measurement for leads in sizes for measurement in at_size(leads)]


def at_size(leads: int) -> list[Measurement]:
    """The figures for so many leads, with three events each."""
    with tempfile.TemporaryDirectory(prefix="leads-") as folder:
        sides = (
            Side(FRAMES, module("evals.bench.ours.lead_score", "--leads", leads)),
            Side(OURS, module("evals.bench.ours.lead_score", "--leads", leads, "--database", Path(folder, "leads.db"))),
        )
        outcomes = alternate(sides, rounds=1, limits=LIMITS)
    frames = _seconds(outcomes[FRAMES], "score_seconds")
    return [
        Measurement(
            f"score {leads:,} leads of a SQLite workspace", figure, _seconds(outcomes[OURS], stage), "s",
            FRAMES, frames, None, {"events": 3 * leads},
        )
        for stage, figure in _FIGURES.items()
    ]  # fmt: skip


def _seconds(outcomes: list[Outcome], stage: str) -> float | None:
    values = [float(one.report[stage]) for one in outcomes if stage in one.report]
    return median(values) if values else None


BENCHMARK = Benchmark(
    name="p4_lead_score",
    title="Scoring every lead",
    goal="1,000,000 leads in batch ≤ 60 s",
    run=run,
)
