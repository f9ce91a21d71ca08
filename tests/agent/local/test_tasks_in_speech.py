"""Tasks in every wording: their title, whose they are, when they are due, and which words make none."""

from __future__ import annotations

import pytest

from agent.local import Memory
from agent.local.schema import Frame
from tests.agent.local.test_commands import ask, named

MARCO, YUKI = "Marco Bianchi", "Yuki Sato"


@pytest.mark.parametrize(
    ("text", "title", "assignee"),
    [
        ("task me tomorrow at 9 to grill Marco on it", "Grill Marco on it", ""),
        ("maybe nudge me next Wednesday to check in? Thanks a million", "Check in", ""),
        ("please make me a task for next Monday to ask Yuki about it", "Ask Yuki about it", ""),
        ("make for Marco a task until Friday that he calls the buyer", "He calls the buyer", MARCO),
        ("for Marco a task until next Friday: rework the offer", "Rework the offer", MARCO),
        ("task Yuki to water the plants tomorrow", "Water the plants", YUKI),
        ("I need a task: ring the bank, friday 10am", "Ring the bank", ""),
        ("don't let me forget to pay the invoice on the 20th", "Pay the invoice", ""),
        ("I'll try again tomorrow at 2, remind me?", "Try again", ""),
        ("give Yuki a reminder for tomorrow noon: prepare the deck", "Prepare the deck", YUKI),
    ],
)
def test_a_task_is_read_from_its_order(text: str, title: str, assignee: str) -> None:
    (request,) = ask(text).requests
    assert (request.tool, request.arguments["title"]) == ("create_task", title)
    assert request.arguments.get("assignee") == (named(assignee) if assignee else None)
    assert request.arguments["due"]


def test_a_task_for_two_is_two_tasks() -> None:
    requests = ask("TASKS FOR MARCO AND YUKI: UPDATE EVERY CLOSE DATE BY FRIDAY NOON!").requests
    assert [one.arguments["assignee"] for one in requests] == [named(MARCO), named(YUKI)]


def test_a_list_of_tasks_makes_each_with_its_own_day() -> None:
    requests = ask("3 todos: invoice today 4pm, demo kit fri, references mon").requests
    assert [one.arguments["title"] for one in requests] == ["Invoice", "Demo kit", "References"]
    assert [one.arguments["due"][:10] for one in requests] == ["2025-05-14", "2025-05-16", "2025-05-19"]


def test_him_is_the_colleague_named_before() -> None:
    *_, task = ask("give Priya Nair to Marco and task him to call her tomorrow").requests
    assert task.arguments["assignee"] == named(MARCO)


def test_the_same_text_is_that_of_the_note_before() -> None:
    _, task = ask("note on Quarry Bank: pricing review, task for me on friday with the same text").requests
    assert task.arguments["title"] == "Pricing review"


@pytest.mark.parametrize(
    "text",
    [
        "and call it forklift demo follow up",
        "The task becomes until Monday.",
        "Better the 9 of march. And that the task is called 'retomar'.",
        "rename the task to onboarding",
        "tasks due tomorrow?",
        "open tasks for Marco",
        "did you remind Marco?",
    ],
)
def test_half_a_sentence_makes_no_new_task(text: str) -> None:
    made = Frame("create_task", {"title": "Call", "due": "2025-05-16"})
    requests = ask(text, Memory(frames=(made,))).requests
    assert not [one for one in requests if one.tool == "create_task" and not one.amends]
