"""Time of deleting many leads at once: `python -m evals.bench.ours.bulk --leads N --folder F [--plain]`.

Prints one JSON object. With `--plain` the rows are loaded, marked and unmarked as objects, with nothing kept of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import select

from agent.runtime import Runtime
from agent.turns.requested import Wanted
from db.access import Actor
from db.acting import unscoped
from db.doors import Door
from db.models import Base, Interaction, Lead, Record, Task
from db.session import Database
from db.workspace import LOCAL_ADMIN, actor_by_email, create
from evals.company import opened
from tools import effects
from tools.registry import by_name

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SOURCE = "Old list"
_WRITTEN = frozenset({"version", "updated_at", "run_id"})
_OTHERS = ("Referral", "Website")


async def fill(database: Database, leads: int) -> None:
    """Twice as many leads as are deleted, each with an exchange and an open task."""
    await create(database)
    kept = {"version": 1, "created_at": NOW, "updated_at": NOW}
    made = [
        kept | {
            "id": number, "last_name": f"Lead {number}", "company": f"Company {number // 3}", "status": "new",
            "lead_source": SOURCE if number % 2 else _OTHERS[number % 4 // 2], "opted_out": False,
            "do_not_contact": False, "arrived_at": NOW - timedelta(days=number % 300),
        }
        for number in range(1, 2 * leads + 1)
    ]  # fmt: skip
    exchanges = [
        kept | {"lead_id": one["id"], "channel": "call", "direction": "out", "at": NOW, "subject": "Planning"}
        for one in made
    ]
    tasks = [
        kept | {"lead_id": one["id"], "title": "Call", "status": "open", "kind": "task", "priority": "normal"}
        for one in made
    ]
    async with database.connection() as connection:
        for name, rows in (("leads", made), ("interactions", exchanges), ("tasks", tasks)):
            await connection.execute(Base.metadata.tables[name].insert(), rows)


_TABLES: tuple[type[Record], ...] = (Lead, Interaction, Task)


async def rows(database: Database) -> dict[tuple[str, int], dict[str, Any]]:
    """Every living lead with what hangs on it, without what counts writes."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    async with database.read() as session:
        for table in _TABLES:
            names = [one.key for one in table.__table__.columns if one.key not in _WRITTEN and not one.info]
            with unscoped(session):
                living = (await session.execute(select(table).where(table.deleted_at.is_(None)))).scalars()
                found |= {(table.__tablename__, one.id): {name: getattr(one, name) for name in names} for one in living}
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


async def plainly(database: Database) -> dict[str, float]:
    """The rows loaded, marked as deleted, and unmarked, by objects."""
    chosen = select(Lead).where(Lead.lead_source == SOURCE)
    times = [time.perf_counter()]
    async with database.read() as session:
        with unscoped(session):
            list((await session.execute(chosen)).scalars())
    times.append(time.perf_counter())
    for moment in (NOW, None):
        async with database.write() as session:
            with unscoped(session):
                for lead in (await session.execute(chosen)).scalars():
                    lead.deleted_at = moment
        times.append(time.perf_counter())
    preview, apply, undo = (end - start for start, end in pairwise(times))
    return {"preview_seconds": preview, "apply_seconds": apply, "undo_seconds": undo}


async def measured(leads: int, folder: Path, *, plain: bool) -> dict[str, float]:
    async with opened(Path(mkdtemp(dir=folder), "leads.db")) as runtime:
        await fill(runtime.database, leads)
        if plain:
            return await plainly(runtime.database)
        async with runtime.database.read() as session:
            actor = await actor_by_email(session, LOCAL_ADMIN)
        if actor is None:
            raise RuntimeError("a new workspace has its local administrator")
        return await through_the_gate(runtime, actor)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the deletion of many leads.")
    parser.add_argument("--leads", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--plain", action="store_true", help="objects alone")
    asked = parser.parse_args()
    found = asyncio.run(measured(asked.leads, asked.folder, plain=asked.plain))
    print(json.dumps({name: round(value, 4) for name, value in found.items()}))


if __name__ == "__main__":
    main()
