"""Amounts, their minor units, and what they are counted in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from db import facts
from db.access import Actor
from db.models import Opportunity
from db.money import Money, digits_of, stored
from db.repositories.facts import FactRepository
from db.repositories.opportunities import GroupBy, OpportunityFilter, OpportunityRepository
from db.session import Database
from db.workspace import actor_by_email

pytestmark = pytest.mark.anyio
TODAY = date(2025, 6, 10)


@pytest.mark.parametrize(("currency", "digits"), [("USD", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)])
def test_minor_units_are_those_of_the_currency(currency: str, digits: int) -> None:
    assert digits_of(currency) == digits
    assert Money(12_345, currency).amount == Decimal(12_345).scaleb(-digits)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("19.999", "USD", 2000), ("0.125", "USD", 12), ("0.135", "USD", 14), ("-0.125", "EUR", -12),
        ("1250", "JPY", 1250), ("0.5", "JPY", 0), ("1.5", "JPY", 2), ("1.2345", "KWD", 1234), ("1.2355", "KWD", 1236),
    ],
)  # fmt: skip
def test_amounts_are_rounded_half_to_even(amount: str, currency: str, minor: int) -> None:
    assert Money.of(Decimal(amount), currency).minor == minor


@given(st.integers(-(10**17), 10**17), st.sampled_from(["USD", "JPY", "KWD", "CLF"]))
def test_minor_units_survive_the_way_through_major_ones(minor: int, currency: str) -> None:
    assert Money.of(Money(minor, currency).amount, currency).minor == minor


def test_an_amount_without_a_currency_is_in_that_of_the_workspace() -> None:
    assert stored(5, None, usual="EUR") == Money(5, "EUR")
    assert stored(5, "JPY", usual="EUR") == Money(5, "JPY")
    assert stored(None, "JPY", usual="EUR") is None


@pytest.fixture
async def yen(workspace_url: URL, anyio_backend: str) -> AsyncIterator[Database]:
    """A workspace that reckons in yen; deals of 1,000 each, two in yen (one does not say so), in dollars, in dinars."""
    database = Database(workspace_url, currency="JPY")
    async with database.write() as session:
        for name, minor, currency in (
            ("unsaid", 1000, None), ("yen", 1000, "JPY"), ("dollars", 100_000, "USD"), ("dinars", 1_000_000, "KWD"),
        ):  # fmt: skip
            session.add(Opportunity(name=name, stage="Discovery", amount_minor=minor, currency=currency))
    async with database.connection() as connection:
        await connection.run_sync(facts.refresh)
    yield database
    await database.close()


async def administrator(database: Database) -> Actor:
    async with database.read() as session:
        actor = await actor_by_email(session, None)
    assert actor is not None
    return actor


@pytest.mark.parametrize(
    ("least", "most", "count"), [("1000", "1000", 4), ("1001", None, 0), (None, "999", 0), ("1000.01", None, 2)]
)
async def test_a_limit_means_the_same_amount_in_every_currency(
    yen: Database, least: str | None, most: str | None, count: int
) -> None:
    # A limit finer than the yen is rounded to it.
    where = OpportunityFilter(
        min_amount=None if least is None else Decimal(least), max_amount=None if most is None else Decimal(most)
    )
    async with yen.read() as session:
        total, _ = await OpportunityRepository(session, await administrator(yen)).find(where, today=TODAY)
    assert total == count


async def test_deals_that_name_no_currency_are_added_to_those_of_the_workspace(yen: Database) -> None:
    async with yen.read() as session:
        deals = OpportunityRepository(session, await administrator(yen))
        lines = await deals.pipeline(OpportunityFilter(), by=[GroupBy.STAGE], today=TODAY)
    assert {line.value.currency: (line.deals, line.value.amount) for line in lines} == {
        "JPY": (2, 2000), "USD": (1, 1000), "KWD": (1, 1000),
    }  # fmt: skip


async def test_figures_over_many_deals_are_in_major_units_of_their_currency(yen: Database) -> None:
    async with yen.write() as session:
        session.add_all(
            Opportunity(name=f"yen {n}", stage="Discovery", amount_minor=1000, currency="JPY") for n in range(3)
        )
    async with yen.connection() as connection:
        await connection.run_sync(facts.refresh)
    async with yen.read() as session:
        found = await FactRepository(session, await administrator(yen)).columns()
    assert found.currency == "JPY"
    assert found.frame["amount"].drop_nulls().unique().to_list() == [1000.0]
