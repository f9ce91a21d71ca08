"""Values of records, arguments and previews as a person reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from db.money import Money
from tools.evidence import Unit, render
from tools.wording import day

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_SHORT_WORDS = {"id": "ID", "crm": "CRM", "url": "URL"}


def label(name: str) -> str:
    """`opportunity.expected_close_on` -> `Expected close on`."""
    words = re.sub(r"[_\s]+", " ", name.rpartition(".")[2]).strip()
    return _SHORT_WORDS.get(words, words[:1].upper() + words[1:])


def shown(value: Any, zone: tzinfo | None = None) -> str:  # noqa: ANN401 - any JSON value
    """A JSON value in words: money with its sign, days and times written out, records by name."""
    if value is None or (isinstance(value, str | Sequence | Mapping) and not value):
        return "–"
    match value:
        case bool():
            return "yes" if value else "no"
        case {"amount": amount, "currency": currency}:
            return _money(str(amount), str(currency))
        case {"name": name, "kind": _}:
            return str(name)
        case Mapping():
            return "; ".join(f"{label(str(key))}: {shown(one, zone)}" for key, one in value.items())
        case str():
            return _text(value, zone)
        case int():
            return f"{value:,}".replace("-", "−")
        case float():
            return f"{value:,.3f}".rstrip("0").rstrip(".").replace("-", "−")
        case Sequence():
            return ", ".join(shown(one, zone) for one in value)
        case _:
            return str(value)


def computed(value: Mapping[str, Any]) -> str:
    """A stored figure (`Figure.plain`) as text."""
    if "amount" in value:
        return _money(str(value["amount"]), str(value["currency"]))
    unit, raw = Unit(value["unit"]), value["value"]
    if unit is Unit.DATE and isinstance(raw, str):
        return _text(raw, None)
    return render(raw, unit)


def moment(value: datetime, zone: tzinfo | None) -> str:
    """`4 June 2025, 14:05`."""
    local = value.astimezone(zone) if zone else value
    return f"{day(local.date())}, {local:%H:%M}"


def _text(value: str, zone: tzinfo | None) -> str:
    try:
        if _DAY.fullmatch(value):
            return day(date.fromisoformat(value))
        if _MOMENT.match(value):
            return moment(datetime.fromisoformat(value), zone)
    except ValueError:
        # It only looks like a date.
        return value
    return value


def _money(amount: str, currency: str) -> str:
    try:
        return render(Money.of(Decimal(amount), currency), Unit.MONEY)
    except (InvalidOperation, ValueError, OverflowError):
        return f"{amount} {currency}"
