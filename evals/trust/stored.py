"""What a workspace holds, read past the program: people, and every byte."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.settings import WorkspaceSettings

_PEOPLE = """
    SELECT 'contact', id, first_name || ' ' || last_name, email, phone, owner_id FROM contacts
    UNION ALL SELECT 'lead', id, first_name || ' ' || last_name, email, phone, owner_id FROM leads
    UNION ALL SELECT 'user', id, name, email, NULL, id FROM users
"""


@dataclass(frozen=True, slots=True)
class Somebody:
    kind: str
    id: int
    name: str
    email: str | None
    phone: str | None
    owner: int | None

    @property
    def values(self) -> tuple[str, ...]:
        """What must not leave."""
        return tuple(one for one in (self.name if " " in self.name else None, self.email, self.phone) if one)


def people(settings: WorkspaceSettings) -> list[Somebody]:
    """Every contact, lead and colleague with a name."""
    return [Somebody(*row) for row in _rows(settings, _PEOPLE) if row[2]]


def dumped(settings: WorkspaceSettings, tables: Sequence[str] | None = None) -> str:
    """Every row of these tables (None: of all) as text; of SQLite without `tables` the bytes of the files too."""
    names = tables if tables is not None else _tables(settings)
    text = "\n".join(str(row) for name in names for row in _rows(settings, f"SELECT * FROM {name}"))  # noqa: S608 - names of tables
    if tables is None and settings.url.get_backend_name() == "sqlite":
        path = Path(str(settings.url.database))
        files = [one for one in (path, path.with_name(f"{path.name}-wal")) if one.exists()]
        text += "".join(one.read_bytes().decode("utf-8", "replace") for one in files)
    return text


def _tables(settings: WorkspaceSettings) -> list[str]:
    if settings.url.get_backend_name() == "sqlite":
        return [str(row[0]) for row in _rows(settings, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    wanted = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    return [str(row[0]) for row in _rows(settings, wanted)]


def _rows(settings: WorkspaceSettings, statement: str) -> list[tuple[Any, ...]]:
    if settings.url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(settings.url.database))) as file:
            return file.execute(statement).fetchall()
    import psycopg

    address = settings.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as server:
        return server.execute(statement.encode()).fetchall()
