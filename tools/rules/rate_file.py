"""Rates of exchange from a file: comma- or semicolon-separated, one rate in a row, under headers."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from tools.errors import BadArgument

_HEADERS: Mapping[str, frozenset[str]] = {
    "currency": frozenset({"currency", "code", "from currency", "of"}),
    "rate": frozenset({"rate", "value", "exchange rate"}),
    "since": frozenset({"date", "day", "from", "valid from", "valid_from", "since"}),
    "against": frozenset({"against", "to", "base", "to currency", "home"}),
    "source": frozenset({"source", "provider"}),
}
_NEEDED = ("currency", "rate", "since")


def rates_of(text: str) -> list[str]:
    """The rates of a file as the lines that `set_exchange_rate` reads.

    Raises:
        BadArgument: a column that is needed is not there, or a row cannot be read, by its number.
    """
    lines = text.lstrip("\ufeff").splitlines()
    if not lines:
        raise BadArgument("file", "it is empty")
    rows = csv.reader(lines, delimiter=max(",;\t", key=lines[0].count))
    places = _places(next(rows))
    return [_line(row, places, number) for number, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]


def _places(header: Sequence[str]) -> dict[str, int]:
    names = [" ".join(cell.casefold().split()) for cell in header]
    places = {
        field: next(place for place, name in enumerate(names) if name in known)
        for field, known in _HEADERS.items()
        if any(name in known for name in names)
    }
    missing = [field for field in _NEEDED if field not in places]
    if missing:
        named = ", ".join("date" if one == "since" else one for one in missing)
        raise BadArgument("file", f"it has no column {named}; there have to be currency, rate and date")
    return places


def _line(row: Sequence[str], places: Mapping[str, int], number: int) -> str:
    cells = {field: row[place].strip() if place < len(row) else "" for field, place in places.items()}
    try:
        rate = Decimal(cells["rate"].replace(",", ".") if "." not in cells["rate"] else cells["rate"].replace(",", ""))
    except InvalidOperation as error:
        raise BadArgument("file", f"row {number}: “{cells['rate'][:30]}” is no rate") from error
    if len(cells["currency"]) != 3 or not cells["since"]:
        raise BadArgument("file", f"row {number}: a rate has a currency of three letters and a date such as 2025-05-01")
    against = f" {cells['against'].upper()}" if cells.get("against") else ""
    source = f" ({cells['source'].replace('(', '').replace(')', '')[:80]})" if cells.get("source") else ""
    return f"1 {cells['currency'].upper()} = {rate:f}{against} from {cells['since']}{source}"
