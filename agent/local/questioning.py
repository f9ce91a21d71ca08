"""Questions as requests of their tools: about records of a kind, and about fields of one record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agent.local import questions
from agent.local.asking import Question, asked, called, without_chatter
from agent.local.conditions import Kinds
from agent.local.context import last_frame
from agent.local.field_questions import FieldsAsked, fields_asked
from agent.local.lexicon import words_of
from agent.local.mentions import Named
from agent.local.parts import Part
from agent.local.reading import Reading
from agent.local.records import Problem, settle
from agent.local.requests import TurnSoFar, span_of
from agent.local.schema import Argument, Clarify, Effect, Record, Request, SlotType, ToolCard

_SURE = 0.9


def take_question(turn: TurnSoFar, part: Part) -> bool:
    """Adds a question about records of a kind that the rules read; one that a tool made by hand answers is left to it.

    Returns:
        whether it was added.
    """
    if _fields(turn, part.reading):
        return True
    found = asked(part.reading, turn.kinds, turn.memory, first=not turn.requests)
    if not found or not (found[0].certain or part.label not in turn.cards):
        return False
    _ask(turn, found, span_of(part))
    return True


def _ask(turn: TurnSoFar, found: Sequence[Question], span: tuple[int, int]) -> None:
    """Adds what is asked to the turn, or the question that must be answered first."""
    if found[0].unclear:
        turn.clarify = Clarify(found[0].unclear)
        return
    turn.requests += [Request(one.tool, one.area, one.arguments, _SURE, span) for one in found]


def take_asking(turn: TurnSoFar, *, at_last: bool = False) -> bool:
    """Adds the question that a whole turn is, however it is cut and whatever is said beside it, where rules read all of
    its words.

    Args:
        at_last: nothing else has read the turn; before that, a question that a tool made by hand answers is left to it.

    Returns:
        whether it was added.
    """
    if not at_last and _fields(turn, turn.reading):
        return True
    found = asked(turn.reading, turn.kinds, turn.memory)
    if not found or not (found[0].certain or at_last):
        return False
    turn.requests[:], turn.clarify = [], None
    _ask(turn, found, (0, len(turn.reading.text.written)))
    return True


def _fields(turn: TurnSoFar, reading: Reading) -> bool:
    """What is asked of fields of one record, named, pointed at, or spoken of last."""
    reading = without_chatter(reading)
    for asked_ in fields_asked(reading, turn.kinds):
        if asked_.record is None:
            if _of_the_last(turn, reading, asked_):
                return True
            continue
        about = reading.part(*reading.text.token_range(*asked_.record))
        if _only_names(about, turn.kinds) and (_of_listed(turn, about, asked_) or _of_named(turn, about, asked_)):
            return True
    return False


def _of_named(turn: TurnSoFar, about: Reading, asked_: FieldsAsked) -> bool:
    kinds = tuple(kind for kind in asked_.fields if kind in _PARTIES or not _speaks_of_parties(about)) or _PARTIES
    if (noun := called(about.norm)) in asked_.fields and not about.mentions_of(Named.RECORD):
        kinds = (noun,)
    argument = Argument("record", SlotType.RECORD, required=True, kinds=kinds)
    card = ToolCard("read_record", "lead", Effect.READ, (), (argument,))
    if about.norm.strip() in _OWNING:
        known = [one for one in (*turn.here, *turn.memory.focus) if one.kind in kinds]
        return bool(known) and _read(turn, known[0], asked_)
    if any(place is not None for *_, place in about.references) and not _lists_last(turn):
        return False
    if not about.references and not any(set(one.records) for one in about.mentions_of(Named.RECORD)):
        return False
    settled = settle(about, card, argument, whole=about, memory=turn.memory, here=turn.here, list_step=None)
    if settled.problem is not None and len(settled.problem.options) > 1:
        turn.clarify = questions.about_record(card, settled.problem, {"fields": _common(asked_.fields)})
        return True
    if not settled.records:
        if about.references:
            turn.clarify = questions.about_record(card, Problem("record"), {"fields": _common(asked_.fields)})
        return bool(about.references)
    return _read(turn, settled.records[0], asked_)


def _lists_last(turn: TurnSoFar) -> bool:
    """Whether "the biggest" may be a row that was shown."""
    frame = last_frame(turn.memory)
    return bool(turn.memory.listed) and frame is not None and not frame.tool.startswith(("summarise_", "pipeline"))


_PARTIES = ("contact", "lead", "account")
_OWNING = frozenset({"its", "their", "theirs"})
_OF_PARTIES = re.compile(r"(?<!\w)(?:them|they|him|her|he|she|his|their|theirs)(?!\w)")
_NOTHING = words_of("narrows_nothing") - {"not", "no", "only"} | {"same", "named", "called", "number", "row"}


def _speaks_of_parties(about: Reading) -> bool:
    """Whether the words point at people or companies, and not at a task or a note made about them."""
    return bool(_OF_PARTIES.search(about.norm))


def _only_names(about: Reading, kinds: Kinds) -> bool:
    """Whether the words name or point at a record and say nothing else: what else they narrow would be dropped."""
    read = [place for one in about.mentions for place in range(one.first, one.last)]
    read += [place for start, end, *_ in about.references for place in range(*about.text.token_range(start, end))]
    nouns = {word for kind in kinds.values() for noun in kind.nouns for word in noun.split()}
    return all(
        place in read or token.norm in _NOTHING | nouns | _OWNING or not token.norm[0].isalnum()
        for place, token in enumerate(about.text.tokens)
    )


def _of_the_last(turn: TurnSoFar, reading: Reading, asked_: FieldsAsked) -> bool:
    """Fields alone are those of the record spoken of last, where it has them."""
    frame = last_frame(turn.memory)
    about_one = turn.here or (frame is not None and isinstance(frame.arguments.get("record"), Mapping))
    record = next((one for one in (*turn.here, *turn.memory.focus) if one.kind != "user"), None)
    if record is None or not about_one or record.kind not in asked_.fields:
        return False
    return _read(turn, record, asked_)


def _of_listed(turn: TurnSoFar, about: Reading, asked_: FieldsAsked) -> bool:
    """Fields of what a closed list names: the list price of a product, the probability of a stage."""
    named = [one for one in about.mentions_of(Named.VALUE) if one.dimension in asked_.fields]
    if len(named) != 1 or named[0].dimension not in turn.kinds or about.mentions_of(Named.RECORD):
        return False
    kind = turn.kinds[named[0].dimension]
    record = {"kind": kind.kind, "where": [{"field": "name", "value": [named[0].value]}]}
    arguments = {"record": record, "fields": list(asked_.fields[kind.kind])}
    turn.requests.append(Request(f"read_{kind.kind}", kind.area, arguments, _SURE, (0, len(turn.reading.text.written))))
    return True


def _read(turn: TurnSoFar, record: Record, asked_: FieldsAsked) -> bool:
    if record.kind not in asked_.fields:
        return False
    kind = turn.kinds[record.kind]
    arguments = {"record": record.as_argument(), "fields": list(asked_.fields[record.kind])}
    turn.requests.append(Request(f"read_{kind.kind}", kind.area, arguments, _SURE, (0, len(turn.reading.text.written))))
    turn.here.insert(0, record)
    return True


def _common(fields: Mapping[str, tuple[str, ...]]) -> list[str]:
    return list(next(iter(fields.values())))
