"""The shape all lists share."""

import pytest

from db.repositories.base import RecordRef
from tools.evidence import Figures, rendered
from tools.listing import SHOWN, Listing


def listing(total, held):
    return Listing(total, range(1, held + 1), Figures("rule"), "deals", "your own deals")


def said(one, **more):
    return rendered(one.head("open deals", order="amount", **more), one.figures.all)


def found(one):
    return one.found(
        ["head"], row=lambda n: {"id": n}, focus=lambda n: RecordRef("deal", n) if n % 2 else None, people=lambda _: ()
    )


@pytest.mark.parametrize(
    ("total", "held", "words"),
    [
        (3, 3, "3 open deals in your own deals:"),
        (10, 10, "10 open deals in your own deals:"),
        (42, 40, f"42 open deals in your own deals; the first {SHOWN} by amount:"),
        (12, 10, "12 open deals in your own deals; the first 10 by amount:"),
        (1_200, 5, "1,200 open deals in your own deals; the first 5 by amount:"),
    ],
)
def test_a_list_says_how_many_there_are_and_how_many_it_shows(total, held, words):
    assert said(listing(total, held)) == words


def test_a_list_of_somebodys_work_is_for_that_person():
    one = listing(3, 3)
    assert said(one, within="for", key="tasks") == "3 open deals for your own deals:"
    assert [figure.key for figure in one.figures.all] == ["tasks"]


def test_only_the_first_are_put_into_words_and_all_are_rows():
    one = listing(40, 40)
    assert one.numbered(lambda number, line: f"{number}. {line}")[-1] == f"{SHOWN}. {SHOWN}"
    assert len(found(one).rows) == 40


def test_lines_without_a_record_are_left_out_of_focus():
    assert [ref.id for ref in found(listing(4, 4)).focus] == [1, 3]
