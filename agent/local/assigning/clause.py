"""All that a clause says a record is to become."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.local.assigning.corrected import NOT_THAT
from agent.local.assigning.finding import Assigned
from agent.local.assigning.marks import cleared, flags
from agent.local.assigning.measures import amount, date, share
from agent.local.assigning.named_fields import fields
from agent.local.assigning.outcomes import outcome, stage, status
from agent.local.assigning.owners import owner
from agent.local.assigning.told import called, counted, job_title, listed, reached_at, spoken
from agent.local.lexicon import words_of
from agent.local.mentions import Named
from agent.local.reading import Reading
from agent.local.schema import KindCard
from agent.local.selecting import unread

_FILLERS = words_of("assigns_nothing")
_FINDERS: tuple[Callable[[Reading, KindCard], Iterator[Assigned]], ...] = (
    cleared, called, spoken, fields, counted, flags, outcome, stage, owner, amount, share, date, status, reached_at,
    listed, job_title,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clause:
    """What was read in a clause: the values of fields, and the words that no rule read."""

    values: Mapping[str, Any]
    left: tuple[str, ...]
    spans: tuple[tuple[int, int], ...] = ()
    """Where the values stand in the normalised text."""


def assigned(reading: Reading, kind: KindCard, *, beside: Sequence[tuple[int, int]] = ()) -> dict[str, Any] | None:
    """What a clause about one record of a kind says it is to become; None where nothing, or where a word is left.

    The record itself, named or pointed at, is not looked for here; `beside` is where else it stands.
    """
    clause = looked_for(reading, kind, beside=beside)
    return None if clause.left or not clause.values else dict(clause.values)


def looked_for(reading: Reading, kind: KindCard, *, beside: Sequence[tuple[int, int]] = ()) -> Clause:
    """The values that the finders read in a clause, whatever else stands there."""
    found: list[Assigned] = []
    for finder in _FINDERS:
        for one in finder(reading, kind):
            if any(one.start < stop and start < one.end for start, stop in beside):
                continue
            if not any(one.start < other.end and other.start < one.end for other in found):
                found.append(one)
    spans = tuple((one.start, one.end) for one in found)
    return Clause(_values(found), tuple(_left(reading, kind, found, beside)), spans)


def _left(
    reading: Reading, kind: KindCard, found: Sequence[Assigned], beside: Sequence[tuple[int, int]]
) -> Iterator[str]:
    spans = [(one.start, one.end) for one in found]
    spans += [
        reading.text.span(one.first, one.last) for one in reading.mentions_of(Named.RECORD) if _is_subject(one.records)
    ]
    spans += [(start, end) for start, end, *_ in reading.references] + list(beside)
    spans += [match.span() for match in NOT_THAT.finditer(reading.norm)]
    if _OFFERS_TWO.search(_outside(reading, spans)):
        yield "or"  # which of two values it is to be has been left open
    nouns = {word for noun in kind.nouns for word in noun.split()}
    yield from (word for word in unread(reading, spans) if word not in _FILLERS and word not in nouns)


_OFFERS_TWO = re.compile(r"(?<=\S )(?:or|either)(?!\w)(?! (?:rather|better|actually|instead|make|no)(?!\w))")


def _outside(reading: Reading, spans: Sequence[tuple[int, int]]) -> str:
    """The words of a clause with a mark in place of everything that was read in it."""
    left = list(reading.norm)
    for start, end in spans:
        left[start:end] = "*" * (end - start)
    return "".join(left)


def _values(found: Sequence[Assigned]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for one in sorted(found, key=lambda one: one.start):
        for name, value in one.values.items():
            values[name] = [*values.get(name, []), *value] if name == "empty" else value
    return values


def _is_subject(records: Sequence[Any]) -> bool:
    return any(record.kind != "user" for record in records)


def fields_said(reading: Reading, kind: KindCard) -> Iterator[tuple[str, Any]]:
    """Fields that are named with their values, in the order said."""
    for one in (*counted(reading, kind), *fields(reading, kind)):
        yield from one.values.items()
