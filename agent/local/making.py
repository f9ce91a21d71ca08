"""New records as requests of their tools: what they hang on, and what has to be asked first."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial

from agent.local import questions
from agent.local.consent import spoken_exactly
from agent.local.context import last_frame
from agent.local.creating import creation
from agent.local.made import LINKED, Creation, stripped
from agent.local.mentions import Named
from agent.local.new_records import new_records_in
from agent.local.parts import Part
from agent.local.reading import Reading, retold
from agent.local.records import Problem
from agent.local.requests import TurnSoFar, span_of
from agent.local.schema import Argument, Effect, Record, Request, SlotType, ToolCard
from agent.local.spoken_of import about, made_at

_SURE = 0.9


def take_creation(turn: TurnSoFar, part: Part, *, story_at: tuple[int, int] | None = None) -> bool:
    """Adds the new record that a part orders, or the question that must be answered first.

    Args:
        story_at: tokens of what the turn told before the part, which it points back at.

    Returns:
        whether a rule has read the part.
    """
    if story_at is None and (rows := new_records_in(part.reading, turn.kinds, about=partial(about, turn))):
        for one in rows:
            _add(turn, part, one, None)
        return True
    both = retold(turn.reading, story_at[0], part.chunk.last) if story_at else None
    story = retold(turn.reading, *story_at) if story_at else None
    made = creation(
        part.reading, turn.kinds, about=partial(about, turn), whole=turn.reading, story=story, both=both,
        last=_last(turn),
    )  # fmt: skip
    if made is None:
        return False
    if made.options:
        turn.clarify = _which(made)
        return True
    _add(turn, part, made, story)
    return True


def _add(turn: TurnSoFar, part: Part, made: Creation, story: Reading | None) -> None:
    own = spoken_exactly(turn.reading, part, noting=made.quotes) and not made.told
    own = own and (story is None or all(one.exact for one in story.mentions if one.records))
    own = own and _points(turn, part.reading, made, story)
    place = len(turn.requests)
    turn.requests.append(Request(made.tool, made.area, made.arguments, _SURE, span_of(part), asked_by_own_words=own))
    _speak_of(turn, made, place)


def _last(turn: TurnSoFar) -> str:
    frame = last_frame(turn.memory)
    return turn.requests[-1].tool if turn.requests else frame.tool if frame else ""


def _points(turn: TurnSoFar, clause: Reading, made: Creation, story: Reading | None) -> bool:
    """Whether the words name or point at what a note or an exchange hangs on, or the turn spoke of it before."""
    links = [value for name, value in made.arguments.items() if name in LINKED and isinstance(value, Mapping)]
    named = {
        (record.kind, record.id)
        for one in (clause, *([story] if story else []))
        for mention in one.mentions_of(Named.RECORD)
        for record in mention.records
    } | {(one.kind, one.id) for one in turn.here}
    return bool(clause.references) or all((one["kind"], one["id"]) in named for one in links)


def _which(made: Creation) -> questions.Clarify:
    kinds: Collection[str] = dict.fromkeys(one.kind for one in made.options)
    argument = Argument("record", SlotType.RECORD, required=True, kinds=tuple(kinds))
    card = ToolCard(made.tool, made.area, Effect.WRITE, (), (argument,))
    return questions.about_record(card, Problem("record", options=made.options[:6]), made.arguments)


def _speak_of(turn: TurnSoFar, made: Creation, place: int) -> None:
    """What the turn goes on about: the record that was made, or what a note or an exchange hangs on."""
    if made.area != "communication" or made.tool.removeprefix("create_") in ("template", "objection"):
        kind = made.tool.removeprefix("create_")
        names = ("name", "title", "first_name", "last_name")
        name = " ".join(str(made.arguments[one]) for one in names if one in made.arguments)
        turn.here.insert(0, made_at(place, kind, name))
        return
    for kind in LINKED:
        link = made.arguments.get(kind)
        if isinstance(link, Mapping) and "id" in link:
            turn.here.insert(0, Record(kind, str(link["id"]), str(link.get("name", ""))))
            return


_OWNER_OF_ALL = re.compile(
    r"^(?:(?:the )?owner (?:of|for) (?:the lot|all|all of (?:it|them|these|this)|everything|each|them|both|these)|(?:the )?owner (?:is|should be)|(?:all|all of (?:it|them)|everything|the lot|both|they)(?: (?:should|shall|to))? (?:go(?:es)?|belongs?|(?:is|are)) (?:to|for|with)|owned by|owner)(?: is| are| ?:| ?=| to| should be)*(?: |$)"
)


def take_owner_of_made(turn: TurnSoFar, part: Part) -> bool:
    """Gives what this turn makes to one colleague: "owner of the lot: Isla"."""
    norm, _ = stripped(part.reading)
    people = [
        next(one for one in mention.records if one.kind == "user")
        for mention in part.reading.mentions_of(Named.RECORD)
        if any(one.kind == "user" for one in mention.records)
    ]
    made = [place for place, one in enumerate(turn.requests) if _is_owned(turn, one)]
    if not _OWNER_OF_ALL.match(norm) or len(people) != 1 or not made:
        return False
    for place in made:
        request = turn.requests[place]
        arguments = {"owner": people[0].as_argument(), **request.arguments}
        turn.requests[place] = replace(request, arguments=arguments)
    return True


def _is_owned(turn: TurnSoFar, request: Request) -> bool:
    kind = turn.kinds.get(request.tool.removeprefix("create_"))
    return kind is not None and request.tool != "create_task" and kind.field("owner") is not None
