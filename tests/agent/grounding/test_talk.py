"""A reply of a turn without tools may greet, hand over and decline, and nothing else."""

from __future__ import annotations

import pytest

from agent.grounding import Verdict, judge_talk


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("what's the weather", "The weather is not in the CRM."),
        ("hello", "Hello! How can I help you today?"),
        ("thanks", "You are welcome."),
        ("who won the football", "Sorry, I cannot help with that."),
        ("write a poem", "I cannot help you with that. Ask me about your deals and leads."),
        ("bye", "Goodbye."),
    ],
)
def test_small_talk_stands(question: str, reply: str) -> None:
    assert judge_talk(reply, question=question) is Verdict.GROUNDED


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("is the Acme deal won", "The Acme deal is won."),
        ("is Acme in the CRM", "Acme is not in the CRM."),
        ("did you send it", "I have sent it."),
        ("is it done", "It is."),
        ("is it 45 %", "Yes, it is 45 %."),
        ("did it double", "It doubled."),
        ("what is our win rate", "It stands at [[0.rate]]."),
        ("do we have deals", "The deal is not in the CRM."),
        ("hallo", "Alles erledigt."),
        ("hello", "Hello! <i>Done.</i>"),
        ("hello", "1. Hello"),
    ],
)
def test_a_claim_in_small_talk_is_refused(question: str, reply: str) -> None:
    assert judge_talk(reply, question=question) is not Verdict.GROUNDED
