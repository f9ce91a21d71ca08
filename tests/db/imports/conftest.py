"""Files into a workspace, as one call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from db.access import Actor
from db.importers import read_records
from db.imports import Imported, import_records, kind_of_file, with_own_fields
from db.imports.importing import Wanted
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import actor_by_email

Load = Callable[..., Awaitable[Imported]]


@pytest.fixture
async def boss(database: Database) -> Actor:
    async with database.read() as session:
        actor = await actor_by_email(session, None)
    assert actor is not None
    return actor


@pytest.fixture
def load(database: Database, boss: Actor, tmp_path: Path) -> Load:
    """`await load("contacts", text)` imports a file with that text."""

    async def loading(kind: str, text: str, *, name: str = "file.csv", **wanted: Any) -> Imported:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        async with database.read() as session:
            whole = await with_own_fields(session, boss, kind_of_file(kind))
        file = read_records(path, whole)
        return await import_records(database, WorkspaceSettings(), file, Wanted(name, **wanted), actor=boss)

    return loading
