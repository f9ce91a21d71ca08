"""What a turn may cost, what is said about it, and what is asked before it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import anyio
import pytest
from sqlalchemy import select, update

from agent.budget.purser import purses
from agent.budget.words import Whose, refused, warning
from agent.runtime import Runtime
from agent.schema import TurnAnswer
from agent.settings import AgentSettings
from db.access import Actor, Role
from db.doors import Door
from db.models import Budget, Settlement, Usage
from db.repositories.usage import PurseState
from db.settings import WorkspaceSettings
from evals.doubles.openai import Always, Call, CutStream, Fail, Say, ScriptedOpenAI, Step
from evals.doubles.openai import Usage as Reported
from tests.agent.conftest import opened, person
from tests.agent.llm.test_language_model import asked, model, plan

pytestmark = pytest.mark.anyio

QUESTION = "what is our win rate"
LOCAL = "Win rate of the whole company"
PRICES = '{"scripted": {"input": 100, "output": 100, "cached": 10}}'


def paid(server: ScriptedOpenAI, **more: Any) -> dict[str, Any]:
    return model(server, RAINMAKER_MODEL_PRICES=PRICES, AGENT_QUOTE_ABOVE="1000", **more)


async def budget(runtime: Runtime, purse: str) -> Budget:
    async with runtime.database.read() as session:
        found = await session.scalar(select(Budget).where(Budget.purse.startswith(purse)))
    assert found is not None
    return found


async def usages(runtime: Runtime) -> list[Usage]:
    async with runtime.database.read() as session:
        return list(await session.scalars(select(Usage)))


async def test_a_turn_costs_what_its_calls_really_used(settings: WorkspaceSettings) -> None:
    reply = Say("Here is what I found.", usage=Reported(1000, 200, cached=500, reasoning=150))
    with ScriptedOpenAI([reply]) as server:
        async with opened(settings, **paid(server)) as runtime:
            answer = await asked(runtime, QUESTION)
            spent = (await budget(runtime, "workspace")).spent
    assert (answer.usage.cost_usd, spent) == ("0.075000", Decimal("0.075"))
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (1000, 200)


@pytest.mark.parametrize(
    ("slip", "settlement"), [(Fail(500), "refused"), (Fail(502), "estimated"), (CutStream(2), "estimated")]
)
async def test_a_call_that_is_asked_again_shows_on_its_span_what_it_was_settled_with(
    settings: WorkspaceSettings, slip: Step, settlement: str
) -> None:
    prices = '{"scripted": {"input": 0.13, "output": 0.7}}'
    with ScriptedOpenAI([slip, Say("Here it is.", usage=Reported(1001, 203))]) as server:
        async with opened(settings, **paid(server) | {"RAINMAKER_MODEL_PRICES": prices}) as runtime:
            answer = await asked(runtime, QUESTION)
            made = await usages(runtime)
            spans = await runtime.spans(await person(runtime, "admin"), answer.trace_id)
    (chat,) = [span.attributes for span in spans if span.name.startswith("chat ")]
    assert chat["rainmaker.cost_usd"] == f"{sum(usage.cost for usage in made):.6f}" == answer.usage.cost_usd
    assert chat["gen_ai.usage.input_tokens"] == sum(usage.input_tokens for usage in made) >= 1001
    assert (chat["rainmaker.settlement"], len(made)) == (f"{settlement} reported", 2)


@pytest.mark.parametrize(
    ("step", "settlement"),
    [
        (CutStream(2), Settlement.ESTIMATED),
        (Fail(200, body="<html>"), Settlement.ESTIMATED),
        (Fail(401), Settlement.REFUSED),
        (Fail(429, {"retry-after": "60"}), Settlement.REFUSED),
    ],
)
async def test_a_call_that_failed_costs_what_the_provider_may_have_charged(
    settings: WorkspaceSettings, step: Step, settlement: Settlement
) -> None:
    with ScriptedOpenAI([Always(step)]) as server:
        async with opened(settings, **paid(server)) as runtime:
            await asked(runtime, QUESTION)
            made = await usages(runtime)
    assert {usage.settlement for usage in made} == {settlement}
    full = settlement is Settlement.ESTIMATED
    assert [usage.cost for usage in made] == [usage.reserved if full else 0 for usage in made]


async def test_turns_at_once_never_spend_more_than_there_is(settings: WorkspaceSettings) -> None:
    with ScriptedOpenAI(lambda request: Say("Here is what I found.", usage=Reported(900, 100))) as server:
        async with opened(settings, **paid(server, AGENT_BUDGET_CEILING="2", AGENT_BUDGET_PER_TURN="9")) as runtime:
            await asked(runtime, QUESTION)
            async with runtime.database.write() as session:
                await session.execute(update(Budget).where(Budget.purse.startswith("w")).values(spent=Decimal("1.3")))
            answers: list[TurnAnswer] = []

            async def one() -> None:
                answers.append(await asked(runtime, QUESTION))

            async with anyio.create_task_group() as group:
                for _ in range(20):
                    group.start_soon(one)
            purse = await budget(runtime, "workspace")
    assert purse.spent <= 2
    assert purse.reserved == 0
    blocked = [one for one in answers if one.answer.startswith(LOCAL)]
    assert blocked
    assert all("budget for language models" in one.answer for one in blocked)
    assert all(one.usage.cost_usd == "0.00" for one in blocked)


async def test_a_provider_that_charges_more_than_it_was_allowed_is_not_asked_again(settings: WorkspaceSettings) -> None:
    with ScriptedOpenAI([Say("Here is what I found.", usage=Reported(9_000, 90_000))]) as server:
        async with opened(settings, **paid(server, AGENT_BUDGET_CEILING="5", AGENT_BUDGET_PER_TURN="99")) as runtime:
            first = await asked(runtime, QUESTION)
            second = await asked(runtime, QUESTION)
            assert (await budget(runtime, "workspace")).spent == Decimal("9.9")
    assert "is used up: the local model answers from now on" in first.answer
    assert "This month's budget for language models is used up; the local model answered instead." in second.answer


async def test_what_a_dead_process_held_is_told_as_spent_when_money_runs_short(settings: WorkspaceSettings) -> None:
    with ScriptedOpenAI([Say("Here is what I found.")]) as server:
        async with opened(settings, **paid(server, AGENT_BUDGET_CEILING="3")) as runtime:
            await asked(runtime, QUESTION)
            await _die_in_the_call(runtime, reserved=Decimal("2.9"))
            answer = await asked(runtime, QUESTION)
            purse = await budget(runtime, "workspace")
            assert (await usages(runtime))[0].settlement == Settlement.SWEPT
    assert (purse.spent, purse.reserved) == (Decimal("2.9"), 0)
    assert "What is left of this month's budget for language models is not enough" in answer.answer


async def _die_in_the_call(runtime: Runtime, *, reserved: Decimal) -> None:
    """Leave the only call of a workspace as a process does that was killed in it a day ago."""
    long_ago = datetime.now(UTC) - timedelta(days=1)
    async with runtime.database.write() as session:
        await session.execute(update(Usage).values(settled_at=None, expires_at=long_ago, reserved=reserved))
        await session.execute(update(Budget).values(spent=Decimal(0), reserved=reserved))


@pytest.mark.parametrize(
    ("role", "says"),
    [
        ("executive", "% of this month's budget for language models is used."),
        ("manager", "% of this month's budget for language models is used."),
        ("rep", "Little is left of this month's budget for language models."),
    ],
)
async def test_who_answers_for_the_money_reads_how_much_is_gone(
    settings: WorkspaceSettings, role: str, says: str
) -> None:
    reply = Say("Here is what I found.", usage=Reported(40_000, 5_000))
    with ScriptedOpenAI([reply]) as server:
        async with opened(settings, **paid(server, AGENT_BUDGET_CEILING="5", AGENT_BUDGET_PER_TURN="99")) as runtime:
            answer = await asked(runtime, QUESTION, role=role)
    assert says in answer.answer


def test_each_purse_is_named_and_nothing_is_said_below_four_fifths() -> None:
    full, low, over = (PurseState(Decimal(10), Decimal(spent), Decimal(0)) for spent in ("8.4", "7.9", "11.2"))
    for whose, name in ((Whose.PERSON, "your own budget"), (Whose.TURN, "a single answer"), (Whose.WORKSPACE, "month")):
        said = warning(whose, full, oversees=True, blocks=True)
        assert said is not None
        assert name in said
        assert "84%" in said
        assert warning(whose, low, oversees=True, blocks=True) is None
        assert name in refused(whose, over).casefold()
    assert "112%, and language models go on being asked" in str(
        warning(Whose.PERSON, over, oversees=False, blocks=False)
    )


async def test_under_the_policy_to_warn_it_goes_on_and_says_so(settings: WorkspaceSettings) -> None:
    reply = Say("Here is what I found.", usage=Reported(9_000, 2_000))
    more = {"AGENT_BUDGET_CEILING": "1", "AGENT_BUDGET_POLICY": "warn"}
    with ScriptedOpenAI([reply, reply]) as server:
        async with opened(settings, **paid(server, **more)) as runtime:
            await asked(runtime, QUESTION)
            answer = await asked(runtime, QUESTION)
    assert answer.answer.startswith("Here is what I found.")
    assert "language models go on being asked" in answer.answer


async def test_the_local_model_alone_says_nothing_about_money(settings: WorkspaceSettings) -> None:
    async with opened(settings, AGENT_BUDGET_CEILING="0") as runtime:
        assert "budget" not in (await asked(runtime, QUESTION)).answer


def costly(server: ScriptedOpenAI, **more: Any) -> dict[str, Any]:
    return model(server, RAINMAKER_MODEL_PRICES=PRICES, AGENT_QUOTE_ABOVE="0.1", AGENT_BUDGET_PER_TURN="50") | more


async def in_turn(runtime: Runtime, *texts: str) -> list[TurnAnswer]:
    """One after the other in one conversation."""
    actor, answers, conversation = await person(runtime, "executive"), [], None
    for text in texts:
        turn = await runtime.ask(actor, text, door=Door.HTTP, conversation=conversation)
        answers.append(await runtime.answer(actor, turn.id))
        conversation = answers[-1].conversation
    return answers


@pytest.mark.parametrize("router", ["model", "auto"])
async def test_a_costly_turn_asks_first_and_go_ahead_runs_it(settings: WorkspaceSettings, router: str) -> None:
    words = Say("It stands at [[0.rate]].")
    script = [plan("analytics", "rate"), Call("win_rate", {}), Say("DONE"), words] if router == "model" else [words]
    with ScriptedOpenAI(script) as server:
        async with opened(settings, **costly(server, RAINMAKER_ROUTER=router)) as runtime:
            quote, answer = await in_turn(runtime, QUESTION, "go ahead")
    assert quote.clarify is not None
    assert quote.clarify.choices == ["Go ahead", "Use the local model"]
    assert quote.clarify.question.startswith("This may cost up to $")
    assert (quote.steps, quote.usage.cost_usd) == ([], "0.00")
    assert answer.answer.startswith("It stands at ")


@pytest.mark.parametrize("said", ["Use the local model", "local", "no, use the local one please", "locally."])
async def test_the_local_model_may_be_chosen_instead(settings: WorkspaceSettings, said: str) -> None:
    with ScriptedOpenAI([]) as server:
        async with opened(settings, **costly(server)) as runtime:
            _, answer = await in_turn(runtime, QUESTION, said)
    assert answer.answer.startswith(LOCAL)


async def test_another_question_leaves_the_costly_one_behind(settings: WorkspaceSettings) -> None:
    with ScriptedOpenAI([]) as server:
        async with opened(settings, **costly(server)) as runtime:
            _, other, late = await in_turn(runtime, QUESTION, "hello", "go ahead")
    assert other.answer.startswith("Hello")
    assert LOCAL not in late.answer


async def test_what_is_not_costly_or_cannot_be_paid_is_not_asked_about(settings: WorkspaceSettings) -> None:
    with ScriptedOpenAI([Say("Here is what I found.")]) as server:
        async with opened(settings, **costly(server, AGENT_QUOTE_ABOVE="1000")) as runtime:
            assert (await asked(runtime, QUESTION)).clarify is None
        async with opened(settings, **costly(server, AGENT_BUDGET_CEILING="0.01")) as runtime:
            assert (await asked(runtime, QUESTION)).answer.startswith(LOCAL)


def test_the_month_is_that_of_the_zone_and_every_purse_has_its_own_name() -> None:
    late = datetime(2026, 1, 31, 23, 30, tzinfo=UTC).astimezone(ZoneInfo("Asia/Tokyo"))
    actor = Actor(7, "a@b.example", "A", Role.REP, None)
    settings = AgentSettings.model_validate({"AGENT_BUDGET_PER_PERSON": "3", "AGENT_BUDGET_CEILING": "50"})
    found = purses(settings, actor, turn="tu_1", now=late)
    assert {whose: purse.name for whose, purse in found.items()} == {
        Whose.WORKSPACE: "workspace:2026-02", Whose.PERSON: "person:7:2026-02", Whose.TURN: "turn:tu_1",
    }  # fmt: skip
    assert [found[whose].ceiling for whose in (Whose.WORKSPACE, Whose.PERSON, Whose.TURN)] == [50, 3, 5]
