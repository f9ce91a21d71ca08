"""All benchmarks, in the order in which they are shown."""

from __future__ import annotations

from evals.bench import bulk, p1_turn, p2_diagnose, p4_lead_score, p9_cold_start, p11_duplicates, p11_search
from evals.bench.errors import UnknownBenchmark
from evals.bench.measurement import Benchmark

BENCHMARKS: tuple[Benchmark, ...] = (
    p1_turn.BENCHMARK,
    p2_diagnose.BENCHMARK,
    p4_lead_score.BENCHMARK,
    p9_cold_start.BENCHMARK,
    bulk.BENCHMARK,
    p11_duplicates.BENCHMARK,
    p11_search.BENCHMARK,
)


def chosen(only: str | None) -> tuple[Benchmark, ...]:
    """The benchmarks called `only`, by full name or by what stands before its first underscore; without a name all."""
    if only is None:
        return BENCHMARKS
    found = tuple(each for each in BENCHMARKS if only.lower() in (each.name, each.name.partition("_")[0]))
    if not found:
        raise UnknownBenchmark(name=only, known=(each.name for each in BENCHMARKS))
    return found
