"""What was just written is corrected and added to in running speech; what is only guessed waits for a decision."""

from __future__ import annotations

from typing import Any

import pytest

from agent.local import Memory
from agent.local.schema import Frame, Kind, Record
from tests.agent.local.test_commands import ask, named
from tests.agent.local.workspace import record

ROLLOUT, ELENA = "Halberd Rollout", "Elena Marsh"
TASK = Record("task", "70", "Chase the pallet quote")
DEAL = {"record": named(ROLLOUT)}
PERSON = {"record": named(ELENA)}


def after(tool: str, record_: Record, **values: Any) -> Memory:
    """A conversation whose last request wrote this."""
    said = values if tool.startswith("create_") else {"record": record_.as_argument(), **values}
    return Memory(frames=(Frame(tool, said),), focus=(record_,))


MOVED = after("update_opportunity", record(ROLLOUT), stage="Proposal", amount={"amount": "40000"})
LOST = after("update_opportunity", record(ROLLOUT), stage="Lost", loss_reason="Price")
GIVEN = after("update_opportunity", record(ROLLOUT), owner=named("Marco Bianchi"))
MAILED = after("update_contact", record(ELENA), email="e@marsh.example")
REMINDED = after("create_task", TASK, title=TASK.name, due="2025-05-16T15:00:00+02:00")


@pytest.mark.parametrize(
    ("memory", "text", "arguments"),
    [
        (MOVED, "hmm no, make it 45k then, I always mix that up", DEAL | {"amount": {"amount": "45000"}}),
        (MOVED, "that was wrong, Negotiation", DEAL | {"stage": "Negotiation"}),
        (MOVED, "in euro of course", DEAL | {"amount": {"amount": "40000", "currency": "EUR"}}),
        (MOVED, "plus ten thousand", DEAL | {"amount": {"plus": {"amount": "10000"}}}),
        (MOVED, "it came in through a partner, forgot that bit", DEAL | {"source": "Partner"}),
        (LOST, "sorry, the reason was timing, not price", DEAL | {"loss_reason": "Timing"}),
        (GIVEN, "no, Yuki", DEAL | {"owner": named("Yuki Sato")}),
        (GIVEN, "I meant Dana rather than Marco", DEAL | {"owner": named("Dana Whitfield")}),
        (MOVED, "and kindly make Yuki its owner", DEAL | {"owner": named("Yuki Sato")}),
        (MOVED, "Dana takes over", DEAL | {"owner": named("Dana Whitfield")}),
        (MAILED, "oh and she got promoted, Operations Director now", PERSON | {"title": "Operations Director"}),
        (MAILED, "wrong. the phone is +44 7700 900142", PERSON | {"phone": "+44 7700 900142"}),
        (MAILED, "she speaks only German", PERSON | {"language": "de"}),
    ],
)  # fmt: skip
def test_what_was_written_last_is_corrected_or_added_to(memory: Memory, text: str, arguments: dict[str, Any]) -> None:
    (request,) = ask(text, memory).requests
    assert request.arguments == arguments


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("the pallet quote is done", {"status": "done"}),
        ("and call it pallet follow-up", {"title": "pallet follow-up"}),
    ],
)
def test_a_task_is_known_by_a_part_of_its_title(text: str, arguments: dict[str, Any]) -> None:
    (request,) = ask(text, REMINDED).requests
    assert (request.tool, request.arguments) == ("update_task", {"record": TASK.as_argument(), **arguments})


@pytest.mark.parametrize(
    ("text", "day"),
    [("better Thursday", "2025-05-15"), ("actually no, three weeks", "2025-06-04"), ("make it ten days", "2025-05-24")],
)
def test_another_time_corrects_the_task_that_was_asked_for(text: str, day: str) -> None:
    (request,) = ask(text, REMINDED).requests
    assert request.amends
    assert request.arguments["due"] == f"{day}T15:00:00+02:00"


def test_the_same_for_a_colleague_is_a_second_task() -> None:
    (request,) = ask("same for Yuki please", REMINDED).requests
    assert request.tool == "create_task"
    assert request.arguments["assignee"] == named("Yuki Sato")


@pytest.mark.parametrize(
    "text", ["the budget talk was fine, make it 45k I think", "if they sign, make it 45k", "same for Yuki"]
)
def test_a_guess_is_not_carried_out_at_once(text: str) -> None:
    assert not any(one.asked_by_own_words for one in ask(text, MOVED).requests)


@pytest.mark.parametrize(
    "text",
    [
        "do not make it 45k",
        "should we make it 45k?",
        "never move it to Negotiation again",
        "they wrote “make it 45k”",
        "another expansion of 45k would be nice",
        "maybe 45k, not sure",
    ],
)
def test_no_doubt_no_ban_and_no_hearsay_changes_anything(text: str) -> None:
    heard = ask(text, MOVED)
    assert not [one for one in heard.requests if one.tool.startswith(("update_", "create_", "delete_"))]


def test_a_name_that_two_people_bear_is_asked_about() -> None:
    assert ask("the phone of Elena is +44 7700 900142, she told me").kind is Kind.CLARIFY
