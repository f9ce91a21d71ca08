"""Orders about records that are described and not named, and what of their words nobody read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.local import Kind, Memory
from agent.local.schema import Frame
from tests.agent.local.test_commands import ask, named
from tests.agent.local.workspace import record

MINE = {"field": "owner", "value": ["me"]}
OPEN = {"field": "status", "value": ["open"]}
GERMANY = {"field": "country", "value": ["Germany"]}
DANA, ROLLOUT, ELENA, QUARRY = named("Dana Whitfield"), "Halberd Rollout", named("Elena Marsh"), named("Quarry Bank")


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        ("assign all leads in Germany to Dana", "update_leads", {"owner": DANA, "where": [GERMANY]}),
        ("delete the unqualified leads from Outbound", "delete_leads",
         {"where": [{"field": "source", "value": ["Outbound"]}, {"field": "status", "value": ["unqualified"]}]}),
        ("push all my deals closing this month by two weeks", "update_opportunities",
         {"expected_close": {"plus": "2 weeks"}, "where": [MINE, {"field": "expected_close", "value": ["2025-05"]}]}),
        ("increase the amount of all open deals in Retail by 10 %", "update_opportunities",
         {"amount": {"times": "1.1"},
          "where": [{"field": "industry", "value": ["Retail"]}, {"field": "outcome", "value": ["open"]}]}),
        ("set the region of all accounts in Germany to EMEA", "update_accounts",
         {"region": "EMEA", "where": [GERMANY]}),
        ("opt out all contacts at Quarry Bank", "update_contacts",
         {"opted_out": True, "where": [{"field": "account", "value": [QUARRY]}]}),
        ("assign all unassigned leads in Texas with no activity for two weeks to Dana", "update_leads",
         {"owner": DANA, "where": [
             {"field": "owner", "test": "empty"},
             {"field": "last_activity", "test": "not_since", "value": ["2025-04-30"]},
             {"field": "region", "value": ["Texas"]}]}),
        ("give Marco's open deals to Dana", "update_opportunities",
         {"owner": DANA, "where": [{"field": "owner", "value": [named("Marco Bianchi")]},
                                   {"field": "outcome", "value": ["open"]}]}),
        ("delete all contacts without an email address", "delete_contacts",
         {"where": [{"field": "email", "test": "empty"}]}),
    ],
)  # fmt: skip
def test_an_order_about_many_is_read_with_its_conditions(text: str, tool: str, arguments: dict[str, Any]) -> None:
    (request,) = ask(text).requests
    assert (request.tool, request.arguments) == (tool, arguments)
    assert not request.asked_by_own_words


@pytest.mark.parametrize(
    ("text", "values", "where"),
    [
        ("complete the task about the contract", {"status": "done"}, [OPEN, ("title", "contract")]),
        ("mark the call with Elena Marsh as done", {"status": "done"},
         [{"field": "about", "value": [ELENA]}, ("title", "call"), OPEN]),
        ("reschedule the reminder about pricing to monday", {"due_at": "2025-05-19"},
         [{"field": "kind", "value": ["reminder"]}, OPEN, ("title", "pricing")]),
    ],
)  # fmt: skip
def test_a_task_is_found_by_what_is_said_of_it(text: str, values: dict[str, Any], where: list[Any]) -> None:
    (request,) = ask(text).requests
    said = [one if isinstance(one, dict) else {"field": one[0], "test": "contains", "value": [one[1]]} for one in where]
    assert request.tool == "update_task"
    assert request.arguments == {"record": {"kind": "task", "where": said}, **values}
    assert request.asked_by_own_words


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("close all stuck deals as lost", "by “stuck”"), ("delete all leads", "without a condition"),
        ("delete the weird leads in Germany", "by “weird”"), ("assign every lead to Dana", "without a condition"),
    ],
)  # fmt: skip
def test_words_that_nobody_reads_change_nothing(text: str, why: str) -> None:
    understood = ask(text)
    assert understood.kind is Kind.CLARIFY
    assert not understood.requests
    assert understood.clarify
    assert why in understood.clarify.question


@pytest.mark.parametrize(
    "text", ["should we delete all leads in Germany?", "do not delete the leads in Germany",
             'she wrote: "delete all leads in Germany"'],
)  # fmt: skip
def test_what_is_asked_forbidden_or_quoted_is_no_order(text: str) -> None:
    assert not [one for one in ask(text).requests if one.tool.startswith(("delete", "update"))]


LISTED = Memory(
    frames=(Frame("find_opportunities", {}),), listed=(record(ROLLOUT), record("Larkspur Renewal 2026")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rows"),
    [("push them by a month", 2), ("assign the first two to Dana", 2), ("move all of them to Negotiation", 2)],
)
def test_them_are_the_rows_that_were_listed(text: str, rows: int) -> None:
    (request,) = ask(text, LISTED).requests
    assert request.tool == "update_opportunities"
    assert request.arguments["records"] == [one.as_argument() for one in LISTED.listed[:rows]]


def test_the_rest_are_the_rows_that_nothing_was_ordered_of() -> None:
    done = Frame("update_opportunity", {"record": named(ROLLOUT), "stage": "Proposal"})
    memory = replace(LISTED, frames=(*LISTED.frames, done))
    (request,) = ask("assign the rest to Dana", memory).requests
    assert request.arguments["records"] == [named("Larkspur Renewal 2026")]


@pytest.mark.parametrize(
    ("text", "tool", "fields"),
    [
        ("what's the phone number of Elena Marsh", "read_contact", ["phone"]),
        ("Elena Marsh's title and department please", "read_contact", ["title", "department"]),
        ("who owns Quarry Bank?", "read_account", ["owner"]),
        ("when does Halberd Rollout close", "read_opportunity", ["expected_close"]),
    ],
)
def test_a_field_of_one_record_is_read(text: str, tool: str, fields: list[str]) -> None:
    (request,) = ask(text).requests
    assert (request.tool, request.arguments["fields"]) == (tool, fields)


def test_his_phone_number_is_that_of_the_person_spoken_of() -> None:
    (request,) = ask("and his phone number?", Memory(focus=(record("Halberd Rollout"), record("Tobias Kern")))).requests
    assert request.arguments == {"record": named("Tobias Kern"), "fields": ["phone"]}


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        ("how many contacts at customers in Germany without an email", "summarise_contacts",
         {"where": [{"field": "email", "test": "empty"}, {"field": "account.country", "value": ["Germany"]},
                    {"field": "account.status", "value": ["customer"]}]}),
        ("what's the average deal size by stage", "summarise_opportunities",
         {"measure": "average", "of": "amount", "by": "stage"}),
        ("top 5 accounts by annual revenue", "find_accounts",
         {"limit": 5, "order": "annual_revenue", "descending": True}),
        ("contacts at accounts in Retail", "find_contacts",
         {"where": [{"field": "account.industry", "value": ["Retail"]}]}),
        ("any open tasks about Quarry Bank?", "find_tasks", {"where": [{"field": "about", "value": [QUARRY]}, OPEN]}),
        ("who are the CFOs in Retail", "find_contacts",
         {"where": [{"field": "account.industry", "value": ["Retail"]},
                    {"field": "title", "test": "contains", "value": ["CFO"]}]}),
    ],
)  # fmt: skip
def test_a_question_about_records_is_read_with_its_conditions(text: str, tool: str, arguments: dict[str, Any]) -> None:
    (request,) = ask(text).requests
    assert (request.tool, request.arguments) == (tool, arguments)


def test_a_list_made_by_hand_takes_further_conditions() -> None:
    (request,) = ask("show me the unassigned leads in Germany without a phone number").requests
    assert request.tool == "find_leads"
    assert request.arguments["where"] == [{"field": "owner", "test": "empty"}, {"field": "phone", "test": "empty"}]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("add 5k to the amount of Halberd Rollout", {"amount": {"plus": {"amount": "5000"}}}),
        ("lower the amount of Halberd Rollout by 10%", {"amount": {"times": "0.9"}}),
        ("push the close date of Halberd Rollout by two weeks", {"expected_close": {"plus": "2 weeks"}}),
        ("push Halberd Rollout to the end of June", {"expected_close": "2025-06-30"}),
    ],
)
def test_a_named_record_moves_by_as_much_as_is_said(text: str, values: dict[str, Any]) -> None:
    (request,) = ask(text).requests
    assert request.tool == "update_opportunity"
    assert request.arguments == {"record": named(ROLLOUT), **values}


ABOVE = {"field": "amount", "test": "above", "value": [{"amount": "50000"}]}


def test_an_order_hangs_on_what_the_record_holds() -> None:
    check, task = ask("If Halberd Rollout is above 50k, remind me tomorrow to call Elena Marsh").requests
    assert (check.tool, check.arguments) == (
        "check_opportunity", {"record": named(ROLLOUT), "where": [ABOVE], "decides": True},
    )  # fmt: skip
    assert (task.tool, task.gate, task.needs) == ("create_task", 0, (0,))


def test_what_is_changed_before_is_checked_after() -> None:
    text = "Set the amount of Halberd Rollout to 48k. If it is then above 50,000, create a task for me tomorrow"
    change, check, task = ask(text).requests
    assert (change.tool, check.needs, task.gate) == ("update_opportunity", (0,), 1)


def test_an_if_that_no_record_answers_leaves_the_order_to_the_person() -> None:
    (task,) = ask("If Elena Marsh has not answered by Friday, remind me to call").requests
    assert task.condition
    assert not task.asked_by_own_words


def test_a_deals_name_says_nothing_of_its_kind() -> None:
    check, *_ = ask("if Larkspur Renewal 2026 is above 50k, move it to Negotiation").requests
    assert check.arguments["where"] == [ABOVE]
