"""The worker answers turns whose process died."""

from __future__ import annotations

import pytest

from agent.runtime import Runtime
from api.worker.durable import durable
from api.worker.roster import SWEEPS
from db.models import TurnStatus
from db.settings import WorkspaceSettings
from tests.agent.conftest import Ask, ask, demo_file, person, runtime, settings
from tests.agent.turns.test_lost_turns import left_behind

__all__ = ["ask", "demo_file", "runtime", "settings"]
pytestmark = pytest.mark.anyio


async def test_a_lost_turn_is_answered_by_the_worker(settings: WorkspaceSettings, runtime: Runtime, ask: Ask) -> None:
    first, actor = await ask("rep", "hello"), await person(runtime, "rep")
    gone = await left_behind(runtime, actor, first.conversation, "what is my pipeline")
    async with durable(runtime.database, settings, SWEEPS, executor="test") as worker:
        assert [await worker.run("answer_lost_turns") for _ in range(2)] == [1, 0]
    assert (await runtime.turn(actor, gone.id)).status is TurnStatus.DONE
