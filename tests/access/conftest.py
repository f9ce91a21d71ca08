"""The seeded workspace, built once for each engine and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import anyio
import pytest
from sqlalchemy.engine import URL, make_url

from agent.runtime import Runtime
from agent.settings import AgentSettings
from db import workspace
from db.session import Database
from db.settings import WorkspaceSettings
from evals.doubles.postgres import PostgresServer
from tests.access.company import Company, build

_numbers = count(1)
SECRET = "only for tests"
NO_MODEL = {"OPENAI_API_KEY": None, "OPENAI_BASE_URL": None, "SMTP_URL": None}


@dataclass(frozen=True, slots=True)
class Seeded:
    """A copy of the workspace and who is in it."""

    url: URL
    company: Company

    @property
    def settings(self) -> WorkspaceSettings:
        plain = self.url.set(drivername=self.url.get_backend_name())
        return WorkspaceSettings(
            database_url=plain.render_as_string(hide_password=False), secret_key=SECRET, timezone="UTC", currency="USD"
        )


def _founded(url: URL) -> Company:
    async def found() -> Company:
        database = Database(url)
        try:
            await workspace.create(database)
            return await build(database)
        finally:
            await database.close()

    return anyio.run(found)


@pytest.fixture(scope="session")
def sqlite_company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Company]:
    path = tmp_path_factory.mktemp("access") / "template.db"
    return path, _founded(make_url(f"sqlite+aiosqlite:///{path}"))


@pytest.fixture(scope="session")
def postgres_company(postgres: PostgresServer) -> Company:
    return _founded(postgres.create("access_template"))


@pytest.fixture
def on_sqlite(sqlite_company: tuple[Path, Company], tmp_path: Path) -> Seeded:
    path = tmp_path / "access.db"
    shutil.copy(sqlite_company[0], path)
    return Seeded(make_url(f"sqlite+aiosqlite:///{path}"), sqlite_company[1])


@pytest.fixture
def on_postgres(postgres: PostgresServer, postgres_company: Company) -> Iterator[Seeded]:
    name = f"access_{next(_numbers)}"
    yield Seeded(postgres.create(name, template="access_template"), postgres_company)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def seeded(request: pytest.FixtureRequest) -> Seeded:
    found: Seeded = request.getfixturevalue(f"on_{request.param}")
    return found


@pytest.fixture
async def runtime(seeded: Seeded, anyio_backend: str) -> AsyncIterator[Runtime]:
    database = Database(seeded.url)
    opened = Runtime(database, seeded.settings, AgentSettings(**NO_MODEL))
    yield opened
    await opened.close()
