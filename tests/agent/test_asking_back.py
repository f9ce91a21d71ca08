"""What is not known is asked about or said, never guessed and never left out in silence."""

import pytest

from agent.runtime import Runtime
from db.models import TurnStatus
from db.repositories.conversations import TurnRepository
from tests.agent.conftest import Ask, person

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("question", ["win rate for product Titanium", "why did win rate drop in Antarctica"])
async def test_a_filter_that_nobody_knows_is_asked_about(ask: Ask, question: str) -> None:
    answer = await ask("executive", question)
    assert answer.clarify is not None
    assert answer.steps == []


async def test_a_longer_name_is_not_bound_to_a_shorter_one(ask: Ask) -> None:
    answer = await ask("executive", "draft a follow-up to Acme Quantum Shipyards")
    assert answer.steps == []


async def test_a_time_that_is_read_in_part_only_waits_for_a_look(ask: Ask) -> None:
    answer = await ask("rep", "remind me to call the bank every Monday at 9")
    assert [step.change for step in answer.steps] == [None] * len(answer.steps)


async def test_the_same_message_is_proposed_once(ask: Ask) -> None:
    draft = await ask("rep", "draft a follow up to Orion Foods")
    if draft.clarify is not None:
        draft = await ask("rep", draft.clarify.choices[0], after=draft)
    first = await ask("rep", "send it", after=draft)
    again = await ask("rep", "send it", after=first)
    assert [one.id for one in again.proposals] == [one.id for one in first.proposals]


async def test_a_turn_whose_process_is_gone_does_not_block_the_conversation(runtime: Runtime, ask: Ask) -> None:
    first = await ask("rep", "hello")
    actor = await person(runtime, "rep")
    async with runtime.database.write() as session:
        turns = TurnRepository(session, actor)
        gone, _ = await turns.open(first.conversation, "what is my pipeline", trace_id="0" * 32, key=None)
        await turns.claim(gone.id, "a process that was killed", seconds=-60)
    await _aged(runtime, gone.id)
    answer = await ask("rep", "what is overdue", after=first)
    assert answer.steps[0].tool == "overdue_tasks"
    assert (await runtime.turn(actor, gone.id)).status is TurnStatus.FAILED


async def _aged(runtime: Runtime, turn_id: str) -> None:
    from datetime import UTC, datetime, timedelta

    from sqlalchemy import update

    from db.models import Turn

    async with runtime.database.write() as session:
        long_ago = datetime.now(UTC) - timedelta(minutes=5)
        await session.execute(update(Turn).where(Turn.id == turn_id).values(created_at=long_ago))
