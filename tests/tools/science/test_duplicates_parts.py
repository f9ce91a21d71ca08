"""Normal forms, blocks and groups, each by itself."""

import numpy as np
import phonenumbers
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.science.duplicates import Record, pairs
from tools.science.duplicates.blocking import BLOCK, NEIGHBOURS, candidates
from tools.science.duplicates.clusters import groups
from tools.science.duplicates.companies import strip
from tools.science.duplicates.names import fold, same_person_calls, skeleton, without_generation
from tools.science.duplicates.prepared import prepare
from tools.science.duplicates.record import frame


def only(column, **fields):
    return prepare(frame([Record(1, **fields)]))[column].item()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Dr. Zoë O'Brien", "zo obrien"),
        ("Müller", "muller"),
        ("Mueller", "muller"),
        ("Søren", "soren"),
        ("Юрий", "yurii"),
    ],
)
def test_names_are_folded(text, folded):
    assert fold(text) == folded


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


def test_nicknames_belong_to_names_but_not_names_to_each_other_through_them():
    assert same_person_calls("bob", "robert")
    assert same_person_calls("alex", "alexandra")
    assert not same_person_calls("alexander", "alexandra")


def test_generations_are_told_apart_from_names():
    assert without_generation("fielding jr") == ("fielding", "jr")
    assert without_generation("junior") == ("junior", "")


@pytest.mark.parametrize(("one", "other"), [("philip", "filip"), ("schmidt", "schmitt"), ("katherine", "catherine")])
def test_names_that_sound_alike_have_one_skeleton(one, other):
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    "written", ["The Smith & Sons Ltd.", "Smith and Sons", "SMITH + SONS, Inc", "Smith und Sons GmbH & Co. KG"]
)
def test_companies_lose_what_says_nothing(written):
    assert strip(written) == "smith and sons"


def test_gmail_dots_case_and_tags_do_not_count():
    assert only("email", email=" Ann.Lee+crm@GoogleMail.com ") == "annlee@gmail.com"


@pytest.mark.parametrize("email", ["info@acme.com", "not an address", "ann@test.com", "@acme.com"])
def test_what_names_nobody_is_no_address(email):
    assert only("email", email=email) is None


@pytest.mark.parametrize("phone", ["0000000000", "12", "n/a", "1234567", "+1 234 567 890 123 456 789"])
def test_what_is_no_number_is_none(phone):
    assert only("phone", phone=phone, country="US") is None


@pytest.mark.parametrize(
    "country", ["US", "GB", "DE", "FR", "ES", "IT", "IN", "BR", "JP", "AU", "SE", "PL", "NL", "CH"]
)
@pytest.mark.parametrize("form", list(range(4)))
def test_numbers_are_read_as_the_library_reads_them(country, form):
    number = phonenumbers.example_number(country)
    expected = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert only("phone", phone=phonenumbers.format_number(number, form), country=country) == expected


@settings(deadline=None, max_examples=15)
@given(st.integers(2, 400))
def test_pairs_grow_with_the_records_however_many_share_a_key(count):
    same = frame([Record(k, first_name="Ann", last_name="Lee", email="ann@lee.com") for k in range(count)])
    i, j = candidates(prepare(same))
    assert len(i) <= count * max(BLOCK, NEIGHBOURS)
    assert (i < j).all()


def test_more_copies_than_a_block_holds_are_one_group():
    same = [Record(k, first_name="Ann", last_name="Lee", email="ann@lee.com") for k in range(45)]
    assert pairs(frame(same)).groups["group"].n_unique() == 1


def test_a_chain_whose_ends_contradict_each_other_is_parted():
    sure = pl.DataFrame({"i": [0, 1], "j": [1, 2], "score": [20.0, 15.0]})

    def judge(i, j):
        apart = (i == 0) & (j == 2)
        return pl.DataFrame({"i": i, "j": j, "apart": apart, "probability": np.full(len(i), 0.9)})

    assert groups(sure, 3, judge) == [[0, 1]]


def test_a_bob_between_two_people_joins_only_one_of_them():
    found = pairs(
        frame([
            Record(1, first_name="Robert", last_name="Quigley", phone="+49 30 901820", email="rq@acme.com"),
            Record(2, first_name="R.", last_name="Quigley", phone="+49 30 901820", email="rq@acme.com"),
            Record(3, first_name="Rita", last_name="Quigley", phone="+49 30 901820", email="rq@acme.com"),
        ])
    )  # fmt: skip
    assert found.groups.height == 2
