"""Deleting thousands of leads at once: seen before it happens, carried out, and taken back to the exact rows."""

from __future__ import annotations

import tempfile
from statistics import median

from evals.bench.measurement import OURS, Benchmark, Measurement, compare
from evals.bench.processes import Limits, Side, alternate, module

BASELINE = "the same rows as objects of SQLAlchemy, without preview, history, links or entries"
LIMITS = Limits(memory_bytes=4 * 2**30, seconds=600)
_FIGURES = {
    "preview_seconds": "preview with reach, from the request to the waiting proposal",
    "apply_seconds": "approved and deleted",
    "undo_seconds": "taken back",
}


def run(quick: bool) -> list[Measurement]:  # the roster's signature
    return at_size(5_000, rounds=1 if quick else 3)


def at_size(leads: int, *, rounds: int) -> list[Measurement]:
    """The figures for so many leads of one source among twice as many, each with an exchange and a task."""
    with tempfile.TemporaryDirectory(prefix="bulk-") as folder:
        told = ("--leads", leads, "--folder", folder)
        sides = (
            Side(BASELINE, module("evals.bench.baselines.bulk_objects", *told)),
            Side(OURS, module("evals.bench.ours.bulk", *told)),
        )
        outcomes = alternate(sides, rounds=rounds, limits=LIMITS)
    theirs, ours = outcomes[BASELINE], outcomes[OURS]
    conditions: dict[str, str | int | float] = {
        "rounds": rounds, "leads in the workspace": 2 * leads,
        "rows that differ after the undo": max(int(one.report["differing"]) for one in ours),
        "steps of progress told": min(int(one.report["progress"]) for one in ours),
    }  # fmt: skip
    return [
        compare(
            f"delete {leads:,} leads of a SQLite workspace", figure, unit="s", baseline=BASELINE,
            baseline_value=median(float(one.report[key]) for one in theirs),
            ours=median(float(one.report[key]) for one in ours), conditions=conditions,
        )
        for key, figure in _FIGURES.items()
    ]  # fmt: skip


BENCHMARK = Benchmark(
    name="bulk_delete",
    title="Deleting many leads at once",
    goal="5,000 leads: preview under 1 s, progress while it is applied, undone completely",
    run=run,
)
