from __future__ import annotations

import pytest

from db.session import Database
from tests.db.cast import Cast, found


@pytest.fixture
async def cast(database: Database) -> Cast:
    return await found(database)
