"""Diagnoses the closed deals of a workspace and prints what reading and diagnosing took."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import actor_by_email
from tools import deal_sources
from tools.contract import ToolContext
from tools.science.deals import Deals
from tools.science.winrate import Question, diagnose


def warm_up() -> None:
    """A first diagnosis of next to nothing: a server has its libraries loaded when a question comes."""
    rng = np.random.default_rng(0)
    days = pl.Series("close_date", rng.integers(19_000, 19_360, 400)).cast(pl.Int32).cast(pl.Date)
    region = pl.Series("region", np.array(["a", "b"])[rng.integers(0, 2, 400)], dtype=pl.Enum(["a", "b"]))
    outcome = pl.Series("outcome", rng.integers(0, 2, 400), dtype=pl.Int8)
    diagnose(Deals(pl.DataFrame([outcome, days, region]), dimensions=("region",)), Question())


async def analyse(path: Path) -> None:
    settings = WorkspaceSettings(database_url=f"sqlite:///{path}")
    database = Database(settings.url)
    async with database.read() as session:
        actor = await actor_by_email(session, None)
        if actor is None:
            raise LookupError(f"{path} has no administrator")
        begun = time.perf_counter()
        deals = await deal_sources.from_workspace(ToolContext(actor, session, datetime.now(UTC), settings), filters={})
    print(json.dumps({"read_seconds": time.perf_counter() - begun}))
    begun = time.perf_counter()
    found = diagnose(deals, Question()).as_json()
    print(
        json.dumps(
            {"diagnose_seconds": time.perf_counter() - begun, "verdict": found["verdict"], "deals": found["deals"]}
        )
    )
    await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Time a diagnosis.")
    parser.add_argument("--database", type=Path, required=True)
    asked = parser.parse_args()
    warm_up()
    asyncio.run(analyse(asked.database))


if __name__ == "__main__":
    main()
