"""Which words mean won, lost, open, or an ending that is neither."""

from __future__ import annotations

import pytest

from db.importers.findings import Ending
from db.importers.outcomes import Outcome, ended_somehow, meaning_of, meanings


@pytest.mark.parametrize("words", ["Won", "closed won", "CLOSEDWON", "5 - Closed Won", "Gewonnen", "ganada", "gagné"])
def test_won_in_many_spellings(words):
    assert meaning_of(words) is Outcome.WON


@pytest.mark.parametrize("words", ["Lost", "Closed-Lost", "closedlost", "Lost to competitor", "verloren", "perdu"])
def test_lost_in_many_spellings(words):
    assert meaning_of(words) is Outcome.LOST


@pytest.mark.parametrize(
    ("words", "ending"),
    [
        ("No decision", Ending.NO_DECISION),
        ("Closed Lost - No Decision", Ending.NO_DECISION),
        ("Abandoned", Ending.ABANDONED),
        ("Canceled", Ending.CANCELLED),
        ("Unqualified", Ending.DISQUALIFIED),
        ("Lost (duplicate)", Ending.DUPLICATE),
        ("Merged", Ending.DUPLICATE),
        ("test", Ending.TEST),
    ],
)
def test_endings_that_are_no_verdict_are_not_losses(words, ending):
    assert meaning_of(words) is ending


@pytest.mark.parametrize("words", ["not won", "Purple", "won or lost", "", "Wonder", "Lostock"])
def test_words_that_say_nothing_are_not_guessed(words):
    assert meaning_of(words) is None


def test_a_stage_that_is_some_end_is_not_open():
    assert ended_somehow("Closed")
    assert ended_somehow("Declined by legal")
    assert not ended_somehow("Legal review")
    assert not ended_somehow("Closed Won")


def test_codes_count_only_where_codes_are_expected():
    assert meanings(["1", "0", "-1"], coded=True) == {"1": Outcome.WON, "0": Outcome.LOST, "-1": Outcome.OPEN}
    assert meanings(["1", "0"], coded=False) == {"1": None, "0": None}
