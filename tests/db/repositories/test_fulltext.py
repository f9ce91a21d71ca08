"""Records are found by the words in their texts, on both databases, and nothing of what is hidden."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from db.access import Actor, Grant, RecordAction
from db.errors import NotPermitted, UnknownKind
from db.fulltext.columns import searched, text_fields
from db.models import Account, Contact, Interaction, Note, Record
from db.records import KINDS
from db.repositories.fulltext import FullTextRepository, Hit, Search
from db.repositories.records import RecordRepository, Wanted
from db.session import Database, ReadSession
from tests.db.cast import ACTORS, NOON, Cast, mark

pytestmark = pytest.mark.anyio


async def search(database: Database, actor: Actor, text: str, *kinds: str, **more: Any) -> tuple[int, list[Hit]]:
    async with database.read() as session:
        return await FullTextRepository(session, actor).search(Search(text, kinds, **more))


async def names(database: Database, actor: Actor, text: str, *kinds: str) -> list[str]:
    total, hits = await search(database, actor, text, *kinds)
    assert total == len(hits)
    return [hit.ref.name for hit in hits]


async def add(database: Database, *records: Record) -> None:
    async with database.write() as session:
        session.add_all(records)


@pytest.fixture
async def boss(cast: Cast) -> Actor:
    return cast.actors["executive"]


async def test_a_person_is_found_by_any_text_as_people_type_it(database: Database, boss: Actor) -> None:
    await add(
        database,
        Contact(
            first_name="Anna", last_name="Müller", email="anna.m@mueller-soehne.example", phone="+49 (30) 901 820-44",
            title="Chief of Stuff", pain_points=["Rückläufer", "grüne Wiese"], custom={"motto": "für alle"},
        ),
    )  # fmt: skip
    for typed in (
        "müller", "MULLER", "mull", "anna müller", "mueller-soehne.example", "anna.m@mueller-soehne.example",
        "müller anna", "+49 30 901 820 44", "(030) 90182044", "0049 30/901820-44", "90182044", "chief of stuff", "grün",
        '"anna muller"', "fur alle",
    ):  # fmt: skip
        assert await names(database, boss, typed) == ["Anna Müller"], typed
        assert await names(database, boss, "nobody " + typed) == [], typed


async def test_a_phrase_is_found_in_its_order_only(database: Database, boss: Actor) -> None:
    await add(database, Note(body="A cap at renewal was refused."), Note(body="Renewal at a cap."))
    assert await names(database, boss, '"cap at renewal"') == ["A cap at renewal was refused."]
    assert len(await names(database, boss, "cap at renewal")) == 2


async def test_nothing_that_is_typed_is_an_order_or_an_error(database: Database, boss: Actor) -> None:
    await add(database, Account(name="Ordinary"))
    for typed in (
        '"', "a AND (", "NOT", "NEAR(a b)", "col:umn", "{x}: y", "^a", "a*", "' OR 1=1 --", "\x00", "\ud800", "%_",
        "\\", "a & b | !c:*", "<->", "ß", "🙂", "é" * 10_000, "1 " * 5_000, ":*", "- -", '"" ""', "+(1)2345 67",
        "9" * 40, "\x00ordinary\x00 NOT", "ⅷ ² ٣", "\u0301", "a\u0301b", '"ordinary" "',
        "name : ordinary", "-ordinary x", "ﬁ",
    ):  # fmt: skip
        total, _ = await search(database, boss, typed)
        assert total == (typed == '"ordinary" "'), typed


async def test_names_come_before_texts_and_the_latest_first_among_equals(database: Database, boss: Actor) -> None:
    mail: dict[str, Any] = {"channel": "email", "direction": "in"}
    await add(
        database,
        Interaction(at=NOON, body="about zircon", subject="first", **mail),
        Interaction(at=NOON.replace(hour=13), body="about zircon", subject="second", **mail),
        Account(name="Zircon"),
    )
    assert await names(database, boss, "zircon") == ["Zircon", "second", "first"]


async def test_pages_go_on_where_the_one_before_ended(database: Database, boss: Actor) -> None:
    await add(database, *(Account(name=f"Quartz {number}") for number in range(7)))
    total, first = await search(database, boss, "quartz", limit=4)
    _, second = await search(database, boss, "quartz", limit=4, offset=4)
    assert total == 7
    assert len({hit.ref.id for hit in (*first, *second)}) == 7


async def test_a_hit_shows_where_the_words_stand(database: Database, boss: Actor) -> None:
    await add(database, Note(body="word " * 60 + "then the Übernahme came " + "word " * 60))
    _, (hit,) = await search(database, boss, "ubernahme")
    assert hit.snippet is not None
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.marks] == ["Übernahme"]
    assert hit.snippet.text.startswith("…")


async def test_kinds_narrow_and_unknown_ones_are_refused(database: Database, boss: Actor) -> None:
    await add(database, Account(name="Beryl"), Note(body="beryl"))
    assert await names(database, boss, "beryl", "notes") == ["beryl"]
    with pytest.raises(UnknownKind):
        await search(database, boss, "beryl", "quota")


async def test_whatever_is_found_is_seen_and_whatever_is_seen_is_found(database: Database, cast: Cast) -> None:
    async with database.read() as session:
        for who in ACTORS:
            total, hits = await FullTextRepository(session, cast.actors[who]).search(Search("zz", limit=1_000))
            found = {(hit.ref.kind, hit.ref.id) for hit in hits}
            assert total == len(hits) == len(found)
            assert found == await seen(session, cast.actors[who]), who


async def seen(session: ReadSession, actor: Actor) -> set[tuple[str, int]]:
    """What lists show the person of everything that bears a mark in a text that is searched."""
    found = set[tuple[str, int]]()
    for kind in (one for one in KINDS.values() if searched(one) and one.name != "interaction"):
        _, lines = await RecordRepository(session, actor, kind).find(Wanted(limit=500))
        texts = {field.name for field in text_fields(kind)}
        found |= {
            (kind.name, line.id)
            for line in lines
            if any("zz" in repr(value) for name, value in line.values.items() if name in texts)
        }
    return found


async def test_a_private_note_is_found_by_its_author_only(database: Database, cast: Cast) -> None:
    word = mark("privateonaccount", "dach")
    finders = [who for who in ACTORS if await names(database, cast.actors[who], word)]
    assert finders == ["dach"]


async def test_what_a_role_may_not_read_is_left_out(database: Database, boss: Actor) -> None:
    await add(database, Account(name="Onyx"), Note(body="onyx"))
    barred = replace(boss, departures={Grant("note", RecordAction.READ): False})
    assert await names(database, barred, "onyx") == ["Onyx"]
    with pytest.raises(NotPermitted):
        await search(database, barred, "onyx", "note")


_HIDDEN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "last_name": (("topaz", '"opal topaz"', "opal topaz"), ("opal", "7776655", "pearl")),
    "email": (("pearl.example", "pearl"), ("opal topaz", "7776655")),
    "phone": (("7776655", "030 7776655"), ("topaz", "pearl")),
    "motto": (("jade",), ("topaz", "7776655")),
}
"""Field -> what finds nobody once it is hidden, and what still does."""


async def test_a_hidden_field_finds_nothing_and_shows_nothing(database: Database, boss: Actor) -> None:
    await add(
        database,
        Contact(
            first_name="Opal", last_name="Topaz", email="o@pearl.example", phone="030 7776655", custom={"motto": "jade"}
        ),
    )
    for hidden, (lost, left) in _HIDDEN.items():
        blind = replace(boss, hidden=frozenset({("contact", hidden)}))
        for word in lost:
            assert (await search(database, boss, word))[0] == 1, word
            assert (await search(database, blind, word))[0] == 0, (hidden, word)
        for word in left:
            total, hits = await search(database, blind, word)
            assert total == 1, (hidden, word)
            assert lost[0] not in repr(hits).lower(), (hidden, word)


async def test_the_order_does_not_tell_what_is_withheld(database: Database, cast: Cast) -> None:
    """BM25 over all documents would weigh `rare` less once many hidden notes hold it."""
    me, other = cast.actors["dach"], cast.actors["americas"]
    texts = ("rare rare common", "rare common common common", "common rare rare rare rare filler")
    await add(database, *(Note(body=text, author_id=me.user_id) for text in texts))
    before = await names(database, me, "rare common")
    await add(database, *(Note(body="rare rare rare", author_id=other.user_id, private=True) for _ in range(40)))
    assert await names(database, me, "rare common") == before
    assert len(before) == 3
