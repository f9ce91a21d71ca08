"""Searches the contacts of a workspace as an executive and as a rep, and prints the times of one question each."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from pathlib import Path

import numpy as np

from db.access import Actor
from db.repositories.fulltext import FullTextRepository, Search
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import actor_by_email

PEOPLE = {"executive": "executive@bench.example", "rep": "rep0@bench.example"}


async def times(database: Database, actor: Actor, asked: list[str]) -> tuple[list[float], list[int]]:
    """Seconds from opening a session to twenty records with their snippets, and how many were found in all."""
    took, found = [], []
    for question in [*asked[:3], *asked]:
        begun = time.perf_counter()
        async with database.read() as session:
            total, _ = await FullTextRepository(session, actor).search(Search(question))
        took.append(time.perf_counter() - begun)
        found.append(total)
    return took[3:], found[3:]


async def measure(path: Path, asked: list[str]) -> dict[str, float]:
    database = Database(WorkspaceSettings(database_url=f"sqlite:///{path}").url)
    report: dict[str, float] = {}
    for role, email in PEOPLE.items():
        async with database.read() as session:
            actor = await actor_by_email(session, email)
        if actor is None:
            raise LookupError(email)
        took, found = await times(database, actor, asked)
        report |= {f"{role}_p95": float(np.quantile(took, 0.95)), f"{role}_median": float(np.median(took))}
        report[f"{role}_most"] = max(found)
    await database.close()
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description="Time a search of texts.")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    given = parser.parse_args()
    asked = json.loads(given.questions.read_text(encoding="utf-8"))
    print(json.dumps(asyncio.run(measure(given.workspace, asked))))


if __name__ == "__main__":
    main()
