"""The same leads loaded, marked as deleted and unmarked as objects of SQLAlchemy, with nothing kept of it."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import select

from db.acting import unscoped
from db.models import Lead
from evals.bench.bulk_world import NOW, SOURCE, fill
from evals.company import opened


async def measured(leads: int, folder: Path) -> dict[str, float]:
    chosen = select(Lead).where(Lead.lead_source == SOURCE)
    async with opened(Path(mkdtemp(dir=folder), "leads.db")) as runtime:
        await fill(runtime.database, leads)
        times = [time.perf_counter()]
        async with runtime.database.read() as session:
            with unscoped(session):
                list((await session.execute(chosen)).scalars())
        times.append(time.perf_counter())
        for moment in (NOW, None):
            async with runtime.database.write() as session:
                with unscoped(session):
                    for lead in (await session.execute(chosen)).scalars():
                        lead.deleted_at = moment
            times.append(time.perf_counter())
    preview, apply, undo = (end - start for start, end in pairwise(times))
    return {"preview_seconds": preview, "apply_seconds": apply, "undo_seconds": undo}


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the deletion of many leads by objects.")
    parser.add_argument("--leads", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    found = asyncio.run(measured(asked.leads, asked.folder))
    print(json.dumps({name: round(value, 4) for name, value in found.items()}))


if __name__ == "__main__":
    main()
