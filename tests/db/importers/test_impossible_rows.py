"""Rows that cannot be right are set aside with their reason; the rest stays."""

from __future__ import annotations

from datetime import date

import pytest

from db.importers import OddityKind, read_deals

HEADER = "deal_id,outcome,created_date,close_date,amount\n"
GOOD = "G1,Won,2024-01-01,2024-02-01,10\nG2,Lost,2024-01-01,2024-02-01,10\n"


@pytest.mark.parametrize(
    ("row", "key", "sentence"),
    [
        ("B,Won,2024-03-01,2024-02-01,10", "closed before created", "before it was created"),
        ("B,Won,2024-03-01,2031-02-01,10", "date in the future", "2031-02-01, which is in the future"),
        ("B,Won,2024-03-01,2024-02-31,10", "unreadable date", '"2024-02-31" in close_date is not a date'),
        ("B,Won,soon,2024-02-01,10", "unreadable date", '"soon" in created_date'),
        ("B,Won,2024-01-01,9999-12-31,10", "unreadable date", "years 1950 to 2100"),
        ("B,Won,2024-01-01,2024-02-01,-5", "negative amount", "-5"),
        ("B,Won,2024-01-01,2024-02-01,99999999999999999999", "amount too large", "99999999999999999999"),
        ("B,Won,2024-01-01,2024-02-01,1e400", "amount too large", "1e400"),
        ("B,Won,2024-01-01,2024-02-01,99999999999999999999999999999 bn", "amount too large", "bn"),
        ("B" * 1001 + ",Won,2024-01-01,2024-02-01,5", "text too long", "1001 characters"),
        ("B,,2024-01-01,2024-02-01,5", "no outcome", "no outcome"),
        ("B,Purple,2024-01-01,2024-02-01,5", "unknown outcome", '"Purple"'),
        ("B,Won,2024-01-01", "wrong number of cells", "3 cells where the header has 5"),
        ("G1,Won,2024-01-01,2024-02-01,10", "same row twice", "stands in row 2 as well"),
        ("G1,Lost,2024-01-01,2024-01-15,10", "older version of a deal", "that row was kept"),
    ],
)
def test_each_impossible_row_is_rejected_alone_with_its_sentence(write, row, key, sentence):
    deals = read_deals(write(HEADER + GOOD + row + "\n"), today=date(2024, 6, 1))
    assert deals.frame["deal_id"].to_list() == ["G1", "G2"]
    assert deals.set_aside == {key: 1}
    assert deals.rejected["row_number"].to_list() == [4]
    assert sentence in deals.rejected["reason"][0]


def test_rejected_rows_carry_their_original_cells(write):
    deals = read_deals(write(HEADER + GOOD + "B, Won ,n/a,2024-02-31,10\n"))
    assert deals.rejected.row(0)[2:] == ("B", " Won ", "n/a", "2024-02-31", "10")


def test_of_two_versions_of_a_deal_the_later_closed_state_stays(write):
    text = HEADER + GOOD + "R,Lost,2024-01-01,2024-02-01,5\nR,Won,2024-01-01,2024-05-01,7\nR,Open,2024-01-01,,6\n"
    deals = read_deals(write(text))
    kept = deals.frame.filter(deals.frame["deal_id"] == "R")
    assert kept["outcome"].to_list() == [1]
    assert deals.set_aside == {"older version of a deal": 2}


def test_without_today_the_future_is_not_judged(write):
    deals = read_deals(write(HEADER + GOOD + "F,Won,2024-01-01,2031-02-01,10\n"))
    assert deals.frame.height == 3


def test_closed_deals_without_a_date_stay_with_a_warning(write):
    deals = read_deals(write(HEADER + GOOD + "U,Won,2024-01-01,,10\n"))
    assert deals.frame.height == 3
    assert [oddity.rows for oddity in deals.oddities if oddity.kind is OddityKind.UNDATED] == [1]


def test_an_amount_that_is_no_number_is_not_filled_in_but_the_deal_stays(write):
    deals = read_deals(write(HEADER + GOOD + "T,Won,2024-01-01,2024-02-02,call me\n"))
    assert deals.frame["amount"].to_list()[2] is None
    assert [oddity.rows for oddity in deals.oddities if oddity.kind is OddityKind.UNREADABLE_VALUES] == [1]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(write):
    text = HEADER + 'G1,Won,2024-01-01,2024-02-01,10\n\n"G\n2",Lost,2024-01-01,2024-02-01,10\nX,Won,bad,2024-02-01,1\n'
    deals = read_deals(write(text))
    assert deals.frame["row_number"].to_list() == [2, 4]
    assert deals.rejected["row_number"].to_list() == [5]


def test_a_code_that_is_no_currency_is_rejected_and_never_added_up(write):
    text = HEADER.replace("amount", "amount,currency") + "G1,Won,2024-01-01,2024-02-01,10,EUR\n"
    rows = "X,Won,2024-01-01,2024-02-01,99,XYZ\nT,Lost,2024-01-01,2024-02-01,20,eur\n"
    deals = read_deals(write(text + rows))
    assert (deals.frame["deal_id"].to_list(), deals.currency) == (["G1", "T"], "EUR")
    assert deals.set_aside == {"unknown currency": 1}
    assert '"XYZ"' in deals.rejected["reason"][0]


@pytest.mark.parametrize("code", ["XOF", "KES", "MNT", "hrk"])
def test_every_currency_of_the_standard_is_read(write, code):
    text = HEADER.replace("amount", "amount,currency") + f"G1,Won,2024-01-01,2024-02-01,10,{code}\n"
    assert read_deals(write(text)).frame["currency"].to_list() == [code.upper()]


@pytest.mark.parametrize("cell", ["NaN", "inf", "-Infinity", "#VALUE!"])
def test_an_amount_that_a_program_failed_to_calculate_is_reported(write, cell):
    deals = read_deals(write(HEADER + GOOD + f"T,Won,2024-01-01,2024-02-02,{cell}\n"))
    assert deals.frame["amount"].to_list()[2] is None
    assert [cell in oddity.sentence for oddity in deals.oddities if oddity.kind is OddityKind.UNREADABLE_VALUES] == [
        True
    ]


def test_an_expected_date_that_is_none_is_reported_and_the_deal_stays(write):
    text = "deal_id,outcome,created_date,close_date,expected_close_date\nA,Won,2024-01-01,2024-02-01,\n"
    deals = read_deals(write(text + "B,Open,2024-01-01,,9999-12-31\n"))
    assert deals.frame.height == 2
    assert ["9999-12-31" in one.sentence for one in deals.oddities if one.kind is OddityKind.UNREADABLE_VALUES] == [
        True
    ]
