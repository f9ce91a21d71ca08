"""Answers to what waits or was done last, in words."""

import pytest

from agent.runtime import Runtime
from db.repositories.opportunities import OpportunityFilter, OpportunityRepository
from db.repositories.proposals import ProposalRepository
from tests.agent.conftest import Ask, person

pytestmark = pytest.mark.anyio


async def proposed(ask: Ask, runtime: Runtime):
    """A draft for an account of the rep's, and the message that waits for approval."""
    actor = await person(runtime, "rep")
    async with runtime.database.read() as session:
        _, deals = await OpportunityRepository(session, actor).find(
            OpportunityFilter(owners=(actor.user_id,)), today=(await runtime.now(actor)).date(), limit=1
        )
    draft = await ask("rep", f"draft a follow up to {deals[0].account}")
    return await ask("rep", "send it", after=draft)


async def status(runtime: Runtime, proposal: str) -> str:
    async with runtime.database.read() as session:
        return str((await ProposalRepository(session, await person(runtime, "rep")).get(proposal)).status)


@pytest.mark.parametrize("words", ["don't", "stop, don't send that", "never mind", "no wait, cancel", "undo that"])
async def test_a_no_in_words_declines_what_waits(ask: Ask, runtime: Runtime, words: str) -> None:
    waiting = await proposed(ask, runtime)
    answer = await ask("rep", words, after=waiting)
    assert "is declined" in answer.answer
    assert await status(runtime, waiting.proposals[0].id) == "declined"


async def test_a_yes_in_words_says_how_to_approve_and_sends_nothing(ask: Ask, runtime: Runtime) -> None:
    waiting = await proposed(ask, runtime)
    answer = await ask("rep", "yes, go ahead", after=waiting)
    assert waiting.proposals[0].id in answer.answer
    assert await status(runtime, waiting.proposals[0].id) == "waiting"


async def test_a_changed_draft_withdraws_the_message_that_waits(ask: Ask, runtime: Runtime) -> None:
    waiting = await proposed(ask, runtime)
    answer = await ask("rep", "make it shorter", after=waiting)
    assert "was withdrawn" in answer.answer
    assert await status(runtime, waiting.proposals[0].id) == "declined"


async def test_the_change_that_is_named_is_taken_back(ask: Ask) -> None:
    first = await ask("rep", "remind me to order the Palewater brochures on Thursday at 10")
    second = await ask("rep", "remind me to visit the Clairval warehouse on Friday at 10", after=first)
    answer = await ask("rep", "undo the Palewater one", after=second)
    assert "Palewater" in answer.answer
    assert "removed again" in answer.answer


async def test_a_change_that_was_never_made_is_not_confused_with_another(ask: Ask) -> None:
    made = await ask("rep", "remind me to visit the Clairval warehouse on Friday at 10")
    answer = await ask("rep", "undo the Zanzibar one", after=made)
    assert answer.answer.startswith("I changed nothing about “zanzibar”")


async def test_a_task_for_somebody_unknown_is_asked_about(ask: Ask) -> None:
    answer = await ask("rep", "remind Zebulon Quirk to call the bank tomorrow")
    assert answer.steps == []
    assert "no colleague “Zebulon Quirk”" in answer.answer


async def test_a_condition_that_cannot_be_taken_is_named(ask: Ask) -> None:
    answer = await ask("manager", "win rate by rep for 2025Q1, only deals above 50k")
    assert answer.answer.startswith("Not taken into account: “above 50k”")


@pytest.mark.parametrize("words", ["nah undo tht", "sorry my friend, erase that, I was confused", "undo that"])
async def test_words_that_name_nothing_take_the_last_change_back(ask: Ask, words: str) -> None:
    made = await ask("rep", "remind me to visit the Clairval warehouse on Friday at 10")
    answer = await ask("rep", words, after=made)
    assert "removed again" in answer.answer


async def test_a_question_beside_a_waiting_proposal_declines_nothing(ask: Ask, runtime: Runtime) -> None:
    waiting = await proposed(ask, runtime)
    await ask("rep", "wait, what's the weather?", after=waiting)
    assert await status(runtime, waiting.proposals[0].id) == "waiting"


@pytest.mark.parametrize("words", ["redo", "undo the undo", "No, leave it in. Redo."])
async def test_what_was_taken_back_in_words_is_done_again_and_nothing_else_is(ask: Ask, words: str) -> None:
    first = await ask("rep", "remind me to order the Palewater brochures on Thursday at 10")
    second = await ask("rep", "remind me to visit the Clairval warehouse on Friday at 10", after=first)
    undone = await ask("rep", "undo that", after=second)
    again = await ask("rep", words, after=undone)
    assert again.answer.startswith("Done again: the new task “Visit the Clairval warehouse")
    assert "Clairval" in (await ask("rep", "undo that", after=again)).answer


async def test_a_correction_that_is_taken_back_is_told_by_its_fields_and_the_task_stays(ask: Ask) -> None:
    made = await ask("rep", "remind me to visit the Clairval warehouse on Friday at 10")
    corrected = await ask("rep", "no, make it 11", after=made)
    undone = await ask("rep", "undo that", after=corrected)
    assert "the due time and the time of the reminder of the task" in undone.answer
    assert undone.answer.endswith("are as before.")
    assert (await ask("rep", "redo", after=undone)).answer.startswith("Done again: the due time")


async def test_what_one_message_changed_goes_back_together(ask: Ask) -> None:
    text = "remind me to order the Palewater brochures on Thursday and remind me to visit Clairval on Friday"
    made = await ask("rep", text)
    assert len(made.steps) == 2
    undone = await ask("rep", "too much, can you undo all of that?", after=made)
    assert undone.answer.startswith("Taken back: 2 changes")
    assert (await ask("rep", "undo", after=undone)).answer.startswith("There is nothing")


async def test_one_of_two_is_taken_back_by_its_place_or_its_name(ask: Ask) -> None:
    text = "remind me to order the Palewater brochures on Thursday and remind me to visit Clairval on Friday"
    made = await ask("rep", text)
    undone = await ask("rep", "undo the second", after=made)
    assert "Clairval" in undone.answer
    assert "Palewater" in (await ask("rep", "take the Palewater one back", after=undone)).answer


@pytest.mark.parametrize("words", ["undo the Swiss ones", "undo the deletion", "undo both", "revert the owner change"])
async def test_words_that_fit_no_change_take_nothing_back(ask: Ask, words: str) -> None:
    made = await ask("rep", "remind me to visit the Clairval warehouse on Friday at 10")
    answer = await ask("rep", words, after=made)
    assert "What I can take back: the new task" in answer.answer


@pytest.mark.parametrize(
    "words", ["did you undo that?", "should I undo it?", "don't undo it", "if he says no, undo it"]
)
async def test_what_only_speaks_of_an_undo_takes_nothing_back(ask: Ask, words: str) -> None:
    made = await ask("rep", "remind me to visit the Clairval warehouse on Friday at 10")
    asked = await ask("rep", words, after=made)
    assert "Taken back" not in asked.answer
    assert (await ask("rep", "undo", after=asked)).answer.startswith("Taken back")


async def test_an_order_behind_an_undo_is_carried_out_after_it(ask: Ask) -> None:
    made = await ask("rep", "remind me to visit the Clairval warehouse on Friday at 10")
    answer = await ask("rep", "Undo that, then remind me to ring the Palewater office on Monday at 9", after=made)
    assert answer.answer.startswith("Taken back")
    assert [one.tool for one in answer.steps] == ["create_task"]
