"""Who is taken for dead."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from api.worker.presence import SILENCE, living, present
from db.repositories import workers
from db.session import Database

pytestmark = pytest.mark.anyio

NOW = datetime(2025, 6, 10, 12, tzinfo=UTC)


def gone() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


@pytest.mark.parametrize(
    ("host", "runs", "silent", "lives"),
    [
        ("here", True, timedelta(0), True),
        ("here", True, SILENCE, False),
        ("here", False, timedelta(0), False),
        ("elsewhere", False, timedelta(0), True),
        ("elsewhere", False, SILENCE, False),
    ],
)
def test_a_worker_is_dead_when_its_process_is_gone_or_it_was_silent_too_long(
    host: str, silent: timedelta, *, runs: bool, lives: bool
) -> None:
    known = workers.new(host, os.getpid() if runs else gone(), NOW - silent)
    assert (living([known], now=NOW, host="here") == [known]) is lives


async def test_a_worker_that_was_taken_for_dead_comes_back_with_its_next_beat(database: Database) -> None:
    async with present(database) as presence:
        async with database.write() as session:
            await session.execute(text("DELETE FROM workers"))
        await presence.beat()
        alive, dead = await presence.others()
        assert (alive, dead) == ({presence.me.executor_id}, frozenset())
    async with database.read() as session:
        assert await workers.all_of(session) == []
