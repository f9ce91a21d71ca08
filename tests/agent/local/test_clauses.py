"""A turn of several orders: which words make one request, and which make no record at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.local import Memory
from agent.local.schema import Request
from agent.local.together import together
from tests.agent.local.test_commands import ask, named
from tests.agent.local.workspace import record

ROLLOUT = "Halberd Rollout"


@pytest.mark.parametrize("text", ["open deals over 1k", "new lead count this month"])
def test_a_question_without_a_verb_makes_no_record(text: str) -> None:
    assert not [one for one in ask(text).requests if one.tool.startswith("create")]


def test_make_that_is_about_the_record_spoken_of() -> None:
    (request,) = ask("make that 90k", Memory(focus=(record(ROLLOUT),))).requests
    assert (request.tool, request.arguments) == (
        "update_opportunity", {"record": named(ROLLOUT), "amount": {"amount": "90000"}},
    )  # fmt: skip


def test_several_changes_of_one_record_are_one_change() -> None:
    (request,) = ask("Halberd Rollout: move it to Negotiation, set the amount to 70k").requests
    assert (request.tool, request.arguments) == (
        "update_opportunity", {"record": named(ROLLOUT), "stage": "Negotiation", "amount": {"amount": "70000"}},
    )  # fmt: skip


def test_changes_of_two_records_stay_two() -> None:
    one, two = ask("Raise Halberd Rollout by 10 percent and lower Larkspur Renewal 2026 by 5,000").requests
    assert one.arguments == {"record": named(ROLLOUT), "amount": {"times": "1.1"}}
    assert two.arguments == {"record": named("Larkspur Renewal 2026"), "amount": {"plus": {"amount": "-5000"}}}


def test_a_reminder_and_a_question_stay_two() -> None:
    requests = ask("remind me on Friday to call Elena Marsh, and show me my stuck deals").requests
    assert len(requests) == 2
    assert requests[0].tool == "create_task"


def test_two_orders_about_one_record_wait_for_each_other() -> None:
    one = Request("update_opportunity", "sales", {"record": named(ROLLOUT), "stage": "Proposal"}, 0.9, (0, 1))
    two = replace(one, arguments={"record": named(ROLLOUT), "amount": {"amount": "5"}}, needs=(0,), gate=0)
    other = replace(one, tool="delete_opportunity", arguments={"record": named(ROLLOUT)})
    first, second, third = together([one, two, other])
    assert (first.needs, second.needs, third.needs) == ((), (0,), (0, 1))


def test_places_follow_what_was_joined() -> None:
    one = Request("update_opportunity", "sales", {"record": named(ROLLOUT), "stage": "Proposal"}, 0.9, (0, 1))
    two = replace(one, arguments={"record": named(ROLLOUT), "amount": {"amount": "5"}})
    task = Request("create_task", "automation", {"title": "call"}, 0.9, (0, 1), needs=(1,), gate=1)
    joined, after = together([one, two, task])
    assert joined.arguments == {"record": named(ROLLOUT), "stage": "Proposal", "amount": {"amount": "5"}}
    assert (after.needs, after.gate) == ((0,), 0)


def test_everything_behind_an_if_hangs_on_it_to_the_end_of_its_sentence() -> None:
    order = "move it to Negotiation and remind me on Friday to call Elena Marsh. Also give Priya Nair to Yuki"
    said = f"If Halberd Rollout is still in Proposal, {order}"
    check, move, remind, give = ask(said).requests
    assert check.tool == "check_opportunity"
    assert [one.gate for one in (move, remind, give)] == [0, 0, None]


def test_an_if_about_what_the_order_names_looks_at_that() -> None:
    check, raised = ask("If it is above 10k, raise Halberd Rollout by 5 percent").requests
    assert check.arguments["record"] == raised.arguments["record"] == named(ROLLOUT)


def test_an_if_that_says_not_is_held_against_the_opposite() -> None:
    check, _ = ask("If Priya Nair is not yet qualified, qualify her").requests
    assert check.arguments["where"] == [{"field": "status", "value": ["qualified"], "test": "is_not"}]


def test_another_order_before_a_reminder_is_no_part_of_its_title() -> None:
    raised, remind = ask("Bump Halberd Rollout to 300k, and I want a reminder on Thursday to ring Elena Marsh").requests
    assert raised.arguments == {"record": named(ROLLOUT), "amount": {"amount": "300000"}}
    assert remind.tool == "create_task"
