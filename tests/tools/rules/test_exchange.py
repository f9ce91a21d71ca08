"""Amounts of several currencies: converted at dated rates as a whole, or kept apart with the missing rate named."""

from __future__ import annotations

from datetime import date

import pytest

from db.money import Money
from db.session import Database
from tests.tools.rules.conftest import AsAdmin, add, deal, rate
from tools.contract import Found, ToolContext
from tools.evidence import rendered
from tools.opportunity import Pipeline, pipeline
from tools.registry import by_name

pytestmark = pytest.mark.anyio


async def asked(name: str, at: ToolContext, **ask: object) -> Found:
    tool = by_name(name)
    found = await tool.run(tool.ask.model_validate(ask), at)
    assert isinstance(found, Found)
    return found


def said(found: Found) -> str:
    return rendered("\n".join(found.said), found.figures)


async def test_the_pipeline_is_converted_at_todays_rate_and_names_it(store: Database, as_admin: AsAdmin) -> None:
    of_today, later = rate("EUR", "2025-06-01", "1.10", source="ECB"), rate("EUR", "2025-07-01", "9")
    await add(store, deal("a", 100_00, "USD"), deal("b", 200_00, "EUR"), of_today, later)
    async with as_admin() as at:
        found = await pipeline.run(Pipeline(), at)
    assert isinstance(found, Found)
    text = said(found)
    assert "$320" in text
    assert "EUR at 1.10 of 1 June 2025 (ECB)" in text
    total = next(one for one in found.figures if one.key == "total.USD")
    assert total.value == Money(32_000, "USD")
    assert "EUR to USD 1.1 from 2025-06-01 (ECB)" in total.rule


async def test_without_a_rate_nothing_is_added_and_the_pair_and_day_are_named(
    store: Database, as_admin: AsAdmin
) -> None:
    await add(store, deal("a", 100_00, "USD"), deal("b", 200_00, "EUR"), deal("c", 300_00, "GBP"),
              rate("EUR", "2025-06-01", "1.10"))  # fmt: skip
    async with as_admin() as at:
        text = said(await asked("pipeline", at))
    assert "there is no rate from GBP to USD on or before 11 June 2025" in text
    assert "$100" in text
    assert "€200" in text
    assert "$320" not in text


async def test_a_closed_deal_is_converted_at_the_rate_of_its_close(store: Database, as_admin: AsAdmin) -> None:
    won = {"outcome": "won", "closed_on": date(2025, 3, 10)}
    await add(store, deal("a", 100_00, "USD", **won), deal("b", 100_00, "EUR", **won), deal("c", 100_00, "EUR"),
              rate("EUR", "2025-03-01", "2"), rate("EUR", "2025-06-01", "3"))  # fmt: skip
    async with as_admin() as at:
        found = await asked("summarise_opportunities", at, measure="sum", of="amount")
    assert "$600" in said(found)
    assert "the day of the close, and today for what is open" in said(found)


async def test_an_average_by_group_is_converted_too(store: Database, as_admin: AsAdmin) -> None:
    await add(store, deal("a", 100_00, "USD", region="EMEA"), deal("b", 100_00, "EUR", region="EMEA"),
              deal("c", 50_00, "EUR", region="APAC"), rate("EUR", "2025-03-01", "2"))  # fmt: skip
    async with as_admin() as at:
        found = await asked("summarise_opportunities", at, measure="average", of="amount", by="region")
    values = {row["region"]: row["average of amount"] for row in found.rows}
    assert values == {"EMEA": {"amount": "150.00", "currency": "USD"}, "APAC": {"amount": "100.00", "currency": "USD"}}


async def test_a_missing_rate_of_one_early_day_is_named_by_that_day(store: Database, as_admin: AsAdmin) -> None:
    early = {"outcome": "won", "closed_on": date(2024, 12, 31)}
    await add(store, deal("a", 100_00, "USD"), deal("b", 100_00, "EUR", **early), rate("EUR", "2025-01-01", "2"))
    async with as_admin() as at:
        found = await asked("summarise_opportunities", at, measure="sum", of="amount")
    assert "EUR to USD on or before 31 December 2024" in said(found)
    assert {one.value.currency for one in found.figures if isinstance(one.value, Money)} == {"USD", "EUR"}


async def test_one_foreign_currency_alone_is_told_in_it(store: Database, as_admin: AsAdmin) -> None:
    await add(store, deal("a", 100_00, "EUR"), deal("b", 50_00, "EUR"), rate("EUR", "2025-01-01", "2"))
    async with as_admin() as at:
        text = said(await asked("pipeline", at))
    assert "€150" in text
    assert "Converted" not in text


async def test_currencies_without_minor_units_keep_their_size(store: Database, as_admin: AsAdmin) -> None:
    await add(store, deal("a", 100_00, "USD"), deal("b", 1_000, "JPY"), rate("JPY", "2025-01-01", "0.01"))
    async with as_admin() as at:
        assert "$110" in said(await asked("pipeline", at))


async def test_rates_against_another_currency_are_not_used(store: Database, as_admin: AsAdmin) -> None:
    await add(
        store, deal("a", 100_00, "USD"), deal("b", 100_00, "EUR"), rate("EUR", "2025-01-01", "0.9", against="CHF")
    )
    async with as_admin() as at:
        assert "no rate from EUR to USD" in said(await asked("pipeline", at))


async def test_deals_are_ordered_and_limited_by_what_they_are_worth(store: Database, as_admin: AsAdmin) -> None:
    deals = [deal("dollars", 150_00, "USD"), deal("euros", 100_00, "EUR"), deal("yen", 9_000, "JPY")]
    await add(store, *deals, rate("EUR", "2025-01-01", "2"), rate("JPY", "2025-01-01", "0.01"))
    async with as_admin() as at:
        found = await asked("find_opportunities", at)
        large = await asked("find_opportunities", at, min_amount=160)
    assert [row["name"] for row in found.rows] == ["euros", "dollars", "yen"]
    assert [row["name"] for row in large.rows] == ["euros"]
    assert "Compared in USD" in said(found)


async def test_without_a_rate_a_list_says_that_it_goes_by_bare_numbers(store: Database, as_admin: AsAdmin) -> None:
    await add(store, deal("dollars", 150_00, "USD"), deal("euros", 100_00, "EUR"))
    async with as_admin() as at:
        text = said(await asked("find_opportunities", at))
    assert "by their bare numbers: there is no rate from EUR to USD on or before 11 June 2025" in text
