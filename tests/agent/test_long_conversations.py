"""A conversation of a thousand turns costs a turn no more than a short one, and nothing of it is out of reach."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import event, func, select

from agent import memory
from agent.coming_back import come_back
from agent.local.schema import Clarify, Frame, Memory, Pending, Record
from agent.toolbelt import Outcome
from db.models import Contact, SpokenOf, User
from db.repositories.base import RecordRef
from db.repositories.conversations import ConversationRepository
from db.repositories.spoken import SpokenRepository
from db.session import Database
from db.workspace import actor_by_email
from tools.contract import Effect, Found

pytestmark = pytest.mark.anyio
_TURNS = 1_000


def outcome(number: int) -> Outcome:
    """One answer that is about one of many people, with a list of others."""
    people = tuple(RecordRef("contact", 1 + (number + more) % 400, f"Person {number} {more}") for more in range(9))
    focus = people[:1] if number % 2 else people
    args = {"record": {"kind": "contact", "id": focus[0].id}, "instruction": "about the roll-out " * 20}
    return Outcome(0, "lead", "brief_record", Effect.READ, args, found=Found(("…",), focus=focus))


def asked(number: int) -> Clarify | None:
    pending = Pending(Frame(f"tool_{number % 40}", {}), "record", ("a", "b"))
    return Clarify(f"Which of the people of turn {number}?", ("a", "b"), pending) if number % 3 == 0 else None


async def test_what_is_kept_and_what_a_model_is_told_stay_within_their_limits(database: Database) -> None:
    async with database.write() as session:
        admin = await session.scalar(select(User).limit(1))
        assert admin is not None
        email = admin.email
        session.add_all(Contact(last_name=f"Person {number}") for number in range(400))
    async with database.read() as session:
        actor = await actor_by_email(session, email)
    assert actor is not None
    async with database.write() as session:
        here = (await ConversationRepository(session, actor).start("web")).id
    held: dict[str, object] = {}
    kept: list[int] = []
    told: list[int] = []
    statements = list[str]()
    async with database.write() as session:
        connection = await session.connection()

        def count(*args: object) -> None:
            statements.append(str(args[2]))

        event.listen(connection.sync_connection, "before_cursor_execute", count)
        spoken = SpokenRepository(session, actor)
        # PostgreSQL is told once for whom the session works.
        await spoken.session.execute(select(1))
        each = list[int]()
        for number in range(1, _TURNS + 1):
            before, one = len(statements), outcome(number)
            held = memory.after(held, [one], linked=[], asked=asked(number))
            tools, records = memory.came_upon([one], [])
            await spoken.note(here, number, tools=tools, records=records)
            kept.append(len(json.dumps(held)))
            context = memory.in_words(memory.remembered(held), str, earlier=["spoken of earlier: " + "x" * 400] * 50)
            told.append(len(context.encode()))
            each.append(len(statements) - before)
        event.remove(connection.sync_connection, "before_cursor_execute", count)
        rows = await session.scalar(select(func.count()).select_from(SpokenOf))
    assert max(each) == min(each) == 3  # the conversation itself, its topics, its records
    assert max(kept[100:]) <= 1.05 * max(kept[:100])
    assert max(told) <= 4_500
    assert (rows, len(held[memory.QUESTIONS])) == (400, 5)  # type: ignore[arg-type]  # a list
    async with database.read() as session:
        spoken = SpokenRepository(session, actor)
        assert len(await spoken.records(here)) == 10
        assert [one.times for one in await spoken.topics(here)] == [_TURNS]


async def test_the_one_person_from_before_is_the_nearest_again(database: Database) -> None:
    async with database.write() as session:
        admin = await session.scalar(select(User).limit(1))
        assert admin is not None
        email = admin.email
        session.add_all([Contact(id=7, last_name="Quillon"), Contact(id=8, last_name="Hart")])
    async with database.read() as session:
        actor = await actor_by_email(session, email)
    assert actor is not None
    async with database.write() as session:
        here = (await ConversationRepository(session, actor).start("web")).id
        spoken = SpokenRepository(session, actor)
        await spoken.note(here, 1, tools=[], records=[RecordRef("contact", 7, "Quillon")])
        await spoken.note(here, 900, tools=[], records=[RecordRef("contact", 8, "Hart")])
        now = memory.remembered({"focus": [{"kind": "contact", "id": 8, "name": "Hart"}]})
        back = await come_back("what do we know about the person from before", now, spoken, here)
        assert (back.text, back.memory.focus[0].name) == ("what do we know about the person", "Quillon")
        unclear = await come_back("call the person we talked about earlier", Memory(), spoken, here)
        assert [one.name for one in unclear.several] == ["Hart", "Quillon"]


def test_what_was_spoken_of_earlier_is_hidden_and_fenced_like_the_rest() -> None:
    context = memory.in_words(
        Memory(), lambda text: text.replace("Ysolde", "<person_1>"), earlier=["spoken of earlier: contact 7: Ysolde"]
    )
    assert "Ysolde" not in context
    assert "<person_1>" in context
    assert "this conversation" in context


def test_namesakes_that_were_not_meant_are_carried_along() -> None:
    both = [Record("account", "1", "Acme Industrial"), Record("account", "2", "Acme Foods"), Record("user", "3", "Ann")]
    meant = [RecordRef("account", 1, "Acme Industrial")]
    others = memory.passed_over({}, both, meant)
    assert others == [{"kind": "account", "id": 2, "name": "Acme Foods"}]
    assert memory.passed_over({memory.NAMESAKES: others}, [], []) == others
    erased = memory.without({memory.NAMESAKES: others}, "account", 2)
    assert erased[memory.NAMESAKES] == []
