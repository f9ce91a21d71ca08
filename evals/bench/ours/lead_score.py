"""Time of scoring generated leads, three events each: `python -m evals.bench.ours.lead_score [--leads N ...]`.

Prints one JSON object a size. It is on no roster yet: there is no baseline beside it.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import UTC, datetime

import numpy as np
import polars as pl

from tools.science.lead_score import DEFAULTS, hour_of, read_rules
from tools.science.lead_score.many import score_many

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def generate(leads: int, *, seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Leads and their events; the same arguments give the same rows."""
    rng = np.random.default_rng(seed)
    facts = {
        "title": np.array(["CEO", "VP Sales", "Analyst", "Head of IT"])[rng.integers(0, 4, leads)],
        "department": np.array(["sales", "marketing", "it"])[rng.integers(0, 3, leads)],
        "industry": np.array(["SaaS", "FinTech", "EdTech"])[rng.integers(0, 3, leads)],
        "employees": rng.integers(1, 5000, leads),
        "budget_minor": rng.integers(0, 5_000_000, leads),
        "interactions_in": rng.integers(0, 9, leads),
        "opted_out": rng.random(leads) < 0.03,
    }
    events = {
        "lead": rng.integers(0, leads, 3 * leads),
        "kind": np.array(list(DEFAULTS["events"]))[rng.integers(0, len(DEFAULTS["events"]), 3 * leads)],
        "hour": hour_of(NOW) - rng.integers(0, 5000, 3 * leads),
    }
    return pl.DataFrame(facts), pl.DataFrame(events)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the scoring of many leads.")
    parser.add_argument("--leads", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    for size in parser.parse_args().leads:
        leads, events = generate(size)
        begun = time.perf_counter()
        scored = score_many(leads, events, read_rules(DEFAULTS), now=NOW)
        seconds = time.perf_counter() - begun
        print(json.dumps({"leads": scored.height, "events": events.height, "score_seconds": round(seconds, 3)}))


if __name__ == "__main__":
    main()
