"""Dates in any notation; day and month are decided on the whole column."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.importers.dates import DateOrder, OrderEvidence, decide_order, parse_dates


def read(*cells, zone=None):
    column = pl.Series("d", cells, dtype=pl.String)
    order = decide_order({"d": column})["d"]
    return parse_dates(column, order=order.order, zone=zone), order


@pytest.mark.parametrize(
    "cell",
    [
        *("2024-01-31", "2024/1/31", "2024.01.31", "31.01.2024", "31.1.24", "20240131", "45322", "45322.75"),
        *("31 Jan 2024", "Jan 31, 2024", "January 31st, 2024", "31-Jan-24", "31. Januar 2024", "31 de enero de 2024"),
        *("31 janvier 2024", "Wed, 31 Jan 2024", "2024-01-31 23:59", "2024-01-31T23:59:59.123Z", "1706659200"),
        *("1706659200000", "1/31/2024 3:15 PM", "31/01/2024"),
    ],
)
def test_the_last_of_january_is_read_in_every_notation(cell):
    assert read(cell)[0].values.to_list() == [date(2024, 1, 31)]


@pytest.mark.parametrize("cell", ["2024-02-30", "hello", "31/31/2024", "2024-01-01 noonish", "9999-01-01", "12", "1.5"])
def test_what_is_no_date_is_unreadable(cell):
    column, _ = read(cell)
    assert column.values.to_list() == [None]
    assert column.unreadable.to_list() == [True]


def test_what_is_not_filled_in_is_not_unreadable():
    column, _ = read(None, "0000-00-00", "TBD", "2024-01-01")
    assert column.unreadable.to_list() == [False, False, False, False]


def test_one_date_beyond_twelve_decides_the_column():
    column, order = read("02/03/2024", "02/13/2024")
    assert column.values.to_list() == [date(2024, 2, 3), date(2024, 2, 13)]
    assert order.certain


def test_a_column_that_leaves_it_open_follows_its_sibling():
    orders = decide_order({"a": pl.Series(["02/03/2024"]), "b": pl.Series(["25/03/2024"])})
    assert orders["a"].order is DateOrder.DAY_FIRST
    assert orders["a"].certain


def test_a_column_that_leaves_it_open_alone_is_uncertain():
    assert not read("02/03/2024", "04/05/2024")[1].certain


def test_firsts_of_the_month_give_the_order_away():
    assert read("01/01/2024", "01/02/2024", "01/03/2024", "01/04/2024")[1].order is DateOrder.DAY_FIRST
    assert read("01/01/2024", "02/01/2024", "03/01/2024", "04/01/2024")[1].order is DateOrder.MONTH_FIRST


def test_contradicting_dates_follow_the_majority_and_the_others_are_unreadable():
    column, order = read("13/01/2024", "14/01/2024", "01/15/2024")
    assert order.evidence is OrderEvidence.CONTRADICTORY
    assert column.unreadable.to_list() == [False, False, True]


def test_midnight_and_noon_of_twelve_hour_clocks_fall_on_the_right_day():
    zone = ZoneInfo("UTC")
    column, _ = read("2024-01-02 12:30 AM +01:00", "2024-01-02 12:30 PM +01:00", zone=zone)
    assert column.values.to_list() == [date(2024, 1, 1), date(2024, 1, 2)]


FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d %b %Y", "%Y%m%d", "%Y-%m-%dT00:00:00Z")


@given(days=st.lists(st.dates(date(1990, 1, 1), date(2060, 12, 31)), min_size=1), pattern=st.sampled_from(FORMATS))
def test_dates_with_a_telling_one_among_them_are_read_back(days, pattern):
    told = [date(2024, 12, 31), *days]
    assert read(*(day.strftime(pattern) for day in told))[0].values.to_list() == told
