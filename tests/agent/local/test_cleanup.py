"""Clean-up mends words and leaves names and numbers alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.local.cleanup import clean_up
from agent.local.model import speller
from agent.local.words import tokenise


def cleaned(text: str, names: frozenset[str] = frozenset(), values: frozenset[str] = frozenset()) -> str:
    return clean_up(tokenise(text), speller=speller(), names=names, values=values).norm


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("wht r my top deels", "what are my top deals"),
        ("WHATS MY WINRATE", "what is my win rate"),
        ("shw me the pipelien", "show me the pipeline"),
        ("plz draft a folow up", "please draft a followup"),
        ("whydid win rate drop", "why did win rate drop"),
        ("leeeads from last qtr", "leads from last quarter"),
        ("at-risk deals", "at risk deals"),
        ("@rainmaker overdue tasks :fire:", "overdue tasks"),
    ],
)
def test_slips_and_abbreviations_are_read_as_meant(written: str, read: str) -> None:
    assert cleaned(written) == read


def test_names_in_play_are_left_alone() -> None:
    assert cleaned("brief me on leeds", names=frozenset({"leeds"})) == "brief me on leeds"


def test_values_of_the_lists_are_mended_first() -> None:
    assert cleaned("deals in negotation", values=frozenset({"negotiation"})) == "deals in negotiation"


def test_everyday_words_are_not_bent_into_ours() -> None:
    assert cleaned("covering letter after lunch") == "covering letter after lunch"


@given(st.text(max_size=80))
def test_any_text_is_read_and_points_back_into_it(text: str) -> None:
    read = clean_up(tokenise(text), speller=speller(), names=(), values=())
    assert all(0 <= token.start < token.end <= len(text) for token in read.tokens)


@given(st.integers(0, 10**12))
def test_numbers_are_never_changed(number: int) -> None:
    assert cleaned(f"deals over {number}").split()[-1] == str(number)
