"""`python -m evals.bench [--only NAME] [--quick] [--date YYYY-MM-DD]`: measure, store, and write the page."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from evals.bench import machine, results
from evals.bench.errors import BenchmarkError
from evals.bench.roster import BENCHMARKS, chosen

RESULTS = Path(__file__).with_name("results")
PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when everything asked for was measured, 1 otherwise."""
    asked = _parser().parse_args(arguments)
    try:
        benchmarks = chosen(asked.only)
        for benchmark in benchmarks:
            print(f"{benchmark.title} …", file=sys.stderr)
            measured = benchmark.run(asked.quick)
            stored = results.document(benchmark, measured, on=asked.date, machine=machine.facts())
            print(json.dumps(stored, ensure_ascii=False) if asked.json else results.section(stored))
            if not asked.quick:
                results.save(stored, asked.results)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    if not asked.quick:
        order = [benchmark.name for benchmark in BENCHMARKS]
        asked.page.parent.mkdir(parents=True, exist_ok=True)
        asked.page.write_text(results.page(results.load(asked.results, order=order)), encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description="Measure, beside a baseline.")
    names = ", ".join(benchmark.name for benchmark in BENCHMARKS)
    parser.add_argument("--only", metavar="NAME", help=f"one of {names}, or what stands before the underscore")
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds; nothing is stored")
    today = datetime.now(tz=UTC).date()
    parser.add_argument("--date", type=date.fromisoformat, default=today, help="the date to store with the figures")
    parser.add_argument("--json", action="store_true", help="print JSON, one object a line, instead of tables")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the stored figures")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page that shows all stored figures")
    return parser


if __name__ == "__main__":
    sys.exit(main())
