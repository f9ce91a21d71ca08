"""Conditions on records as people say them: values of closed lists, places, links, bounds, what is missing, periods."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from agent.local.mentions import Named
from agent.local.reading import Reading
from agent.local.schema import FieldCard, KindCard

_WITHOUT = re.compile(
    r"(?<!\w)(?:without|with no|missing|lacking|that have no|who have no|no)(?: an?| any)? (?P<field>[a-z][a-z -]+)"
)
_BOUND = re.compile(
    r"(?<!\w)(?:with )?(?P<how>more than|over|above|at least|fewer than|less than|under|below|at most) (?P<number>\d[\d,]*) (?P<field>[a-z][a-z -]+)"
)
_BOUNDS = {
    "more than": "above", "over": "above", "above": "above", "at least": "at_least", "fewer than": "below",
    "less than": "below", "under": "below", "below": "below", "at most": "at_most",
}  # fmt: skip
_MINE = re.compile(r"(?<!\w)(?:my|mine|do i have|assigned to me|i own)(?!\w)")
_UNOWNED = re.compile(r"(?<!\w)(?:unassigned|unowned|without (?:an )?owner|nobody owns|no owner)(?!\w)")
_BY_LIST = {
    "region": "region", "industry": "industry", "lead_source": "source", "stage": "stage", "lead_status": "status",
}  # fmt: skip
_THROUGH_ACCOUNT = frozenset({"region", "industry", "country"})
_DATES = frozenset(
    {"created_at", "arrived_at", "at", "starts_on", "due_at", "created_on", "entered_on", "enrolled_on"}
)  # fmt: skip


def conditions(reading: Reading, norm: str, kind: KindCard) -> list[dict[str, Any]]:
    found = [
        *_listed(reading, kind),
        *_places(reading, kind),
        *_links(reading, kind),
        *_empty(norm, kind),
        *_bounds(norm, kind),
    ]
    found += _choices(norm, kind)
    if _UNOWNED.search(norm) and kind.field("owner"):
        found.append({"field": "owner", "test": "empty"})
    elif _MINE.search(norm) and kind.field("owner"):
        found.append({"field": "owner", "value": ["me"]})
    found += _dated(reading, kind)
    return list({str(one): one for one in found}.values())


def _listed(reading: Reading, kind: KindCard) -> list[dict[str, Any]]:
    found = []
    for mention in reading.mentions_of(Named.VALUE):
        name = _BY_LIST.get(mention.dimension)
        path = _path(kind, name) if name else None
        if path is not None:
            found.append({"field": path, "value": [mention.value]} | ({"test": "is_not"} if mention.negated else {}))
    return found


def _places(reading: Reading, kind: KindCard) -> list[dict[str, Any]]:
    path = _path(kind, "country")
    return [{"field": path, "value": [one.value]} for one in reading.mentions_of(Named.COUNTRY)] if path else []


def _path(kind: KindCard, name: str) -> str | None:
    if kind.field(name) is not None:
        return name
    return f"account.{name}" if name in _THROUGH_ACCOUNT and kind.field("account") is not None else None


def _links(reading: Reading, kind: KindCard) -> list[dict[str, Any]]:
    """Records that are named, where the kind links to them: contacts at Acme, calls with Jane."""
    found = []
    for mention in reading.mentions_of(Named.RECORD):
        for name in ("account", "contact", "lead", "opportunity", "course", "trainer", "campaign", "owner"):
            field = kind.field(name)
            fits = [one for one in dict.fromkeys(mention.records) if field is not None and one.kind == field.to]
            if len(fits) == 1:
                found.append({"field": name, "value": [fits[0].as_argument()]})
                break
    return found


def _empty(norm: str, kind: KindCard) -> list[dict[str, Any]]:
    field = _field(match["field"], kind) if (match := _WITHOUT.search(norm)) else None
    return [{"field": field.name, "test": "empty"}] if field is not None else []


def _bounds(norm: str, kind: KindCard) -> list[dict[str, Any]]:
    found = []
    for match in _BOUND.finditer(norm):
        field = _field(match["field"], kind)
        if field is not None and field.measured:
            number = int(match["number"].replace(",", ""))
            found.append({"field": field.name, "test": _BOUNDS[match["how"]], "value": [number]})
    return found


def _choices(norm: str, kind: KindCard) -> list[dict[str, Any]]:
    """`customer accounts`, `planned meetings`: a word of a closed set before or behind the noun."""
    return [
        {"field": field.name, "value": [choice]}
        for field in kind.fields
        if field.type == "choice" and field.name in ("status", "outcome", "direction")
        for choice in field.choices
        if re.search(rf"(?<!\w){re.escape(choice.replace('_', ' '))}(?!\w)", norm) and not _is_noun(choice, kind)
    ]


def _is_noun(word: str, kind: KindCard) -> bool:
    return word in kind.nouns


def _dated(reading: Reading, kind: KindCard) -> list[dict[str, Any]]:
    """A period on the date that the kind goes by; silence for days on its last activity."""
    found: list[dict[str, Any]] = []
    date = date_of(kind)
    if reading.periods and date is not None:
        found.append({"field": date, "value": [reading.periods[0].when.past.text]})
    if reading.lapses and kind.field("last_activity"):
        since = (reading.now - timedelta(days=reading.lapses[0].days)).date().isoformat()
        found.append({"field": "last_activity", "test": "not_since", "value": [since]})
    return found


def _field(words: str, kind: KindCard) -> FieldCard | None:
    fields = [(len(word), field) for field in kind.fields for word in field.words if words.startswith(word.lower())]
    return max(fields, key=lambda one: one[0])[1] if fields else None


def date_of(kind: KindCard) -> str | None:
    """The date that records of a kind go by."""
    return next((field.name for field in kind.fields if field.name in _DATES), None)
