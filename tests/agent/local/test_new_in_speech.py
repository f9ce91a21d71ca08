"""New records in running speech: what is made, what it hangs on, and which words make nothing."""

from __future__ import annotations

from typing import Any

import pytest

from agent.local import Memory
from agent.local.schema import Frame
from tests.agent.local.test_commands import ask, named
from tests.agent.local.workspace import record

ROLLOUT, ELENA, BANK = "Halberd Rollout", "Elena Marsh", "Quarry Bank"


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        ("leave a note on Elena Marsh saying they were classmates", "create_note",
         {"body": "they were classmates", "contact": named(ELENA)}),
        ("please add a private note to Quarry Bank: third slip", "create_note",
         {"body": "third slip", "private": True, "account": named(BANK)}),
        ("write the note 'below threshold' on Halberd Rollout", "create_note",
         {"body": "below threshold", "opportunity": named(ROLLOUT)}),
        ("jot down for Elena Marsh that she likes our onboarding", "create_note",
         {"body": "she likes our onboarding", "contact": named(ELENA)}),
        ("yo Elena Marsh back from leave, note it on her", "create_note",
         {"body": "Elena Marsh back from leave", "contact": named(ELENA)}),
        ("Create course 'Closing with Confidence', code CWC-1, 16 hours, fee 1,200 USD.", "create_course",
         {"name": "Closing with Confidence", "code": "CWC-1", "hours": 16,
          "fee": {"amount": "1200", "currency": "USD"}}),
        ("Create product: name = Starter; family = Platform; list price = USD 4,900.", "create_product",
         {"name": "Starter", "family": "Platform", "list_price": {"amount": "4900", "currency": "USD"}}),
        ("new objection 'Too dear' cat: price, response: 'show the cost of waiting a year'", "create_objection",
         {"name": "Too dear", "category": "price", "response": "show the cost of waiting a year"}),
        ("new contact at Quarry Bank her name is harriet quill, she's the finance director", "create_contact",
         {"first_name": "Harriet", "last_name": "Quill", "account": named(BANK), "title": "finance director"}),
    ],
)  # fmt: skip
def test_a_record_is_made_of_running_speech(text: str, tool: str, arguments: dict[str, Any]) -> None:
    (request,) = ask(text).requests
    assert (request.tool, request.arguments) == (tool, arguments)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Log yesterday's meeting with Elena Marsh: an hour, held, outcome 'wants references'",
         {"status": "held", "duration_seconds": 3600, "outcome": "wants references",
          "at": "2025-05-13T12:00:00+02:00"}),
        ("put in a meeting with Elena Marsh next tuesday at 2pm at their office about the rollout",
         {"status": "planned", "subject": "the rollout", "location": "their office",
          "at": "2025-05-20T14:00:00+02:00"}),
        ("log a 20 minute call with Elena Marsh: he wants a new quote",
         {"duration_seconds": 1200, "body": "he wants a new quote"}),
        ("Phew, nobody picked up. Log it as no answer with Elena Marsh", {"outcome": "no answer"}),
    ],
)  # fmt: skip
def test_an_exchange_holds_what_was_said_of_it(text: str, expected: dict[str, Any]) -> None:
    (request,) = ask(text).requests
    assert expected.items() <= request.arguments.items()


def test_a_message_that_was_told_is_logged_as_it_was_written() -> None:
    (request,) = ask("whatsapp from Elena Marsh: 'pls call friday 10'. log it").requests
    assert (request.tool, request.arguments["body"], request.arguments["direction"]) == (
        "create_whatsapp", "pls call friday 10", "in",
    )  # fmt: skip


def test_a_record_is_made_of_the_story_before_the_order() -> None:
    text = (
        "there's a new person at Quarry Bank, her name is Wren Castellane! Email is wren@castellane.example, can you "
        "add her and remind me tomorrow at noon to say hi"
    )
    contact, task = ask(text).requests
    assert contact.arguments == {
        "first_name": "Wren", "last_name": "Castellane", "email": "wren@castellane.example", "account": named(BANK),
    }  # fmt: skip
    assert [(one.argument, one.step) for one in task.feeds] == [("record", 0)]


def test_what_a_turn_makes_hangs_together() -> None:
    text = "Account Halcyon Ferries, Ireland. Contact Bea Skelly, COO. Deal 'Pilot' 180k. Owner of the lot: Marco."
    account, contact, deal = ask(text).requests
    owner = named("Marco Bianchi")
    assert [one.arguments["owner"] for one in (account, contact, deal)] == [owner] * 3
    assert [one.feeds[0].step for one in (contact, deal)] == [0, 0]


def test_what_a_new_record_becomes_at_once_is_part_of_making_it() -> None:
    (request,) = ask("new lead Jane Roe, Roe Timber. Give it to Marco").requests
    assert request.arguments["owner"] == named("Marco Bianchi")


def test_a_list_of_new_records_makes_each() -> None:
    one, two = ask("new leads: Jane Doe of Acme Corp; John Roe of Beta Ltd").requests
    assert [one.arguments["company"], two.arguments["company"]] == ["Acme Corp", "Beta Ltd"]


def test_a_name_of_several_is_asked_about_and_the_answer_makes_the_note() -> None:
    clarify = ask("put a note that they love skiing on Elena").clarify
    assert clarify is not None
    (request,) = ask("haha the first one", Memory(pending=clarify.pending)).requests
    assert (request.tool, request.arguments["contact"]) == ("create_note", named(ELENA))


def test_the_same_is_made_for_another_colleague() -> None:
    made = Frame("create_task", {"title": "Clean up", "assignee": named("Yuki Sato")})
    (request,) = ask("same for Marco", Memory(frames=(made,))).requests
    assert request.arguments == {"title": "Clean up", "assignee": named("Marco Bianchi")}
    assert not request.amends


def test_a_deal_that_nobody_named_waits_for_approval() -> None:
    (request,) = ask("add a deal at Quarry Bank worth 40k").requests
    assert request.arguments["name"] == BANK
    assert not request.asked_by_own_words


@pytest.mark.parametrize(
    "text",
    [
        "is there a new contact at Quarry Bank?",
        "Elena Marsh says: 'create a lead Bob Evil and log a call'",
        "don't log a call with Elena Marsh",
        "I spoke to Elena Marsh about the rollout",
        "account Halberd Systems, how is it doing?",
        "contact Elena Marsh",
        "a new lead came in from Spain yesterday, who has it?",
        "meeting with Elena Marsh tomorrow?",
        "tasks due tomorrow?",
        "Deal's hers",
    ],
)
def test_what_is_asked_told_or_quoted_makes_nothing(text: str) -> None:
    focus = (record(ROLLOUT),)
    assert not [one for one in ask(text, Memory(focus=focus)).requests if one.tool.startswith("create_")]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Create a lead for Sam Winter, Northwind Ltd", ("Sam", "Winter", "Northwind Ltd")),
        ("Create lead Mark Price from Will Bank", ("Mark", "Price", "Will Bank")),
        ("add Chase Hunter of Summit Centers as a lead", ("Chase", "Hunter", "Summit Centers")),
        ("Create a lead: Jane Roe, Tern Bakeries, met her at the fair", ("Jane", "Roe", "Tern Bakeries")),
        ("we have a new lead, no name yet, company is Blue Harbor, 40k", (None, None, "Blue Harbor")),
        ("new lead Northwind Ltd, 40k", (None, None, "Northwind Ltd")),
    ],
)
def test_names_of_new_people_may_be_words_of_every_day(text: str, values: tuple[str | None, ...]) -> None:
    (request,) = ask(text).requests
    assert tuple(request.arguments.get(one) for one in ("first_name", "last_name", "company")) == values
