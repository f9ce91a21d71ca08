"""Small pieces of sentences that all tools share."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from db.money import Money

# Two brackets in a row would be read as the reference to a figure.
_REFERENCE_MARK = re.compile(r"\[{2,}|\]{2,}")

_INNER_QUOTES = str.maketrans("“”", "‘’")


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
    said = [
        f"{prepositions.get(name, 'with')} {listed([clean(value, most=80) for value in values], last='or')}"
        for name, values in filters
        if values
    ]
    return f" {', '.join(said)}" if said else ""


def said_on(value: datetime, now: datetime) -> str:
    """The day of a moment in the zone of `now`: `21 May 2025`."""
    return day(value.astimezone(now.tzinfo).date())


def clean(text: str | None, *, most: int = 300) -> str:
    """Text of a record as one harmless line of a sentence: no line breaks, no control marks, no figure references."""
    visible = "".join(" " if mark.isspace() else mark for mark in text or "" if _shown(mark))
    line = _REFERENCE_MARK.sub(lambda run: run[0][0], " ".join(visible.split()))
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _shown(mark: str) -> bool:
    return mark.isspace() or unicodedata.category(mark) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def quoted(text: str | None, *, most: int = 160) -> str:
    """Somebody else's words, marked as such; quotation marks in them end nothing."""
    return f"“{clean(text, most=most).translate(_INNER_QUOTES)}”"


def slug(text: str) -> str:
    """Any label as part of a figure key; two labels that differ never share one."""
    kept = re.sub(r"[^A-Za-z0-9_.-]+", "_", text)[:48]
    return kept if kept == text else f"{kept}-{zlib.crc32(text.encode()):08x}"


def period_in_words(text: str) -> str:
    """`2025Q2`, or the first and the last day of a stretch."""
    return clean(text.replace("/", " to "), most=40)
