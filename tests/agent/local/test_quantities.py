"""Money, scores and counts in a person's words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.local.quantities import find_amounts, find_count


def bounds(text: str) -> list[tuple[Decimal | None, Decimal | None]]:
    return [(amount.low, amount.high) for amount in find_amounts(text, [])]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("over 50k", 50_000, None),
        ("above $3,000", 3_000, None),
        ("€1.2m and up", 1_200_000, None),
        ("under 20 grand", None, 20_000),
        ("up to 1.5 million", None, 1_500_000),
        ("between 10 and 20 grand", 10_000, 20_000),
        ("10 - 20k", 10_000, 20_000),
        ("between ten and twenty thousand", 10_000, 20_000),
        ("at least half a million", 500_000, None),
        ("more than one lakh dollars", 100_000, None),
        ("> 75k", 75_000, None),
        ("100k +", 100_000, None),
        ("six figures", 100_000, None),
    ],
)
def test_an_amount_has_its_bounds(text: str, low: int | None, high: int | None) -> None:
    assert bounds(text) == [(low, high)]


def test_a_score_is_not_money() -> None:
    (amount,) = find_amounts("leads with score over 70", [])
    assert amount.is_score
    assert not amount.is_money


def test_years_are_not_money() -> None:
    assert bounds("deals closed in 2024") == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("top 5 deals", 5),
        ("ten newest leads", 10),
        ("my three biggest", 3),
        ("biggest three", 3),
        ("my best lead", 1),
        ("top 0 deals", 0),
        ("show me zero leads", 0),
        ("0 newest leads", 0),
        ("accounts that have 0 open deals", None),
        ("top deals", None),
        ("deals over 3 weeks old", None),
    ],
)
def test_a_count_is_read(text: str, count: int | None) -> None:
    found = find_count(text)
    assert (found[0] if found else None) == count


@given(st.integers(501, 10**9))
def test_digits_keep_their_value_in_any_notation(amount: int) -> None:
    assert bounds(f"over {amount}") == bounds(f"over {amount:,}") == [(amount, None)]
