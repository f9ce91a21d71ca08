"""Several requests in one turn, follow-ups, and words that point back."""

from __future__ import annotations

from typing import Any

import pytest

from agent.local import Feed, Frame, Kind, Memory, Record
from agent.local.questions import labels
from agent.local.schema import Pending
from tests.agent.local.workspace import ask, record


def tools(text: str, memory: Memory | None = None) -> list[str]:
    return [request.tool for request in ask(text, memory).requests]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("show the pipeline by stage and tell me why win rate dropped", ["pipeline", "explain_win_rate"]),
        ("overdue tasks + stuck deals + win rate this quarter", ["overdue_tasks", "find_opportunities", "win_rate"]),
        ("brief me on Quarry Bank, then write a call script for them, then remind me at 3pm",
         ["brief_record", "call_script", "create_task"]),
        ("(1) overdue tasks (2) deals closing this month", ["overdue_tasks", "find_opportunities"]),
        ("hi! what is my pipeline? thanks", ["pipeline"]),
        ("deals in discovery and qualification", ["find_opportunities"]),
        ("remind me to call Tobias Kern and ask for the numbers tomorrow", ["create_task"]),
    ],
)  # fmt: skip
def test_a_turn_is_cut_where_requests_meet(text: str, expected: list[str]) -> None:
    assert tools(text) == expected


def test_each_row_of_a_list_feeds_the_next_step() -> None:
    first, second = ask("find the at-risk deals and draft a check-in for each").requests
    assert first.arguments["condition"] == "at_risk"
    assert second.needs == (0,)
    assert second.feeds == (Feed("record", 0, each=True),)


def test_what_is_written_and_sent_in_one_turn_is_done_in_order() -> None:
    draft, send = ask("draft a follow-up to Tobias Kern and send it").requests
    assert (draft.tool, send.tool, send.needs) == ("draft_email", "send_email", (0,))


_RATES = Frame("win_rate", {"by": ["region"], "period": "2025Q1"})
_DEALS = Frame("find_opportunities", {"status": "open", "stage": ["Proposal"]})
_TASK = Frame("create_task", {"title": "Call Quarry Bank", "due": "2025-05-15T10:00:00+02:00"})


@pytest.mark.parametrize(
    ("frame", "text", "arguments"),
    [
        (_RATES, "and for APAC only?", {"by": ["region"], "period": "2025Q1", "filters": {"region": ["APAC"]}}),
        (_RATES, "same for last year", {"by": ["region"], "period": "2024"}),
        (_RATES, "no, I meant Q4", {"by": ["region"], "period": "2024Q4"}),
        (_RATES, "by quarter too", {"by": ["region", "quarter"], "period": "2025Q1"}),
        (_RATES, "and the quarter before?", {"by": ["region"], "period": "2024Q4"}),
        (_DEALS, "just the top 5", {"status": "open", "stage": ["Proposal"], "sort": "amount", "limit": 5}),
        (_DEALS, "only over 50k", {"status": "open", "stage": ["Proposal"], "min_amount": 50000}),
        (_TASK, "make it 11", {"title": "Call Quarry Bank", "due": "2025-05-15T11:00:00+02:00"}),
    ],
)
def test_a_follow_up_changes_the_last_request(frame: Frame, text: str, arguments: dict[str, Any]) -> None:
    (request,) = ask(text, Memory(frames=(frame,))).requests
    assert (request.tool, request.arguments) == (frame.tool, arguments)


def test_a_new_question_is_not_a_follow_up() -> None:
    (request,) = ask("what is my pipeline", Memory(frames=(_DEALS,))).requests
    assert (request.tool, request.arguments) == ("pipeline", {})


def test_why_asks_about_what_was_just_shown() -> None:
    frame = Frame("win_rate", {"period": "2025Q1", "filters": {"region": ["EMEA"]}})
    (request,) = ask("why is it so low?", Memory(frames=(frame,))).requests
    assert request.tool == "explain_win_rate"
    assert request.arguments["filters"] == {"region": ["EMEA"]}


def test_shorter_revises_the_draft() -> None:
    memory = Memory(frames=(Frame("draft_email", {"kind": "follow_up"}),), draft="d1")
    (request,) = ask("make it shorter", memory).requests
    assert (request.tool, request.arguments["length"], request.arguments["draft"]) == ("revise_draft", "short", "d1")


@pytest.mark.parametrize(
    ("words", "name"), [("the second one", "Larkspur Renewal 2026"), ("the first", "Halberd Rollout")]
)
def test_a_place_in_the_list_names_its_record(words: str, name: str) -> None:
    listed = (record("Halberd Rollout"), record("Larkspur Renewal 2026"))
    (request,) = ask(f"draft a follow up for {words}", Memory(frames=(_DEALS,), listed=listed)).requests
    assert request.arguments["record"] == record(name).as_argument()


def test_her_is_the_person_last_spoken_of() -> None:
    memory = Memory(focus=(record("Quarry Bank"), record("Elena Marsh")))
    (request,) = ask("write her a thank you note", memory).requests
    assert request.arguments["record"] == record("Elena Marsh").as_argument()


@pytest.mark.parametrize("text", ["draft an email to Zorblatt", "write her an email", "call script for Elena"])
def test_an_unclear_record_is_asked_about_and_nothing_is_done(text: str) -> None:
    understood = ask(text)
    assert understood.kind is Kind.CLARIFY
    assert understood.requests == ()


@pytest.mark.parametrize("text", ["how many support tickets do they have open", "move Halberd Rollout to Negotiation"])
def test_what_no_tool_answers_is_said_with_what_can_be_done(text: str) -> None:
    understood = ask(text)
    assert understood.kind is Kind.CLARIFY
    assert understood.clarify is not None
    assert understood.clarify.choices


def _twins(*contexts: str) -> tuple[Record, ...]:
    return tuple(
        Record("contact", str(90 + place), "Jordan Lee", context=context) for place, context in enumerate(contexts)
    )


@pytest.mark.parametrize("contexts", [("Quarry Bank", "Halberd Systems"), ("VP Sales", "VP Sales"), ("", "")])
def test_labels_of_namesakes_are_never_alike(contexts: tuple[str, ...]) -> None:
    options = (*_twins(*contexts), Record("lead", "95", "Jordan Lee"))
    assert len(set(labels(options))) == len(options)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_offered_label_chooses_its_record_among_namesakes(place: int) -> None:
    options = (*_twins("VP Sales", "VP Sales"), Record("lead", "95", "Jordan Lee"))
    offered = labels(options)
    pending = Pending(Frame("draft_email", {}), "record", offered, options)
    (request,) = ask(offered[place], Memory(pending=pending)).requests
    assert request.arguments["record"] == options[place].as_argument()


ANNAS = (
    Record("contact", "90", "Anna Keller", context="Operations Director, Globex Logistics"),
    Record("lead", "91", "Anna Keller", context="Orion Foods"),
    Record("contact", "92", "Anna Berg", context="Buyer, Orion Foods"),
    Record("contact", "93", "Anna Holm", context="Quarry Bank"),
)
_CALL_ANNA = Frame("create_task", {"title": "Call Anna", "due": "2025-05-15T10:00:00+02:00", "remind": True})
WHICH_ANNA = Memory(pending=Pending(_CALL_ANNA, "record", labels(ANNAS), ANNAS))


@pytest.mark.parametrize(
    ("reply", "place"),
    [
        ("the operations director at Globex", 0), ("Anna Keller at Orion Foods", 1), ("the buyer", 2),
        ("the one at Quarry Bank", 3), ("no, Anna Holm", 3), ("Quarry", 3),
    ],
)  # fmt: skip
def test_what_tells_a_record_apart_chooses_it(reply: str, place: int) -> None:
    (request,) = ask(reply, WHICH_ANNA).requests
    assert request.tool == "create_task"
    assert request.arguments["record"] == ANNAS[place].as_argument()


def test_half_an_answer_narrows_the_question() -> None:
    heard = ask("the one at Orion Foods", WHICH_ANNA)
    assert heard.requests == ()
    assert heard.clarify is not None and heard.clarify.pending is not None
    assert heard.clarify.pending.records == ANNAS[1:3]
    assert heard.clarify.pending.frame == _CALL_ANNA


def test_another_time_before_the_answer_is_kept_and_the_question_stays() -> None:
    heard = ask("no, make it Friday at 11", WHICH_ANNA)
    assert heard.clarify is not None and heard.clarify.pending is not None
    assert heard.clarify.pending.records == ANNAS
    assert heard.clarify.pending.frame.arguments["due"].startswith("2025-05-16T11:00")


def test_a_new_question_leaves_the_open_one() -> None:
    assert [one.tool for one in ask("what is my pipeline", WHICH_ANNA).requests] == ["pipeline"]
