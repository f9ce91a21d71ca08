"""Questions about records in people's own words, questions that go on from them, and fields of one record."""

from __future__ import annotations

from typing import Any

import pytest

from agent.local import Kind, Memory
from agent.local.schema import Frame
from tests.agent.local.test_commands import ask, named
from tests.agent.local.workspace import record

DANA, MARCO, ELENA, QUARRY = (named(name) for name in ("Dana Whitfield", "Marco Bianchi", "Elena Marsh", "Quarry Bank"))
WON, LOST, OPEN = ({"field": "outcome", "value": [one]} for one in ("won", "lost", "open"))
THIS_YEAR = {"field": "closed_on", "value": ["2025"]}
EMEA = {"field": "region", "value": ["EMEA"]}
SUM, AVERAGE = {"measure": "sum", "of": "amount"}, {"measure": "average", "of": "amount"}


def on(field: str, *values: Any, test: str = "") -> dict[str, Any]:
    return {"field": field} | ({"test": test} if test else {}) | ({"value": list(values)} if values else {})


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        ("What, if I may ask, is the average size of the deals we have won since the first of March?",
         "summarise_opportunities", AVERAGE | {"where": [WON, on("closed_on", "2025-03-01/2025-05-14")]}),
        ("Could I trouble you for the number of leads by source this year?", "summarise_leads",
         {"by": "source", "where": [on("arrived_at", "2025")]}),
        ("Won revenue by region this year.", "summarise_opportunities",
         SUM | {"by": "region", "where": [WON, THIS_YEAR]}),
        ("how much did we lose last month", "summarise_opportunities",
         SUM | {"where": [LOST, on("closed_on", "2025-04")]}),
        ("Wins by product in Q1, total value", "summarise_opportunities",
         SUM | {"by": "product", "where": [WON, on("closed_on", "2025Q1")]}),
        ("who has closed the most deals this quarter", "summarise_opportunities",
         {"by": "owner", "where": [on("closed_on", "2025Q2"), WON]}),
        ("which account has the most employees in Sweden", "find_accounts",
         {"where": [on("country", "Sweden")], "order": "employees", "descending": True}),
        ("how many emails did we send this month?", "summarise_emails",
         {"where": [on("direction", "out"), on("at", "2025-05")]}),
        ("count of meetings held with Retail accounts since March", "summarise_meetings",
         {"where": [on("status", "held"), on("at", "2025-03-01/2025-05-14"), on("account.industry", "Retail")]}),
        ("Contacts in Sweden at accounts with over 1,000 employees that have no phone: how many?",
         "summarise_contacts", {"where": [on("phone", test="empty"), on("account.country", "Sweden"),
                                          on("account.employees", 1000, test="above")]}),
        ("missed calls this month by rep", "summarise_calls",
         {"by": "user", "where": [on("outcome", "no answer", test="contains"), on("at", "2025-05")]}),
        ("how many deals created before March are still open", "summarise_opportunities",
         {"where": [OPEN, on("created_on", "2025-03-01", test="below")]}),
    ],
)  # fmt: skip
def test_a_first_question_is_read_however_it_is_put(text: str, tool: str, arguments: dict[str, Any]) -> None:
    (request,) = ask(text).requests
    found = dict(request.arguments)
    found.pop("limit", None)
    where, wanted = (sorted(map(str, one.pop("where", []))) for one in (found, dict(arguments) | {}))
    assert (request.tool, found, where) == (tool, {k: v for k, v in arguments.items() if k != "where"}, wanted)


def test_several_measures_are_several_requests() -> None:
    asked = ask("What are the largest, the smallest and the average amount of deals won in 2024?").requests
    assert [one.arguments["measure"] for one in asked] == ["largest", "smallest", "average"]


def after(tool: str, **arguments: Any) -> Memory:
    return Memory(frames=(Frame(tool, arguments),))


REVENUE = {**SUM, "by": "region", "where": [WON, THIS_YEAR]}


@pytest.mark.parametrize(
    ("before", "text", "tool", "arguments"),
    [
        (after("summarise_opportunities", **REVENUE), "Enterprise only.", "summarise_opportunities",
         {**REVENUE, "where": [WON, THIS_YEAR, on("product", "Enterprise")]}),
        (after("summarise_opportunities", **REVENUE), "Last year.", "summarise_opportunities",
         {**REVENUE, "where": [WON, on("closed_on", "2024")]}),
        (after("summarise_opportunities", **REVENUE), "Average by product.", "summarise_opportunities",
         {**AVERAGE, "by": "product", "where": [WON, THIS_YEAR]}),
        (after("summarise_opportunities", **REVENUE), "and of the ones we lost in the same period?",
         "summarise_opportunities", {**REVENUE, "where": [THIS_YEAR, LOST]}),
        (after("summarise_calls", by="user", where=[on("at", "2025-05-05/2025-05-11")]),
         "same figure for the week before", "summarise_calls",
         {"by": "user", "where": [on("at", "2025-04-28/2025-05-04")]}),
        (after("find_opportunities", status="open", filters={"region": ["EMEA"]}), "how much are they worth together?",
         "summarise_opportunities", {**SUM, "where": [OPEN, EMEA]}),
        (after("find_leads", source=["Partner"], country=["Germany"]), "who owns the most of them", "summarise_leads",
         {"by": "owner", "where": [on("source", "Partner"), on("country", "Germany")]}),
        (after("pipeline", by=["stage"], filters={"region": ["EMEA"]}), "How does that compare with North America?",
         "summarise_opportunities", {**SUM, "by": "stage", "where": [OPEN, on("region", "North America")]}),
        (after("find_contacts", where=[on("account.industry", "Retail")]),
         "How many of those have neither opted out nor a do-not-contact mark?", "summarise_contacts",
         {"where": [on("account.industry", "Retail"), on("opted_out", False), on("do_not_contact", False)]}),
        (after("update_opportunities", expected_close={"plus": "2 weeks"},
               where=[on("expected_close", "2025-05-12/2025-05-18")]),
         "how many of them are over 50k", "summarise_opportunities",
         {"where": [on("expected_close", "2025-05-26/2025-06-01"),
                    on("amount", {"amount": "50000"}, test="above")]}),
        (after("find_contacts", where=[on("email", test="empty")]), "and those with one?", "find_contacts",
         {"where": [on("email", test="filled")]}),
        (after("find_accounts", where=[EMEA]), "top 3 by employees", "find_accounts",
         {"where": [EMEA], "limit": 3, "order": "employees", "descending": True}),
    ],
)  # fmt: skip
def test_a_question_goes_on_from_the_last_one(before: Memory, text: str, tool: str, arguments: dict[str, Any]) -> None:
    (request,) = ask(text, before).requests
    assert (request.tool, request.arguments) == (tool, arguments)


def test_of_the_first_few_no_figure_over_all_is_given() -> None:
    before = after("find_opportunities", status="open", sort="amount", limit=3)
    assert ask("how much are they worth?", before).kind is Kind.CLARIFY


@pytest.mark.parametrize("text", ["median deal size there", "only the green ones", "without the Belgian ones we like"])
def test_a_word_that_nobody_reads_is_not_dropped_from_a_question_that_goes_on(text: str) -> None:
    before = after("summarise_opportunities", **REVENUE)
    assert not any(one.tool == "summarise_opportunities" for one in ask(text, before).requests)


@pytest.mark.parametrize(
    ("text", "tool", "fields"),
    [
        ("Which title has Elena Marsh actually?", "read_contact", ["title"]),
        ("Whatever. What IS the phone number of Elena Marsh?", "read_contact", ["phone"]),
        ("who looks after Quarry Bank at present?", "read_account", ["owner"]),
        ("when did anyone last do anything on Quarry Bank", "read_account", ["last_activity"]),
        ("how many employees does Quarry Bank have", "read_account", ["employees"]),
        ("what is Halberd Rollout worth again", "read_opportunity", ["amount"]),
        ("which company does Elena Marsh work for", "read_contact", ["account"]),
        ("What does Elena Marsh do all day? Title will suffice.", "read_contact", ["title"]),
        ("What IS the list price of Enterprise?", "read_product", ["list_price"]),
        ("what's the probability of the Proposal stage", "read_stage", ["probability"]),
    ],
)
def test_a_field_is_read_however_it_is_asked_for(text: str, tool: str, fields: list[str]) -> None:
    (request,) = ask(text).requests
    assert (request.tool, request.arguments["fields"]) == (tool, fields)


@pytest.mark.parametrize(
    ("text", "fields"),
    [("Buying role?", ["buying_role"]), ("and the phone number?", ["phone"]),
     ("her e-mail again, I lost it", ["email"]),
     ("who looks after her now", ["owner"])],
)  # fmt: skip
def test_fields_alone_are_those_of_the_record_spoken_of(text: str, fields: list[str]) -> None:
    before = Memory(frames=(Frame("read_contact", {"record": ELENA}),), focus=(record("Elena Marsh"),))
    (request,) = ask(text, before).requests
    assert request.arguments == {"record": ELENA, "fields": fields}


def test_what_a_question_points_at_is_a_condition() -> None:
    before = Memory(frames=(Frame("read_account", {"record": QUARRY}),), focus=(record("Quarry Bank"),))
    (request,) = ask("how many open deals are there with them?", before).requests
    assert request.arguments == {"where": [OPEN, on("account", QUARRY)]}


def test_a_pointer_that_means_nothing_known_is_asked_about() -> None:
    before = after("find_calls", where=[on("at", "2025-05")])
    assert ask("how many notes are there on it?", before).kind is Kind.CLARIFY
