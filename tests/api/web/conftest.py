"""The pages on a small workspace: one company, two people, a few deals, and the local model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from nicegui.testing.user import User
from sqlalchemy.engine import URL

from agent.settings import AgentSettings
from api.app import build
from api.settings import ServerSettings
from db import facts, name_index
from db.access import Actor
from db.models import Account, Contact, Interaction, Opportunity, Task, Team
from db.models import User as Person
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import actor_by_email

NOW = datetime.now(UTC)
BASE = "http://127.0.0.1"


@pytest.fixture
async def app(sqlite_url: URL, anyio_backend: str) -> AsyncIterator[FastAPI]:
    database = Database(sqlite_url)
    async with database.write() as session:
        for rows in (people(), companies(), deals(), activity()):
            session.add_all(rows)
            await session.flush()
    async with database.connection() as connection:
        await connection.run_sync(facts.refresh)
        await connection.run_sync(name_index.refresh_all)
    await database.close()
    settings = WorkspaceSettings(database_url=f"sqlite:///{sqlite_url.database}", secret_key="only for tests")
    application = build(
        settings, AgentSettings(OPENAI_API_KEY=None, OPENAI_BASE_URL=None, SMTP_URL=None), ServerSettings()
    )
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody yet, on this machine."""
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client


@pytest.fixture
async def rep(browser: httpx.AsyncClient) -> User:
    """The rep at the page."""
    reply = await browser.post("/api/v2/session/demo", json={"email": "rep@demo.example"})
    assert reply.status_code == 200
    return User(browser)


async def actor(app: FastAPI, email: str = "rep@demo.example") -> Actor:
    async with app.state.runtime.database.read() as session:
        found = await actor_by_email(session, email)
    assert found is not None
    return found


def people() -> list[object]:
    return [
        Team(id=1, name="EMEA"),
        Person(id=11, email="manager@demo.example", name="Mara Lind", role="manager", team_id=1, demo=True),
        Person(id=12, email="rep@demo.example", name="Sam Carter", role="rep", team_id=1, demo=True),
        Person(id=13, email="admin@demo.example", name="Ada Chief", role="admin", demo=True),
        Person(id=14, email="new@demo.example", name="Nel Newcomer", role="rep", team_id=1),
    ]


def companies() -> list[object]:
    return [
        Account(id=1, name="Orion Foods", region="EMEA", owner_id=12),
        Account(id=2, name="Globex Logistics", region="EMEA", owner_id=12),
        Contact(id=1, account_id=1, first_name="Jane", last_name="Miller", email="jane@orion.example"),
    ]


def deals() -> list[object]:
    today = NOW.date()
    shared = {"owner_id": 12, "team_id": 1, "currency": "USD", "created_on": today - timedelta(days=30)}
    return [
        Opportunity(
            id=1, name="Orion <b>rollout</b>", account_id=1, contact_id=1, stage="Proposal", amount_minor=5_000_000,
            expected_close_on=today + timedelta(days=9), **shared,
        ),
        Opportunity(
            id=2, name="Globex renewal", account_id=2, stage="Discovery", amount_minor=1_000_000,
            expected_close_on=today + timedelta(days=40), **shared,
        ),
    ]  # fmt: skip


def activity() -> list[object]:
    return [
        Interaction(
            channel="email", direction="in", at=NOW - timedelta(days=2), user_id=12, contact_id=1, account_id=1,
            opportunity_id=1, subject="Re: Proposal", body="How long does the roll-out take?",
        ),
        Task(id=1, title="Send the plan", due_at=NOW - timedelta(days=1), owner_id=12, created_by=12),
    ]  # fmt: skip
