"""What the turn before says about this one."""

from __future__ import annotations

from typing import Any

import pytest

from agent.local import Frame, Kind, Memory, Record
from tests.agent.local.workspace import ask, record

_TASK = Frame("create_task", {"title": "Call Tobias Kern", "due": "2025-05-15T10:00:00+02:00"})
_STUCK = Frame("find_opportunities", {"condition": "stuck"})


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("no 930", "2025-05-15T09:30:00+02:00"),
        ("make that eleven", "2025-05-15T11:00:00+02:00"),
        ("no, friday. same time", "2025-05-16T10:00:00+02:00"),
    ],
)
def test_a_correction_moves_the_last_task(text: str, due: str) -> None:
    (request,) = ask(text, Memory(frames=(_TASK,))).requests
    assert (request.tool, request.arguments["due"], request.amends) == ("create_task", due, True)


@pytest.mark.parametrize("text", ["scratch that", "forget the task", "on second thoughts, bin it", "cancel that one"])
def test_what_was_just_written_is_taken_back_in_many_words(text: str) -> None:
    assert ask(text, Memory(frames=(_TASK,))).kind is Kind.UNDO


@pytest.mark.parametrize(
    "text",
    ["redo", "no wait, redo that", "redo the last change please", "can you reinstate the task?", "undo the undo",
     "revert that last rollback", "redo what you took back"],
)  # fmt: skip
def test_what_was_taken_back_is_asked_for_in_many_words(text: str) -> None:
    assert ask(text, Memory(frames=(_TASK,))).kind is Kind.REDO


@pytest.mark.parametrize("text", ["redo it", "redo the mail, shorter", "undo that", "remind me to redo the slides"])
def test_to_redo_a_draft_or_a_piece_of_work_brings_nothing_back(text: str) -> None:
    drafted = Memory(frames=(Frame("draft_email", {}),), draft="last")
    assert ask(text, drafted).kind is not Kind.REDO


@pytest.mark.parametrize("answer", ["5", "5 please", "the top 5"])
def test_a_list_of_none_is_asked_about_and_the_answer_is_understood(answer: str) -> None:
    asked = ask("top 0 deals")
    assert asked.clarify is not None and asked.requests == ()
    (request,) = ask(answer, Memory(pending=asked.clarify.pending)).requests
    assert (request.tool, request.arguments["limit"]) == ("find_opportunities", 5)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("of those, anything over 100k?", {"min_amount": 100_000}),
        ("top 3 by value", {"limit": 3, "sort": "amount"}),
    ],
)
def test_a_list_is_narrowed_and_not_begun_again(text: str, more: dict[str, Any]) -> None:
    (request,) = ask(text, Memory(frames=(_STUCK,))).requests
    assert request.arguments == {"condition": "stuck", **more}


def test_a_full_question_leaves_the_filter_before_behind() -> None:
    narrowed = Frame("explain_win_rate", {"filters": {"region": ["APAC"]}})
    (request,) = ask("win rate by region", Memory(frames=(narrowed,))).requests
    assert "filters" not in request.arguments


@pytest.mark.parametrize("name", ["Send It", "Undo That", "What Is Overdue", "My Top Deals"])
def test_a_listed_record_with_an_everyday_name_is_no_name_of_everyday_words(name: str) -> None:
    hostile = Record("opportunity", "77", name)
    about = Memory(draft="last", focus=(record("Elena Marsh"), hostile), listed=(hostile,))
    plain = ask(name.lower(), Memory(draft="last", focus=(record("Elena Marsh"),)))
    assert ask(name.lower(), about).requests == plain.requests
    assert ask(f"tell me about {name}", about).named == (hostile,)
