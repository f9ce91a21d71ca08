"""Messages are answered in order, streams replay to the byte, and a turn can be stopped and asked again."""

from __future__ import annotations

import asyncio
import random

import pytest

from agent.errors import NothingToRetry
from agent.runtime import Runtime
from agent.settings import AgentSettings
from db.doors import Door
from db.models import TurnStatus
from db.repositories.turns import EventLine
from db.session import Database
from db.settings import WorkspaceSettings
from evals.doubles.openai import Hang, ScriptedOpenAI
from tests.agent.conftest import Ask, opened, person

pytestmark = pytest.mark.anyio
_ASKED = ("what are my top deals", "what is overdue", "hello", "what is my pipeline", "show me my new leads")


async def test_fifty_messages_at_once_are_answered_in_order(runtime: Runtime, settings: WorkspaceSettings) -> None:
    """Half of them through a second runtime, as from another process."""
    actor = await person(runtime, "rep")
    first = await runtime.ask(actor, "hello", door=Door.HTTP)
    other = Runtime(Database(settings.url), settings, AgentSettings(OPENAI_API_KEY=None, OPENAI_BASE_URL=None))
    doors = (runtime, other)

    async def one(number: int) -> str:
        at = doors[number % 2]
        turn = await at.ask(actor, _ASKED[number % 5], door=Door.HTTP, conversation=first.conversation_id)
        await at.answer(actor, turn.id)
        return turn.id

    asked = set(await asyncio.gather(*(one(number) for number in range(50))))
    await other.close()
    turns = [turn for turn in await runtime.turns(actor, first.conversation_id) if turn.id in asked]
    assert [turn.status for turn in turns] == [TurnStatus.DONE] * 50
    finished = [turn.finished_at for turn in turns]
    assert finished == sorted(finished)


async def test_a_stream_goes_on_from_any_number_with_the_same_bytes(runtime: Runtime) -> None:
    actor = await person(runtime, "manager")
    turn = await runtime.ask(actor, "what is our pipeline by stage", door=Door.HTTP)
    whole = [event async for event in runtime.events(actor, turn.id)]
    runtime._turns._channels.clear()  # a reader who comes late finds the events in the database
    for cut in [0, *random.Random(7).choices(range(len(whole)), k=8)]:  # noqa: S311 - any points will do
        rest = [event async for event in runtime.events(actor, turn.id, after=whole[cut].number)]
        assert rest == whole[cut + 1 :]
    assert whole[-1].kind == "done"


async def test_a_body_is_the_same_bytes_on_both_databases() -> None:
    line = EventLine.of(1, "step", {"b": 1, "a": {"z": "ü", "c": [1.0, None]}})
    assert line.body == '{"b": 1, "a": {"z": "ü", "c": [1.0, null]}}'
    assert line.data == {"b": 1, "a": {"z": "ü", "c": [1.0, None]}}


async def test_a_turn_that_waits_for_a_model_can_be_stopped(settings: WorkspaceSettings) -> None:
    with ScriptedOpenAI([Hang(60)], unused_ok=True) as server:
        model = {"OPENAI_API_KEY": "sk-scripted", "OPENAI_BASE_URL": server.base_url, "RAINMAKER_MODEL": "scripted"}
        async with opened(settings, **model, RAINMAKER_ROUTER="model") as runtime:
            actor = await person(runtime, "rep")
            turn = await runtime.ask(actor, "what is my pipeline", door=Door.HTTP)
            while not server.chats:  # noqa: ASYNC110 - the server is in another thread
                await asyncio.sleep(0.01)
            assert await runtime.stop(actor, turn.id)
            answer = await runtime.answer(actor, turn.id)
            assert (answer.answer, answer.refused and answer.refused.code) == (
                "Stopped. Nothing was changed.",
                "stopped",
            )
            assert (await runtime.turn(actor, turn.id)).status is TurnStatus.STOPPED
            assert not await runtime.stop(actor, turn.id)


async def test_a_waiting_turn_stopped_elsewhere_is_never_answered(
    runtime: Runtime, settings: WorkspaceSettings
) -> None:
    actor = await person(runtime, "rep")
    other = Runtime(Database(settings.url), settings, AgentSettings(OPENAI_API_KEY=None, OPENAI_BASE_URL=None))
    first = await runtime.ask(actor, "why did win rate drop", door=Door.HTTP)
    second = await runtime.ask(actor, "hello", door=Door.HTTP, conversation=first.conversation_id)
    stopping = await other.stop(actor, second.id)
    answer = await runtime.answer(actor, second.id)
    await other.close()
    assert stopping == (answer.refused is not None)


async def test_a_message_is_asked_once_more(runtime: Runtime, ask: Ask) -> None:
    first, actor = await ask("rep", "what is overdue"), await person(runtime, "rep")
    again = await runtime.answer(actor, (await runtime.retry(actor, first.turn, door=Door.HTTP)).id)
    assert (again.conversation, again.answer) == (first.conversation, first.answer)
    assert again.turn != first.turn


async def test_what_was_carried_out_is_not_asked_once_more(runtime: Runtime, ask: Ask) -> None:
    first, actor = await ask("rep", "remind me to call the bank tomorrow at 9"), await person(runtime, "rep")
    assert first.steps[0].change
    with pytest.raises(NothingToRetry, match="take that back first"):
        await runtime.retry(actor, first.turn, door=Door.HTTP)
    await ask("rep", "undo that", after=first)
    assert (await runtime.retry(actor, first.turn, door=Door.HTTP)).text == "remind me to call the bank tomorrow at 9"


async def test_a_known_key_starts_no_conversation(runtime: Runtime) -> None:
    actor = await person(runtime, "rep")
    turns = [await runtime.ask(actor, "hello", door=Door.HTTP, key="once") for _ in range(3)]
    assert len({turn.id for turn in turns}) == 1
    assert len(await runtime.conversations(actor)) == 1
