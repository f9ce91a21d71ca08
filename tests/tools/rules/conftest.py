"""A workspace of its own, in which rules, rates and deals are written; once on each kind of database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.engine import URL

from db import facts, workspace
from db.access import Actor
from db.models import ExchangeRate, Opportunity, Record, User, WorkspaceRule
from db.repositories.rules import in_force
from db.session import Database
from db.settings import WorkspaceSettings
from tools.contract import ToolContext

NOW = datetime(2025, 6, 11, 9, tzinfo=UTC)
AsAdmin = Callable[..., AbstractAsyncContextManager[ToolContext]]


@pytest.fixture
async def store(workspace_url: URL) -> AsyncIterator[Database]:
    opened = Database(workspace_url)
    await workspace.create(opened)
    yield opened
    await opened.close()


@pytest.fixture
def as_admin(store: Database) -> AsAdmin:
    @asynccontextmanager
    async def context(settings: WorkspaceSettings | None = None) -> AsyncIterator[ToolContext]:
        async with store.read() as session:
            actor = await workspace.actor_by_email(session, None)
            assert isinstance(actor, Actor)
            ruled = await in_force(session, settings or WorkspaceSettings())
            yield ToolContext(actor, session, NOW, ruled)

    return context


async def add(store: Database, *rows: Record) -> None:
    async with store.write() as session:
        session.add_all(rows)
    async with store.connection() as connection:
        await connection.run_sync(facts.refresh)


def rate(currency: str, since: str, value: str, **more: Any) -> ExchangeRate:
    return ExchangeRate(
        currency=currency, against=more.pop("against", "USD"), valid_from=date.fromisoformat(since),
        rate=Decimal(value), **more,
    )  # fmt: skip


def rule(key: str, value: str) -> WorkspaceRule:
    return WorkspaceRule(key=key, value=value)


def deal(name: str, minor: int | None, currency: str | None, *, outcome: str = "open", **more: Any) -> Opportunity:
    stage = {"open": "Discovery", "won": "Won", "lost": "Lost"}[outcome]
    values: dict[str, Any] = {"stage": stage, "created_on": date(2025, 1, 2)} | more
    return Opportunity(name=name, amount_minor=minor, currency=currency, outcome=outcome, **values)


def boss() -> User:
    return User(email="boss@x.example", name="Boss", role="admin")
