"""Figures: the only way a number gets into an answer.

A tool writes sentences with references such as `[[rate.current]]`; code renders them. A figure says what it is, by
which rule it was reached and which rows stand behind it, so that a reader can open it and have it computed again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from db.money import Money, digits_of
from tools.wording import day

REFERENCE = re.compile(r"\[\[([A-Za-z0-9_.:-]{1,80})\]\]")


class Unit(StrEnum):
    RATE = "rate"
    POINTS = "points"
    COUNT = "count"
    MONEY = "money"
    DAYS = "days"
    DATE = "date"
    SCORE = "score"
    PROBABILITY = "probability"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class RowsBehind:
    """The rows a figure rests on, as the tool call that lists them for whoever asks."""

    tool: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of an answer.

    Attributes:
        key: name of the figure inside its tool result; computing the result again gives the same key.
        value: fraction for `RATE`, `POINTS` and `PROBABILITY`; minor units with currency for `MONEY`.
        label: what it is, with period and segment: "win rate, 2025Q2, your team (EMEA)".
        rule: how it was computed, in one line.
        digits: digits after the point where the unit leaves the choice.
    """

    key: str
    value: float | int | Decimal | str | date | Money
    unit: Unit
    label: str
    rule: str
    rows: RowsBehind | None = None
    interval: tuple[float, float] | None = None
    digits: int | None = None

    @property
    def text(self) -> str:
        return render(self.value, self.unit, digits=self.digits)

    def plain(self) -> dict[str, Any]:
        """The value as JSON, for storing and comparing."""
        value = self.value
        if isinstance(value, Money):
            return {"unit": self.unit, "amount": str(value.amount), "currency": value.currency}
        if isinstance(value, date):
            return {"unit": self.unit, "value": value.isoformat()}
        return {"unit": self.unit, "value": str(value) if isinstance(value, Decimal) else value}


def render(value: float | int | Decimal | str | date | Money, unit: Unit, *, digits: int | None = None) -> str:
    """A figure as a reader sees it: `41.2 %`, `−4.1 points`, `$1,250`, `12 days`."""
    if isinstance(value, Money):
        return _money(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, str):
        return value
    number = float(value)
    match unit:
        case Unit.RATE | Unit.PROBABILITY:
            return f"{_signed(100 * number, 1 if digits is None else digits)} %"
        case Unit.POINTS:
            return f"{_signed(100 * number, 1 if digits is None else digits)} points"
        case Unit.DAYS:
            shown = _signed(number, digits or 0)
            return f"{shown} day" if shown == "1" else f"{shown} days"
        case _:
            return _signed(number, digits or 0)


def _signed(number: float, digits: int) -> str:
    text = f"{abs(number):,.{digits}f}"
    return f"−{text}" if number < 0 and float(text.replace(",", "")) else text


_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}


def _money(value: Money) -> str:
    amount = value.amount
    whole = amount == amount.to_integral_value() or abs(amount) >= 1000
    text = f"{abs(amount):,.{0 if whole else digits_of(value.currency)}f}"
    sign = "−" if amount < 0 else ""
    symbol = _SYMBOLS.get(value.currency)
    return f"{sign}{symbol}{text}" if symbol else f"{sign}{text} {value.currency}"


@dataclass(slots=True)
class Figures:
    """Collects the figures of one tool result while its sentences are written: `f"… {figures.rate(…)} …"`."""

    rule: str
    rows: RowsBehind | None = None
    items: dict[str, Figure] = field(default_factory=dict)

    def add(
        self,
        key: str,
        value: float | int | Decimal | str | date | Money,
        unit: Unit,
        label: str,
        *,
        rule: str | None = None,
        rows: RowsBehind | None = None,
        interval: tuple[float, float] | None = None,
        digits: int | None = None,
    ) -> str:
        """Record a figure and return the reference to write into the sentence."""
        figure = Figure(key, value, unit, label, rule or self.rule, rows or self.rows, interval, digits)
        known = self.items.get(key)
        if known is not None and known.plain() != figure.plain():
            raise ValueError(f"figure {key} has two values")
        self.items[key] = figure
        return f"[[{key}]]"

    def count(self, key: str, value: int, label: str, **more: Any) -> str:  # noqa: ANN401 - passed on to `add`
        return self.add(key, value, Unit.COUNT, label, **more)

    def rate(self, key: str, value: float, label: str, **more: Any) -> str:  # noqa: ANN401 - passed on to `add`
        return self.add(key, value, Unit.RATE, label, **more)

    def money(self, key: str, value: Money, label: str, **more: Any) -> str:  # noqa: ANN401 - passed on to `add`
        return self.add(key, value, Unit.MONEY, label, **more)

    def days(self, key: str, value: float, label: str, **more: Any) -> str:  # noqa: ANN401 - passed on to `add`
        return self.add(key, value, Unit.DAYS, label, **more)

    @property
    def all(self) -> tuple[Figure, ...]:
        return tuple(self.items.values())


def references(text: str) -> list[str]:
    return REFERENCE.findall(text)


def rendered(text: str, figures: Iterable[Figure]) -> str:
    """The sentence with its figures in place, without citation marks."""
    texts = {figure.key: figure.text for figure in figures}
    return REFERENCE.sub(lambda match: texts[match[1]], text)
