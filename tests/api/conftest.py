"""The server on a small demo company, spoken to over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from agent.settings import AgentSettings
from api.app import build
from api.settings import ServerSettings
from db.repositories import credentials
from db.settings import WorkspaceSettings
from tests.agent.conftest import demo_file, person, settings

__all__ = ["demo_file", "settings"]

PREFIX = "/api/v2"


@pytest.fixture
async def app(settings: WorkspaceSettings) -> AsyncIterator[FastAPI]:
    blank = AgentSettings(OPENAI_API_KEY=None, OPENAI_BASE_URL=None, SMTP_URL=None)
    application = build(settings, blank, ServerSettings(), pages=False)
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
async def nobody(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def token_of(app: FastAPI, role: str) -> str:
    actor = await person(app.state.runtime, role)
    async with app.state.runtime.database.write() as session:
        _, secret = await credentials.create_token(session, actor.user_id, name="test", lifetime=None)
    return secret


@pytest.fixture
async def executive(app: FastAPI, nobody: httpx.AsyncClient) -> httpx.AsyncClient:
    nobody.headers["Authorization"] = f"Bearer {await token_of(app, 'executive')}"
    return nobody
