"""Orders of many change nothing beyond what their words say: what narrows them and is not read is asked about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.local import Kind, Memory
from agent.local.schema import Frame, Record
from tests.agent.local.test_commands import ask
from tests.agent.local.test_many_in_words import LISTED, THREE
from tests.agent.local.workspace import record

GERMANY = {"field": "country", "value": ["Germany"]}
ROWS = (record("Priya Nair"), record("Elena Marsh"), record("Halberd Systems"))
LATE = Memory(frames=(Frame("overdue_tasks", {"scope": "overdue"}),), listed=ROWS, focus=ROWS[:1])


def changes(text: str, memory: Memory | None = None) -> list[tuple[str, dict[str, Any]]]:
    found = [(one.tool, dict(one.arguments)) for one in ask(text, memory).requests]
    return [one for one in found if one[0].startswith(("update_", "delete_", "restore_", "create_", "assign_"))]


@pytest.mark.parametrize(
    "text",
    [
        "disqualify the 4 oldest leads in Germany", "delete 25 leads in Germany",
        "remove the worst leads in Germany", "move the top 3 open deals in Retail to negotiation",
        "complete the next two tasks", "drop the last 3 tasks", "assign six new leads in Germany to Dana",
    ],
)  # fmt: skip
def test_a_count_or_a_rank_does_not_become_all_of_them(text: str) -> None:
    assert changes(text) == []


def test_a_count_of_all_narrows_nothing() -> None:
    ((tool, arguments),) = changes("delete all 12 leads in Germany")
    assert (tool, arguments) == ("delete_leads", {"where": [GERMANY]})


@pytest.mark.parametrize(
    "text",
    [
        "disqualify the leads in Germany, only the stale ones", "disqualify leads in Germany, one per company",
        "delete all leads in Germany, mostly", "delete all leads in Germany. Not the warm ones though.",
        "disqualify all leads in Germany. Or actually wait until Monday with that",
    ],
)  # fmt: skip
def test_what_narrows_behind_the_order_is_asked_about(text: str) -> None:
    heard = ask(text)
    assert not heard.requests
    assert heard.kind is Kind.CLARIFY


@pytest.mark.parametrize(
    "text", ["disqualify all leads in Germany, thanks a lot", "disqualify all leads in Germany, sorry for the rush"]
)
def test_talk_behind_the_order_leaves_it_as_it_is(text: str) -> None:
    assert [tool for tool, _ in changes(text)] == ["update_leads"]


@pytest.mark.parametrize(
    "text", ["delete the old tasks", "bin the tasks nobody likes", "cancel all tasks, no, leave it"]
)
def test_everyday_words_before_many_tasks_are_no_words_of_their_titles(text: str) -> None:
    assert changes(text) == []


def test_what_many_tasks_are_about_is_looked_for_in_their_titles() -> None:
    ((tool, arguments),) = changes("delete the tasks about pricing")
    assert tool == "delete_tasks"
    assert {"field": "title", "test": "contains", "value": ["pricing"]} in arguments["where"]


@pytest.mark.parametrize(
    "text",
    [
        "move one of them to negotiation",
        "mark most of those as lost",
        "delete half of these",
        "close any two of them as lost",
    ],
)
def test_some_of_them_is_neither_all_of_them_nor_the_first(text: str) -> None:
    assert changes(text, replace(LISTED, focus=THREE[:1])) == []


@pytest.mark.parametrize("text", ["delete those", "bin these", "delete the second one", "push the last one to friday"])
def test_rows_of_a_list_of_tasks_are_not_the_people_they_are_about(text: str) -> None:
    assert changes(text, LATE) == []


def test_the_biggest_is_not_the_first_row_of_a_list_in_another_order() -> None:
    by_age = replace(LISTED, frames=(Frame("find_opportunities", {"sort": "age"}),))
    assert changes("move the biggest one to negotiation", by_age) == []


def test_either_of_two_values_is_asked_about() -> None:
    for text in (
        "set all leads in Germany to contacted or qualified",
        "mark all deals in Retail as won or lost",
        "give all leads in Germany to Dana or Marco",
        "give all leads in Germany to Priya Nair or Elena Marsh",
    ):
        assert changes(text) == [], text


def test_the_ones_of_a_place_may_be_those_of_the_question_before_the_last() -> None:
    asked = (
        Frame("summarise_leads", {"where": [GERMANY]}),
        Frame("summarise_tasks", {"where": [{"field": "status", "value": ["open"]}]}),
    )
    assert changes("give the German ones to Dana", Memory(frames=asked)) == []


def test_rows_are_not_meant_where_another_question_came_in_between() -> None:
    between = replace(LISTED, frames=(*LISTED.frames, Frame("win_rate", {})))
    assert changes("close those as lost", between) == []


def test_a_task_for_each_of_many_is_no_task_with_half_a_sentence_as_title() -> None:
    for text in ("put a task on every account that matters: call them", "add a task to each of my stuck deals: chase"):
        assert changes(text) == [], text


def test_a_condition_that_holds_for_some_of_them_is_asked_about() -> None:
    assert changes("raise the amount of my deals closing this month by 10 % if the customer is big") == []
    assert changes("disqualify all leads in Germany unless they answered") == []
    assert changes("raise the amount of Halberd Rollout by 10 % if they agree") == []


@pytest.mark.parametrize(
    "text",
    [
        "raise the amount of my deals closing this month by 10 % where it makes sense",
        "raise the amount of my deals closing this month by 10 %, the big customers only",
        "push all tasks due next week by two days as far as they are calls",
        "move my deals in Proposal to Negotiation that have a blessing",
    ],
)
def test_what_narrows_behind_the_value_is_asked_about(text: str) -> None:
    assert changes(text) == []


def test_a_third_row_alone_is_still_meant_by_its_place() -> None:
    ((tool, arguments),) = changes("move the third one to negotiation", LISTED)
    assert (tool, arguments["record"]["id"]) == ("update_opportunity", Record("opportunity", "42", "Quarry Pilot").id)
