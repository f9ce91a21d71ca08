"""The revisions of the tables: which there are, which a database is at, and the step from one to another."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from db import row_security
from db.fulltext import index
from db.session import ReadSession

_MIGRATIONS = Path(__file__).parent / "migrations"
_OF_ALEMBIC = "alembic_version"
BASE = "base"
"""Before the first: no tables."""


@cache
def head_revision() -> str:
    """The newest revision in the folder, read from the file names so that Alembic is not imported at every start."""
    return max(revisions())


def revisions() -> set[str]:
    """All there are in the folder."""
    return {path.stem.split("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")}


async def tables(session: ReadSession) -> tuple[str, ...]:
    """Tables in the database, whosever they are. Alembic's own, which a way down leaves behind, holds nothing."""
    connection = await session.connection()
    found = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    return tuple(sorted(set(found) - {_OF_ALEMBIC}))


async def revision(session: ReadSession) -> str | None:
    """The revision the tables are at; None for a database without tables."""
    connection = await session.connection()
    if not await connection.run_sync(lambda sync: inspect(sync).has_table(_OF_ALEMBIC)):
        return None
    found: str | None = (await session.execute(text("SELECT version_num FROM alembic_version"))).scalar()
    return found


def migrate(connection: Connection, *, to: str = "head", down: bool = False) -> None:
    """Change the tables in the connection's transaction. Who starts a program calls `db.upgrading`, which is alone.

    The index over texts is made anew at the newest revision, whose tables the declarations speak of; elsewhere there is
    none.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    guarded = connection.dialect.name == "postgresql"
    if guarded:
        # A column that a policy speaks of cannot be altered.
        row_security.lower(connection)
    index.remove(connection)
    (command.downgrade if down else command.upgrade)(config, to)
    if connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == head_revision():
        index.install(connection)
        if guarded:
            row_security.raise_again(connection)
