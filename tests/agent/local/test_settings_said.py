"""What the workspace decides for itself, as it is said: a rule may be stated without a word of command."""

from __future__ import annotations

import pytest

from agent.cards import CARDS
from agent.local import Understanding, understand
from tests.agent.local.workspace import DIRECTORY, NOW, VOCABULARY


def ask(text: str) -> Understanding:
    return understand(text, cards=CARDS(), vocabulary=VOCABULARY, directory=DIRECTORY, now=NOW)


@pytest.mark.parametrize(
    ("text", "tool"),
    [("reps may not export contacts", "set_permission"), ("hide the amount of deals from reps", "set_field_shown"),
     ("add a field seats to accounts", "set_custom_field")],
)  # fmt: skip
def test_the_whole_sentence_is_handed_over(text: str, tool: str) -> None:
    (request,) = ask(text).requests
    assert (request.tool, request.arguments) == (tool, {"instruction": text})


@pytest.mark.parametrize("text", ["may reps export contacts?", "are amounts hidden from reps?"])
def test_a_question_about_a_rule_sets_none(text: str) -> None:
    assert not [one for one in ask(text).requests if one.tool.startswith("set_")]


@pytest.mark.parametrize(
    ("text", "role"), [("what may managers do", "manager"), ("what are reps allowed to do", "rep")]
)
def test_whose_permissions_is_heard_in_the_plural(text: str, role: str) -> None:
    (request,) = ask(text).requests
    assert (request.tool, request.arguments) == ("list_permissions", {"role": role})
