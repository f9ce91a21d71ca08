"""Numbers and amounts in any notation, exact; the decimal mark is decided on the whole column."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.importers.numbers import DecimalMark, currency_code, parse_numbers


def read(*cells, **options):
    return parse_numbers(pl.Series("n", cells, dtype=pl.String), **options)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1250", 1250.0), ("1,250.00", 1250.0), ("1.250,00 €", 1250.0), ("$3k", 3000.0), ("2.5M", 2.5e6),
        ("3 Mio. €", 3e6), ("CHF 1’250.–", 1250.0), ("1 250,50", 1250.5), ("(300)", -300.0), ("-€5", -5.0),
        ("5-", -5.0), ("12,-", 12.0), ("1,25,000", 125000.0), ("Rs. 500", 500.0), ("1.2E+06", 1.2e6), ("45 %", 45.0),
        ("$.50", 0.5), ("USD 1,000,000", 1e6), ("−7", -7.0),
    ],
)  # fmt: skip
def test_an_amount_is_read_in_every_notation(cell, value):
    assert read(cell).values.to_list() == [value]


@pytest.mark.parametrize("cell", ["2024-01-31", "10-50", "12 34", "3/4", "call me", "1,2,3", "9" * 40, "5 apples"])
def test_what_is_no_number_is_unreadable(cell):
    column = read(cell)
    assert column.values.to_list() == [None]
    assert column.exact.to_list() == [None]
    assert column.unreadable.to_list() == [True]


def test_one_telling_cell_decides_the_column():
    assert read("1.250", "3,5").values.to_list() == [1250.0, 3.5]
    assert read("1,250", "3.5").values.to_list() == [1250.0, 3.5]
    assert read("1.250", "0.5").values.to_list() == [1.25, 0.5]


def test_points_before_three_digits_are_thousands_where_decimals_would_not_end_in_zero():
    column = read("1.250", "12.500")
    assert column.values.to_list() == [1250.0, 12500.0]
    assert not column.certain


def test_a_semicolon_file_tips_the_balance():
    assert read("1.255", comma_likely=True).mark is DecimalMark.COMMA
    assert read("1.255").mark is DecimalMark.POINT


def test_currencies_come_from_signs_codes_and_columns():
    assert read("€5", "US$ 5", "5 SEK", "5").currencies.to_list() == ["EUR", "USD", "SEK", None]
    assert currency_code(pl.Series(["usd", "€", "Euro", "beads"])).to_list() == ["USD", "EUR", "EUR", None]


@given(st.lists(st.decimals(min_value=0, max_value=10**12, places=2), min_size=1), st.booleans())
def test_amounts_with_cents_are_read_back_exactly(amounts, comma):
    texts = [f"{amount:,.2f}" for amount in amounts]
    if comma:
        texts = [text.translate(str.maketrans(",.", ".,")) for text in texts]
    assert read(*texts).exact.to_list() == [Decimal(amount) for amount in amounts]
