"""Honest sentences stand, and say what their figures are."""

from __future__ import annotations

import pytest

from agent.graph.composing import missing
from agent.grounding import Told, Verdict, judge, statements_of
from tests.agent.grounding.honest import HONEST
from tests.agent.grounding.outputs import OUTPUTS


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_tools_own_sentences_stand_as_they_are(name: str) -> None:
    judged = OUTPUTS[name].judged(OUTPUTS[name].recited)
    assert judged.verdict is Verdict.GROUNDED
    assert not any(judged.notes)


def test_four_of_five_honest_rewordings_stand() -> None:
    stood = [OUTPUTS[name].judged(text).verdict is Verdict.GROUNDED for name, text in HONEST]
    assert len(HONEST) >= 60
    assert sum(stood) / len(stood) >= 0.8


@pytest.mark.parametrize(
    ("name", "text", "notes"),
    [
        ("rate", "It stands at [[0.rate]].", ["win rate, all closed deals, the whole company"]),
        ("rate", "The rate is [[0.rate]], from [[0.closed]] deals.",
         ["all closed deals, the whole company", "all closed deals, the whole company"]),
        ("regions", "EMEA's win rate is [[0.row3.rate]].", ["all closed deals, the whole company"]),
        ("deals", "- Altamira Sur Grid – Enterprise for 610 seats: [[0.deal.3940.value]]", ["value"]),
        ("losses", "- Price: [[0.reason.Price]]", ["lost deals, the whole company"]),
    ],
)  # fmt: skip
def test_what_a_sentence_leaves_unsaid_of_a_figure_is_noted(name: str, text: str, notes: list[str]) -> None:
    assert list(OUTPUTS[name].judged(text).notes) == notes


def test_a_row_below_its_heading_needs_no_note() -> None:
    text = (
        "Win rate of the whole company: [[0.rate]] ([[0.won]] of [[0.closed]] closed deals).\n- APAC: [[0.row2.rate]]"
    )
    assert not any(OUTPUTS["regions"].judged(text).notes)


def test_a_caveat_that_was_left_out_is_owed() -> None:
    output, text = OUTPUTS["few"], "Win rate was [[0.statement.1]] in 2025Q1 after [[0.statement.2]] in 2024Q4."
    owed = missing(text, output.judged(text), output.statements) or ""
    assert "That is too few deals to tell a change from chance." in owed


def test_a_deed_that_was_left_out_is_owed() -> None:
    told = [Told(0, ("There are no open deals.",)), Told(100, ("Task “Call” created.",), owed=True)]
    statements, text = statements_of(told), "There are no open deals."
    judged = judge(text, statements, {})
    assert judged.verdict is Verdict.GROUNDED
    assert missing(text, judged, statements) == "Task “Call” created."


def test_a_text_that_only_hands_over_has_the_tools_sentences_below_it() -> None:
    output, text = OUTPUTS["rate"], "Here is what I found."
    assert missing(text, output.judged(text), output.statements) is None
