"""A conversation told again: what was asked for, what it was about, what was done, what is open."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from db.errors import NotFound
from db.models import Contact, Conversation
from db.repositories.base import RecordRef
from db.repositories.spoken import SpokenRepository
from tests.tools.desk import Desk
from tools.conversations.recap import QUESTIONS
from tools.errors import Unanswerable

pytestmark = pytest.mark.anyio


async def spoke_of(desk: Desk, turn: int, *, position: str = "dach") -> None:
    key = desk.record("contact", position)["id"]
    async with desk.office.plain.write() as session:
        rows = SpokenRepository(session, desk.office.rep)
        about = [RecordRef("contact", key, f"zzcontactx{position}zz Person")]
        await rows.note(desk.office.conversation, turn, tools=["recall"], records=about)


async def test_topics_records_changes_and_what_waits_are_told(desk: Desk) -> None:
    for turn in (1, 2, 3):
        await spoke_of(desk, turn)
    await desk.do("update_account", record=desk.record("account"), city="Lyon")
    await desk.office.propose(desk.office.task("Call them"))
    question = {"question": "Which Jane?", "tool": "recall"}
    async with desk.office.plain.write() as session:
        await session.execute(update(Conversation).values(memory={QUESTIONS: [question]}))
    found = await desk.found("recap_conversation")
    said = found.said[0]
    assert "zzcontactxdachzz Person" in said
    assert "city empty → Lyon" in said
    assert "create task “Call them”: waits for a decision" in said
    assert "not answered: “Which Jane?”" in said
    assert [one.value for one in found.figures if one.key == "times.recall"] == [3]


async def test_what_went_out_of_sight_is_told_no_more(desk: Desk) -> None:
    await spoke_of(desk, 1, position="americas")
    await spoke_of(desk, 2)
    found = await desk.found("recap_conversation")
    assert "americas" not in repr(found)
    async with desk.office.plain.write() as session:
        one = await session.get_one(Contact, desk.record("contact")["id"])
        one.deleted_at = one.created_at
    assert "zzcontactxdachzz" not in repr(await desk.found("recap_conversation"))


async def test_a_conversation_of_somebody_else_does_not_exist(desk: Desk) -> None:
    await spoke_of(desk, 1)
    with pytest.raises((NotFound, Unanswerable)):
        await desk.found("recap_conversation", by=desk.office.cast.actors["manager"])
    async with desk.office.plain.write() as session:
        rows = SpokenRepository(session, desk.office.cast.actors["manager"])
        with pytest.raises(NotFound):
            await rows.note(desk.office.conversation, 1, tools=["recall"], records=[])
