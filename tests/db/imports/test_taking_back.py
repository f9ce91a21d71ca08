"""An import is taken back as a whole, and nothing that somebody did since is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from db.access import Actor
from db.errors import ImportEdited, ImportUndone, NotFound
from db.imports import take_back
from db.models import Account, Contact
from db.session import Database
from tests.db.imports.conftest import Load

pytestmark = pytest.mark.anyio
ROWS = "Record ID,Name,City,Created\n1,Acme,Berlin,2024-01-02\n2,Beta,Rome,2024-01-02\n"


async def living(database: Database) -> dict[str, str | None]:
    async with database.read() as session:
        rows = await session.execute(select(Account.name, Account.city).where(Account.deleted_at.is_(None)))
        return {row.name: row.city for row in rows}


async def test_what_it_made_goes_and_what_it_changed_is_as_before(database: Database, load: Load, boss: Actor) -> None:
    await load("accounts", ROWS)
    again = ROWS.replace("Berlin,2024-01-02", "Bonn,2024-01-05") + "3,Ceta,Oslo,2024-01-02\n"
    second = await load("accounts", again)
    done = await take_back(database, second.import_id or "", actor=boss)
    assert (done.removed, done.restored) == (1, 1)
    assert await living(database) == {"Acme": "Berlin", "Beta": "Rome"}


async def test_it_can_be_imported_again_afterwards(database: Database, load: Load, boss: Actor) -> None:
    first = await load("accounts", ROWS)
    await take_back(database, first.import_id or "", actor=boss)
    assert await living(database) == {}
    assert (await load("accounts", ROWS)).created == 2


async def test_what_was_edited_since_refuses_it_unless_it_may_stay(database: Database, load: Load, boss: Actor) -> None:
    first = await load("accounts", ROWS)
    async with database.write() as session:
        (await session.scalars(select(Account).where(Account.name == "Acme"))).one().city = "Paris"
    with pytest.raises(ImportEdited, match="1 of its records were changed since"):
        await take_back(database, first.import_id or "", actor=boss)
    done = await take_back(database, first.import_id or "", actor=boss, keep_edited=True)
    assert (done.removed, done.kept) == (1, 1)
    assert await living(database) == {"Acme": "Paris"}


async def test_what_others_are_linked_to_stays_but_what_came_with_it_does_not_hold_it(
    database: Database, load: Load, boss: Actor
) -> None:
    people = await load("contacts", "Last name,E-mail,Company\nDoe,a@x.com,Acme\n", create_missing=True)
    async with database.write() as session:
        acme = (await session.scalars(select(Account))).one()
        session.add(Contact(last_name="Roe", account_id=acme.id))
    with pytest.raises(ImportEdited, match="others are linked to 1"):
        await take_back(database, people.import_id or "", actor=boss)
    done = await take_back(database, people.import_id or "", actor=boss, keep_edited=True)
    assert (done.removed, done.kept) == (1, 1)


async def test_twice_or_without_one_is_a_sentence(database: Database, load: Load, boss: Actor) -> None:
    first = await load("accounts", ROWS)
    await take_back(database, first.import_id or "", actor=boss)
    with pytest.raises(ImportUndone):
        await take_back(database, first.import_id or "", actor=boss)
    with pytest.raises(NotFound):
        await take_back(database, "im_none", actor=boss)
