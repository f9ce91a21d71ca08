"""A clause that says what one record is to become, and which record that is: named, pointed at, or spoken of before."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.local import questions
from agent.local.assigning import assigned, fields_at, is_owner, orders
from agent.local.consent import spoken_exactly
from agent.local.context import last_frame
from agent.local.mentions import Mention, Named
from agent.local.nouns_of_kinds import names_other
from agent.local.parts import Part
from agent.local.reading import Reading
from agent.local.records import PEOPLE, PERSONAL, Problem, settle
from agent.local.requests import TurnSoFar, span_of
from agent.local.schema import Argument, Effect, KindCard, Record, Request, SlotType, ToolCard
from agent.local.selecting import says_several

_SURE = 0.9
_MOST_BEFORE = 4
_OF_A_DEAL = frozenset({"stage", "amount", "expected_close", "next_step", "loss_reason"})


def become(turn: TurnSoFar, part: Part) -> bool:
    """Adds the change to the turn, or the question which record is meant. False where no rule reads the clause."""
    clause = part.main
    named = _named(turn, clause)
    if len(named) > 1:
        return False
    if named and not orders(clause) and _is_mistaken(clause):
        return False
    if named:
        return _of_named(turn, part, named[0])
    for record in () if is_anothers(clause) else _spoken_of(turn, clause):
        if _corrects_another(turn, clause, record):
            return False
        kind = turn.kinds[record.kind]
        if says_several(clause, kind, turn.kinds):
            return False
        if values := assigned(clause, kind):
            if speaks_of_the_new(turn, record, values):
                return False
            return _add(turn, part, kind, record.as_argument(), values, about=record)
    return False


def speaks_of_the_new(turn: TurnSoFar, record: Record, values: Mapping[str, Any]) -> bool:
    """Whether a record of another kind was ordered last that is not there yet and has the same fields."""
    frame = last_frame(turn.memory)
    verb, _, name = frame.tool.partition("_") if frame else ("", "", "")
    made = turn.kinds.get(name)
    if verb != "create" or made is None or turn.requests or name == record.kind:
        return False
    there = any(one.kind == name for one in turn.memory.focus)
    return not there and all(made.field(one) is not None for one in values)


def _is_mistaken(clause: Reading) -> bool:
    """Whether somebody's name was only nearly read: "Leah Norwood has one at 50k" is not said of Liam Norwood."""
    people = [one for one in clause.mentions_of(Named.RECORD) if one.records and one.records[0].kind in PEOPLE]
    return any(not one.exact for one in people)


_ANOTHERS = re.compile(
    r"(?<!it )(?<!that )(?<!this )(?<!what )(?<!there )(?<!he )(?<!she )'s? (?:\w+ ){0,2}?(?:deals?|leads?|accounts?|opportunit\w+|contracts?|offers?|quotes?|customers?|boss|colleague|assistant|wife|husband|manager|predecessor|successor)(?!\w)"
    r"|^(?:(?:and|but|so|well|ok) )*(?:the|an|some) (?:other|another|rival|competing|competitor) \w+"
    r"|(?<!\w)(?:his|her|their) (?:\w+ )?(?:boss|colleague|assistant|wife|husband|manager|predecessor|successor|competitors?)(?!\w)"
)


def is_anothers(clause: Reading) -> bool:
    """Whether the words are about what somebody else has, and not about the record spoken of ("Leah's deal is at 90k")."""
    return bool(_ANOTHERS.search(clause.norm))


_CORRECTS = re.compile(
    r"^(?:(?:no|oh|ah|sorry|wait|actually|rather|correction) ?,? ?)*(?:i mean|i meant|rather|correction)(?!\w)"
)


def _corrects_another(turn: TurnSoFar, clause: Reading, record: Record) -> bool:
    """Whether the clause corrects what was written last, and that was no change of this record."""
    frame = last_frame(turn.memory)
    if frame is None or turn.requests or not _CORRECTS.match(clause.norm):
        return False
    verb, _, kind = frame.tool.partition("_")
    changed = frame.arguments.get("record")
    same = isinstance(changed, Mapping) and str(changed.get("id")) == record.id
    return (verb == "create" and kind != record.kind) or (verb == "update" and not same)


def _named(turn: TurnSoFar, clause: Reading) -> list[tuple[Record, ...]]:
    """What each name in the clause may mean, among records that can be changed."""
    mentions = [
        one
        for one in clause.mentions_of(Named.RECORD)
        if one.first not in clause.content and not means_colleague(turn, clause, one)
    ]
    found = (
        tuple(record for record in dict.fromkeys(one.records) if writable(turn, record.kind))
        for one in mentions
        if not _is_value(turn, clause, one)
    )
    return [options for options in found if options]


def _is_value(turn: TurnSoFar, clause: Reading, mention: Mention) -> bool:
    """Whether a name stands in what a field is to hold: "department = Operations" speaks of no campaign called so."""
    start, _ = clause.text.span(mention.first, mention.last)
    if _NAMES_IT.match(clause.norm[:start]):
        return True
    others = (record for one in clause.mentions_of(Named.RECORD) if one is not mention for record in one.records)
    kinds = {record.kind for record in (*others, *turn.here[:1], *turn.memory.focus[:1])} & turn.kinds.keys()
    free = ("text", "long_text", "words")
    return any(span[0] < start < span[1] for kind in kinds for span in fields_at(clause, turn.kinds[kind], free))


_NAMES_IT = re.compile(
    r"^(?:(?:and|but|no|sorry|actually|also|please|,) ?)*(?:the|its|her|his) name (?:should|must|is to|has to|is|will|shall)(?: be)? $"
    r"|^(?:(?:and|but|no|sorry|actually|also|please|,) ?)*(?:call|name|rename) (?:it|this|that)(?: to| as)? $"
)


def means_colleague(turn: TurnSoFar, clause: Reading, mention: Mention) -> bool:
    """Whether a name that a colleague and others bear is the colleague's here: it stands where an owner does, or the
    last requests named one and the clause names somebody instead ("no, Isla")."""
    users = {one for one in mention.records if one.kind == "user"}
    written = clause.text.written_between(mention.first, mention.last).lower()
    if any(one.name.lower() == written for one in users):
        return not any(one.name.lower() == written for one in mention.records if one.kind != "user")
    before = any(_OWNERS & set(frame.arguments) for frame in turn.memory.frames[-1:])
    return is_owner(clause, mention) or (before and len(users) == 1 and len(clause.typed) <= _SHORT)


_OWNERS = frozenset({"owner", "assignee", "user"})
_SHORT = 8


def writable(turn: TurnSoFar, kind: str) -> bool:
    """Whether records of the kind can be changed by saying so."""
    return kind in turn.kinds and turn.kinds[kind].writable


def _of_named(turn: TurnSoFar, part: Part, options: tuple[Record, ...]) -> bool:
    """Of the kinds a name may mean, those whose fields the clause speaks of."""
    read: list[tuple[Record, Mapping[str, Any], bool]] = []
    for record in options:
        if values := assigned(part.main, turn.kinds[record.kind]):
            read.append((record, values, False))
        elif record.kind == "account":
            of_deal = assigned(part.main, turn.kinds["opportunity"]) or {}
            read += [(record, of_deal, True)] if _OF_A_DEAL & set(of_deal) else []
    before = [one for one in read if one[0] in (*turn.here, *turn.memory.focus)]
    read = before or read
    if not read:
        return False
    if len(read) > 1:
        return _ask_which(turn, read)
    record, said, by_account = read[0]
    if says_several(part.main, turn.kinds[record.kind], turn.kinds):
        return False
    kind = turn.kinds["opportunity" if by_account else record.kind]
    return _add(turn, part, kind, record.as_argument(), said, about=record)


def _ask_which(turn: TurnSoFar, read: Sequence[tuple[Record, Mapping[str, Any], bool]]) -> bool:
    kinds = tuple(dict.fromkeys(record.kind for record, _, _ in read))
    if len(kinds) > 1:
        return False
    kind = turn.kinds[kinds[0]]
    argument = Argument("record", SlotType.RECORD, required=True, kinds=kinds)
    card = ToolCard(f"update_{kind.kind}", kind.area, Effect.WRITE, (), (argument,))
    problem = Problem("record", options=tuple(record for record, _, _ in read)[:6])
    turn.clarify = questions.about_record(card, problem, read[0][1])
    return True


def _spoken_of(turn: TurnSoFar, clause: Reading) -> Iterator[Record]:
    """What the clause points at; where it points at nothing, what the turn and then the conversation were about."""
    kinds = tuple(kind.kind for kind in turn.kinds.values() if kind.writable)
    if any(place is not None for *_, place in clause.references):
        argument = Argument("record", SlotType.RECORD, required=True, kinds=kinds)
        card = ToolCard("update_record", "lead", Effect.WRITE, (), (argument,))
        settled = settle(clause, card, argument, whole=clause, memory=turn.memory, here=turn.here, list_step=None)
        yield from settled.records[:1]
        return
    said = " ".join(words for *_, words, _ in clause.references)
    before = [one for one in dict.fromkeys((*turn.here, *turn.memory.focus)) if not names_other(said, one.kind)]
    people = [one for one in before if one.kind in PEOPLE] if PERSONAL.search(clause.norm) else []
    yield from [one for one in dict.fromkeys((*people, *before)) if writable(turn, one.kind)][:_MOST_BEFORE]


def _add(
    turn: TurnSoFar, part: Part, kind: KindCard, record: Mapping[str, Any], values: Mapping[str, Any],
    about: Record | None = None,
) -> bool:  # fmt: skip
    own = orders(part.main) and spoken_exactly(turn.reading, part)
    arguments = {**values, "record": dict(record)}
    tool = f"update_{kind.kind}"
    turn.requests.append(Request(tool, kind.area, arguments, _SURE, span_of(part), asked_by_own_words=own))
    if about is not None:
        turn.here.insert(0, about)
    return True
