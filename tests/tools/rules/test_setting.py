"""Rules and rates as somebody says them, and what would be written."""

from __future__ import annotations

from typing import get_args

import pytest

from db.errors import BadRule
from db.record_images import RATE, RULE
from db.rules import RULES
from db.session import Database
from db.settings import WorkspaceSettings
from tests.tools.rules.conftest import AsAdmin, add, rate, rule
from tools.contract import Action, Proposed
from tools.errors import BadArgument, NothingToChange
from tools.rules import set_exchange_rate, set_rule
from tools.rules.keys import RuleKey
from tools.rules.rate_file import rates_of
from tools.rules.reading import rate_in, rule_in, value_in

pytestmark = pytest.mark.anyio


def test_the_keys_of_the_tools_are_those_of_the_roster() -> None:
    assert get_args(RuleKey) == tuple(RULES)


@pytest.mark.parametrize("key", RULES)
def test_the_default_of_a_rule_is_a_value_of_it_and_that_of_its_setting(key: str) -> None:
    one = RULES[key]
    assert one.value(one.default) == one.default
    if one.setting:
        assert str(getattr(WorkspaceSettings(), one.setting)) == one.default


@pytest.mark.parametrize(
    ("said", "key", "value"),
    [
        ("set the fiscal year to start in April", "fiscal_year_start", "4"),
        ("our FY begins on 1 October", "fiscal_year_start", "10"),
        ("the week starts on Sunday", "week_start", "sunday"),
        ("set the time zone to Europe/Berlin", "time_zone", "Europe/Berlin"),
        ("set the currency to EUR", "currency", "EUR"),
        ("define win rate by value", "win_rate_by", "value"),
        ("count renewals in the win rate", "win_rate_renewals", "in"),
        ("leave disqualified deals out of the win rate", "win_rate_disqualified", "out"),
        ("keep leads for two years: 730 days", "retention_lead", "730"),
        ("retention of lost deals is 3 years", "retention_opportunity", "1095"),
        ("erase deleted records after 30 days", "erase_deleted_after", "30"),
        ("reset the fiscal year", "fiscal_year_start", "default"),
    ],
)
def test_a_rule_is_read_from_plain_words(said: str, key: str, value: str) -> None:
    found = rule_in(said)
    assert (found.key, value_in(found, said)) == (key, value)


@pytest.mark.parametrize(
    ("said", "currency", "value", "since", "source"),
    [
        ("1 EUR = 1.08 USD from 2025-05-01 (ECB)", "EUR", "1.08", "2025-05-01", "ECB"),
        ("set the rate: EUR to USD 1.08 of 1 May 2025", "EUR", "1.08", "2025-05-01", None),
        ("GBP 1.27", "GBP", "1.27", None, None),
    ],
)
def test_a_rate_is_read_from_one_line(said: str, currency: str, value: str, since: str | None, source: str) -> None:
    found = rate_in(said)
    assert (found.currency, str(found.rate), found.source) == (currency, value, source)
    assert (found.since.isoformat() if found.since else None) == since


@pytest.mark.parametrize(
    ("key", "value"),
    [("fiscal_year_start", "13"), ("currency", "EURO"), ("time_zone", "Mars/Olympus"), ("retention_lead", "0")],
)
def test_a_value_that_a_rule_does_not_take_is_refused_with_what_would_be_right(key: str, value: str) -> None:
    with pytest.raises(BadRule, match="write"):
        RULES[key].value(value)


async def test_a_rule_is_made_changed_and_taken_back(store: Database, as_admin: AsAdmin) -> None:
    async with as_admin() as at:
        made = await set_rule.run(set_rule.ask(rule="week_start", instruction="sunday"), at)
    await add(store, rule("week_start", "sunday"))
    async with as_admin() as at:
        changed = await set_rule.run(set_rule.ask(instruction="our week starts on Saturday"), at)
        back = await set_rule.run(set_rule.ask(rule="week_start", instruction="default"), at)
        with pytest.raises(NothingToChange):
            await set_rule.run(set_rule.ask(rule="week_start", instruction="Sunday"), at)
    actions = [one.operations[0].action for one in (made, changed, back) if isinstance(one, Proposed)]
    assert actions == [Action.CREATE, Action.UPDATE, Action.DELETE]
    assert isinstance(changed, Proposed)
    assert (changed.operations[0].kind, changed.operations[0].values) == (RULE, {"value": "saturday"})


async def test_a_rate_of_a_day_takes_the_place_of_the_one_there(store: Database, as_admin: AsAdmin) -> None:
    await add(store, rate("EUR", "2025-05-01", "1.08"))
    async with as_admin() as at:
        line = "1 EUR = 1.10 USD from 2025-05-01\n1 EUR = 1.11 USD from 2025-05-02"
        found = await set_exchange_rate.run(set_exchange_rate.ask(instruction=line), at)
    assert isinstance(found, Proposed)
    assert [(one.action, one.kind) for one in found.operations] == [(Action.UPDATE, RATE), (Action.CREATE, RATE)]
    assert "1 of them in the place of another" in found.said


@pytest.mark.parametrize("line", ["1 USD = 0.9 EUR", "1 EUR = 0", "1 EUR = 0.93 CHF", "hello", "1 ZZZ = 2"])
async def test_what_can_be_no_rate_is_refused(as_admin: AsAdmin, line: str) -> None:
    async with as_admin() as at:
        with pytest.raises(BadArgument, match="rate"):
            await set_exchange_rate.run(set_exchange_rate.ask(instruction=f"{line} "), at)


def test_a_file_of_rates_is_read_by_its_headers() -> None:
    text = "Date;Currency;Rate;Source\n2025-05-01;eur;1,08;ECB\n\n2025-05-02;GBP;1.27;\n"
    assert rates_of(text) == ["1 EUR = 1.08 from 2025-05-01 (ECB)", "1 GBP = 1.27 from 2025-05-02"]


@pytest.mark.parametrize("text", ["", "Currency,Rate\nEUR,1", "Currency,Rate,Date\nEUR,x,2025-05-01"])
def test_a_file_that_is_none_of_rates_says_what_is_missing(text: str) -> None:
    with pytest.raises(BadArgument, match="file"):
        rates_of(text)
