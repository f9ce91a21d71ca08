"""What a trace says: conventional names, prompts, tokens, cost, verdicts, and the database's part."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from agent.runtime import Runtime
from agent.tracing import names
from db.doors import Door
from db.models import AuditEntry
from db.repositories.traces import SpanLine
from db.settings import WorkspaceSettings
from evals.doubles.openai import Call, Say, ScriptedOpenAI, Usage
from prompts import load
from tests.agent.conftest import Ask, opened, person

pytestmark = pytest.mark.anyio
AGENT = Path(__file__).parents[3] / "agent"


async def spans_of(runtime: Runtime, trace: str) -> list[SpanLine]:
    return await runtime.spans(await person(runtime, "admin"), trace)


def named(spans: list[SpanLine], start: str) -> list[dict[str, Any]]:
    return [span.attributes for span in spans if span.name.startswith(start)]


async def test_a_turn_of_the_local_model_has_every_step_and_its_sessions(ask: Ask, runtime: Runtime) -> None:
    answer = await ask("rep", "what are my top deals")
    spans = await spans_of(runtime, answer.trace_id)
    parents = {span.span_id: span.name for span in spans}
    tree = {(parents.get(span.parent_id or "", ""), span.name) for span in spans}
    assert tree == {
        ("", "turn"), ("turn", "db read"), ("turn", "link"), ("turn", "plan"), ("turn", "invoke_agent opportunity"),
        ("invoke_agent opportunity", "execute_tool find_opportunities"),
        ("execute_tool find_opportunities", "db read"), ("turn", "ground"),
    }  # fmt: skip
    for one in named(spans, "db "):
        assert (one["db.system.name"], one["db.operation.name"]) == ("sqlite", "read")
        assert one["rainmaker.statements"] > 0
    assert named(spans, "execute_tool")[0]["rainmaker.gate"] == "read"
    assert named(spans, "ground")[0]["rainmaker.verdict"] == "grounded"
    (turn,) = named(spans, "turn")
    assert (turn["gen_ai.conversation.id"], turn["rainmaker.door"]) == (answer.conversation, "http")


async def test_a_turn_names_the_door_it_was_asked_at(ask: Ask, runtime: Runtime) -> None:
    first = await ask("rep", "what are my top deals")
    actor = await person(runtime, "rep")
    turn = await runtime.ask(actor, "hello", door=Door.WEB, conversation=first.conversation)
    answer = await runtime.answer(actor, turn.id)
    doors = [named(await spans_of(runtime, one.trace_id), "turn")[0]["rainmaker.door"] for one in (first, answer)]
    assert doors == ["http", "web"]


async def test_a_model_call_says_prompt_tokens_cost_and_budget(settings: WorkspaceSettings) -> None:
    replies = [Say("It stands at [[0.rate]].", usage=Usage(prompt=1000, completion=20, cached=600))]
    with ScriptedOpenAI(replies) as server:
        model = {"OPENAI_API_KEY": server.api_key, "OPENAI_BASE_URL": server.base_url, "RAINMAKER_MODEL": "gpt-5-mini"}
        async with opened(settings, **model) as runtime:
            actor = await person(runtime, "executive")
            turn = await runtime.ask(actor, "what is our win rate", door=Door.HTTP)
            answer = await runtime.answer(actor, turn.id)
            (chat,) = named(await spans_of(runtime, answer.trace_id), "chat gpt-5-mini")
    composer, rules = load("composer"), load("house_rules")
    expected = {
        "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5-mini", "gen_ai.usage.input_tokens": 1000,
        "gen_ai.usage.output_tokens": 20, "gen_ai.usage.cache_read.input_tokens": 600, "rainmaker.budget": "granted",
        "gen_ai.response.finish_reasons": ["stop"], "rainmaker.prompt": f"{composer.id} {rules.id}",
        "rainmaker.prompt_hash": f"{composer.digest} {rules.digest}", "rainmaker.settlement": "reported",
        "gen_ai.prompt.name": "composer", "gen_ai.provider.name": "self_hosted",
    }  # fmt: skip
    assert chat.items() >= expected.items()
    assert float(chat["rainmaker.cost_usd"]) > 0
    assert '"role": "system"' in chat["gen_ai.input.messages"]


async def test_audit_and_spans_name_the_prompts_of_an_effect_alike(settings: WorkspaceSettings) -> None:
    steps = [{"specialist": "automation", "task": "create a task", "needs": []}]
    replies = [Call("plan", {"steps": steps}), Call("create_task", {"title": "Pay"}), Say("DONE"), Say(""), Say("")]
    with ScriptedOpenAI(replies) as server:
        model = {"OPENAI_API_KEY": server.api_key, "OPENAI_BASE_URL": server.base_url, "RAINMAKER_ROUTER": "model"}
        async with opened(settings, **model) as runtime:
            actor = await person(runtime, "rep")
            answer = await runtime.answer(actor, (await runtime.ask(actor, "what is our win rate", door=Door.HTTP)).id)
            spans = await spans_of(runtime, answer.trace_id)
            async with runtime.database.read() as session:
                (entry,) = await session.scalars(select(AuditEntry))
    chats = [one["rainmaker.prompt"].split() for one in named(spans, "chat ")]
    planned, acted = (next(ids for ids in chats if ids[0].startswith(one)) for one in ("supervisor", "specialists/"))
    assert entry.details["planned_by"].split() == list(dict.fromkeys([*planned, *acted]))
    assert load("house_rules").id in planned


async def test_a_call_refused_for_money_says_so(settings: WorkspaceSettings) -> None:
    with ScriptedOpenAI([]) as server:
        model = {"OPENAI_API_KEY": server.api_key, "OPENAI_BASE_URL": server.base_url, "AGENT_BUDGET_CEILING": "0"}
        async with opened(settings, **model, RAINMAKER_ROUTER="model") as runtime:
            actor = await person(runtime, "executive")
            turn = await runtime.ask(actor, "what is our win rate", door=Door.HTTP)
            answer = await runtime.answer(actor, turn.id)
            chat = named(await spans_of(runtime, answer.trace_id), "chat ")[0]
    assert (chat["rainmaker.budget"], chat["error.type"]) == ("refused", "BudgetExhausted")


async def test_the_gate_of_a_write_is_told(settings: WorkspaceSettings) -> None:
    steps = [{"specialist": "automation", "task": "create a task", "needs": []}]
    replies = [
        Call("plan", {"steps": steps}),
        Call("create_task", {"title": "Wire the money"}),
        Say("DONE"),
        Say(""),
        Say(""),
    ]
    with ScriptedOpenAI(replies) as server:
        model = {"OPENAI_API_KEY": server.api_key, "OPENAI_BASE_URL": server.base_url, "RAINMAKER_ROUTER": "model"}
        async with opened(settings, **model) as runtime:
            actor = await person(runtime, "rep")
            turn = await runtime.ask(actor, "what is our win rate", door=Door.HTTP)
            answer = await runtime.answer(actor, turn.id)
            (tool,) = named(await spans_of(runtime, answer.trace_id), "execute_tool")
    assert (tool["rainmaker.gate"], tool["rainmaker.effect"]) == ("proposed", "WRITE")
    assert tool["gen_ai.tool.call.id"]


def test_the_roster_has_every_attribute_in_the_code_and_no_other() -> None:
    used = {
        keyword.arg
        for path in AGENT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg and "__" in keyword.arg
    }
    # The status of a span is no attribute of a live one.
    assert used == names.KEYWORDS - {names.STATUS.replace(".", "__")}


async def test_traces_are_listed_by_person_tool_and_time(ask: Ask, runtime: Runtime) -> None:
    deals, rate = await ask("rep", "what are my top deals"), await ask("manager", "what is our win rate")
    admin = await person(runtime, "admin")

    async def listed(**narrowed: Any) -> list[str]:
        return [one.trace_id for one in await runtime.traces(admin, **narrowed)]

    assert await listed(person="rep@demo.example") == [deals.trace_id]
    assert await listed(tool="win_rate") == [rate.trace_id]
    assert await listed(slower_than_ms=10**6) == []
