"""Rates of exchange in SQL: the one in force on a row's own day, and amounts in the home currency by it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Numeric, SQLColumnExpression, case, literal, null, select

from db.models import ExchangeRate
from db.money import ODD_DIGITS, USUAL_DIGITS, digits_of

THERE = ExchangeRate.deleted_at.is_(None)


def rate_in_force(
    currency: SQLColumnExpression[str], day: SQLColumnExpression[Any], home: str
) -> ColumnElement[int | None]:
    """Id of the latest rate of a row's currency on or before its day; null for the home currency, and without one."""
    found = (
        select(ExchangeRate.id)
        .where(ExchangeRate.against == home, ExchangeRate.currency == currency, ExchangeRate.valid_from <= day, THERE)
        .order_by(ExchangeRate.valid_from.desc())
        .limit(1)
        .correlate_except(ExchangeRate)
        .scalar_subquery()
    )
    # Only amounts in another currency pay for looking one up.
    return case((currency == literal(home), null()), else_=found)


def worth_in(
    home: str, amount: SQLColumnExpression[Any], currency: SQLColumnExpression[str], day: SQLColumnExpression[Any]
) -> ColumnElement[Any]:
    """An amount in minor units of the home currency, for comparing and ordering; null without a rate."""
    rate = (
        select(ExchangeRate.rate)
        .where(ExchangeRate.against == home, ExchangeRate.currency == currency, ExchangeRate.valid_from <= day, THERE)
        .order_by(ExchangeRate.valid_from.desc())
        .limit(1)
        .correlate_except(ExchangeRate)
        .scalar_subquery()
    )
    return case((currency == literal(home), amount), else_=amount * rate * _scale(currency, digits_of(home)))


def _scale(currency: SQLColumnExpression[str], home: int) -> ColumnElement[Any]:
    """Minor units of the home currency for one of another, at a rate of one."""
    odd = [
        (currency.in_(sorted(codes)), literal(Decimal(1).scaleb(home - digits), Numeric))
        for digits, codes in ODD_DIGITS.items()
    ]
    return case(*odd, else_=literal(Decimal(1).scaleb(home - USUAL_DIGITS), Numeric))
