"""What every test has: one event loop library, no way out of this machine, and a fresh workspace on each database."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import settings
from sqlalchemy.engine import URL, make_url

from db import workspace
from db.chain import Chain
from db.session import Database
from evals.doubles.postgres import PostgresServer, postgres_server

# A machine under load is slow and not wrong: speed is measured by the benchmarks.
settings.register_profile("rainmaker", deadline=None)
settings.load_profile("rainmaker")

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0", "::ffff:127.")  # noqa: S104 - recognised, never bound
_numbers = count(1)
_TEMPLATE = "template_rainmaker"
AUDIT_KEY = b"key"


class OutsideConnection(RuntimeError):
    """A test tried to leave this machine."""


@pytest.fixture(scope="session", autouse=True)
def closed_sockets() -> Iterator[None]:
    """Connections go to this machine or nowhere."""
    plain = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}

    def guarded(name: str) -> Any:
        def connect(self: socket.socket, address: Any) -> Any:
            outside = self.family != socket.AF_UNIX and not str(address[0]).startswith(_LOOPBACK)
            if outside:
                raise OutsideConnection(f"{address}")
            return plain[name](self, address)

        return connect

    with pytest.MonkeyPatch.context() as patch:
        for name in plain:
            patch.setattr(socket.socket, name, guarded(name))
        yield


@pytest.fixture(scope="session", autouse=True)
def tests_look_at_everything() -> Iterator[None]:
    """A session that a test itself opens is that of the tables' owner; those of the program are nobody's until it says
    for whom they work."""
    tests = str(Path(__file__).parent)

    def opening(plain: Any) -> Any:
        def opened(database: Database) -> Any:
            by_test = sys._getframe(1).f_code.co_filename.startswith(tests)
            return plain(database if database.says_for_whom or not by_test else database.owning())

        return opened

    with pytest.MonkeyPatch.context() as patch:
        for name in ("read", "write"):
            patch.setattr(Database, name, opening(getattr(Database, name)))
        yield


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server per test process, with a template database that has all tables."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres_server())
        except Exception as error:  # noqa: BLE001 - whatever keeps it from starting is the printed reason
            pytest.skip(f"PostgreSQL cannot be started here: {error!r}")
        _found(server.create(_TEMPLATE))
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "workspace.db"
    _found(make_url(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> URL:
    """A fresh workspace in a file."""
    path = tmp_path / "workspace.db"
    shutil.copy(sqlite_template, path)
    return make_url(f"sqlite+aiosqlite:///{path}")


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[URL]:
    """A fresh workspace on PostgreSQL."""
    name = f"test_{next(_numbers)}"
    yield postgres.create(name, template=_TEMPLATE)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def workspace_url(request: pytest.FixtureRequest) -> URL:
    """A fresh workspace, once on each kind of database."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
async def database(workspace_url: URL, anyio_backend: str) -> AsyncIterator[Database]:
    """A fresh workspace with its tables, stages and local administrator, once on each kind of database."""
    opened = Chain(AUDIT_KEY).carried_by(Database(workspace_url))
    yield opened
    await opened.close()


def _found(url: URL) -> None:
    async def create() -> None:
        database = Database(url)
        await workspace.create(database)
        await database.close()

    anyio.run(create)
