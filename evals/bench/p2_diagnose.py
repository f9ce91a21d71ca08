"""P2: why the win rate changed, beside a pandas + statsmodels script, at three sizes.

A side is a command that analyses the deals of one generated table and prints, as it goes, objects
with `<stage>_seconds` for each of its stages; imports are no stage, so that their sum is the time of a
warm process. The baseline reads a CSV file of the table; our side reads the same deals from a database.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from evals.bench.measurement import OURS, Benchmark, Measurement, compare
from evals.bench.processes import Limits, Outcome, Side, alternate, module
from evals.bench.processes import run as run_command

BASELINE = "pandas + statsmodels script"
LIMITS = Limits(memory_bytes=8 * 2**30, seconds=300)
MARGINAL_EFFECTS = "marginal_effects_seconds"


def sides(table: Path, database: Path) -> tuple[Side, ...]:
    """The processes that are compared on the deals in `table`, a CSV file, and in `database`, a workspace."""
    return (
        Side(BASELINE, module("evals.bench.baselines.winrate_pandas", table)),
        Side(OURS, module("evals.bench.ours.diagnose", "--database", database)),
    )


def run(quick: bool) -> list[Measurement]:  # the roster's signature
    plan = {10_000: 1} if quick else {10_000: 5, 100_000: 3, 1_000_000: 2}
    return [measurement for deals, rounds in plan.items() for measurement in at_size(deals, rounds=rounds)]


def at_size(deals: int, *, rounds: int) -> list[Measurement]:
    """The figures for a table of `deals` closed deals."""
    with tempfile.TemporaryDirectory(prefix="deals-") as folder:
        table = Path(folder, "deals.csv")
        run_command(module("evals.bench.deals", "--deals", deals, "--out", table))
        database = Path(folder, "deals.db")
        run_command(module("evals.bench.ours.deals", "--table", table, "--out", database))
        outcomes = alternate(sides(table, database), rounds=rounds, limits=LIMITS)
    return [
        compare(
            f"diagnose {deals:,} closed deals",
            figure,
            unit=unit,
            baseline=BASELINE,
            baseline_value=_typical(outcomes[BASELINE], theirs),
            ours=_typical(outcomes.get(OURS, ()), ours),
            conditions=_conditions(outcomes, rounds=rounds),
        )
        for figure, unit, theirs, ours in (
            ("time, warm process", "s", stage_seconds, stage_seconds),
            ("time, baseline without marginal effects", "s", _without_marginal_effects, stage_seconds),
            ("peak memory", "MiB", _mebibytes, _mebibytes),
        )
    ]


def stage_seconds(outcome: Outcome) -> float | None:
    """The sum of all stages; None when a limit cut the process off."""
    return None if outcome.stopped else sum(_stages(outcome).values())


def _without_marginal_effects(outcome: Outcome) -> float | None:
    """What the baseline took but for its dearest stage, known also when that stage met a limit."""
    stages = _stages(outcome)
    if outcome.stopped and "logit_seconds" not in stages:
        return None
    return sum(seconds for stage, seconds in stages.items() if stage != MARGINAL_EFFECTS)


def _stages(outcome: Outcome) -> dict[str, float]:
    return {name: value for name, value in outcome.report.items() if name.endswith("_seconds")}


def _mebibytes(outcome: Outcome) -> float:
    return outcome.peak_bytes / 2**20


def _typical(outcomes: Sequence[Outcome], quantity: Callable[[Outcome], float | None]) -> float | None:
    values = [value for outcome in outcomes if (value := quantity(outcome)) is not None]
    return median(values) if values else None


def _conditions(outcomes: dict[str, list[Outcome]], *, rounds: int) -> dict[str, str | int]:
    stopped = {label: str(done[-1].stopped) for label, done in outcomes.items() if done and done[-1].stopped}
    return {"rounds": rounds, "memory limit in GiB": LIMITS.memory_bytes // 2**30, **stopped}


BENCHMARK = Benchmark(
    name="p2_diagnose",
    title="Why the win rate changed",
    goal="1,000,000 closed deals in the database, warm process: ≤ 3 s, ≤ 1 GiB, ≥ 5 × faster than the baseline",
    run=run,
)
