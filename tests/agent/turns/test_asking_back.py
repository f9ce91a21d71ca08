"""What is not known is asked about or said, never guessed and never left out in silence."""

import pytest

from tests.agent.conftest import Ask

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
