"""Time of deleting many leads at once through the gate: `python -m evals.bench.ours.bulk --leads N --folder F`.

Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from agent.runtime import Runtime
from agent.turns.requested import Wanted
from db.access import Actor
from db.doors import Door
from db.models import Base
from db.session import Database
from db.workspace import LOCAL_ADMIN, actor_by_email
from evals.bench.bulk_world import SOURCE, fill
from evals.company import opened
from tools import effects
from tools.registry import by_name

_TABLES = ("leads", "interactions", "tasks")
_WRITTEN = frozenset({"version", "updated_at", "run_id"})


async def rows(database: Database) -> dict[tuple[str, int], dict[str, Any]]:
    """Every living lead with what hangs on it, without what counts writes and what is reckoned from the rest."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    async with database.connection() as connection:
        for name in _TABLES:
            table = Base.metadata.tables[name]
            kept = [one.name for one in table.columns if one.name not in _WRITTEN and not one.info]
            living = await connection.execute(table.select().where(table.c.deleted_at.is_(None)))
            found |= {(name, row.id): {column: getattr(row, column) for column in kept} for row in living}
    return found


async def through_the_gate(runtime: Runtime, actor: Actor) -> dict[str, float]:
    """Proposed, approved and taken back as a person would; how many rows differ in the end."""
    before = await rows(runtime.database)
    tool, told = by_name("delete_leads"), list[int]()
    ask = tool.ask.model_validate({"where": [{"field": "source", "value": [SOURCE]}]})
    begun = time.perf_counter()
    done = await runtime.request(actor, Wanted(tool, ask, Door.TERMINAL, "delete leads"))
    proposed = time.perf_counter()
    if done.proposal is None:
        raise RuntimeError("a deletion of many has to wait for a person")
    recorded = runtime.recorded(actor, Door.TERMINAL)
    await effects.approve(
        recorded, actor, done.proposal.id, door=Door.TERMINAL, delivery=runtime.delivery, progress=told.append
    )
    applied = time.perf_counter()
    await runtime.undo_proposal(actor, done.proposal.id, door=Door.TERMINAL)
    undone = time.perf_counter()
    after = await rows(runtime.database)
    differing = sum(before.get(key) != after.get(key) for key in {*before, *after})
    return {
        "preview_seconds": proposed - begun, "apply_seconds": applied - proposed, "undo_seconds": undone - applied,
        "differing": differing, "progress": len(told),
    }  # fmt: skip


async def measured(leads: int, folder: Path) -> dict[str, float]:
    async with opened(Path(mkdtemp(dir=folder), "leads.db")) as runtime:
        await fill(runtime.database, leads)
        async with runtime.database.read() as session:
            actor = await actor_by_email(session, LOCAL_ADMIN)
        if actor is None:
            raise RuntimeError("a new workspace has its local administrator")
        return await through_the_gate(runtime, actor)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the deletion of many leads.")
    parser.add_argument("--leads", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    found = asyncio.run(measured(asked.leads, asked.folder))
    print(json.dumps({name: round(value, 4) for name, value in found.items()}))


if __name__ == "__main__":
    main()
