"""What is typed becomes terms, whatever is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.fulltext.order import Held, relevance, snippet
from db.fulltext.question import Term, terms


def test_every_word_is_a_term_and_the_last_may_be_a_beginning() -> None:
    assert terms("acme pric") == (Term("acme"), Term("pric", begun=True))
    assert terms("acme p") == (Term("acme"), Term("p"))


def test_what_stands_in_quotation_marks_is_a_phrase_and_whole() -> None:
    asked = terms('“cap at renewal” acme "notice"')
    assert asked == (Term("cap at renewal"), Term("acme"), Term("notice"))


@pytest.mark.parametrize(
    "typed", ["+49 (30) 901 820-44", "030 90182044", "0049-30-90182044", "(030) 90 18 20 44", "030/901.820.44"]
)
def test_a_telephone_number_is_its_last_digits_in_any_form(typed: str) -> None:
    (term,) = terms(typed)
    assert term.digits == "90182044"


def test_marks_alone_ask_for_nothing() -> None:
    assert terms(' "" --  \x00 *&|! () ') == ()


@given(st.text(max_size=600))
def test_anything_may_be_typed(typed: str) -> None:
    assert all(term.words and "\x00" not in term.text and '"' not in term.text for term in terms(typed))
    assert len(terms(typed)) <= 16


def test_a_name_that_is_nothing_else_comes_before_one_that_says_more() -> None:
    asked = terms("acme")
    one, other = [Held("name", "Acme", name=True)], [Held("name", "Acme renewal of the core licence", name=True)]
    first, second = relevance([one, other], asked)
    assert first > second


@given(st.text(max_size=300), st.text(max_size=30))
def test_marks_lie_inside_the_snippet(text: str, typed: str) -> None:
    asked = terms(f"renewal {typed}")
    found = snippet([Held("body", f"{text} Renewal {text}")], asked)
    assert found is not None
    assert all(0 <= start < end <= len(found.text) for start, end in found.marks)
