"""A workspace as a whole: founding it, its local administrator, its clock."""

from __future__ import annotations

import asyncio
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select, text

from db.access import Actor, actor_of
from db.acting import works_unscoped
from db.chain import anchor_of
from db.errors import ForeignDatabase, WorkspaceMissing, WorkspaceOutdated
from db.models import Outcome, Role, Setting, Stage, User
from db.revisions import head_revision, revision, revisions, tables
from db.session import Database, ReadSession, WriteSession
from db.settings import WorkspaceSettings
from db.upgrading import alone, guarded, moved, moved_with_backup

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


def require_file(settings: WorkspaceSettings) -> None:
    """Refuse to go on where the file is not there: to open it would make an empty one.

    Raises:
        WorkspaceMissing: SQLite, and no such file.
    """
    if settings.file is not None and not settings.file.exists():
        raise WorkspaceMissing(settings.file)


async def require_current(database: Database) -> None:
    """Refuse to work on missing or outdated tables."""
    async with database.owning().read() as session:
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
    async with alone(database) as session:
        kept = await _brought_up(database, session)
        await guarded(session)
        await _furnish(session)
    return kept


async def _brought_up(database: Database, session: WriteSession) -> Path | None:
    found, newest = await revision(session), head_revision()
    if found == newest:
        return None
    if found is None:
        if others := await tables(session):
            raise ForeignDatabase(others)
        if (anchor := anchor_of(database)) is not None:
            # A new workspace has a new chain; the anchor of one that was here before is set aside.
            await asyncio.to_thread(anchor.reset, None)
    elif found not in revisions():
        raise WorkspaceOutdated(found, newest)
    elif await _holds_something(session):
        return await moved_with_backup(database, session, newest)
    await moved(session, newest)
    return None


async def _holds_something(session: WriteSession) -> bool:
    """Whether anything but what a new workspace is made with is in it."""
    # In plain words, because older tables lack columns of the models.
    others = text("SELECT 1 FROM users WHERE email <> :local UNION SELECT 1 FROM accounts UNION SELECT 1 FROM turns")
    return (await session.execute(others, {"local": LOCAL_ADMIN})).first() is not None


async def _furnish(write: WriteSession) -> None:
    if (await write.execute(select(Stage.id).limit(1))).scalar() is None:
        for position, (name, outcome, probability, rotting) in enumerate(DEFAULT_STAGES, start=1):
            likely = Decimal(probability)
            write.add(Stage(name=name, position=position, outcome=outcome, probability=likely, rotting_days=rotting))
    if (await write.execute(select(User.id).where(User.role == Role.ADMIN).limit(1))).scalar() is None:
        write.add(User(email=LOCAL_ADMIN, name="Administrator", role=Role.ADMIN))


@works_unscoped
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
