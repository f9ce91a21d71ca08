"""The small parts that keep an endpoint within its limits: bounds, time, rest, faults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from agent.budget.prices import Tokens
from agent.errors import ModelUnavailable
from agent.llm.bounds import most_tokens
from agent.llm.faults import Failed, Fault
from agent.llm.replies import tidied, used
from agent.llm.rest import MOST_FAILURES, Rest
from agent.llm.waiting import ModelTime


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def fail(rest: Rest, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(Failed), rest.asking():
            raise Failed(Fault("did not answer in time"))


@given(st.lists(st.text(), max_size=5), st.dictionaries(st.text(max_size=9), st.text(), max_size=3))
def test_the_bound_is_above_one_token_for_each_byte(texts: list[str], schema: dict[str, str]) -> None:
    messages = [SystemMessage("rules"), *(HumanMessage(text) for text in texts)]
    sent = sum(len(text.encode("utf-8", "surrogatepass")) for text in [*texts, *schema, *schema.values()])
    assert most_tokens(messages, [schema], max_output=7).input > sent
    assert most_tokens(messages, [schema], max_output=7).output == 7


def test_an_endpoint_rests_after_failures_in_a_row_and_one_request_looks_whether_it_is_back() -> None:
    clock = Clock()
    rest = Rest(20, clock=clock)
    fail(rest, MOST_FAILURES)
    with pytest.raises(ModelUnavailable, match="did not answer in time several times in a row"), rest.asking():
        pass
    clock.now = 21
    with rest.asking(), pytest.raises(ModelUnavailable), rest.asking():
        pass
    with rest.asking():
        pass


def test_a_look_that_fails_begins_another_rest() -> None:
    clock = Clock()
    rest = Rest(20, clock=clock)
    fail(rest, MOST_FAILURES)
    clock.now = 21
    fail(rest)
    clock.now = 40
    with pytest.raises(ModelUnavailable), rest.asking():
        pass


def test_a_look_that_is_called_off_leaves_the_next_one_free() -> None:
    clock = Clock()
    rest = Rest(20, clock=clock)
    fail(rest, MOST_FAILURES)
    clock.now = 21
    with pytest.raises(KeyboardInterrupt), rest.asking():
        raise KeyboardInterrupt
    with rest.asking():
        pass


def test_failures_that_are_not_in_a_row_and_a_rest_of_nothing_stop_no_one() -> None:
    rest, never = Rest(20, clock=Clock()), Rest(0, clock=Clock())
    for _ in range(3):
        fail(rest, MOST_FAILURES - 1)
        with rest.asking():
            pass
    fail(never, MOST_FAILURES + 1)
    with never.asking():
        pass


def test_calls_side_by_side_count_once() -> None:
    clock = Clock()
    time = ModelTime(10, clock=clock)
    with time.running():
        clock.now = 2
        with time.running():
            clock.now = 5
        clock.now = 6
    clock.now = 100
    assert time.left == 4


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"input_tokens": 9, "output_tokens": 5, "total_tokens": 14}, Tokens(9, 5)),
        ({"input_tokens": 9, "output_tokens": 5, "total_tokens": 30}, Tokens(9, 21)),
        (
            {"input_tokens": 9, "output_tokens": 5, "total_tokens": 14, "output_token_details": {"reasoning": 7}},
            Tokens(9, 12),
        ),
        (
            {"input_tokens": 9, "output_tokens": 5, "total_tokens": 14, "input_token_details": {"cache_read": 99}},
            Tokens(9, 5, 9),
        ),
        ({"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}, None),
        ({"input_tokens": -3, "output_tokens": 5, "total_tokens": 2}, None),
        (None, None),
    ],
)
def test_what_a_reply_used_is_never_read_too_low(usage: dict[str, object] | None, tokens: Tokens | None) -> None:
    assert used(AIMessage("x", usage_metadata=usage)) == tokens


def test_each_tool_call_gets_an_identifier_of_its_own() -> None:
    calls = [{"name": "a", "args": {}, "id": key} for key in (None, "x", "x")]
    found = tidied(AIMessage([{"type": "text", "text": "hi"}], tool_calls=calls))
    assert len({call["id"] for call in found.tool_calls}) == 3
    assert found.content == "hi"
