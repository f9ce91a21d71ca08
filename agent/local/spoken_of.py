"""Which record a clause is about that it only points at, or does not name at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from agent.local.made import LINKED
from agent.local.nouns_of_kinds import kinds_named
from agent.local.reading import Reading
from agent.local.requests import TurnSoFar
from agent.local.schema import Feed, Record, Request

_STEP = "@"
"""Begins the id of a record that a step of this turn makes, until it is known."""
_PERSON = re.compile(r"(?<!\w)(?:her|him|he|she|his|person|guy|lady|contact)(?!\w)")
_PEOPLE = ("contact", "lead")


def about(turn: TurnSoFar, clause: Reading, kinds: Collection[str] = LINKED) -> Record | None:
    """The record that the clause points at; without a pointer what the turn, then the conversation, was about."""
    places = [place for *_, place in clause.references if place is not None]
    if places:
        place = places[0] - 1 if places[0] > 0 else places[0]
        listed = turn.memory.listed
        return _first(listed[place : place + 1 or None], kinds) if len(listed) >= abs(places[0]) else None
    said = " ".join(words for *_, words, place in clause.references if place is None)
    named = kinds_named(said)
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
    """The requests with records that an earlier one makes as what it feeds them.

    What a record is to become right after it was made is part of how it is made.
    """
    return [_fed(one) for one in _made_so(list(requests))]


def _made_so(requests: list[Request]) -> list[Request]:
    place = next((at for at, one in enumerate(requests) if _only_completes(one, requests)), None)
    if place is None:
        return requests
    change, step = requests[place], _step_of(requests[place].arguments["record"]) or 0
    values = {name: value for name, value in change.arguments.items() if name != "record"}
    own = requests[step].asked_by_own_words and change.asked_by_own_words
    requests[step] = replace(requests[step], arguments={**requests[step].arguments, **values}, asked_by_own_words=own)
    return _made_so([_moved(one, place) for at, one in enumerate(requests) if at != place])


def _only_completes(change: Request, requests: Sequence[Request]) -> bool:
    """Whether a change is of a record that the same turn makes, and neither hangs on anything."""
    step = _step_of(change.arguments.get("record"))
    if step is None or change.gate is not None or change.condition or "empty" in change.arguments:
        return False
    made = requests[step]
    hangs = made.gate is not None or made.condition or made.feeds
    return not hangs and change.tool == made.tool.replace("create_", "update_", 1)


def _moved(request: Request, gone: int) -> Request:
    """The request without the one at a place before it: what points at later ones moves up."""

    def at(place: int) -> int:
        return place - 1 if place > gone else place

    arguments = {
        name: {**value, "id": f"{_STEP}{at(step)}"} if (step := _step_of(value)) is not None else value
        for name, value in request.arguments.items()
    }
    return replace(
        request,
        arguments=arguments,
        needs=tuple(at(one) for one in request.needs if one != gone),
        feeds=tuple(replace(one, step=at(one.step)) for one in request.feeds),
        gate=None if request.gate is None else at(request.gate),
    )


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
