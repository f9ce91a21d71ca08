"""`python -m evals.trust [--only NAME] [--engine sqlite|postgres] [--quick]`: attack, count, store, write the page."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio

from evals.trust import page
from evals.trust.errors import TrustError
from evals.trust.roster import TRIALS, chosen
from evals.trust.trial import Engine, Setting, Trial
from evals.trust.workspaces import Workspaces

RESULTS = Path(__file__).with_name("results")
PAGE = Path(__file__).parents[2] / "docs" / "trust.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when every bound holds, 1 when one does not, 2 when a trial could not be held."""
    asked = _parser().parse_args(arguments)
    try:
        trials = chosen(asked.only)
    except TrustError as error:
        print(error, file=sys.stderr)
        return 2
    holds = True
    for engine in [asked.engine] if asked.engine else list(Engine):
        with tempfile.TemporaryDirectory(prefix="trust-") as folder:
            on_postgres = engine is Engine.POSTGRES
            with Workspaces(Path(folder), on_postgres=on_postgres) as workspaces:
                for trial in trials:
                    if engine in trial.engines:
                        setting = Setting(engine, workspaces, asked.quick, asked.seed)
                        holds = _held(trial, setting, keep=not asked.quick) and holds
    if not asked.quick:
        order = [f"{trial.name}_{engine}" for trial in TRIALS for engine in Engine]
        missing = [name for name in order if not (RESULTS / f"{name}.json").exists()]
        PAGE.write_text(page.page(page.load(RESULTS, order=order), missing=missing), encoding="utf-8")
    return 0 if holds else 1


def _held(trial: Trial, setting: Setting, *, keep: bool) -> bool:
    print(f"{trial.title}, {setting.engine} …", file=sys.stderr)
    begun = time.perf_counter()
    findings = anyio.run(trial.run, setting)
    stored: dict[str, Any] = {
        "trial": trial.name, "title": trial.title, "goal": trial.goal, "engine": setting.engine.value,
        "date": datetime.now(UTC).date().isoformat(), "seed": setting.seed,
        "seconds": round(time.perf_counter() - begun, 1), "findings": [asdict(one) for one in findings],
    }  # fmt: skip
    print(page.section(stored))
    if keep:
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{trial.name}_{setting.engine}.json"
        path.write_text(json.dumps(stored, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return all(one.ok for one in findings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.trust", description="Attack, and count what got through.")
    parser.add_argument("--only", metavar="NAME", help="one trial")
    parser.add_argument("--engine", type=Engine, choices=list(Engine), help="left out: both")
    parser.add_argument("--quick", action="store_true", help="small numbers; nothing is stored")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000, help="left out: a new one each time")
    return parser


if __name__ == "__main__":
    sys.exit(main())
