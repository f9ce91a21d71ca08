"""Tasks as a part of a turn orders them: one, one for each of several colleagues, or one for each item of a list."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from agent.local.consent import asked_by_own_words
from agent.local.mentions import Named
from agent.local.model import Guess
from agent.local.parts import Part
from agent.local.questions import about_value
from agent.local.reading import Reading
from agent.local.records import settle
from agent.local.requests import TurnSoFar, span_of, take_tool
from agent.local.schema import Record, Request, SlotType, ToolCard
from agent.local.slots import Scene, fill
from agent.local.spoken_of import about
from agent.local.task_order import assignees_of, orders_task

_SURE = 0.95
_TOOL = "create_task"
_FOR_HIM = re.compile(
    r"(?:(?:task|assign|remind|nudge|ping|give|tell|ask) |(?:task|reminder|todo|to do) (?:for|to) |^(?:.{0,12} )?for )(?P<who>him|her|them)(?!\w)"
)
_LIST_HEAD = re.compile(
    r"^(?:.{0,40}? )?(?:(?P<count>\d|two|three|four|five|six) )?(?:new |more |quick )?(?:tasks|todos|to-?dos|to dos|reminders)(?: for(?: [^\s,;:]+){1,6}?)? ?[:\-] ?"
)


def take_task(turn: TurnSoFar, part: Part) -> bool:
    """Adds the task that a part orders by its own words, or the question that must be answered first.

    Returns:
        whether the part is such an order.
    """
    card = turn.cards.get(_TOOL)
    if card is None or not orders_task(part.main):
        return False
    if items := _items(part.main):
        turn.requests.extend(_of_item(turn, part, card, item) for item in items)
        return True
    before = len(turn.requests)
    take_tool(turn, replace(part, guess=Guess(((_TOOL, _SURE),))), card)
    _name_after_record(turn, part, card)
    _fill_up(turn, part, card, before)
    return True


_OF_IT = re.compile(r"(?<!\w)(?:of|from|out of|for|about|on) (?:this|that|it)(?!\w)")


def _name_after_record(turn: TurnSoFar, part: Part, card: ToolCard) -> None:
    """A task without a title that points at a record ("make a task of it") is named after that."""
    pending = turn.clarify.pending if turn.clarify else None
    record = about(turn, part.main) if pending is not None and pending.argument == "title" else None
    if pending is None or record is None or not _OF_IT.search(part.main.norm):
        return
    arguments = {
        **pending.frame.arguments, "title": f"Follow up with {record.name}", "record": record.as_argument(),
    }  # fmt: skip
    turn.clarify = None
    turn.requests.append(Request(card.name, card.area, arguments, _SURE, span_of(part)))


def _fill_up(turn: TurnSoFar, part: Part, card: ToolCard, before: int) -> None:
    """Whom and what the task means that its own words only point at."""
    made = turn.requests[before:]
    if len(made) != 1:
        return
    if _SAME_TEXT.search(part.main.norm.rstrip(" .!")):
        text = _text_before(turn, before)
        if not text:
            del turn.requests[before:]
            turn.clarify = about_value(card, "title", "What should the task be?", made[0].arguments)
            return
        made[0] = turn.requests[before] = replace(made[0], arguments={**made[0].arguments, "title": text})
    people = _people(turn, part)
    person = next((one.name for one in card.arguments if one.name == "assignee"), None)
    if person is None or not people:
        return
    turn.requests[before:] = [
        replace(made[0], arguments={**made[0].arguments, person: one.as_argument()}) for one in people
    ]


_SAME_TEXT = re.compile(
    r"(?<!\w)(?:with|for|about|saying|of|on|:|to do)? ?(?:the )?same(?: (?:text|words|wording|title|thing|purpose|content|again))?$"
)
_TEXTS = ("next_step", "body", "title", "outcome")


def _text_before(turn: TurnSoFar, place: int) -> str:
    """The words of the request before, for a task "with the same text"."""
    arguments = turn.requests[place - 1].arguments if place else {}
    text = next((str(arguments[one]) for one in _TEXTS if arguments.get(one)), "")
    return text[:1].upper() + text[1:]


def _people(turn: TurnSoFar, part: Part) -> list[Record]:
    """The colleagues in the order; "him" is the colleague whom the turn named last before it."""
    named = [_user(mention.records) for mention in assignees_of(part.main)]
    if named or not _FOR_HIM.search(part.main.norm):
        return named
    before = [
        _user(mention.records)
        for mention in turn.reading.mentions_of(Named.RECORD)
        if mention.last <= part.chunk.first and any(one.kind == "user" for one in mention.records)
    ]
    return before[-1:]


def _user(records: Sequence[Record]) -> Record:
    return next(one for one in records if one.kind == "user")


def lists_tasks(reading: Reading) -> bool:
    """Whether the words list several tasks."""
    return orders_task(reading) and bool(_items(reading))


def _items(reading: Reading) -> list[Reading]:
    """The tasks of a list behind "two tasks: …", each with a time of its own; none where it is one task."""
    head = _LIST_HEAD.match(reading.norm)
    if head is None or reading.content:
        return []
    first = reading.text.token_range(*head.span())[1]
    items = [reading.part(start, end) for start, end in _cut(reading, first)]
    alike = all(one.moments for one in items) or not any(one.moments for one in items)
    counted = _COUNTS.get(head["count"] or "", len(items)) == len(items)
    return items if len(items) > 1 and counted and alike else []


_COUNTS = {str(count): count for count in range(2, 7)} | {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_BETWEEN = frozenset({",", ";", "and", "•", "*", "+", "&"})


def _cut(reading: Reading, first: int) -> Iterator[tuple[int, int]]:
    tokens, start = reading.text.tokens, first
    inside = {place for one in reading.mentions for place in range(one.first + 1, one.last)}
    for place in range(first, len(tokens)):
        line = place > start and "\n" in reading.text.written[tokens[place - 1].end : tokens[place].start]
        if place in inside or not (tokens[place].norm in _BETWEEN or line):
            continue
        if start < place:
            yield start, place
        start = place + 1 if tokens[place].norm in _BETWEEN else place
    if start < len(tokens):
        yield start, len(tokens)


def _of_item(turn: TurnSoFar, part: Part, card: ToolCard, item: Reading) -> Request:
    arguments: dict[str, Any] = fill(Scene(item, card, turn.vocabulary))
    people = _people(turn, part)
    if len(people) == 1:
        arguments["assignee"] = people[0].as_argument()
    wanted = next(one for one in card.arguments if one.type is SlotType.RECORD)
    settled = settle(item, card, wanted, whole=item, memory=turn.memory, here=(), list_step=None)
    if len(settled.records) == 1:
        arguments[wanted.name] = settled.records[0].as_argument()
    own = replace(part, guess=Guess(((_TOOL, _SURE),)))
    asked = asked_by_own_words(turn.reading, own, card, settled, arguments)
    tokens = item.text.tokens
    span = (tokens[0].start, tokens[-1].end)
    return Request(card.name, card.area, arguments, _SURE, span, asked_by_own_words=asked)
