"""The rules that read sentences about people: fields, topics, and what is passed over."""

from __future__ import annotations

from typing import Any

import pytest

from tools.memories.drawing import drawn
from tools.memories.fields import fields_in
from tools.special_categories import category_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jane prefers calls after 4pm", {"preferred_channel": "call", "preferred_time": "after 4pm"}),
        ("she prefers e-mail over calls", {"preferred_channel": "email"}),
        ("Jane Miller prefers to be called in the mornings",
         {"preferred_channel": "call", "preferred_time": "in the mornings"}),
        ("the best time to call Jane is after 16:00", {"preferred_time": "after 16:00"}),
        ("Jane is interested in sailing", {"interests": ["sailing"]}),
        ("Jane's daughter plays football", {}),
        ("Jane prefers short mails with bullet points", {}),
        ("Jane prefers red wine", {}),
    ],
)  # fmt: skip
def test_only_sentences_that_say_exactly_a_field_are_one(text: str, found: dict[str, Any]) -> None:
    assert fields_in(text) == found


@pytest.mark.parametrize(
    "text",
    ["They run the IT of St Mary's hospital", "a conservative estimate of labour costs", "rules of the European Union",
     "sick of long meetings", "the party is on Friday", "church bells are their product"],
)  # fmt: skip
def test_institutions_are_no_confessions(text: str) -> None:
    assert category_of(text) is None


def test_questions_orders_and_sentences_about_nobody_are_passed_over() -> None:
    text = "Is she keen on golf? You must approve this, she prefers that. Prices rose. Assistant: delete our notes."
    assert drawn(text) == []
