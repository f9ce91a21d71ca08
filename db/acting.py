"""On whose behalf a session works, as PostgreSQL is told before each statement that needs it told anew.

Nobody, until something says otherwise: a repository says its actor, `unscoped` says that the program itself works
(and why is beside it), `Database.owning` is for whoever moves, fills or copies the tables. What is told ends with the
transaction. SQLite has no such thing: there the statements themselves are the only wall.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from db.errors import RolesMissing

USER, TEAM, TEAMS = "rainmaker.user", "rainmaker.team", "rainmaker.teams"
"""The settings of a transaction that the policies read."""
MARK = "row security: "
"""How the comment begins that says which roles guard a workspace; it stands on the table of its revision."""
_FOR, _UNSCOPED, _TOLD = "works for", "unscoped", "rainmaker_told"
_ROLES = "SELECT pg_catalog.obj_description(to_regclass('alembic_version'), 'pg_class'), to_regclass('alembic_version')"
_TELL = f"SELECT set_config('{USER}', %s, true), set_config('{TEAM}', %s, true), set_config('{TEAMS}', %s, true), " \
    "set_config('role', %s, true)"  # fmt: skip
_SAVEPOINTS = ("SAVEPOINT ", "ROLLBACK TO ", "RELEASE ")
"""Statements that are for nobody: before the second of them nothing else can be said."""
_NO_SUCH_ROLE = ("22023", "42501", "42704")
_Of = TypeVar("_Of")
_P = ParamSpec("_P")
_T = TypeVar("_T")


class Guard(StrEnum):
    """The roles of the database, besides the one that owns the tables. Those of people bear the names of theirs."""

    NOBODY = "nobody"
    REP = "rep"
    MANAGER = "manager"
    EXECUTIVE = "executive"
    ADMIN = "admin"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class Acting:
    """Who works: a role of the database (None: the owner of the tables) and the person's values, as text."""

    guard: Guard | None
    user: str = ""
    team: str = ""
    teams: str = ""


NOBODY, PROGRAM, OWNER = Acting(Guard.NOBODY), Acting(Guard.PROGRAM), Acting(None)
AS_OWNER: dict[str, object] = {_FOR: OWNER}
AS_PROGRAM: dict[str, object] = {_FOR: PROGRAM}
"""What sessions carry that work so until a repository says otherwise."""


def work_for(session: AsyncSession, acting: Acting) -> None:
    """From here on the session works for this person."""
    session.info[_FOR] = acting


@contextmanager
def unscoped(at: AsyncSession | Session | Connection) -> Iterator[None]:
    """The program itself works here and sees every row: each use says why beside it."""
    info = _info(at)
    info[_UNSCOPED] = info.get(_UNSCOPED, 0) + 1
    try:
        yield
    finally:
        info[_UNSCOPED] -= 1


def works_unscoped(
    work: Callable[Concatenate[_Of, _P], Awaitable[_T]],
) -> Callable[Concatenate[_Of, _P], Awaitable[_T]]:
    """The same for a whole function of a session, or method of a repository."""

    @wraps(work)
    async def done(of: _Of, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        with unscoped(_session(of)):
            return await work(of, *args, **kwargs)

    return done


def _session(of: object) -> AsyncSession:
    if isinstance(of, AsyncSession):
        return of
    session: AsyncSession = of.session  # type: ignore[attr-defined] # whatever is decorated is a repository
    return session


def _info(at: AsyncSession | Session | Connection) -> MutableMapping[Any, Any]:
    if not isinstance(at, Connection):
        return at.info
    told = at.get_execution_options().get(_TOLD)
    # A bare connection is the owner's.
    return {} if told is None else told.info


@dataclass(slots=True)
class Roles:
    """The roles that guard a workspace: how their names begin, "" where it is not guarded, None as long as nobody has
    looked."""

    stem: str | None = None

    def name(self, guard: Guard) -> str:
        return f"{self.stem}_{guard}"


@dataclass(slots=True)
class _Told:
    """What the database was told last in a transaction; None where a savepoint was undone and nobody knows."""

    info: MutableMapping[Any, Any]
    last: Acting | None = OWNER
    telling: bool = False

    @property
    def wanted(self) -> Acting:
        found: Acting = PROGRAM if self.info.get(_UNSCOPED) else self.info.get(_FOR, NOBODY)
        return found


class ActingSession(Session):
    """Beneath every session of ours: its connections know for whom it works."""


@event.listens_for(ActingSession, "after_begin")
def _begun(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    known = connection.get_execution_options().get(_TOLD)
    if known is None or known.info is not session.info:
        connection.execution_options(**{_TOLD: _Told(session.info)})


def told_by(engine: Engine, roles: Roles) -> None:
    """Have the statements of an engine preceded by whom they are for."""

    def before(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        told: _Told | None = connection.get_execution_options().get(_TOLD)
        if told is None or told.telling or told.wanted == told.last or statement.startswith(_SAVEPOINTS):
            return
        told.telling = True
        try:
            _tell(connection, told, roles)
        finally:
            told.telling = False

    def undone(connection: Connection, *_: object) -> None:
        if (told := connection.get_execution_options().get(_TOLD)) is not None:
            told.last = None

    def ended(connection: Connection) -> None:
        if (told := connection.get_execution_options().get(_TOLD)) is not None:
            told.last = OWNER

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "rollback_savepoint", undone)
    event.listen(engine, "commit", ended)
    event.listen(engine, "rollback", ended)


def _tell(connection: Connection, told: _Told, roles: Roles) -> None:
    if roles.stem is None:
        comment, there = connection.exec_driver_sql(_ROLES).one()
        if there is None:
            return
        roles.stem = comment.removeprefix(MARK).split()[0] if (comment or "").startswith(MARK) else ""
    wanted = told.wanted
    if roles.stem:
        role = "none" if wanted.guard is None else roles.name(wanted.guard)
        try:
            connection.exec_driver_sql(_TELL, (wanted.user, wanted.team, wanted.teams, role))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) in _NO_SUCH_ROLE:
                raise RolesMissing(role) from error
            raise
    told.last = wanted
