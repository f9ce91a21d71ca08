"""Whatever the endpoint does, a turn ends in an answer that says so once, and nothing is done twice."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from agent.runtime import Runtime
from agent.schema import TurnAnswer
from db.models import Budget, Change, Proposal, Task, Usage
from db.settings import WorkspaceSettings
from evals.doubles.openai import (
    Always,
    Call,
    Calls,
    ChatRequest,
    CutStream,
    Empty,
    Endless,
    Fail,
    Finish,
    Hang,
    Malformed,
    Refuse,
    Reply,
    Say,
    ScriptedOpenAI,
    Step,
)
from tests.agent.conftest import opened
from tests.agent.llm.test_language_model import asked, model, plan

pytestmark = pytest.mark.anyio

QUESTION = "what is our win rate"
ODD = {"id": "x", "object": "chat.completion", "model": "m", "created": 1}
FAULTS: dict[str, tuple[Step, str]] = {
    "401": (Fail(401), "refused the key"),
    "403": (Fail(403), "may not be used with this key"),
    "404": (Fail(404), "“scripted” is not offered by the endpoint (check RAINMAKER_MODEL"),
    "429": (Fail(429), "is over its rate limit"),
    "429 for long": (Fail(429, {"retry-after": "3600"}), "is over its rate limit"),
    "no credit": (Fail(429, body={"error": {"message": "m", "code": "insufficient_quota"}}), "has no credit left"),
    "500": (Fail(500), "answered with an error (500)"),
    "503": (Fail(503), "answered with an error (503)"),
    "silence": (Hang(30), "did not answer in time"),
    "hung up": (Hang(0), "broke off in the middle of its answer"),
    "half a body": (CutStream(3), "broke off in the middle of its answer"),
    "a page": (Fail(200, body="<html>Please log in</html>"), "sent something that cannot be read"),
    "half of JSON": (Fail(200, body='{"choices": ['), "sent something that cannot be read"),
    "no choices": (Fail(200, body={**ODD, "choices": []}), "sent something that cannot be read"),
    "no message": (Fail(200, body={**ODD, "choices": [{"index": 0, "message": None}]}), "cannot be read"),
    "an error as a reply": (Fail(200, body={"error": {"message": "overloaded"}}), "cannot be read"),
    "nothing": (Empty(), "sent an empty reply"),
    "a refusal": (Refuse("I cannot help with that."), "declined to answer"),
    "a filter": (Say("", Finish.CONTENT_FILTER), "declined to answer"),
    "too long": (Say('{"steps": [{"special', Finish.LENGTH), "ran into the length limit"),
    "a garbled plan": (Malformed('{"steps": [{'), "sent a plan that cannot be read"),
    "a plan of numbers": (Malformed("5"), "sent something that cannot be read"),
    "an empty plan": (Call("plan", {"steps": []}), "sent an empty plan"),
    "a plan in a circle": (
        Call("plan", {"steps": [{"specialist": "lead", "task": "a", "needs": [0]}]}),
        "sent a plan whose steps wait for each other",
    ),
}


def planning(server: ScriptedOpenAI, **more: Any) -> dict[str, Any]:
    return model(server, RAINMAKER_ROUTER="model", RAINMAKER_MODEL_TIMEOUT="0.3") | more


async def answered(settings: WorkspaceSettings, *steps: Step, text: str = QUESTION, **more: Any) -> TurnAnswer:
    """One turn against these replies, of which not all need be used."""
    with ScriptedOpenAI(steps, unused_ok=True) as server:
        async with opened(settings, **planning(server, **more)) as runtime:
            answer = await asked(runtime, text)
            await nothing_is_reserved(runtime)
    return answer


async def nothing_is_reserved(runtime: Runtime) -> None:
    async with runtime.database.read() as session:
        assert await session.scalar(select(func.count()).where(Usage.settled_at.is_(None))) == 0
        assert await session.scalar(select(func.coalesce(func.sum(Budget.reserved), 0))) == 0


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_leaves_the_answer_to_the_local_model_and_is_named_once(
    settings: WorkspaceSettings, fault: str
) -> None:
    step, said = FAULTS[fault]
    answer = await answered(settings, Always(step) if not isinstance(step, Always | Endless) else step)
    assert answer.answer.startswith("Win rate of the whole company")
    assert said in answer.answer
    assert answer.answer.count("answered instead") == 1


@pytest.mark.parametrize("slip", [Fail(429, {"retry-after": "0"}), Fail(500), Hang(0), CutStream(3), Empty()])
async def test_a_slip_is_asked_again_once(settings: WorkspaceSettings, slip: Step) -> None:
    replies = [slip, plan("analytics", "rate"), slip, Call("win_rate", {}), Say("DONE"), slip, Say("[[0.rate]] it is.")]
    answer = await answered(settings, *replies)
    assert answer.answer.endswith("it is.")


async def test_what_will_not_get_better_is_not_asked_again(settings: WorkspaceSettings) -> None:
    for status in (400, 401, 403, 404):
        with ScriptedOpenAI([Fail(status)]) as server:
            async with opened(settings, **planning(server)) as runtime:
                await asked(runtime, QUESTION)
            assert len(server.chats) == 1


async def test_a_turn_waits_for_the_endpoint_only_so_long(settings: WorkspaceSettings) -> None:
    slow = [
        Hang(0.25, reply) for reply in (plan("analytics", "rate"), Call("win_rate", {}), Call("win_rate", {"x": 1}))
    ]
    answer = await answered(settings, *slow, RAINMAKER_TURN_MODEL_SECONDS="0.4")
    assert answer.answer.startswith("Win rate of the whole company")
    assert "the local model answered instead" in answer.answer


async def test_a_trickle_does_not_outlast_the_limit_of_a_call(settings: WorkspaceSettings) -> None:
    answer = await answered(settings, Always(CutStream(1, silence=600)))
    assert "did not answer in time" in answer.answer


@pytest.mark.parametrize(
    "calls",
    [
        [Endless("win_rate", {})],
        [Call("win_rate", {"filters": {"region": [str(n)]}}) for n in range(9)],
        [Calls(tuple(Call("win_rate", {"by": [], "filters": {"region": [str(n)]}}) for n in range(40)))] * 9,
    ],
)
async def test_calls_without_an_end_come_to_one(settings: WorkspaceSettings, calls: list[Step]) -> None:
    answer = await answered(settings, plan("analytics", "rate"), *calls)
    assert answer.steps
    assert len(answer.steps) <= 24
    assert "Something went wrong" not in answer.answer


@pytest.mark.parametrize(
    "mistake", [Malformed("{by:", tool="win_rate"), Call("win_rate", {"by": 7}), Call("conquer_the_world", {})]
)
async def test_a_mistaken_call_is_corrected_and_not_told(settings: WorkspaceSettings, mistake: Step) -> None:
    replies = [plan("analytics", "rate"), mistake, Call("win_rate", {}), Say("DONE"), Say("Here is what I found.")]
    answer = await answered(settings, *replies)
    assert answer.answer.startswith("Here is what I found.")
    assert [(step.tool, step.ok) for step in answer.steps] == [("win_rate", True)]


@pytest.mark.parametrize(
    "mistake", [Malformed("{by:", tool="win_rate"), Call("win_rate", {"by": 7}), Endless("no_such")]
)
async def test_a_mistake_made_again_leaves_it_to_the_local_model(settings: WorkspaceSettings, mistake: Step) -> None:
    answer = await answered(
        settings, plan("analytics", "rate"), *[mistake] * (1 if isinstance(mistake, Endless) else 3)
    )
    assert answer.answer.startswith("Win rate of the whole company")
    assert [(step.tool, step.ok) for step in answer.steps] == [("win_rate", True)]


@pytest.mark.parametrize("reply", [Call("win_rate", {}), Malformed("{", tool="win_rate"), Empty(), Fail(500)])
async def test_a_wording_that_fails_leaves_the_tools_own_sentences_and_says_why(
    settings: WorkspaceSettings, reply: Step
) -> None:
    answer = await answered(settings, Always(reply), RAINMAKER_ROUTER="auto")
    assert answer.answer.startswith("Win rate of the whole company")
    assert answer.answer.count("answered instead") == 1


@pytest.mark.parametrize("calls", [[], [Call("win_rate", {"filters": {"region": ["Atlantis"]}})]])
async def test_a_model_that_gets_nowhere_leaves_it_to_the_local_model(
    settings: WorkspaceSettings, calls: list[Step]
) -> None:
    answer = await answered(settings, plan("analytics", "rate"), *calls, Say("DONE"), Say("I see."))
    assert answer.answer.startswith("Win rate of the whole company")
    assert "got nowhere with the request; the local model answered instead" in answer.answer
    assert [step.ok for step in answer.steps] == [True]


async def test_what_was_changed_before_the_fault_stands_is_told_and_is_not_done_again(
    settings: WorkspaceSettings,
) -> None:
    text = "create a task to call Globex tomorrow at 10am, and what is our win rate"
    seen: list[dict[str, Any]] = []

    async with opened(settings) as runtime:
        local = await asked(runtime, text, role="admin")
        seen += [step.args for step in local.steps if step.tool == "create_task"]
    created = await _tasks(settings)

    def broken_after_the_change(request: ChatRequest) -> Reply:
        if "plan" in request.tools:
            steps = [("automation", "the task"), ("analytics", "the rate")]
            return Call("plan", {"steps": [{"specialist": who, "task": task, "needs": []} for who, task in steps]})
        if "create_task" in request.tools and not request.tool_calls:
            return Call("create_task", seen[0])
        return Fail(500)

    with ScriptedOpenAI(broken_after_the_change) as server:
        async with opened(settings, **planning(server)) as runtime:
            answer = await asked(runtime, text, role="admin")
    assert await _tasks(settings) - created == 1
    assert [step.tool for step in answer.steps].count("create_task") == 1
    assert "win_rate" in [step.tool for step in answer.steps]
    assert answer.answer.count("answered instead") == 1


async def test_what_was_found_before_the_fault_is_the_answer_where_the_local_model_has_none(
    settings: WorkspaceSettings,
) -> None:
    replies = [plan("analytics", "rate"), Call("win_rate", {}), Always(Fail(500))]
    answer = await answered(settings, *replies, text="zounds, how fareth the realm of commerce?")
    assert answer.answer.startswith("Win rate of the whole company")
    assert "answered with an error (500)" in answer.answer


async def test_a_dead_endpoint_is_left_alone_after_a_while(settings: WorkspaceSettings) -> None:
    with ScriptedOpenAI([Always(Fail(500))]) as server:
        async with opened(settings, **planning(server)) as runtime:
            answers = [await asked(runtime, QUESTION) for _ in range(5)]
        assert len(server.chats) == 6
    assert "several times in a row" in answers[-1].answer
    assert all(answer.answer.startswith("Win rate of the whole company") for answer in answers)


async def _tasks(settings: WorkspaceSettings) -> int:
    async with opened(settings) as runtime, runtime.database.read() as session:
        made = [await session.scalar(select(func.count()).select_from(table)) for table in (Task, Proposal, Change)]
    return (made[0] or 0) + (made[1] or 0)
