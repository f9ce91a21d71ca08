"""P11: records found by their texts, beside LIKE '%word%' over the same contacts, at three sizes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from evals.bench.measurement import OURS, Benchmark, Measurement, compare
from evals.bench.processes import Outcome, Side, alternate, module
from evals.bench.processes import run as run_command

BASELINE = "LIKE '%word%' in SQLite"
FIGURES = tuple(
    (f"{role}, {name}", f"{role}_{key}")
    for role in ("executive", "rep")
    for name, key in (("95th percentile", "p95"), ("median", "median"))
)


def run(quick: bool) -> list[Measurement]:  # the roster's signature
    sizes = {10_000: 1} if quick else {10_000: 3, 100_000: 3, 1_000_000: 1}
    return [each for size, rounds in sizes.items() for each in at_size(size, rounds=rounds)]


def at_size(contacts: int, *, rounds: int) -> list[Measurement]:
    """The times of one question over so many contacts, with the order, the count and the snippets of twenty hits."""
    with tempfile.TemporaryDirectory(prefix="search-") as folder:
        workspace, asked = Path(folder, "contacts.db"), Path(folder, "questions.json")
        made = run_command(module("evals.bench.search_world", "--contacts", contacts, "--out", workspace)).report
        asked.write_text(json.dumps(made["questions"]), encoding="utf-8")
        told = ("--workspace", workspace, "--questions", asked)
        sides = (
            Side(BASELINE, module("evals.bench.baselines.search_like", *told)),
            Side(OURS, module("evals.bench.ours.search", *told)),
        )
        outcomes = alternate(sides, rounds=rounds)
    theirs, ours = outcomes[BASELINE], outcomes[OURS]
    conditions: dict[str, str | int | float] = {
        "rounds": rounds,
        "questions": len(made["questions"]),
        "most hits": int(ours[-1].report["executive_most"]),
        "most hits of the rep": int(ours[-1].report["rep_most"]),
        "index made in s": round(float(made["index_seconds"]), 2),
        "index in MiB": round(int(made["index_bytes"]) / 2**20, 1),
    }
    return [
        compare(
            f"{contacts:,} contacts", figure, unit="ms", baseline=BASELINE, baseline_value=_milliseconds(theirs, key),
            ours=_milliseconds(ours, key), conditions=conditions,
        )
        for figure, key in FIGURES
    ]  # fmt: skip


def _milliseconds(outcomes: Sequence[Outcome], quantity: str) -> float:
    return 1_000 * median(float(outcome.report[quantity]) for outcome in outcomes)


BENCHMARK = Benchmark(
    name="p11_search",
    title="Records found by their texts",
    goal="1,000,000 contacts: 95th percentile ≤ 50 ms for questions with up to 10,000 hits",
    run=run,
)
