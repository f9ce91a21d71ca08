"""People the asker may not see stay hidden from models and traces, and the asker is told nothing of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from agent.bystanders import named_in
from agent.redaction import Vault
from agent.runtime import Runtime
from agent.veil import Veil
from db import name_index
from db.doors import Door
from db.models import Contact, User
from db.names import NamedKind
from db.session import Database
from db.settings import WorkspaceSettings
from evals.doubles.openai import Call, Say, ScriptedOpenAI
from tests.agent.conftest import Ask, opened, person

pytestmark = pytest.mark.anyio


async def hidden_colleague(runtime: Runtime) -> str:
    """A colleague of another team, whom a rep may not see, with a name that no rule of form recognises."""
    async with runtime.database.write() as session:
        other = await session.scalar(select(User).where(User.role == "rep").order_by(User.id.desc()).limit(1))
        assert other is not None
        other.name = "quillon tharbeck"
        await session.flush()
        await session.run_sync(lambda sync: name_index.refresh(sync.connection(), NamedKind.USER, [other.id]))
    return "quillon tharbeck"


async def recorded(runtime: Runtime, trace: str) -> str:
    spans = await runtime.spans(await person(runtime, "admin"), trace)
    return str([(span.name, span.attributes) for span in spans])


@pytest.mark.parametrize("question", ["how is {} doing", "give it to {}", "what did {} say", "remind me to call {}"])
async def test_a_hidden_colleague_is_not_readable_in_the_trace(ask: Ask, runtime: Runtime, question: str) -> None:
    name = await hidden_colleague(runtime)
    answer = await ask("rep", question.format(name))
    trace = await recorded(runtime, answer.trace_id)
    assert "tharbeck" not in trace.lower()
    assert "<person" in trace


async def test_a_hidden_colleague_and_nobody_are_answered_alike(ask: Ask, runtime: Runtime) -> None:
    name = await hidden_colleague(runtime)
    hidden, nobody = [await ask("rep", f"how is {one} doing") for one in (name, "orbald venskeld")]
    assert hidden.answer.replace(name, "…") == nobody.answer.replace("orbald venskeld", "…")
    assert (hidden.clarify is None, hidden.refused) == (nobody.clarify is None, nobody.refused)


async def test_a_hidden_colleague_does_not_reach_the_model(settings: WorkspaceSettings) -> None:
    async with opened(settings) as runtime:
        name = await hidden_colleague(runtime)
    replies = [Call("plan", {"steps": [], "reply": "I cannot say that of <person_1>."})]
    with ScriptedOpenAI(replies) as server:
        model: dict[str, Any] = {"OPENAI_API_KEY": server.api_key, "OPENAI_BASE_URL": server.base_url}
        async with opened(settings, **model, RAINMAKER_MODEL="scripted", RAINMAKER_ROUTER="model") as runtime:
            turn = await runtime.ask(await person(runtime, "rep"), f"how is {name} doing", door=Door.HTTP)
            answer = await runtime.answer(await person(runtime, "rep"), turn.id)
        assert server.leaks([name, "tharbeck"]) == ()
    assert name not in answer.answer


async def test_what_a_model_knows_of_a_person_is_not_sent_back_to_it(settings: WorkspaceSettings) -> None:
    async with opened(settings) as runtime:
        name = await hidden_colleague(runtime)
    steps = [{"specialist": "automation", "task": f"task for {name}", "needs": []}]
    replies = [
        Call("plan", {"steps": steps}), Call("create_task", {"title": f"Write to {name}, q@tharbeck.example"}),
        Say("DONE"), Say("It waits for you."),
    ]  # fmt: skip
    with ScriptedOpenAI(replies, unused_ok=True) as server:
        model: dict[str, Any] = {"OPENAI_API_KEY": server.api_key, "OPENAI_BASE_URL": server.base_url}
        async with opened(settings, **model, RAINMAKER_MODEL="scripted", RAINMAKER_ROUTER="model") as runtime:
            turn = await runtime.ask(await person(runtime, "rep"), "make a task", door=Door.HTTP)
            answer = await runtime.answer(await person(runtime, "rep"), turn.id)
            trace = await recorded(runtime, answer.trace_id)
        assert len(server.chats) >= 3
        assert server.leaks([name, "q@tharbeck.example"]) == ()
    assert "tharbeck" not in trace


async def test_only_words_of_names_are_hidden(database: Database) -> None:
    async with database.write() as session:
        session.add(Contact(first_name="Will", last_name="Grant"))
        await session.flush()
        await session.run_sync(lambda sync: name_index.refresh_all(sync.connection()))
    veil = Veil(Vault())
    text = "Will you grant Will Grant the discount? Grant, Will. The will and the grant are words."
    async with database.read() as session:
        veil.learn_index(await named_in(session, {"note": [text]}))
    assert veil.hide(text) == ("Will you grant <person_1> the discount? <person_2>. The will and the grant are words.")


async def test_a_name_under_unicode_tricks_is_found(database: Database) -> None:
    async with database.write() as session:
        await session.execute(update(User).values(name="Renée Lindqvist"))
        await session.run_sync(lambda sync: name_index.refresh_all(sync.connection()))
    async with database.read() as session:
        for text in ("RENEE LINDQVIST", "Ren\u200bée Lindqvist", "Lindqvist, Renée", "renée_lindqvist"):
            veil = Veil(Vault())
            veil.learn_index(await named_in(session, text))
            assert "ind" not in veil.hide(text).lower(), text
