"""P11: which contacts are recorded twice, beside a pandas + rapidfuzz script, at three sizes and for two stories.

The contacts come with known duplicates (`evals.bench.duplicates`), made in two unlike ways. "Merged" are all pairs
within the groups that may be merged unseen, "shown" also those a person is asked about. Wrong is one minus precision,
missed is one minus recall.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from evals.bench.duplicates.corruption import Story
from evals.bench.measurement import OURS, Benchmark, Measurement, compare
from evals.bench.processes import Limits, Outcome, Side, alternate, module
from evals.bench.processes import run as run_command

BASELINE = "pandas + rapidfuzz script"
LIMITS = Limits(memory_bytes=8 * 2**30, seconds=150)
FIGURES = (
    ("time, warm process", "s", "seconds", "seconds"),
    ("merged, of them wrong", "%", "merged_wrong", "merged_wrong"),
    ("duplicates not merged", "%", "merged_missed", "merged_missed"),
    ("shown, of them wrong", "%", "merged_wrong", "shown_wrong"),
    ("duplicates not shown", "%", "merged_missed", "shown_missed"),
)


def run(quick: bool) -> list[Measurement]:  # the roster's signature
    sizes = {10_000: 1} if quick else {10_000: 3, 100_000: 1, 1_000_000: 1}
    return [each for size, rounds in sizes.items() for story in Story for each in at_size(size, story, rounds=rounds)]


def at_size(records: int, story: Story, *, rounds: int) -> list[Measurement]:
    """The figures for `records` contacts, some of them recorded twice as `story` tells."""
    with tempfile.TemporaryDirectory(prefix="contacts-") as folder:
        contacts = Path(folder, "contacts.csv")
        run_command(
            module("evals.bench.duplicates.generate", "--records", records, "--story", story.value, "--out", contacts)
        )
        sides = (
            Side(BASELINE, module("evals.bench.baselines.duplicates_pandas", "--contacts", contacts)),
            Side(OURS, module("evals.bench.ours.duplicates", "--contacts", contacts)),
        )
        outcomes = alternate(sides, rounds=rounds, limits=LIMITS)
    theirs, ours = outcomes[BASELINE], outcomes[OURS]
    name = f"{records:,} contacts, doubled {story.value}"
    conditions = _conditions(outcomes, rounds=rounds)
    measured = [
        compare(
            name,
            figure,
            unit=unit,
            baseline=BASELINE,
            baseline_value=_reported(theirs, their),
            ours=_reported(ours, our),
            conditions=conditions,
        )
        for figure, unit, their, our in FIGURES
    ]
    memory = [median(each.peak_bytes / 2**20 for each in side) for side in (theirs, ours)]
    return [
        *measured,
        compare(
            name,
            "peak memory",
            unit="MiB",
            baseline=BASELINE,
            baseline_value=memory[0],
            ours=memory[1],
            conditions=conditions,
        ),
    ]


def _reported(outcomes: Sequence[Outcome], quantity: str) -> float | None:
    values = [float(outcome.report[quantity]) for outcome in outcomes if quantity in outcome.report]
    return median(values) if values else None


def _conditions(outcomes: dict[str, list[Outcome]], *, rounds: int) -> dict[str, str | int]:
    stopped = {label: str(done[-1].stopped) for label, done in outcomes.items() if done and done[-1].stopped}
    threads, compared = (int(outcomes[OURS][-1].report.get(name, 0)) for name in ("threads", "compared"))
    told = {
        "rounds": rounds,
        "time limit in s": int(LIMITS.seconds),
        "our threads": threads,
        "pairs compared": compared,
    }
    return told | stopped


BENCHMARK = Benchmark(
    name="p11_duplicates",
    title="Contacts recorded twice",
    goal="1,000,000 contacts ≤ 120 s; of the merged ≤ 2 % wrong (precision ≥ 0.98) with ≤ 15 % missed (recall ≥ 0.85)",
    run=run,
)
