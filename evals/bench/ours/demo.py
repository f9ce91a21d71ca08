"""A demo workspace for a benchmark: `python -m evals.bench.ours.demo --out demo.db`."""

from __future__ import annotations

import argparse
import asyncio
from datetime import date
from pathlib import Path

from db.demo import DemoPlan
from db.demo.workspace import found
from db.session import Database
from db.settings import WorkspaceSettings
from tools.scoring.demo import score_company

AS_OF = date(2025, 5, 21)


async def build(path: Path) -> None:
    database = Database(WorkspaceSettings(database_url=f"sqlite:///{path}").url)
    await found(database, DemoPlan(AS_OF), standing=True, scoring=score_company)
    await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Build a demo workspace.")
    parser.add_argument("--out", type=Path, required=True)
    asyncio.run(build(parser.parse_args().out))


if __name__ == "__main__":
    main()
