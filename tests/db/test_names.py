from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from db import name_index
from db.access import Actor
from db.models import Account, Contact, Lead, NameToken, Opportunity, Role, Spelling
from db.names import NamedKind, fold, skeleton, spellings, words
from db.repositories.search import SearchRepository
from db.session import Database, WriteSession

pytestmark = pytest.mark.anyio

BOSS = Actor(0, "", "", Role.ADMIN, None)
letters = string.ascii_lowercase + "äöß"
word = st.text(letters, min_size=4, max_size=14)
many = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


def mistyped(name: str) -> Iterator[str]:
    """Every word one typing error away: a letter left out, changed, doubled by another, or swapped with the next."""
    for at in range(len(name) + 1):
        yield name[:at] + "q" + name[at:]
        if at < len(name):
            yield name[:at] + name[at + 1 :]
            yield name[:at] + "q" + name[at + 1 :]
        if at < len(name) - 1:
            yield name[:at] + name[at + 1] + name[at] + name[at + 2 :]


@given(word)
def test_a_word_and_its_mistyped_forms_share_a_key(name: str) -> None:
    folded = fold(name)
    for typed in mistyped(folded):
        if len(typed) >= 4:
            assert spellings(typed) & spellings(folded), (typed, folded)


@pytest.mark.parametrize(("typed", "name"), [("Orrian", "Orion"), ("globxe", "Globex"), ("Mueler", "Mueller")])
def test_vowels_and_doubled_letters_do_not_count(typed: str, name: str) -> None:
    assert spellings(fold(typed)) & spellings(fold(name))


@pytest.mark.parametrize("short", ["for", "45", "2025", "10000"])
def test_short_words_and_numbers_mean_themselves(short: str) -> None:
    assert spellings(short) == {short}


@given(st.text(max_size=20))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assume(fold(fold(text)) == fold(text) or not text.isascii())
    assert words(text) == words(text.upper()) or not text.isascii()
    assert skeleton(fold(text)) == skeleton(skeleton(fold(text))) or text == ""


class Undo(Exception):
    """Ends an example and takes it back."""


@many
@given(name=word, data=st.data())
async def test_a_mistyped_name_finds_its_record(database: Database, name: str, data: st.DataObject) -> None:
    typed = data.draw(st.sampled_from([one for one in mistyped(fold(name)) if len(one) >= 4]))
    with pytest.raises(Undo):
        async with database.write() as session:
            account = Account(name=f"{name.capitalize()} Holding")
            session.add(account)
            await session.flush()
            await refresh(session, NamedKind.ACCOUNT, [account.id])
            found = await SearchRepository(session, BOSS).candidates([typed])
            assert account.id in [one.id for one in found if one.kind is NamedKind.ACCOUNT]
            raise Undo


async def refresh(session: WriteSession, kind: NamedKind, ids: list[int] | None) -> None:
    await session.run_sync(lambda sync: name_index.refresh(sync.connection(), kind, ids))


async def indexed(session: WriteSession) -> set[tuple[str, int, int, str]]:
    table = NameToken
    return {
        tuple(row) for row in await session.execute(select(table.kind, table.record_id, table.position, table.token))
    }


@many
@given(
    st.lists(st.tuples(st.integers(1, 3), st.none() | st.text(max_size=40).filter(lambda t: "\0" not in t)), max_size=8)
)
async def test_following_each_change_gives_what_indexing_everything_gives(
    database: Database, renamings: list[tuple[int, str | None]]
) -> None:
    with pytest.raises(Undo):
        async with database.write() as session:
            session.add_all(Opportunity(id=key, name="Old name", stage="Discovery") for key in (1, 2, 3))
            await session.flush()
            await refresh(session, NamedKind.OPPORTUNITY, None)
            for key, name in renamings:
                values = {"deleted_at": datetime.now(UTC)} if name is None else {"name": name, "deleted_at": None}
                await session.execute(update(Opportunity).where(Opportunity.id == key).values(values))
                await refresh(session, NamedKind.OPPORTUNITY, [key])
            followed = await indexed(session)
            filed = {tuple(row) for row in await session.execute(select(Spelling.key, Spelling.token))}
            await session.run_sync(lambda sync: name_index.refresh_all(sync.connection()))
            assert {row for row in await indexed(session) if row[0] == "opportunity"} == followed
            again = {tuple(row) for row in await session.execute(select(Spelling.key, Spelling.token))}
            others = {"local", "administrator"}
            assert {row for row in again if row[1] not in others} <= filed
            raise Undo


async def test_exact_words_come_before_similar_ones(database: Database) -> None:
    async with database.write() as session:
        session.add_all([Account(name="Orian"), Account(name="Orion"), Account(name="Onion Orion Foods")])
        await session.flush()
        await refresh(session, NamedKind.ACCOUNT, None)
        found = await SearchRepository(session, BOSS).candidates(["orion", "foods"])
        assert [one.name for one in found] == ["Onion Orion Foods", "Orion", "Orian"]


async def test_removed_records_are_not_found(database: Database) -> None:
    async with database.write() as session:
        session.add(Lead(first_name="Nora", last_name="Blum", arrived_at=datetime.now(UTC)))
        await session.flush()
        await refresh(session, NamedKind.LEAD, None)
        assert len(await SearchRepository(session, BOSS).candidates(["blum"])) == 1
        await session.execute(update(Lead).values(deleted_at=datetime.now(UTC)))
        assert await SearchRepository(session, BOSS).candidates(["blum"]) == []


async def test_a_person_is_told_apart_by_title_and_company(database: Database) -> None:
    async with database.write() as session:
        account = Account(name="Acme")
        session.add(account)
        await session.flush()
        for title, company in (("VP Sales", account.id), (None, account.id), ("CFO", None)):
            session.add(Contact(first_name="Anna", last_name="Keller", title=title, account_id=company))
        await session.flush()
        await refresh(session, NamedKind.CONTACT, None)
        found = await SearchRepository(session, BOSS).candidates(["keller"])
        assert [one.detail for one in found] == ["VP Sales, Acme", "Acme", "CFO"]
