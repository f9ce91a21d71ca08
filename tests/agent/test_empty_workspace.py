"""Asking in a workspace without records is answered with the next step."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.runtime import Runtime
from agent.settings import AgentSettings
from db import workspace
from db.access import Actor
from db.doors import Door
from db.session import Database
from db.settings import WorkspaceSettings

pytestmark = pytest.mark.anyio


@pytest.fixture
async def runtime(tmp_path: Path) -> AsyncIterator[Runtime]:
    settings = WorkspaceSettings(database_url=f"sqlite:///{tmp_path / 'empty.db'}", secret_key="k" * 40)
    opened = Runtime(Database(settings.url), settings, AgentSettings())
    await workspace.create(opened.database)
    yield opened
    await opened.close()


async def said(runtime: Runtime, text: str) -> str:
    async with runtime.database.read() as session:
        actor = await workspace.actor_by_email(session, None)
    assert isinstance(actor, Actor)
    turn = await runtime.ask(actor, text, door=Door.TERMINAL)
    return (await runtime.answer(actor, turn.id)).answer


@pytest.mark.parametrize("text", ["what are my top deals", "what is our win rate", "what is my pipeline"])
async def test_a_question_is_answered_with_import_and_people(runtime: Runtime, text: str) -> None:
    answer = await said(runtime, text)
    assert "rainmaker import deals" in answer
    assert "rainmaker users invite" in answer


async def test_a_record_can_be_made_all_the_same(runtime: Runtime) -> None:
    assert "Jane Doe created" in await said(runtime, "create a lead called Jane Doe at Acme")
