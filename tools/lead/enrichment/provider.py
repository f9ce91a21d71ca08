"""What a source of facts is: given what is known about records, the values it suggests for empty fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

FILLED: Mapping[str, tuple[str, ...]] = {
    "account": ("domain", "industry", "region", "country", "city", "employees", "annual_revenue"),
    "contact": ("account", "title", "department", "seniority", "time_zone", "language"),
    "lead": ("company", "account", "title", "country", "region", "industry", "employees"),
}
"""The fields of each kind that may be filled in. Nobody's name, address, number or owner is ever guessed."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A record as its providers may see it: values by field name, links as ids."""

    kind: str
    id: int
    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value for an empty field.

    Attributes:
        value: as a tool's argument takes it; a link as `{"kind", "id", "name"}`.
        source: where it comes from, in words: “the phone number”, “provider data.example, 3 June”.
        confidence: between 0 and 1: a share that was counted, or what the provider claims.
        reason: why, to follow the value in parentheses.
    """

    field: str
    value: Any
    source: str
    confidence: float
    reason: str


class Provider(Protocol):
    async def suggest(self, several: Sequence[Facts]) -> Mapping[int, Sequence[Suggestion]]:
        """Suggestions by id of the record; a record without any may be absent. All facts are of one kind."""
        ...


def chosen(suggestions: Sequence[Suggestion], *, least: float) -> tuple[tuple[Suggestion, ...], tuple[str, ...]]:
    """For each field the surest suggestion, and the fields for which two sources say different things alike surely."""
    by_field: dict[str, list[Suggestion]] = {}
    for one in suggestions:
        if one.confidence >= least:
            by_field.setdefault(one.field, []).append(one)
    taken, torn = [], []
    for field, several in by_field.items():
        best = max(several, key=lambda one: one.confidence)
        rivals = [one for one in several if one.value != best.value and one.confidence >= best.confidence - _NEAR]
        if rivals:
            torn.append(field)
        else:
            taken.append(best)
    return tuple(taken), tuple(torn)


_NEAR = 0.1
