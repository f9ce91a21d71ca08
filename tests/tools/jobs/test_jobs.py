"""Which time a job goes by, and that the roster is complete."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.engine import URL

from db.models import Setting
from db.session import Database
from db.settings import WorkspaceSettings
from tools.jobs import JOBS, Clock, Job
from tools.jobs.job import Moment

pytestmark = pytest.mark.anyio

STANDING = datetime(2025, 5, 21, 9, tzinfo=UTC)
REAL = datetime(2026, 2, 3, 4, tzinfo=UTC)


@pytest.fixture
async def fresh(workspace_url: URL) -> AsyncIterator[Database]:
    """A workspace of this test alone, once on each kind of database."""
    opened = Database(workspace_url)
    yield opened
    await opened.close()


@pytest.mark.parametrize(("clock", "expected"), [(Clock.WORKSPACE, STANDING), (Clock.REAL, REAL)])
async def test_a_demo_that_stands_at_a_day_decides_what_is_due_of_its_records(
    fresh: Database, clock: Clock, expected: datetime
) -> None:
    async with fresh.write() as session:
        session.add(Setting(key="clock", value={"at": STANDING.isoformat()}))
    seen: list[datetime] = []

    async def run(session: Any, at: Moment) -> int:
        seen.append(at.now)
        return 0

    async with fresh.write() as session:
        await Job("look", run, every="* * * * * *", clock=clock).batch(session, REAL, WorkspaceSettings())
    assert seen == [expected]


async def test_every_job_may_run_on_an_empty_workspace_at_any_time(fresh: Database) -> None:
    for job in JOBS:
        async with fresh.write() as session:
            assert await job.batch(session, REAL + timedelta(days=400), WorkspaceSettings()) == 0


def test_jobs_have_names_of_their_own() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
