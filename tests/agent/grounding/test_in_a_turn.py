"""Grounding on the way of a turn: what the reader sees, what the trace keeps, and that evidence opens."""

from __future__ import annotations

from typing import Any

import pytest

from agent.runtime import Runtime
from agent.schema import TurnAnswer
from db.doors import Door
from db.errors import NotFound
from db.settings import WorkspaceSettings
from evals.doubles.openai import Call, Say, ScriptedOpenAI
from tests.agent.conftest import Ask, opened, person

pytestmark = pytest.mark.anyio


async def worded(
    settings: WorkspaceSettings, text: str, said: str, **more: Any
) -> tuple[TurnAnswer, list[dict[str, Any]]]:
    """The answer to an executive with a model that says `said`, and the attributes of the `ground` span."""
    with ScriptedOpenAI([Say(said)]) as server:
        model = {"OPENAI_API_KEY": "sk-scripted", "OPENAI_BASE_URL": server.base_url, "RAINMAKER_MODEL": "scripted"}
        async with opened(settings, **(model | more)) as runtime:
            actor = await person(runtime, "executive")
            turn = await runtime.ask(actor, text, door=Door.HTTP)
            answer = await runtime.answer(actor, turn.id)
            spans = await runtime.spans(actor, answer.trace_id)
    return answer, [dict(span.attributes) for span in spans if span.name == "ground"]


async def test_a_reworded_figure_says_what_it_is(settings: WorkspaceSettings) -> None:
    answer, _ = await worded(settings, "what is our win rate", "It stands at [[0.rate]].")
    assert answer.answer.startswith(f"It stands at {answer.citations[0].figure} (win rate, all closed deals, ")


async def test_a_swapped_figure_leaves_the_tools_sentences(settings: WorkspaceSettings) -> None:
    answer, spans = await worded(settings, "what is our win rate", "The rate is [[0.closed]], from [[0.rate]] deals.")
    assert answer.answer.startswith("Win rate of the whole company: ")
    assert [(one["rainmaker.verdict"], one["rainmaker.sentence"]) for one in spans] == [("wrong_figure", 1)]


async def test_the_span_of_the_judge_keeps_no_text(settings: WorkspaceSettings) -> None:
    _, spans = await worded(settings, "what is our win rate", "A secret sentence about nothing.")
    assert set(spans[0]) <= {"rainmaker.verdict", "rainmaker.sentence"}


async def test_what_a_model_leaves_out_of_a_diagnosis_is_said_all_the_same(settings: WorkspaceSettings) -> None:
    said = "The win rate was [[0.statement.1]] in 2025Q1 after [[0.statement.2]] in 2024Q4."
    answer, _ = await worded(settings, "why did win rate drop", said)
    assert answer.answer.startswith("The win rate was ")
    assert "2025Q2" in answer.answer


async def test_a_deed_a_model_passes_over_is_said_all_the_same(settings: WorkspaceSettings) -> None:
    answer, _ = await worded(settings, "remind me to call the bank on 3 June 2031 at 10", "Here is the result.")
    assert "“Call the bank” created for Tuesday 3 June 2031 at 10:00" in answer.answer


async def test_a_planner_that_answers_by_itself_leaves_the_question_to_the_local_model(
    settings: WorkspaceSettings,
) -> None:
    reply = Call("plan", {"steps": [], "reply": "Your win rate doubled."})
    with ScriptedOpenAI([reply]) as server:
        model = {"OPENAI_API_KEY": "sk-scripted", "OPENAI_BASE_URL": server.base_url, "RAINMAKER_ROUTER": "model"}
        async with opened(settings, **model) as runtime:
            actor = await person(runtime, "executive")
            turn = await runtime.ask(actor, "what is our win rate", door=Door.HTTP)
            answer = await runtime.answer(actor, turn.id)
    assert answer.answer.startswith("Win rate of the whole company: ")
    assert "doubled" not in answer.answer


@pytest.mark.parametrize(
    "text", ["what is our win rate", "why did win rate drop", "what are my top deals", "my pipeline"]
)
async def test_every_citation_opens_and_computes_to_what_was_shown(runtime: Runtime, ask: Ask, text: str) -> None:
    answer = await ask("manager", text)
    actor = await person(runtime, "manager")
    opened_again = [await runtime.evidence(actor, one.evidence, verify=True) for one in answer.citations]
    assert opened_again
    assert all(one.holds for one in opened_again)


async def test_evidence_of_somebody_else_and_a_made_up_one_are_not_found(runtime: Runtime, ask: Ask) -> None:
    key = (await ask("manager", "what is our win rate")).citations[0].evidence
    for role, asked in (("rep", key), ("admin", key), ("manager", f"{key[:-4]}0000")):
        actor = await person(runtime, role)
        with pytest.raises(NotFound):
            await runtime.evidence(actor, asked)


async def test_a_reference_of_an_earlier_turn_is_none_of_this_one(settings: WorkspaceSettings) -> None:
    answer, spans = await worded(settings, "what are my top deals", "It stands at [[0.rate]].")
    assert spans[0]["rainmaker.verdict"] == "unknown_reference"
    assert "It stands at" not in answer.answer
