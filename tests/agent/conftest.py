"""A small demo company, built once and copied for each test, with a clock that stands."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import anyio
import pytest

from agent.runtime import Runtime
from agent.schema import TurnAnswer
from agent.settings import AgentSettings
from db.access import Actor
from db.demo import DemoPlan, Sizes
from db.demo.workspace import found
from db.doors import Door
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import actor_by_email
from tools.scoring.demo import score_company

AS_OF = date(2025, 5, 21)  # a Wednesday in the middle of a quarter
SECRET = "a secret for tests only"


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A third of the demo company's deals: enough for its story, quick to build."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    sizes = Sizes(accounts=1000, contacts=3000, leads=2000, opportunities=14000, duplicates=20, stuck_deals=20)

    async def build() -> None:
        database = Database(WorkspaceSettings(database_url=f"sqlite:///{path}").url)
        await found(database, DemoPlan(AS_OF, sizes=sizes), standing=True, scoring=score_company)
        await database.close()

    anyio.run(build)
    return path


@pytest.fixture
def settings(demo_file: Path, tmp_path: Path) -> Iterator[WorkspaceSettings]:
    copy = tmp_path / "workspace.db"
    shutil.copy(demo_file, copy)
    yield WorkspaceSettings(database_url=f"sqlite:///{copy}", secret_key=SECRET)


@pytest.fixture
async def runtime(settings: WorkspaceSettings) -> AsyncIterator[Runtime]:
    async with opened(settings) as one:
        yield one


@asynccontextmanager
async def opened(settings: WorkspaceSettings, **model: Any) -> AsyncIterator[Runtime]:
    """A runtime; `model` are settings of a language model, none by default."""
    blank = {"OPENAI_API_KEY": None, "OPENAI_BASE_URL": None, "SMTP_URL": None}
    runtime = Runtime(Database(settings.url), settings, AgentSettings(**(blank | model)))
    try:
        yield runtime
    finally:
        await runtime.close()


async def person(runtime: Runtime, role: str) -> Actor:
    async with runtime.database.read() as session:
        actor = await actor_by_email(session, f"{role}@demo.example")
    assert actor is not None
    return actor


Ask = Callable[..., Awaitable[TurnAnswer]]


@pytest.fixture
def ask(runtime: Runtime) -> Ask:
    """Ask as a role: `await ask("manager", "why did win rate drop")`, going on with `after` if given."""

    async def asking(role: str, text: str, *, after: TurnAnswer | None = None) -> TurnAnswer:
        actor = await person(runtime, role)
        turn = await runtime.ask(actor, text, door=Door.HTTP, conversation=after.conversation if after else None)
        return await runtime.answer(actor, turn.id)

    return asking
