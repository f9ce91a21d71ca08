"""The cast's workspace, once on each kind of database, and one of its people at work."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.engine import URL

from db.chain import Chain
from db.session import Database
from tests.conftest import AUDIT_KEY
from tests.db.cast import Cast, found
from tests.tools.effects.office import Office, opened


@pytest.fixture
async def database(workspace_url: URL, anyio_backend: str) -> AsyncIterator[Database]:
    made = Chain(AUDIT_KEY).carried_by(Database(workspace_url))
    yield made
    await made.close()


@pytest.fixture
async def office(database: Database) -> Office:
    cast: Cast = await found(database)
    return await opened(database, cast)
