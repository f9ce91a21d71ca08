"""What is only told, supposed, denied or hangs on something changes no record; and orders in a text stay that text."""

from __future__ import annotations

from datetime import date

import pytest

from agent.local import Memory
from agent.local.schema import Frame, Kind, Record
from tests.agent.local.test_commands import ask, named
from tests.agent.local.test_corrections import after
from tests.agent.local.workspace import record

ROLLOUT = "Halberd Rollout"
SPOKEN_OF = Memory(focus=(record(ROLLOUT),))
REMINDED = after(
    "create_task", Record("task", "70", "Call Priya Nair"), title="Call Priya Nair", due="2025-05-19T09:00:00+02:00",
    record=named("Priya Nair"),
)  # fmt: skip


def changes(text: str, memory: Memory | None = None) -> list[str]:
    made = ("update_", "create_", "delete_")
    return [one.tool for one in ask(text, memory).requests if one.tool.startswith(made)]


@pytest.mark.parametrize(
    "text",
    [
        "so Halberd Rollout is lost?",
        "I wish Halberd Rollout was won",
        "imagine Halberd Rollout is won",
        "let's say Halberd Rollout goes to 90k",
        "hopefully Halberd Rollout is won by Friday",
        "Halberd Rollout isn't won yet",
        "Halberd Rollout won't close by June",
        "Halberd Rollout must be won by June!",
        "I don't want to lose Halberd Rollout",
        "we are about to lose Halberd Rollout",
        "I told Dana to move Halberd Rollout to Negotiation",
        "Dana will move Halberd Rollout to Negotiation",
        "she wanted to move Halberd Rollout to Negotiation",
        "next year we should raise Halberd Rollout to 60k",
        "Halberd Rollout might go to 40k",
        "we could have won Halberd Rollout",
        "don't move Halberd Rollout to Negotiation, move Larkspur Renewal 2026",
        "please never give Halberd Rollout to Dana",
        "set Halberd Rollout to 50k or 60k",
    ],
)
def test_what_is_only_said_of_a_record_changes_nothing(text: str) -> None:
    assert changes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "it was 30k last year",
        "we lost them last year to a competitor",
        "Dana's deal is at 90k",
        "the other vendor is at 18k",
        "her boss is the CFO now",
    ],
)
def test_what_once_was_or_is_somebody_elses_changes_not_the_record_spoken_of(text: str) -> None:
    assert changes(text, SPOKEN_OF) == []


@pytest.mark.parametrize(
    "text",
    [
        "mark Halberd Rollout as won once they sign",
        "move Halberd Rollout to Negotiation when Elena calls back",
        "if they sign by Friday, move Halberd Rollout to Negotiation",
        "unless they object by Friday, move Halberd Rollout to Negotiation",
        "Halberd Rollout goes to Dana as soon as I leave",
        "should they sign, move Halberd Rollout to Negotiation",
    ],
)
def test_a_change_that_hangs_on_something_is_asked_about(text: str) -> None:
    understood = ask(text)
    assert (understood.kind, understood.requests) == (Kind.CLARIFY, ())


@pytest.mark.parametrize(
    "text",
    [
        "move Halberd Rollout to Negotiation if possible",
        "set Halberd Rollout to 50k or rather 60k",
        "set the next step of Halberd Rollout to call Elena when she is back",
        "can you move Halberd Rollout to Negotiation?",
        "we lost Halberd Rollout last week, price",
    ],
)
def test_what_is_to_be_now_is_still_ordered(text: str) -> None:
    assert changes(text) == ["update_opportunity"]


@pytest.mark.parametrize(
    "text", ["tomorrow set Halberd Rollout to 90k", "in two weeks move Halberd Rollout to Proposal"]
)
def test_when_a_change_is_to_be_made_is_no_close_date(text: str) -> None:
    requests = ask(text).requests
    assert not any("expected_close" in one.arguments or one.asked_by_own_words for one in requests)


def test_orders_in_a_note_stay_its_text() -> None:
    (request,) = ask("Note on Quarry Bank: move the deal to Negotiation and raise the price to 40k").requests
    assert request.tool == "create_note"
    assert request.arguments["body"] == "move the deal to Negotiation and raise the price to 40k"


def test_orders_for_a_colleague_stay_a_task() -> None:
    (request,) = ask("Create a task for Friday: ask Dana to give Halberd Rollout to Yuki and set it to 50k").requests
    assert request.tool == "create_task"
    assert request.arguments["due"] == date(2025, 5, 16).isoformat()


def test_something_without_a_name_is_not_the_record_spoken_of() -> None:
    assert changes("delete the old offer", SPOKEN_OF) == []


@pytest.mark.parametrize(
    "text", ["she is in Lisbon until Friday", "his boss is free on Tuesday though", "and Elena Duarte on Tuesday"]
)
def test_a_day_told_of_somebody_moves_no_task(text: str) -> None:
    assert changes(text, REMINDED) == []


@pytest.mark.parametrize("text", ["no, Friday", "she is away, make it Friday", "rather on Friday"])
def test_another_day_still_moves_the_task(text: str) -> None:
    (request,) = ask(text, REMINDED).requests
    assert "2025-05-16" in str(request.arguments)


def test_what_happened_makes_no_task() -> None:
    assert changes("the call was on Monday") == []


def test_an_order_is_made_beside_a_reminder_that_waits() -> None:
    requests = ask(
        "move Halberd Rollout to Negotiation and remind me tomorrow to call Priya Nair when she is back"
    ).requests
    assert [one.tool for one in requests] == ["update_opportunity", "create_task"]


def test_another_call_holds_not_what_was_told_of_the_one_before() -> None:
    told = {"contact": named("Tobias Kern"), "body": "no answer", "outcome": "no answer"}
    (request,) = ask("and one with Elena Marsh", Memory(frames=(Frame("create_call", told),))).requests
    assert not {"body", "outcome"} & set(request.arguments)


def test_whom_to_call_names_no_record() -> None:
    requests = ask("next step on Halberd Rollout: call them when they are back").requests
    assert not any("name" in one.arguments for one in requests)


def test_a_name_that_is_said_is_that_of_what_was_made_last() -> None:
    made = Memory(frames=(Frame("create_opportunity", {"name": "Quarry Bank"}),), focus=(record("Quarry Bank"),))
    assert changes("and the name should be Quarry pilot", made) == []
