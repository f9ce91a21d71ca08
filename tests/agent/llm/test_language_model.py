"""The same turn with a language model behind an OpenAI-compatible endpoint."""

from __future__ import annotations

from typing import Any

import pytest

from agent.runtime import Runtime
from agent.schema import TurnAnswer
from db.doors import Door
from db.settings import WorkspaceSettings
from evals.doubles.openai import Call, Fail, Say, ScriptedOpenAI
from tests.agent.conftest import opened, person

pytestmark = pytest.mark.anyio


def model(server: ScriptedOpenAI, **more: Any) -> dict[str, Any]:
    return {"OPENAI_API_KEY": "sk-scripted", "OPENAI_BASE_URL": server.base_url, "RAINMAKER_MODEL": "scripted"} | more


async def asked(runtime: Runtime, text: str, role: str = "executive") -> TurnAnswer:
    actor = await person(runtime, role)
    turn = await runtime.ask(actor, text, door=Door.HTTP)
    return await runtime.answer(actor, turn.id)


def plan(specialist: str, task: str) -> Call:
    return Call("plan", {"steps": [{"specialist": specialist, "task": task, "needs": []}]})


async def test_it_plans_calls_and_words(settings: WorkspaceSettings) -> None:
    replies = [
        plan("analytics", "give the win rate"),
        Call("win_rate", {"by": []}),
        Say("DONE"),
        Say("The rate is [[0.rate]], from [[0.closed]] deals."),
    ]
    with ScriptedOpenAI(replies) as server:
        async with opened(settings, **model(server, RAINMAKER_ROUTER="model")) as runtime:
            answer = await asked(runtime, "what is our win rate")
    assert answer.answer.startswith("The rate is ")
    assert "%" in answer.answer
    assert (answer.agents, answer.usage.model) == (["analytics"], "scripted")
    assert answer.usage.input_tokens > 0


async def test_where_the_local_model_is_sure_it_only_words(settings: WorkspaceSettings) -> None:
    with ScriptedOpenAI([Say("It stands at [[0.rate]].")]) as server:
        async with opened(settings, **model(server)) as runtime:
            answer = await asked(runtime, "what is our win rate")
    assert answer.answer.startswith("It stands at ")


@pytest.mark.parametrize(
    "lie",
    [
        "The win rate is 93 %.",
        "The rate is [[0.invented]].",
        "I have sent the report to everyone.",
        "It rose to ninety-three, by 12.5 points.",
    ],
)
async def test_a_figure_or_deed_no_tool_gave_does_not_reach_the_reader(settings: WorkspaceSettings, lie: str) -> None:
    with ScriptedOpenAI([Say(lie)]) as server:
        async with opened(settings, **model(server)) as runtime:
            answer = await asked(runtime, "what is our win rate")
    assert lie.partition("[[")[0] not in answer.answer
    assert answer.answer.startswith("Win rate of the whole company")


@pytest.mark.parametrize("status", [401, 429, 500])
async def test_a_failing_endpoint_leaves_the_answer_to_the_local_model(
    settings: WorkspaceSettings, status: int
) -> None:
    with ScriptedOpenAI([Fail(status)] * 8, unused_ok=True) as server:
        async with opened(settings, **model(server, RAINMAKER_ROUTER="model")) as runtime:
            answer = await asked(runtime, "what is our win rate")
    assert answer.answer.startswith("Win rate of the whole company")
    assert "local model answered instead" in answer.answer


async def test_an_unreachable_endpoint_leaves_the_answer_to_the_local_model(settings: WorkspaceSettings) -> None:
    away = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "RAINMAKER_ROUTER": "model"}
    async with opened(settings, **away) as runtime:
        answer = await asked(runtime, "what is our win rate")
    assert "could not be reached" in answer.answer


async def test_an_empty_purse_leaves_the_answer_to_the_local_model(settings: WorkspaceSettings) -> None:
    with ScriptedOpenAI([]) as server:
        async with opened(settings, **model(server, AGENT_BUDGET_CEILING="0", RAINMAKER_ROUTER="model")) as runtime:
            answer = await asked(runtime, "what is our win rate")
    assert "budget" in answer.answer
    assert answer.usage.cost_usd == "0.00"


async def test_no_name_or_address_reaches_the_endpoint(settings: WorkspaceSettings) -> None:
    async with opened(settings) as runtime:
        contact, email = await _someone(runtime)
    replies = [
        plan("lead", "tell what is known about the contact"),
        Call("brief_record", {"record": {"kind": "contact", "id": contact.id}}),
        Say("DONE"),
        Say("Here is what the records hold."),
    ]
    with ScriptedOpenAI(replies) as server:
        async with opened(settings, **model(server, RAINMAKER_ROUTER="model")) as runtime:
            await asked(runtime, f"what do we know about {contact.name}")
        leaks = server.leaks([contact.name, email])
    assert leaks == ()


async def test_a_write_the_person_did_not_ask_for_becomes_a_proposal(settings: WorkspaceSettings) -> None:
    replies = [
        plan("automation", "create a task"),
        Call("create_task", {"title": "Wire the money"}),
        Say("DONE"),
        Say("It waits for you."),
    ]
    with ScriptedOpenAI(replies) as server:
        async with opened(settings, **model(server, RAINMAKER_ROUTER="model")) as runtime:
            answer = await asked(runtime, "what is our win rate")
    assert answer.steps[0].change is None
    assert [proposal.tool for proposal in answer.proposals] == ["create_task"]


async def _someone(runtime: Runtime) -> tuple[Any, str]:
    from sqlalchemy import select

    from db.models import Contact

    async with runtime.database.read() as session:
        contact = await session.scalar(select(Contact).where(Contact.email.is_not(None)).order_by(Contact.id).limit(1))
    assert contact is not None
    assert contact.email is not None
    return contact, contact.email


async def test_the_six_questions_hold_with_a_model_that_plans(settings: WorkspaceSettings) -> None:
    """Diagnosis, top deals, a draft, a reminder, the weather, and a follow-up, each planned and called by the model."""
    async with opened(settings) as runtime:
        contact, _ = await _someone(runtime)
    record = {"kind": "contact", "id": contact.id}
    due = {"title": "Call", "due": "2025-05-22T10:00:00+00:00", "record": record, "remind": True}
    script = [
        ("why did win rate drop", plan("analytics", "explain"), Call("explain_win_rate", {"direction": "down"})),
        ("wht r my top deels", plan("opportunity", "list"), Call("find_opportunities", {})),
        (
            f"draft a follow up to {contact.name}",
            plan("communication", "draft"),
            Call("draft_email", {"record": record, "kind": "follow_up"}),
        ),
        (f"make a note of the call with {contact.name}", plan("automation", "remind"), Call("create_task", due)),
        (
            "and for APAC only?",
            plan("analytics", "explain"),
            Call("explain_win_rate", {"filters": {"region": ["APAC"]}}),
        ),
    ]
    for text, planned, call in script:
        with ScriptedOpenAI([planned, call, Say("DONE"), Say("Here is what I found.")]) as server:
            async with opened(settings, **model(server, RAINMAKER_ROUTER="model")) as runtime:
                answer = await asked(runtime, text, role="admin")
        assert [(step.tool, step.ok) for step in answer.steps] == [(call.tool, True)]
        assert answer.steps[0].change is None


async def test_a_model_without_a_plan_may_answer_out_of_scope_itself(settings: WorkspaceSettings) -> None:
    reply = Call("plan", {"steps": [], "reply": "The weather is not in the CRM."})
    with ScriptedOpenAI([reply]) as server:
        async with opened(settings, **model(server, RAINMAKER_ROUTER="model")) as runtime:
            answer = await asked(runtime, "what's the weather")
    assert (answer.answer, answer.agents) == ("The weather is not in the CRM.", [])


async def test_what_an_endpoint_failed_with_stays_in_the_trace(settings: WorkspaceSettings) -> None:
    away = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "RAINMAKER_ROUTER": "model"}
    async with opened(settings, **away) as runtime:
        answer = await asked(runtime, "what is our win rate")
        spans = await runtime.spans(await person(runtime, "executive"), answer.trace_id)
    chat = next(span for span in spans if span.name.startswith("chat "))
    assert "ConnectionError" in chat.attributes["rainmaker.error"]
