"""How amounts are worded."""

import pytest

from db.money import Money
from tools.analytics.explaining import _worth
from tools.evidence import Unit, render


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (125_000, "USD", "$1,250"), (1250, "JPY", "¥1,250"), (1_250_500, "KWD", "1,250 KWD"),
        (1_500, "KWD", "1.500 KWD"), (-1_250, "EUR", "−€12.50"),
    ],
)  # fmt: skip
def test_an_amount_has_the_digits_of_its_currency(minor, currency, said):
    assert render(Money(minor, currency), Unit.MONEY) == said


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [("1234.50", "USD", "$1,234"), ("1234.50", "JPY", "¥1,234"), ("0.00", "CHF", "0 CHF"), ("1234.50", None, "1,234")],
)
def test_revenue_at_risk_is_worded_in_its_currency_where_one_is_known(amount, currency, said):
    assert _worth(amount, currency) == said
