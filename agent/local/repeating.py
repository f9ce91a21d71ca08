"""The last change once more for somebody or something else: "same for Jutta", "and one for Acme too"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agent.local.context import last_frame
from agent.local.mentions import Mention, Named
from agent.local.reading import Reading
from agent.local.requests import TurnSoFar
from agent.local.schema import Effect, Frame, Record, Request

_SURE = 0.8
_AGAIN = re.compile(
    r"^(?:(?:and|also|now|then|please|pls|ok|okay|oh|yes|do|make|create|add|set|just) ?,? ?)*(?:(?:exactly )?(?:the |that )?same(?: (?:again|thing|one|task|reminder|todo|note|quota|change|move|deal|target))?|ditto|likewise|another(?: one)?|one(?: more)?|it|that)(?: ,)?(?: please)? (?:for|with|on|to|at|goes for) "
)
_TOO = re.compile(r"(?: as well| too| also| please| pls| again|[.!,])*$")
_PERSON = ("assignee", "owner", "user")


def repeat(turn: TurnSoFar) -> bool:
    """Adds the last change with the person or the record that the turn names in the place of the one before.

    What a person's words only point at is a guess, so it waits as a proposal.
    """
    frame, reading = last_frame(turn.memory), turn.reading
    again = _AGAIN.match(reading.norm)
    if frame is None or again is None or reading.content or not _writes(turn, frame):
        return False
    named = _named(reading, again.end())
    arguments = _instead(frame, named.records) if named is not None else None
    if arguments is None:
        return False
    area = turn.cards[frame.tool].area if frame.tool in turn.cards else _area(turn, frame.tool)
    turn.requests.append(Request(frame.tool, area, arguments, _SURE, (0, len(reading.text.written))))
    return True


def _writes(turn: TurnSoFar, frame: Frame) -> bool:
    card = turn.cards.get(frame.tool)
    return frame.tool.startswith(("create_", "update_")) and (card is None or card.effect is Effect.WRITE)


def _area(turn: TurnSoFar, tool: str) -> str:
    return turn.kinds[tool.partition("_")[2]].area


def _named(reading: Reading, begins: int) -> Mention | None:
    """The name that stands behind the words, if nothing else does."""
    stop = begins + len(reading.norm[begins:].rstrip()) - len(_match_end(reading.norm[begins:].rstrip()))
    first, last = reading.text.token_range(begins, stop)
    mentions = [one for one in reading.mentions_of(Named.RECORD) if first <= one.first and one.last <= last]
    covered = len(mentions) == 1 and (mentions[0].first, mentions[0].last) == (first, last)
    return mentions[0] if covered else None


def _match_end(words: str) -> str:
    found = _TOO.search(words)
    return found[0] if found else ""


def _instead(frame: Frame, records: tuple[Record, ...]) -> dict[str, Any] | None:
    said = dict(frame.arguments)
    users = list(dict.fromkeys(one for one in records if one.kind == "user"))
    person = next((name for name in _PERSON if name in said), None)
    if person is None and frame.tool == "create_task":
        person = "assignee"
    if person is not None and len(users) == 1:
        return said | {person: users[0].as_argument()}
    others = list(dict.fromkeys(one for one in records if one.kind != "user"))
    place = next((name for name, value in said.items() if _holds(value, {one.kind for one in others})), None)
    if place is None:
        return None
    fitting = [one for one in others if one.kind == said[place]["kind"]]
    return said | {place: fitting[0].as_argument()} if len(fitting) == 1 else None


def _holds(value: object, kinds: set[str]) -> bool:
    """Whether an argument is a record of one of the kinds."""
    return isinstance(value, Mapping) and "id" in value and value.get("kind") in kinds
