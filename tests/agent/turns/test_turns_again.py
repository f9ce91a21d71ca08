"""A turn whose process ended before it was recorded is answered again and does nothing twice."""

from __future__ import annotations

import pytest

from agent.runtime import Runtime
from agent.schema import TurnAnswer
from agent.turns.admission import Stop
from agent.turns.hub import Channel
from agent.turns.record import TurnRecord
from agent.turns.run import TurnRun
from db.repositories.changes import ChangeRepository
from db.repositories.proposals import ProposalRepository
from db.repositories.turns import TurnRepository
from tests.agent.conftest import Ask, person
from tests.agent.test_taking_back import proposed

pytestmark = pytest.mark.anyio


class Ended(Exception):
    """Stands for the end of the process."""


async def twice(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, text: str, conversation: str
) -> tuple[TurnAnswer, list[tuple[str, bool]], list[tuple[str, str]]]:
    """Answer a turn, end before it is recorded, answer it again; with the changes and proposals of in between."""
    actor = await person(runtime, "rep")
    async with runtime.database.write() as session:
        turn, _ = await TurnRepository(session, actor).open(
            conversation, text, trace_id="0" * 32, key=None, process="test", seconds=60
        )
    now = await runtime.now(actor)

    async def ends(*_: object) -> None:
        raise Ended

    with monkeypatch.context() as patch:
        patch.setattr(TurnRecord, "keep", ends)
        with pytest.raises(Ended):
            await TurnRun(runtime._bench, actor, turn, Channel(actor.user_id), Stop(), now=now).run()
    between = await stored(runtime, conversation)
    await TurnRun(runtime._bench, actor, turn, Channel(actor.user_id), Stop(), now=now).run()
    assert await stored(runtime, conversation) == between
    async with runtime.database.read() as session:
        result = (await TurnRepository(session, actor).get(turn.id)).result
    return TurnAnswer.model_validate(result), *between


async def stored(runtime: Runtime, conversation: str) -> tuple[list[tuple[str, bool]], list[tuple[str, str]]]:
    actor = await person(runtime, "rep")
    async with runtime.database.read() as session:
        changes = await ChangeRepository(session, actor).standing(conversation)
        proposals = await ProposalRepository(session, actor).visible()
    return [(one.id, one.before is None) for one in changes], sorted((one.id, str(one.status)) for one in proposals)


async def test_a_task(ask: Ask, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await ask("rep", "hello")
    text = "remind me to order the brochures tomorrow at 10"
    answer, changes, _ = await twice(runtime, monkeypatch, text, before.conversation)
    assert [change for change, _ in changes] == [answer.steps[0].change]


async def test_an_undo(ask: Ask, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await ask("rep", "remind me to order the Palewater brochures on Thursday at 10")
    second = await ask("rep", "remind me to visit the Clairval warehouse on Friday at 10", after=first)
    answer, changes, _ = await twice(runtime, monkeypatch, "undo that", second.conversation)
    assert answer.answer.startswith("Taken back: the task “Visit the Clairval") or "Clairval" in answer.answer
    assert [change for change, _ in changes] == [first.steps[0].change]


async def test_a_correction(ask: Ask, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await ask("rep", "remind me to order the brochures tomorrow at 10")
    answer, changes, _ = await twice(runtime, monkeypatch, "no, make it 11", first.conversation)
    assert [new for _, new in changes] == [False, True]
    assert "changed" in answer.answer


async def test_a_no(ask: Ask, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = await proposed(ask, runtime)
    answer, _, proposals = await twice(runtime, monkeypatch, "don't send it", waiting.conversation)
    assert "is declined" in answer.answer
    assert proposals == [(waiting.proposals[0].id, "declined")]


async def test_a_message_to_send(ask: Ask, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = await proposed(ask, runtime)
    redrafted = await ask("rep", "make it shorter", after=waiting)
    answer, _, proposals = await twice(runtime, monkeypatch, "send it", redrafted.conversation)
    assert (answer.proposals[0].id, "waiting") in proposals
    assert len(proposals) == 2


async def test_a_draft_that_withdraws_its_message(ask: Ask, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = await proposed(ask, runtime)
    answer, _, proposals = await twice(runtime, monkeypatch, "make it shorter", waiting.conversation)
    assert "was withdrawn" in answer.answer
    assert proposals == [(waiting.proposals[0].id, "declined")]
