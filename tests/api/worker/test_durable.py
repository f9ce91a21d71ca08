"""Jobs and sweeps as durable workflows of a process."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from api.worker.durable import durable
from api.worker.sweeps import Place, Sweep
from db.anchor import Anchor
from db.chain import Chain
from db.deeds import Deed, Kind, about
from db.repositories import audit, credentials
from db.session import Database, WriteSession
from db.settings import WorkspaceSettings
from db.workspace import actor_by_email
from tools.jobs import BATCH, Job
from tools.jobs.job import Moment

pytestmark = pytest.mark.anyio


async def test_a_job_goes_on_while_its_batches_come_back_full(workspace_url: URL) -> None:
    left = [BATCH, BATCH, 3]

    async def run(session: Any, at: Moment) -> int:
        return left.pop(0)

    assert await ran(workspace_url, Job("count", run, every="* * * * * *")) == 2 * BATCH + 3


async def test_what_a_job_did_before_it_failed_is_undone(workspace_url: URL) -> None:
    async def run(session: Any, at: Moment) -> int:
        actor = await actor_by_email(session, None)
        assert actor is not None
        await credentials.create_token(session, actor.user_id, name="half done", lifetime=None)
        raise LookupError("in the middle")

    with pytest.raises(Exception, match="in the middle"):
        await ran(workspace_url, Job("fail", run, every="* * * * * *"))
    database = Database(workspace_url)
    async with database.read() as session:
        connection = await session.connection()
        assert (await connection.exec_driver_sql("SELECT count(*) FROM api_tokens")).scalar() == 0
    await database.close()


async def test_a_sweep_works_with_a_runtime_of_the_worker(workspace_url: URL) -> None:
    async def run(place: Place) -> int:
        runtime = place.runtime()
        async with runtime.database.read() as session:
            actor = await actor_by_email(session, None)
        assert actor is not None
        return (await runtime.now(actor)).year

    assert await ran(workspace_url, Sweep("year", run, every="* * * * * *")) == datetime.now(UTC).year


async def test_an_entry_of_a_job_moves_the_anchor(workspace_url: URL, tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "audit.anchor", b"key")

    async def run(session: WriteSession, at: Moment) -> int:
        await audit.record(session, None, Deed.EXPIRED, subject=about(Kind.PROPOSAL, "pr_1"))
        assert anchor.read() is None
        return 1

    await ran(workspace_url, Job("enter", run, every="* * * * * *"), chain=Chain(b"key", anchor))
    mark = anchor.read()
    database = Database(workspace_url)
    async with database.read() as session:
        assert mark is not None and mark == await (await session.connection()).run_sync(audit.latest)
    await database.close()


async def ran(url: URL, work: Job | Sweep, *, chain: Chain | None = None) -> int:
    settings = WorkspaceSettings(database_url=url.render_as_string(hide_password=False), secret_key="tests")
    database = Database(settings.url)
    database = chain.carried_by(database) if chain else database
    try:
        async with durable(database, settings, [work], executor="test") as one:
            return await one.run(work.name)
    finally:
        await database.close()
