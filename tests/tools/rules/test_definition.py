"""The win rate follows the workspace's definition, in every answer that tells one, and each prints it."""

from __future__ import annotations

from datetime import date

import pytest

from db.models import Opportunity
from db.session import Database
from tests.tools.rules.conftest import AsAdmin, add, deal, rate, rule
from tests.tools.rules.test_exchange import asked, said
from tools.errors import Unanswerable

pytestmark = pytest.mark.anyio


def closed(name: str, outcome: str, minor: int = 100_00, currency: str = "USD", **more: object) -> Opportunity:
    return deal(name, minor, currency, outcome=outcome, closed_on=date(2025, 3, 10), **more)


async def test_by_count_is_the_usual_definition(store: Database, as_admin: AsAdmin) -> None:
    await add(store, closed("a", "won", 900_00), closed("b", "lost"), closed("c", "won", deal_type="renewal"))
    async with as_admin() as at:
        text = said(await asked("win_rate", at))
    assert "50.0 % (1 of 2 closed deals)" in text
    assert "won ÷ (won + lost), new business, by close date, by count" in text


async def test_by_value_weighs_and_converts_amounts_and_gives_the_count_beside(
    store: Database, as_admin: AsAdmin
) -> None:
    await add(store, closed("a", "won", 300_00), closed("b", "lost", 50_00, "EUR"), rate("EUR", "2025-03-01", "2"),
              rule("win_rate_by", "value"))  # fmt: skip
    async with as_admin() as at:
        text = said(await asked("win_rate", at))
    assert "Win rate by value of the whole company: 75.0 %" in text
    assert "$300 of $400 were won; by count it is 50.0 %" in text
    assert "by close date, by value" in text
    assert "EUR at 2.00 of 1 March 2025" in text


async def test_by_value_without_a_rate_is_refused(store: Database, as_admin: AsAdmin) -> None:
    await add(store, closed("a", "won"), closed("b", "lost", currency="EUR"), rule("win_rate_by", "value"))
    async with as_admin() as at:
        with pytest.raises(Unanswerable, match="no rate from EUR to USD on or before 10 March 2025"):
            await asked("win_rate", at)


async def test_by_value_without_amounts_of_lost_deals_is_refused(store: Database, as_admin: AsAdmin) -> None:
    await add(store, closed("a", "won"), closed("b", "lost", 0), rule("win_rate_by", "value"))
    async with as_admin() as at:
        with pytest.raises(Unanswerable, match="0 of the 1 lost deals have an amount"):
            await asked("win_rate", at)


async def test_disqualified_deals_are_out_and_counted_or_in_as_lost(store: Database, as_admin: AsAdmin) -> None:
    await add(store, closed("a", "won"), closed("b", "lost"), closed("c", "lost", loss_reason="DUPLICATE"))
    async with as_admin() as at:
        out = await asked("win_rate", at)
        listed = next(one.rows for one in out.figures if one.key == "closed")
        assert listed is not None
        assert len((await asked(listed.tool, at, **listed.arguments)).rows) == 2
    await add(store, rule("win_rate_disqualified", "in"))
    async with as_admin() as at:
        within = said(await asked("win_rate", at))
    assert "(1 of 2 closed deals)" in said(out)
    assert "Left out as disqualified: 1." in said(out)
    assert "(1 of 3 closed deals)" in within
    assert "disqualified deals counted as lost" in within


async def test_renewals_count_where_the_workspace_says_so(store: Database, as_admin: AsAdmin) -> None:
    await add(store, closed("a", "won", deal_type="renewal"), closed("b", "lost"), rule("win_rate_renewals", "in"))
    async with as_admin() as at:
        for tool in ("win_rate", "win_loss_patterns"):
            text = said(await asked(tool, at))
            assert "new business, renewals and expansions" in text
            assert "1 of 2" in text


async def test_a_diagnosis_and_patterns_say_that_they_count(store: Database, as_admin: AsAdmin) -> None:
    months = [date(2025, month, 10) for month in (1, 2, 3, 4, 5)]
    deals = [closed(f"{n}{day}", "won" if n % 2 else "lost") for day in months for n in range(12)]
    for one, day in zip(deals, [day for day in months for _ in range(12)], strict=True):
        one.closed_on = day
    await add(store, *deals, rule("win_rate_by", "value"))
    async with as_admin() as at:
        assert "defines its win rate by value" in said(await asked("explain_win_rate", at))
        patterns = said(await asked("win_loss_patterns", at))
    assert "by close date, by count" in patterns
    assert "defines its win rate by value" in patterns
