"""Which record a clause is about that it only points at, or does not name at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from agent.local.made import LINKED
from agent.local.reading import Reading
from agent.local.requests import TurnSoFar
from agent.local.schema import Feed, Record, Request

_STEP = "@"
"""Begins the id of a record that a step of this turn makes, until it is known."""
_SAYS = (
    (re.compile(r"(?<!\w)(?:company|account|customer|client|organi[sz]ation|firm)(?!\w)"), ("account",)),
    (re.compile(r"(?<!\w)(?:deal|opportunity|opp)(?!\w)"), ("opportunity",)),
    (re.compile(r"(?<!\w)(?:lead|prospect)(?!\w)"), ("lead",)),
)
_PERSON = re.compile(r"(?<!\w)(?:her|him|he|she|his|person|guy|lady|contact)(?!\w)")
_PEOPLE = ("contact", "lead")


def about(turn: TurnSoFar, clause: Reading, kinds: Collection[str] = LINKED) -> Record | None:
    """The record that the clause points at; without a pointer the one that the turn, then the conversation, was about."""
    places = [place for *_, place in clause.references if place is not None]
    if places:
        place = places[0] - 1 if places[0] > 0 else places[0]
        listed = turn.memory.listed
        return _first(listed[place : place + 1 or None], kinds) if len(listed) >= abs(places[0]) else None
    said = " ".join(words for *_, words, place in clause.references if place is None)
    named = next((of for pattern, of in _SAYS if pattern.search(said)), None)
    preferred = named or (_PEOPLE if _PERSON.search(said) else tuple(kinds))
    wanted = [preferred] if named else [preferred, tuple(kinds)]
    pools = (turn.here, turn.memory.focus)
    found = (_first(pool, [one for one in some if one in kinds]) for some in wanted for pool in pools)
    return next((one for one in found if one is not None), None)


def _first(records: Sequence[Record], kinds: Collection[str]) -> Record | None:
    return next((one for one in records if one.kind in kinds), None)


def made_at(step: int, kind: str, name: str) -> Record:
    """The record that a step of this turn makes."""
    return Record(kind, f"{_STEP}{step}", name)


def fed(requests: Sequence[Request]) -> list[Request]:
    """The requests with records that an earlier one makes as what it feeds them."""
    return [_fed(one) for one in requests]


def _fed(request: Request) -> Request:
    awaited = {name: step for name, value in request.arguments.items() if (step := _step_of(value)) is not None}
    if not awaited:
        return request
    feeds = tuple(Feed(name, step, each=False) for name, step in awaited.items())
    return replace(
        request,
        arguments={name: value for name, value in request.arguments.items() if name not in awaited},
        needs=tuple(sorted({*request.needs, *awaited.values()})),
        feeds=(*request.feeds, *feeds),
    )


def _step_of(value: object) -> int | None:
    ident = value.get("id") if isinstance(value, dict) else None
    return int(ident[len(_STEP) :]) if isinstance(ident, str) and ident.startswith(_STEP) else None
