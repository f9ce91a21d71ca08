"""What a file is reported to be strange about, and what it is not."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from db.importers import OddityKind, read_deals
from db.importers.near_names import lexicon_slips, near_name, rare_slips, spelling_pairs


def deals_frame(days, **columns):
    count = len(days)
    return pl.DataFrame(
        {
            "deal_id": [f"D{i}" for i in range(count)],
            "outcome": ["Won" if i % 2 else "Lost" for i in range(count)],
            "close_date": days,
            **columns,
        }
    )


def every_day(first, count, per_day=3):
    return [first + timedelta(days=i // per_day) for i in range(count * per_day)]


def oddities(write, frame, kind):
    found = read_deals(write(frame.write_csv())).oddities
    return [oddity for oddity in found if oddity.kind is kind]


def test_a_first_quarter_that_holds_only_march_is_not_whole(write):
    frame = deals_frame(every_day(date(2017, 3, 1), 122))
    found = oddities(write, frame, OddityKind.PARTIAL_PERIOD)
    assert [oddity.sentence for oddity in found] == ["2017Q1 is not whole: closings begin on 2017-03-01."]


def test_whole_quarters_are_not_called_partial(write):
    assert oddities(write, deals_frame(every_day(date(2023, 1, 1), 365)), OddityKind.PARTIAL_PERIOD) == []


def test_a_tail_of_older_deals_is_told(write):
    closed = every_day(date(2023, 1, 1), 365)
    created = [min(day - timedelta(days=60), date(2023, 8, 31)) for day in closed]
    found = oddities(write, deals_frame(closed, created_date=created), OddityKind.TRUNCATED_BY_CREATION)
    assert [oddity.rows for oddity in found] == [3 * 122]


def test_a_bulk_closing_day_is_told_and_an_even_file_is_not(write):
    days = every_day(date(2023, 1, 1), 90)
    assert oddities(write, deals_frame(days), OddityKind.BULK_CLOSING) == []
    found = oddities(write, deals_frame([*days, *[date(2023, 2, 14)] * 80]), OddityKind.BULK_CLOSING)
    assert [oddity.rows for oddity in found] == [83]


def test_a_quarter_that_thins_out_has_no_bulk_day(write):
    tail = [date(2023, 4, 1) + timedelta(days=k) for k in range(10) for _ in range(40 - 4 * k)]
    frame = deals_frame([*every_day(date(2023, 1, 1), 90, per_day=40), *tail])
    assert oddities(write, frame, OddityKind.BULK_CLOSING) == []


def test_a_value_that_is_zero_for_every_loss_was_set_afterwards(write):
    amounts = [1000 + i if i % 2 else 0 for i in range(60)]
    frame = deals_frame(every_day(date(2023, 1, 1), 20), amount=amounts)
    found = oddities(write, frame, OddityKind.ONE_SIDED)
    assert [oddity.sentence for oddity in found] == [
        '"amount" is 0 for every lost deal but not for won ones: it was set afterwards.'
    ]


def test_a_column_filled_for_closed_deals_only_is_told(write):
    closed = deals_frame(every_day(date(2023, 1, 1), 20), signed_by=["A", "B", "C"] * 20)
    open_deals = pl.DataFrame({"deal_id": [f"O{i}" for i in range(30)], "outcome": "Open"})
    frame = pl.concat([closed, open_deals], how="diagonal")
    found = oddities(write, frame, OddityKind.FILLED_AFTER_CLOSING)
    assert [oddity.column for oddity in found] == ["signed_by"]


def test_missing_constant_and_one_outcome_are_told(write):
    frame = deals_frame(every_day(date(2023, 1, 1), 20), same=["x"] * 60, gaps=["a", None, "b"] * 20)
    frame = frame.with_columns(outcome=pl.lit("Won"))
    found = read_deals(write(frame.write_csv())).oddities
    by_kind = {oddity.kind: oddity for oddity in found}
    assert by_kind[OddityKind.CONSTANT].column == "same"
    assert by_kind[OddityKind.MISSING].rows == 20
    assert by_kind[OddityKind.ONE_OUTCOME].rows == 60


def test_ambiguous_dates_are_told(write):
    text = "id,outcome,close_date\n1,Won,02/03/2024\n2,Lost,04/05/2024\n"
    found = read_deals(write(text)).oddities
    assert [oddity.column for oddity in found if oddity.kind is OddityKind.AMBIGUOUS_DATES] == ["close_date"]


@pytest.mark.parametrize(
    ("name", "candidates", "meant"),
    [
        ("GTXPro", ["GTX Pro", "GTX Plus Pro"], "GTX Pro"),
        ("Acme Corproation", ["Acme Corporation", "Acme"], "Acme Corporation"),
        ("rep_1", ["rep_2", "rep_11"], None),
        ("East", ["West"], None),
        ("Model 500", ["Model 501"], None),
    ],
)
def test_near_names_are_near_in_letters_never_in_digits(name, candidates, meant):
    assert near_name(name, candidates) == meant


def test_spellings_and_slips_are_paired_with_the_common_form():
    assert spelling_pairs({"EMEA": 40, "emea": 2, "APAC": 9}) == [("emea", "EMEA")]
    assert rare_slips({"technology": 40, "technolgy": 2, "retail": 30}) == [("technolgy", "technology")]
    assert rare_slips({"Team Alpha": 40, "Team Beta": 2, "Region 1": 90, "Region 2": 1}) == []
    assert lexicon_slips(["Philipines", "Germany", "Atlantis"], frozenset({"Philippines", "Germany"})) == [
        ("Philipines", "Philippines")
    ]
