"""Small pieces of sentences that all tools share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from db.repositories.base import Money


def listed(items: Sequence[str], *, last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """The noun only: the count itself is a figure."""
    return one if count == 1 else many or f"{one}s"


def day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime, now: datetime) -> str:
    """A time for a person: `Thursday 21 May at 10:00`, in the zone of `now`."""
    local = value.astimezone(now.tzinfo)
    year = "" if local.year == now.year else f" {local.year}"
    return f"{local:%A} {local.day} {local:%B}{year} at {local:%H:%M}"


def plain(value: object) -> Any:  # noqa: ANN401 - a JSON value
    """A record's value as JSON."""
    if isinstance(value, Money):
        return {"amount": str(value.amount), "currency": value.currency}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def filters_in_words(filters: Iterable[tuple[str, Sequence[str]]]) -> str:
    """` in EMEA, from Partner`: the conditions of a list, to follow its noun."""
    prepositions = {"region": "in", "lead_source": "from", "product": "for", "owner": "of", "team": "of", "stage": "in"}
    said = [f"{prepositions.get(name, 'with')} {listed(list(values), last='or')}" for name, values in filters if values]
    return f" {', '.join(said)}" if said else ""
