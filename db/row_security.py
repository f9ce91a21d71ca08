"""The second wall, on PostgreSQL: what a person may see, held by the database itself.

Sessions do not work as the owner of the tables but as ordinary roles that own nothing: one for each role of a person,
one for the program's own work, one for nobody (`db.acting`). For each table and role of a person there is a policy: the
very condition of `db.access` or `db.personal` with the actor's values read from the transaction. The policies are made
anew whenever the tables are at the newest revision, and are gone while the tables move.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache
from typing import Any, cast

from sqlalchemy import BigInteger, ColumnElement, Connection, FromClause, func, select, text
from sqlalchemy import cast as as_type
from sqlalchemy.exc import DBAPIError

from db.access import VISIBLE, Actor, visible_facts, visible_users
from db.acting import MARK, TEAM, TEAMS, USER, Guard
from db.fulltext.columns import TABLES as SEARCHED
from db.models import (
    ApiToken,
    AuditEntry,
    Base,
    Budget,
    DealFact,
    DimensionValue,
    EffectPolicy,
    ImportedRow,
    Invitation,
    LikenessKey,
    NameToken,
    Origin,
    Role,
    ScoringRules,
    Setting,
    SignIn,
    SignInAttempts,
    Spelling,
    StandIn,
    User,
    Worker,
)
from db.personal import PERSONAL
from db.probes import probing, written
from db.session import ReadSession

_Sight = Callable[[Actor], ColumnElement[bool]]
_LONGEST = 30
_REFUSED, _THERE_BY_NOW = "42501", ("42710", "23505")
_REVISIONS = "alembic_version"

GUARDED: dict[type[Base], _Sight] = dict((*VISIBLE.items(), *PERSONAL.items(), (DealFact, visible_facts)))
"""Tables with a policy for each role of a person."""
OPEN: tuple[type[Base], ...] = (Budget, DimensionValue, EffectPolicy, Setting, StandIn, Worker)
"""What every session may read and write: how the workspace is set, and nothing of anybody."""
OF_PEOPLE: tuple[type[Base], ...] = (LikenessKey, NameToken, Spelling)
"""Without rows of one's own, but read by people only: look-ups that a search joins to what the person sees, as are the
words of texts (`db.fulltext`). The program writes them, in the transaction of who writes what they are derived from."""
CLOSED: tuple[type[Base], ...] = (
    ApiToken, AuditEntry, ImportedRow, Invitation, Origin, ScoringRules, SignIn, SignInAttempts,
)  # fmt: skip
"""Only for the program's own work: what people sign in with, the audit chain, what imports did, rules of scoring."""
DIRECTORY = {User: visible_users}
"""Everybody who acts reads who works here (names stand beside records); only these rows are written."""


def _setting(name: str) -> Any:  # noqa: ANN401 - stands in for a value of any type
    return func.nullif(func.current_setting(name, True), "")


@cache
def anybody(role: Role) -> Actor:
    """A person of this role whose values the database reads from the transaction.

    Each stands in a subquery of its own, which PostgreSQL computes once for a statement and not for each row.
    """
    user = select(as_type(_setting(USER), BigInteger)).scalar_subquery()
    team = select(as_type(_setting(TEAM), BigInteger)).scalar_subquery()
    teams = select(as_type(func.unnest(func.string_to_array(_setting(TEAMS), ",")), BigInteger))
    return Actor(cast("int", user), "", "", role, cast("int", team), teams=cast("tuple[int, ...]", teams))


def condition(table: type[Base], role: Role) -> str:
    """A sight as the database is told."""
    return written(probing(GUARDED[table](anybody(role)), _known(role)), table.__table__)


@cache
def _known(role: Role) -> dict[FromClause, str]:
    """What the policies of other tables hold already; that of the directory holds nothing."""
    person = anybody(role)
    return {
        one.__table__: written(sight(person), one.__table__) for one, sight in GUARDED.items() if one not in DIRECTORY
    }


@cache
def policies(stem: str) -> tuple[str, ...]:
    """The statements that guard every table."""
    return tuple(_policies(stem))


def _policies(stem: str) -> Iterator[str]:
    program = f"{stem}_{Guard.PROGRAM}"
    for table in GUARDED:
        name = table.__tablename__
        yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
        yield f"CREATE POLICY rainmaker_program ON {name} TO {program} USING (true)"
        if table in DIRECTORY:
            people = ", ".join(f"{stem}_{role}" for role in Role)
            yield f"CREATE POLICY rainmaker_directory ON {name} FOR SELECT TO {people} USING (true)"
        # Roles that see the same share a policy.
        alike: defaultdict[str, list[Role]] = defaultdict(list)
        for role in Role:
            alike[condition(table, role)].append(role)
        for rows, roles in alike.items():
            people = ", ".join(f"{stem}_{role}" for role in roles)
            yield f"CREATE POLICY rainmaker_{'_'.join(roles)} ON {name} TO {people} USING ({rows})"


def _grants(stem: str, schema: str) -> Iterator[str]:
    everybody = ", ".join(f"{stem}_{guard}" for guard in Guard)
    people = ", ".join(f"{stem}_{role}" for role in Role)
    program = f"{stem}_{Guard.PROGRAM}"

    def named(*tables: type[Base]) -> str:
        return ", ".join(table.__tablename__ for table in tables)

    may = "GRANT SELECT, INSERT, UPDATE, DELETE ON"
    yield f"{may} {named(*OPEN)} TO {everybody}"
    yield f"{may} {named(*GUARDED)} TO {people}, {program}"
    yield f"{may} {named(*OF_PEOPLE, *CLOSED)} TO {program}"
    words = ", ".join(table.index for table in SEARCHED.values())
    yield f"GRANT SELECT ON {named(*OF_PEOPLE)}, {words} TO {people}, {program}"
    yield f"GRANT SELECT ON {_REVISIONS} TO {everybody}"
    # Of tables that are closed to a role it draws no numbers either: none of them has any.
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {everybody}"


def roles_of(stem: str) -> list[str]:
    """The roles that guard a workspace."""
    return [f"{stem}_{guard}" for guard in Guard]


def up(connection: Connection) -> bool:
    """Whether the wall stands as the program of today has it, and its roles are ours to take."""
    found = connection.exec_driver_sql(
        "SELECT pg_catalog.obj_description(to_regclass(%s), 'pg_class')", (_REVISIONS,)
    ).scalar()
    comment = str(found or "")
    if not comment.startswith(MARK):
        return False
    stem, kept = comment.removeprefix(MARK).split()
    return kept == digest(stem) and not _not_ours(connection, stem)


class Standing(StrEnum):
    """How it stands with the wall of a workspace."""

    UP = "up"
    AWAITED = "awaited"
    REFUSED = "refused"


async def standing(session: ReadSession) -> tuple[Standing, str]:
    """Whether the wall is up, goes up with the next start or upgrade, or cannot; and as whom we are connected."""
    return await (await session.connection()).run_sync(_standing)


def _standing(connection: Connection) -> tuple[Standing, str]:
    may = "SELECT rolname, rolsuper OR rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = session_user"
    user, makes_roles = connection.exec_driver_sql(may).one()
    if up(connection):
        return Standing.UP, user
    possible = makes_roles or not _not_ours(connection, stem_of(connection))
    return (Standing.AWAITED if possible else Standing.REFUSED), user


def lower(connection: Connection) -> None:
    """Take the wall down, while the tables move. The roles stay: another workspace of the same owner may use them."""
    there = text(
        "SELECT tablename, policyname FROM pg_catalog.pg_policies "
        "WHERE schemaname = current_schema() AND starts_with(policyname, 'rainmaker_')"
    )
    for table, policy in connection.execute(there).all():
        connection.exec_driver_sql(f'DROP POLICY {policy} ON "{table}"')
        connection.exec_driver_sql(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
    if connection.exec_driver_sql("SELECT to_regclass(%s)", (_REVISIONS,)).scalar() is not None:
        connection.exec_driver_sql(f"COMMENT ON TABLE {_REVISIONS} IS NULL")


def raise_again(connection: Connection) -> bool:
    """Put the wall up, as the program of today has it, in the place of one that is there; False where the roles it
    needs are not there and the owner of the tables may not make them."""
    lower(connection)
    stem = stem_of(connection)
    if not _have_roles(connection, stem):
        return False
    schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    for statement in (*_grants(stem, schema), *policies(stem)):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"COMMENT ON TABLE {_REVISIONS} IS '{MARK}{stem} {digest(stem)}'")
    return True


def keep_up(connection: Connection) -> bool:
    """The same where it does not stand already."""
    return up(connection) or raise_again(connection)


def digest(stem: str) -> str:
    """What tells one wall from another."""
    return hashlib.sha256("\n".join((*_grants(stem, ""), *policies(stem))).encode()).hexdigest()[:16]


def stem_of(connection: Connection) -> str:
    """How the names of the roles begin. Roles are of the whole server, so they bear the name of who owns the tables:
    workspaces of one owner share them, those of another cannot take them."""
    owner = str(connection.exec_driver_sql("SELECT session_user").scalar_one())
    plain = re.sub("[^a-z0-9_]", "_", owner.lower())[:_LONGEST]
    mark = "" if plain == owner else f"_{hashlib.sha256(owner.encode()).hexdigest()[:8]}"
    return f"rainmaker_{plain}{mark}"


def _not_ours(connection: Connection, stem: str) -> list[str]:
    """The roles that are not there, or that we may not take."""
    kind = "SET" if (connection.dialect.server_version_info or ()) >= (16,) else "MEMBER"
    usable = text(
        "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname = ANY(:roles) AND pg_has_role(session_user, oid, :kind)"
    )
    roles = roles_of(stem)
    found = set(connection.execute(usable, {"roles": roles, "kind": kind}).scalars())
    return [role for role in roles if role not in found]


def _have_roles(connection: Connection, stem: str) -> bool:
    """Make the roles that are missing."""
    for role in _not_ours(connection, stem):
        for statement in (f"CREATE ROLE {role} NOLOGIN", f"GRANT {role} TO SESSION_USER"):
            try:
                with connection.begin_nested():
                    connection.exec_driver_sql(statement)
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state == _REFUSED:
                    return False
                if state not in _THERE_BY_NOW:
                    raise
    return not _not_ours(connection, stem)
