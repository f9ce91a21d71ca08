"""A workspace as a whole: its tables, their revision, its local administrator."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, select, text

from db.access import Actor, actor_of
from db.anchor import CARRIED, Anchor
from db.errors import ForeignDatabase, WorkspaceMissing, WorkspaceOutdated
from db.locks import Lock, held
from db.models import Outcome, Role, Setting, Stage, User
from db.session import Database, ReadSession, WriteSession

_MIGRATIONS = Path(__file__).parent / "migrations"
LOCAL_ADMIN = "admin@localhost"
"""The administrator a workspace is made with. It acts in the terminal only: nothing signs in as it."""
DEFAULT_STAGES = (
    ("Discovery", Outcome.OPEN, "0.10", 30),
    ("Qualification", Outcome.OPEN, "0.25", 30),
    ("Proposal", Outcome.OPEN, "0.50", 45),
    ("Negotiation", Outcome.OPEN, "0.70", 45),
    ("Won", Outcome.WON, "1", None),
    ("Lost", Outcome.LOST, "0", None),
)


@cache
def head_revision() -> str:
    """The newest revision in the folder, read from the file names so that Alembic is not imported at every start."""
    return max(revisions())


def revisions() -> set[str]:
    """All there are in the folder."""
    return {path.stem.split("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")}


def migrate(connection: Connection, *, to: str = "head", down: bool = False) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    (command.downgrade if down else command.upgrade)(config, to)


async def revision(session: ReadSession) -> str | None:
    """The revision the tables are at; None for a database without tables."""
    connection = await session.connection()
    tables = await connection.run_sync(lambda sync: inspect(sync).has_table("alembic_version"))
    if not tables:
        return None
    found: str | None = (await session.execute(text("SELECT version_num FROM alembic_version"))).scalar()
    return found


async def require_current(database: Database) -> None:
    """Refuse to work on missing or outdated tables."""
    async with database.read() as session:
        found = await revision(session)
    if found is None:
        raise WorkspaceMissing
    if found != head_revision():
        raise WorkspaceOutdated(found, head_revision())


async def create(database: Database) -> Path | None:
    """Bring the tables to the newest revision; add default stages and a local administrator where there are none.

    Returns:
        The backup that was made first, where older tables held something.

    Raises:
        WorkspaceOutdated: the tables are newer than the program.
        ForeignDatabase: there are tables, but not ours.
    """
    async with database.read() as session:
        found = await revision(session)
        others = await _tables(session) if found is None else ()
    if others:
        raise ForeignDatabase(others)
    kept = None
    if found != head_revision():
        if found is not None and found not in revisions():
            raise WorkspaceOutdated(found, head_revision())
        kept = await _kept(database) if found is not None else None
        async with database.connection() as connection:
            await connection.run_sync(_migrate_alone)
        if found is None and isinstance(anchor := database.carried(CARRIED), Anchor):
            # A new workspace has a new chain; the anchor of one that was here before is set aside.
            anchor.reset(None)
    async with database.write() as write:
        if not database.is_sqlite:
            await write.execute(held(Lock.FOUNDING))
        await _furnish(write)
    return kept


async def _kept(database: Database) -> Path | None:
    """A backup of older tables, unless nothing but what a new workspace is made with is in them."""
    from db import keeping

    async with database.read() as session:
        # In plain words, because older tables lack columns of the models.
        others = text(
            "SELECT 1 FROM users WHERE email <> :local UNION SELECT 1 FROM accounts UNION SELECT 1 FROM turns"
        )
        if (await session.execute(others, {"local": LOCAL_ADMIN})).first() is None:
            return None
    return (await keeping.back_up(database, keeping.backup_path(database, f"before-{head_revision()}"))).path


async def _tables(session: ReadSession) -> tuple[str, ...]:
    connection = await session.connection()
    return tuple(sorted(await connection.run_sync(lambda sync: inspect(sync).get_table_names())))


async def _furnish(write: WriteSession) -> None:
    if (await write.execute(select(Stage.id).limit(1))).scalar() is None:
        for position, (name, outcome, probability, rotting) in enumerate(DEFAULT_STAGES, start=1):
            likely = Decimal(probability)
            write.add(Stage(name=name, position=position, outcome=outcome, probability=likely, rotting_days=rotting))
    if (await write.execute(select(User.id).where(User.role == Role.ADMIN).limit(1))).scalar() is None:
        write.add(User(email=LOCAL_ADMIN, name="Administrator", role=Role.ADMIN))


def _migrate_alone(connection: Connection) -> None:
    """On PostgreSQL two processes that start together would create the same tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(held(Lock.FOUNDING))
    migrate(connection)


async def actor_by_email(session: ReadSession, email: str | None) -> Actor | None:
    """The active person with this address; without one, the first administrator."""
    statement = select(User).where(User.active, User.deleted_at.is_(None))
    if email is None:
        statement = statement.where(User.role == Role.ADMIN).order_by(User.id)
    else:
        statement = statement.where(User.email == email.strip().lower())
    user = (await session.execute(statement.limit(1))).scalar()
    return await actor_of(session, user) if user else None


async def standing_clock(session: ReadSession) -> datetime | None:
    """The moment a demo made for a given day stands at; None where time runs."""
    stored = await session.scalar(select(Setting.value).where(Setting.key == "clock"))
    return datetime.fromisoformat(stored["at"]) if stored else None
