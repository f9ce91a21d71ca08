"""Where the wall stands: for ordinary owners and superusers, for several workspaces of a server, while tables move."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ProgrammingError

from api.cli import trying
from db import workspace
from db.acting import NOBODY, work_for
from db.chain import Chain
from db.errors import RolesMissing
from db.models import User
from db.repositories.base import Repository
from db.row_security import Standing, standing
from db.session import Database
from db.settings import WorkspaceSettings
from db.upgrading import bring_to
from evals.doubles.postgres import PostgresServer
from tests.conftest import AUDIT_KEY

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]
_numbers = count(1)


@asynccontextmanager
async def opened(url: URL) -> AsyncIterator[Database]:
    database = Chain(AUDIT_KEY).carried_by(Database(url))
    try:
        yield database
    finally:
        await database.close()


async def holds(database: Database) -> bool:
    """Whether a session that says nothing is refused."""
    try:
        async with database.read() as session:
            work_for(session, NOBODY)
            await session.execute(select(User.id))
    except ProgrammingError:
        return True
    return False


async def stands(database: Database) -> Standing:
    async with database.owning().read() as session:
        return (await standing(session))[0]


@pytest.fixture
def owned(postgres: PostgresServer) -> Iterator[URL]:
    """An empty database of somebody who owns it and may make no roles."""
    owner = f"Own-er{next(_numbers)}"
    postgres.execute(f'CREATE ROLE "{owner}" LOGIN', f'CREATE DATABASE "{owner}" OWNER "{owner}"')
    yield postgres.superuser.set(username=owner, database=owner)
    postgres.execute(f'DROP DATABASE "{owner}" WITH (FORCE)')


async def test_who_may_make_no_roles_works_without_the_wall_and_is_told(owned: URL, anyio_backend: str) -> None:
    async with opened(owned) as database:
        await workspace.create(database)
        assert await stands(database) is Standing.REFUSED
        assert not await holds(database)
    url = owned.set(drivername="postgresql").render_as_string(hide_password=False)
    (answer,) = await trying.row_security(WorkspaceSettings(database_url=url))
    assert not answer.there
    assert f"ALTER ROLE {owned.username} CREATEROLE" in answer.says


async def test_the_wall_goes_up_once_roles_may_be_made(
    owned: URL, postgres: PostgresServer, anyio_backend: str
) -> None:
    async with opened(owned) as database:
        await workspace.create(database)
    postgres.execute(f'ALTER ROLE "{owned.username}" CREATEROLE')
    async with opened(owned) as database:
        assert await stands(database) is Standing.AWAITED
        assert await bring_to(database, None, down=False) is None
        assert await stands(database) is Standing.UP
        assert await holds(database)
    postgres.execute(f'ALTER ROLE "{owned.username}" NOCREATEROLE')
    async with opened(owned) as database:
        await workspace.create(database)
        assert await holds(database)


async def test_workspaces_of_two_owners_have_roles_of_their_own(
    owned: URL, postgres_url: URL, postgres: PostgresServer, anyio_backend: str
) -> None:
    postgres.execute(f'ALTER ROLE "{owned.username}" CREATEROLE')
    seen = []
    for url in (owned, postgres_url):
        async with opened(url) as database:
            await workspace.create(database)
            async with database.read() as session:
                work_for(session, NOBODY)
                seen.append(await session.scalar(text("SELECT current_user")))
            assert await holds(database)
    assert len(set(seen)) == 2


async def test_a_superuser_is_held_as_well(postgres: PostgresServer, anyio_backend: str) -> None:
    postgres.execute("CREATE DATABASE of_superuser")
    try:
        async with opened(postgres.superuser.set(database="of_superuser")) as database:
            await workspace.create(database)
            assert await holds(database)
            async with database.read() as session:
                actor = await workspace.actor_by_email(session, None)
                assert actor is not None
                bare = Repository(session, actor).session
                assert not await bare.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    finally:
        postgres.execute("DROP DATABASE of_superuser WITH (FORCE)")


async def test_the_wall_is_down_below_its_revision_and_up_again_above(postgres_url: URL, anyio_backend: str) -> None:
    policies = text("SELECT count(*) FROM pg_policies")
    async with opened(postgres_url) as database:
        kept = [await bring_to(database, "0009", down=True)]
        async with database.read() as session:
            assert await session.scalar(policies) == 0
        assert not await holds(database)
        kept.append(await bring_to(database, None, down=False))
        assert await holds(database)
    for path in kept:
        assert path is not None
        path.unlink()


async def test_roles_that_are_gone_are_a_clear_refusal(
    owned: URL, postgres: PostgresServer, anyio_backend: str
) -> None:
    postgres.execute(f'ALTER ROLE "{owned.username}" CREATEROLE')
    async with opened(owned) as database:
        await workspace.create(database)
        async with database.read() as session:
            work_for(session, NOBODY)
            role = await session.scalar(text("SELECT current_user"))
    postgres.execute(f'REVOKE {role} FROM "{owned.username}" CASCADE')
    async with opened(owned) as database:
        with pytest.raises(RolesMissing, match="rainmaker db upgrade"):
            await holds(database)
