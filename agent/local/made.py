"""A new record as the rules read it, and the record that it is about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from agent.local.mentions import Mention, Named
from agent.local.reading import Reading
from agent.local.schema import Record
from agent.local.task_order import POLITE

LINKED = ("contact", "lead", "account", "opportunity")
"""What a note or an exchange can be about, the most telling kind first."""


class About(Protocol):
    """Which record words mean that point back, or that name nothing."""

    def __call__(self, clause: Reading, kinds: Collection[str] = LINKED, /) -> Record | None: ...


@dataclass(frozen=True, slots=True)
class Creation:
    """A new record.

    Attributes:
        told: the words tell what happened and order nothing, or something was filled in, so that a person has to agree.
        options: the records that a name in it may mean, where there are several; then it has to be asked which.
        quotes: part of it is kept as somebody's words, so that a quotation is no reason to ask.
    """

    tool: str
    area: str
    arguments: Mapping[str, Any]
    told: bool = False
    options: tuple[Record, ...] = ()
    quotes: bool = False


def record_in(reading: Reading) -> tuple[Record, ...]:
    """The record that words name: one where it is clear, several where the name fits several of one kind."""
    several: tuple[Record, ...] = ()
    for mention in reading.mentions_of(Named.RECORD):
        if mention.first in reading.content:
            continue
        fits = fitting(mention)
        if len(fits) == 1:
            return fits
        several = several or fits
    return several


def fitting(mention: Mention) -> tuple[Record, ...]:
    """The records of the most telling kind among those that a name may mean."""
    for kind in LINKED:
        if fits := tuple(one for one in dict.fromkeys(mention.records) if one.kind == kind):
            return fits
    return ()


def written_at(reading: Reading, start: int, end: int) -> str:
    """The person's own words between two characters of the cleaned-up text."""
    if end <= start:
        return ""
    return reading.text.written_between(*reading.text.token_range(start, end)).strip(" .!,;:“”\"'\n")


def about_one(tool: str, values: Mapping[str, Any], records: tuple[Record, ...], **more: Any) -> Creation:  # noqa: ANN401
    """A note or an exchange about a record, or one for which it has to be asked which of several."""
    if len(records) == 1:
        return Creation(tool, "communication", {**values, records[0].kind: records[0].as_argument()}, **more)
    return Creation(tool, "communication", dict(values), options=records, **more)


def stripped(reading: Reading) -> tuple[str, int]:
    """The cleaned-up words without the polite ones before them, and where they begin."""
    norm = reading.norm.rstrip(" .!?")
    begins = len(norm) - len(norm.lstrip(" ,.;:-!"))
    polite = POLITE.match(norm[begins:])
    begins += polite.end() if polite else 0
    return norm[begins:], begins


def one(record: Record | None) -> tuple[Record, ...]:
    return (record,) if record else ()
