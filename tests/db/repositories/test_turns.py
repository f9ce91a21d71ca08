from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import URL

from db.access import Actor
from db.chain import Chain
from db.deeds import Deed, Kind, about
from db.errors import NotFound
from db.models import AuditEntry, Conversation, Turn
from db.repositories import audit
from db.repositories.conversations import ConversationRepository
from db.repositories.turn_queue import TurnQueue, holder_of
from db.repositories.turns import EventLine, Remembered, TurnRepository, TurnStatus
from db.session import Database
from tests.conftest import AUDIT_KEY
from tests.db.cast import Cast

pytestmark = pytest.mark.anyio


@pytest.fixture
async def second(database: Database, workspace_url: URL) -> AsyncIterator[Database]:
    """The same workspace as another process has it open."""
    opened = Chain(AUDIT_KEY).carried_by(Database(workspace_url))
    yield opened
    await opened.close()


async def started(database: Database, actor: Actor) -> str:
    async with database.write() as session:
        return (await ConversationRepository(session, actor).start("web")).id


async def test_one_key_gives_one_turn(database: Database, second: Database, cast: Cast) -> None:
    dach, opened = cast.actors["dach"], []
    conversation = await started(database, dach)

    async def ask(here: Database) -> None:
        async with here.write() as session:
            opened.append(await TurnRepository(session, dach).open(conversation, "hi", trace_id="t", key="once"))

    async with anyio.create_task_group() as group:
        for number in range(10):
            group.start_soon(ask, (database, second)[number % 2])
    assert len({turn.id for turn, _ in opened}) == 1
    assert [new for _, new in opened].count(True) == 1


async def test_a_key_is_that_of_one_person(database: Database, cast: Cast) -> None:
    ids = set()
    for who in ("dach", "emea"):
        conversation = await started(database, cast.actors[who])
        async with database.write() as session:
            turns = TurnRepository(session, cast.actors[who])
            ids.add((await turns.open(conversation, "hi", trace_id="t", key="same"))[0].id)
    assert len(ids) == 2


async def test_turns_of_a_conversation_are_answered_one_at_a_time_in_order(
    database: Database, second: Database, cast: Cast
) -> None:
    dach, order, at_work = cast.actors["dach"], [], []
    conversation = await started(database, dach)

    async def queue(here: Database) -> None:
        async with here.write() as session:
            await TurnRepository(session, dach).open(conversation, "hi", trace_id="t", key=None)

    async def work(here: Database, holder: str) -> None:
        """Tries all turns, the last first, until every one of them is answered."""
        while len(order) < len(turns):
            for turn in reversed(turns):
                async with here.write() as session:
                    claimed = await TurnQueue(session, dach).claim(turn.id, f"{holder}:{turn.id}", seconds=60)
                if claimed:
                    at_work.append(turn)
                    assert len(at_work) == 1
                    await anyio.lowlevel.checkpoint()
                    order.append(at_work.pop().number)
                    async with here.write() as session:
                        await TurnRepository(session, dach).finish(turn.id, {}, status=TurnStatus.DONE)

    async with anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(queue, (database, second)[number % 2])
    async with database.read() as session:
        turns = await TurnRepository(session, dach).of(conversation)
    assert [turn.number for turn in turns] == list(range(1, 21))
    async with anyio.create_task_group() as group:
        for here, holder in ((database, "first"), (second, "second")):
            group.start_soon(work, here, holder)
    assert order == list(range(1, 21))


async def test_a_lease_that_ran_out_is_taken_over_and_the_late_result_does_not_count(
    database: Database, cast: Cast
) -> None:
    dach = cast.actors["dach"]
    conversation = await started(database, dach)
    async with database.write() as session:
        turns = TurnRepository(session, dach)
        turn, _ = await turns.open(conversation, "hi", trace_id="t", key=None)
        assert await TurnQueue(session, dach).claim(turn.id, "a", seconds=-1)
        assert await TurnQueue(session, dach).claim(turn.id, "b", seconds=60)
        assert not await TurnQueue(session, dach).claim(turn.id, "c", seconds=60)
        await turns.finish(turn.id, {"by": "b"}, status=TurnStatus.DONE)
        following, _ = await turns.open(conversation, "and?", trace_id="t", key=None)
        assert await TurnQueue(session, dach).claim(following.id, "b", seconds=60)
        await turns.finish(turn.id, {"by": "a"}, status=TurnStatus.FAILED)
        assert await session.scalar(select(Turn.result).where(Turn.id == turn.id)) == {"by": "b"}
        assert await session.scalar(select(Conversation.lease_holder)) == "b"
        assert not await TurnQueue(session, dach).claim(turn.id, "a", seconds=60)


async def test_a_turn_opened_in_a_free_conversation_is_taken_at_once(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    conversation = await started(database, dach)
    async with database.write() as session:
        turns = TurnRepository(session, dach)
        first, _ = await turns.open(conversation, "hi", trace_id="t", key="k", process="p", seconds=60)
        second, _ = await turns.open(conversation, "and?", trace_id="t", key=None, process="p", seconds=60)
        assert (first.status, second.status) == (TurnStatus.RUNNING, TurnStatus.WAITING)
        assert await session.scalar(select(Conversation.lease_holder)) == holder_of("p", first.id)
        assert not await TurnQueue(session, dach).claim(first.id, "another", seconds=60)
        assert not await TurnQueue(session, dach).claim(second.id, "another", seconds=60)


@pytest.mark.parametrize(("until", "status"), [(60, TurnStatus.WAITING), (-60, TurnStatus.RUNNING)])
async def test_a_turn_is_taken_at_once_only_where_nobody_holds_the_lease(
    database: Database, cast: Cast, until: int, status: TurnStatus
) -> None:
    dach = cast.actors["dach"]
    conversation = await started(database, dach)
    async with database.write() as session:
        lease = datetime.now(UTC) + timedelta(seconds=until)
        await session.execute(update(Conversation).values(lease_holder="another", lease_until=lease))
        turn, _ = await TurnRepository(session, dach).open(
            conversation, "hi", trace_id="t", key=None, process="p", seconds=60
        )
        assert turn.status is status


async def test_the_memory_is_that_of_the_run_that_finished_first(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    conversation = await started(database, dach)
    async with database.write() as session:
        turns = TurnRepository(session, dach)
        turn, _ = await turns.open(conversation, "hi", trace_id="t", key=None)
        for title, first in (("hi", True), ("late", False)):
            remembered = Remembered({"by": title}, title)
            assert await turns.finish(turn.id, {}, status=TurnStatus.DONE, remembered=remembered) is first
        following, _ = await turns.open(conversation, "and?", trace_id="t", key=None)
        assert await turns.finish(following.id, {}, status=TurnStatus.DONE, remembered=Remembered({}, "and?"))
    async with database.read() as session:
        line = await ConversationRepository(session, dach).get(conversation)
    assert (line.title, line.memory) == ("hi", {})


async def test_a_turn_is_finished_by_its_own_person_only(database: Database, cast: Cast) -> None:
    dach, emea = cast.actors["dach"], cast.actors["emea"]
    conversation = await started(database, dach)
    async with database.write() as session:
        turn, _ = await TurnRepository(session, dach).open(conversation, "hi", trace_id="t", key=None)
        with pytest.raises(NotFound):
            await TurnRepository(session, emea).finish(turn.id, {}, status=TurnStatus.DONE)
        with pytest.raises(NotFound):
            await ConversationRepository(session, emea).keep(conversation, {"<person_1>": b"x"})


async def test_a_vault_entry_stays_as_it_was_first_kept(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    conversation = await started(database, dach)
    async with database.write() as session:
        conversations = ConversationRepository(session, dach)
        assert await conversations.vault(conversation) == {}
        await conversations.keep(conversation, {"<person_1>": b"first"})
        await conversations.keep(conversation, {"<person_1>": b"other", "<person_2>": b"second"})
        assert await conversations.vault(conversation) == {"<person_1>": b"first", "<person_2>": b"second"}


async def test_events_go_on_after_any_number(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    conversation = await started(database, dach)
    async with database.write() as session:
        turns = TurnRepository(session, dach)
        turn, _ = await turns.open(conversation, "hi", trace_id="t", key=None)
        await turns.add_events(turn.id, [EventLine.of(n, "token", {"n": n}) for n in (1, 2, 3)])
        assert [event.number for event in await turns.events(turn.id, after=1)] == [2, 3]


async def test_parallel_writers_leave_no_gap_in_the_audit_chain(
    database: Database, second: Database, cast: Cast
) -> None:
    dach = cast.actors["dach"]

    async def write(here: Database, number: int) -> None:
        async with here.write() as session:
            subject = about(Kind.PROPOSAL, number)
            await audit.record(session, dach, Deed.PROPOSED, subject=subject, details={"n": number, "b": "ü"})

    async with anyio.create_task_group() as group:
        for number in range(24):
            group.start_soon(write, (database, second)[number % 2], number)
    async with database.read() as session:
        entries = (await session.execute(select(AuditEntry).order_by(AuditEntry.number))).scalars().all()
    assert [entry.number for entry in entries] == list(range(1, 25))
    assert sorted(int(entry.subject or "") for entry in entries) == list(range(24))
    assert len({entry.digest for entry in entries}) == 24


async def test_what_an_undone_transaction_recorded_leaves_no_gap(database: Database, cast: Cast) -> None:
    for fails in (False, True, False):
        try:
            async with database.write() as session:
                await audit.record(session, None, Deed.PROPOSED)
                await session.execute(update(Turn).where(Turn.id == "none").values(text="x"))
                if fails:
                    raise InterruptedError  # noqa: TRY301 - ends the transaction
        except InterruptedError:
            continue
    async with database.read() as session:
        assert list((await session.execute(select(AuditEntry.number).order_by(AuditEntry.number))).scalars()) == [1, 2]
