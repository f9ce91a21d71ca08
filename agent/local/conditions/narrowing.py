"""Conditions on records as people say them, each with the characters it was read from.

What nobody read is known so, too."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

from dataclasses import replace

from agent.local.conditions.condition import Finder, Kinds, Narrowed, overlaps, with_its_field
from agent.local.conditions.dated import dated, lapsed, late
from agent.local.conditions.measured import amounts, bounds
from agent.local.conditions.owned import links, owners
from agent.local.conditions.placed import listed, places, unknown_places
from agent.local.conditions.told import choices, empty, flags, reasons, roles, texts, unanswered
from agent.local.conditions.working_in import departments
from agent.local.mentions import Named
from agent.local.reading import Reading
from agent.local.schema import KindCard

_FINDERS: tuple[Finder, ...] = (
    reasons, unanswered, listed, places, links, owners, lapsed, texts, amounts, bounds, empty, flags, late, choices, dated,
    departments, roles,
    unknown_places,
)  # fmt: skip


def narrow(reading: Reading, kind: KindCard, kinds: Kinds) -> list[Narrowed]:
    """The conditions a piece of text puts on records of a kind. Words that were read as one thing are not read twice."""
    reading = without_names(reading)
    found: list[Narrowed] = []
    for finder in _FINDERS:
        # One finder may say two things of the same words ("overdue": due before now, and open).
        found += [one for one in finder(reading, kind, kinds) if not overlaps(one, found)]
    return [with_its_field(one, reading, kind, kinds) for one in found]


def without_names(reading: Reading) -> Reading:
    """The reading with the letters of named records blanked: a deal called "Acme Renewal" says nothing of renewals."""
    named = {place for one in reading.mentions_of(Named.RECORD) for place in range(one.first, one.last)}
    if not named:
        return reading
    tokens = (
        replace(token, norm="\x00" * len(token.norm)) if place in named else token
        for place, token in enumerate(reading.text.tokens)
    )
    return replace(reading, text=replace(reading.text, tokens=tuple(tokens)))
