"""The worker as a process: what it does in one round, and what is left when it is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from db.session import Database
from db.settings import WorkspaceSettings
from evals.trust import worker_books as books
from evals.trust.r1_worker import Attack

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(workspace_url: URL) -> WorkspaceSettings:
    return WorkspaceSettings(database_url=workspace_url.render_as_string(hide_password=False), secret_key="tests")


@pytest.fixture
async def fresh(settings: WorkspaceSettings) -> AsyncIterator[Database]:
    opened = Database(settings.url)
    yield opened
    await opened.close()


def once(url: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    environment = {"RAINMAKER_DATABASE_URL": url, "PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    command = [sys.executable, "-W", "error", "-m", "api.worker", "--once", "--json"]
    root = Path(__file__).parents[3]
    return subprocess.run(  # noqa: S603 - our own program
        command, env=environment, cwd=root, capture_output=True, text=True, check=False
    )


async def test_a_round_does_what_is_due_and_a_second_finds_nothing(
    fresh: Database, settings: WorkspaceSettings, tmp_path: Path
) -> None:
    planted = books.Planted()
    await books.plant(fresh, planted)
    rounds = [once(settings.database_url, tmp_path) for _ in range(2)]
    assert [one.stderr for one in rounds] == ["", ""]
    did: list[Any] = [json.loads(one.stdout)["done"] for one in rounds]
    assert did[0] == {**dict.fromkeys(did[0], 0), "deliver_reminders": planted.reminders, "expire_proposals": 1}
    assert not any(did[1].values())


async def test_a_worker_killed_again_and_again_does_each_thing_once(
    fresh: Database, settings: WorkspaceSettings, tmp_path: Path
) -> None:
    attack = Attack(fresh, settings, tmp_path / "worker.log")
    for commit in (3, 14, 21, 28):
        assert await attack.kill(commit)
    await attack.finish()
    seen, planted = await books.read(settings), attack.kills.planted
    assert (seen.reminded, seen.told, seen.closed) == (planted.reminders, planted.reminders, planted.rounds)
    assert (seen.untouched, seen.workers) == (2 * planted.rounds, 0)
    assert set(await books.workflow_states(settings)) == {"SUCCESS"}


def test_a_worker_without_a_workspace_says_what_to_do(tmp_path: Path) -> None:
    done = once(f"sqlite:///{tmp_path}/empty.db", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"There is no workspace at {tmp_path}/empty.db. Run “rainmaker demo”")
