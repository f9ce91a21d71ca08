"""A crash at any point leaves a turn finished or run again, with nothing twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from agent.runtime import Runtime
from db.access import Actor
from db.models import Task, Turn, TurnEvent, TurnStatus
from db.repositories.turn_queue import TurnQueue
from db.repositories.turns import TurnLine, TurnRepository
from tests.agent.conftest import Ask, person

pytestmark = pytest.mark.anyio


async def left_behind(
    runtime: Runtime, actor: Actor, conversation: str, text: str, *, minutes: int = 5, attempts: int = 1
) -> TurnLine:
    """A turn whose process was killed while it ran."""
    async with runtime.database.write() as session:
        turns = TurnRepository(session, actor)
        gone, _ = await turns.open(conversation, text, trace_id="0" * 32, key=None)
        await TurnQueue(session, actor).claim(gone.id, "a process that was killed", seconds=-60)
        asked = datetime.now(UTC) - timedelta(minutes=minutes)
        await session.execute(update(Turn).where(Turn.id == gone.id).values(created_at=asked, attempts=attempts))
    return gone


async def test_a_later_message_has_the_lost_one_answered_first(runtime: Runtime, ask: Ask) -> None:
    first, actor = await ask("rep", "hello"), await person(runtime, "rep")
    gone = await left_behind(runtime, actor, first.conversation, "what is my pipeline")
    answer = await ask("rep", "what is overdue", after=first)
    assert answer.steps[0].tool == "overdue_tasks"
    assert (await runtime.turn(actor, gone.id)).status is TurnStatus.DONE


async def test_it_is_recovered_without_anybody_asking(runtime: Runtime, ask: Ask) -> None:
    first, actor = await ask("rep", "hello"), await person(runtime, "rep")
    gone = await left_behind(runtime, actor, first.conversation, "remind me to call the bank tomorrow at 9")
    assert await runtime.recover(wait=True) == 1
    assert await runtime.recover(wait=True) == 0
    found = await runtime.turn(actor, gone.id)
    assert (found.status, found.attempts) == (TurnStatus.DONE, 2)


async def test_who_follows_a_lost_turn_gets_its_answer(runtime: Runtime, ask: Ask) -> None:
    first, actor = await ask("rep", "hello"), await person(runtime, "rep")
    gone = await left_behind(runtime, actor, first.conversation, "what is my pipeline")
    answer = await runtime.answer(actor, gone.id)
    assert answer.steps[0].tool == "pipeline"


async def test_a_reader_of_the_run_that_was_cut_off_reads_the_next_from_its_beginning(
    runtime: Runtime, ask: Ask
) -> None:
    first, actor = await ask("rep", "hello"), await person(runtime, "rep")
    gone = await left_behind(runtime, actor, first.conversation, "what is my pipeline")
    seen = [event async for event in runtime.events(actor, gone.id, after=3)]
    assert seen[0].kind == "step"
    assert seen[-1].kind == "done"


@pytest.mark.parametrize(("minutes", "attempts"), [(600, 1), (5, 3)])
async def test_an_old_one_and_one_that_ends_its_process_are_not_run_again(
    runtime: Runtime, ask: Ask, minutes: int, attempts: int
) -> None:
    first, actor = await ask("rep", "hello"), await person(runtime, "rep")
    gone = await left_behind(
        runtime, actor, first.conversation, "remind me to call the bank tomorrow at 9", minutes=minutes,
        attempts=attempts,
    )  # fmt: skip
    await runtime.recover(wait=True)
    answer = await runtime.answer(actor, gone.id)
    assert answer.refused is not None
    assert answer.refused.code == "interrupted"
    async with runtime.database.read() as session:
        assert await session.scalar(select(func.count()).where(Task.run_id == gone.id)) == 0


async def test_a_time_is_counted_from_when_it_was_asked(runtime: Runtime, ask: Ask) -> None:
    """The clock of the demo stands, so the moment is read from what the run is given."""
    actor = await person(runtime, "rep")
    asked = datetime.now(UTC) - timedelta(minutes=40)
    runtime._clock_read, runtime._standing = True, None
    assert await runtime.now(actor, asked) == asked


async def test_of_two_runs_one_counts_and_the_other_leaves_no_event(runtime: Runtime, ask: Ask) -> None:
    first, actor = await ask("rep", "what is my pipeline"), await person(runtime, "rep")
    async with runtime.database.read() as session:
        before = await session.scalar(select(func.count()).where(TurnEvent.turn_id == first.turn))
    again = await runtime.turn(actor, first.turn)
    assert not await runtime._turns._again(actor, again) or await _idle(runtime)
    async with runtime.database.read() as session:
        assert await session.scalar(select(func.count()).where(TurnEvent.turn_id == first.turn)) == before


async def _idle(runtime: Runtime) -> bool:
    await runtime._turns.idle()
    return True
