"""Time of scoring generated leads: `python -m evals.bench.ours.lead_score --leads N [--database FILE]`.

Prints one JSON object. Frames alone, three events each; with a database leads with two exchanges and a touch of a
campaign each are read from it, and their scores and history are written to it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from db.lead_scores import with_scores
from db.models import Base, Campaign
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import create
from tools.science.lead_score import DEFAULTS, hour_of, read_rules
from tools.science.lead_score.many import score_many
from tools.scoring import rescore_all

NOW = datetime(2026, 3, 1, tzinfo=UTC)
_BATCH = 50_000
_TITLES = np.array(["CEO", "VP Sales", "Analyst", "Head of IT"])
_INDUSTRIES = np.array(["SaaS", "FinTech", "EdTech"])


def generate(leads: int, *, seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Leads and their events; the same arguments give the same rows."""
    rng = np.random.default_rng(seed)
    facts = {
        "title": _TITLES[rng.integers(0, 4, leads)],
        "department": np.array(["sales", "marketing", "it"])[rng.integers(0, 3, leads)],
        "industry": _INDUSTRIES[rng.integers(0, 3, leads)],
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


def in_frames(leads: int) -> dict[str, float]:
    facts, events = generate(leads)
    begun = time.perf_counter()
    score_many(facts, events, read_rules(DEFAULTS), now=NOW)
    return {"score_seconds": round(time.perf_counter() - begun, 3)}


async def in_database(leads: int, file: Path) -> dict[str, float]:
    """Every lead for the first time, with a line of history each; and again, as when the rules have changed."""
    database = Database(WorkspaceSettings(database_url=f"sqlite:///{file}").url)
    try:
        await create(database)
        async with database.connection() as connection:
            await connection.execute(
                _table("campaigns").insert(), [_recorded(1) | {"id": 1, "name": Campaign.__name__}]
            )
            for name, rows in (("leads", _leads), ("interactions", _exchanges), ("campaign_members", _touches)):
                made = rows(leads)
                while batch := list(islice(made, _BATCH)):
                    await connection.execute(_table(name).insert(), batch)
        found = {}
        for stage, at in (("first_seconds", NOW), ("again_seconds", NOW + timedelta(days=1))):
            begun = time.perf_counter()
            async with database.write() as session:
                await with_scores(session, lambda scores, at=at: rescore_all(scores, at))  # type: ignore[misc]  # a default binds the moment
            found[stage] = round(time.perf_counter() - begun, 3)
        return found
    finally:
        await database.close()


def _table(name: str) -> Any:  # noqa: ANN401 - SQLAlchemy's table
    return Base.metadata.tables[name]


def _recorded(days: int) -> dict[str, Any]:
    at = NOW - timedelta(days=days)
    return {"version": 1, "created_at": at, "updated_at": at}


def _leads(count: int) -> Iterator[dict[str, Any]]:
    rng = np.random.default_rng(1)
    for number in range(1, count + 1):
        days = int(rng.integers(1, 400))
        yield _recorded(days) | {
            "id": number, "last_name": f"Lead {number}", "title": str(_TITLES[number % 4]), "status": "new",
            "industry": str(_INDUSTRIES[number % 3]), "employees": int(rng.integers(1, 5000)), "opted_out": False,
            "do_not_contact": False, "budget_minor": int(rng.integers(0, 5_000_000)),
            "arrived_at": NOW - timedelta(days=days),
        }  # fmt: skip


def _exchanges(count: int) -> Iterator[dict[str, Any]]:
    rng = np.random.default_rng(2)
    for number in range(2 * count):
        days = int(rng.integers(1, 200))
        yield _recorded(days) | {
            "lead_id": number // 2 + 1, "channel": ("call", "email")[number % 2],
            "direction": ("out", "in")[number % 2], "at": NOW - timedelta(days=days), "subject": "About your planning",
        }  # fmt: skip


def _touches(count: int) -> Iterator[dict[str, Any]]:
    rng = np.random.default_rng(3)
    for number in range(1, count + 1):
        days = int(rng.integers(1, 200))
        answer = ("opened", "clicked", "none", "attended")[number % 4]
        yield _recorded(days) | {
            "campaign_id": 1,
            "lead_id": number,
            "touched_at": NOW - timedelta(days=days),
            "response": answer,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the scoring of many leads.")
    parser.add_argument("--leads", type=int, required=True)
    parser.add_argument("--database", type=Path, help="a workspace to make; left out: frames alone")
    asked = parser.parse_args()
    found = asyncio.run(in_database(asked.leads, asked.database)) if asked.database else in_frames(asked.leads)
    print(json.dumps({"leads": asked.leads, **found}))


if __name__ == "__main__":
    main()
