"""Orders to set what the program keeps itself: "give Keith a score of 100". They are understood, and the tool declines.

And values that are none: "phone of Owen: call-me-maybe" is asked about, for it is neither a number nor a question.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator

from agent.local.field_values import Spoken, value_of
from agent.local.mentions import Named
from agent.local.parts import Part
from agent.local.patterns import compiled
from agent.local.reading import Reading
from agent.local.requests import TurnSoFar, span_of
from agent.local.schema import Clarify, FieldCard, Frame, KindCard, Pending, Record, Request

_SURE = 0.9
_POLITE = r"^(?:(?:hey|hi|ok|okay|please|pls|and|then|also|now|so|just|yes|can you|could you|would you|will you|let us|let ' ?s) ?,? ?)*"
_GIVES = re.compile(
    _POLITE
    + r"(?:give(?! me| us)|set|make|change|put|raise|lower|bump|increase|decrease|push|mark|update|adjust|correct|fix|boost|up|rate|score)(?!\w)(?! (?:a |an )?(?:task|reminder|note|list))"
)
_SET = r"(?:set|change|update|correct|make|put|fix|move|push|switch)"
_TYPES = {
    "phone": "phone number", "email": "e-mail address", "date": "day", "moment": "day or time", "money": "amount",
    "share": "percentage", "whole": "number", "number": "number",
}  # fmt: skip
_NO_VALUE = re.compile(
    r"^(?:who|what|when|why|how|which|where)(?!\w)|^(?:wrong|missing|unknown|empty|none|nothing|blank)$|\?"
)


def take_kept(turn: TurnSoFar, part: Part) -> bool:
    """Adds a change of a field that only the program writes, with the record it names; its tool says why not."""
    clause = part.main
    if not _GIVES.match(clause.norm):
        return False
    for record in _records(clause):
        kind = turn.kinds.get(record.kind)
        if kind is None or not kind.writable:
            continue
        for field in kind.fields:
            if not field.written and (value := _given(clause, field)) is not None:
                arguments = {"record": record.as_argument(), field.name: value}
                turn.requests.append(Request(f"update_{kind.kind}", kind.area, arguments, _SURE, span_of(part)))
                return True
    return False


def _records(clause: Reading) -> list[Record]:
    found = (
        record
        for mention in clause.mentions_of(Named.RECORD)
        if mention.first not in clause.content and len(mention.records) == 1
        for record in mention.records
        if record.kind != "user"
    )
    return list(dict.fromkeys(found))


def _given(clause: Reading, field: FieldCard) -> int | str | None:
    """The value that stands at the name of a field: a number for a score, one of its choices for a grade."""
    for word in field.words:
        name = rf"(?<!\w){re.escape(word.lower())}(?!\w)"
        link = r"(?: (?:of|to|=|:|at|up|down|as|is))*"
        if field.type in ("whole", "number"):
            match = compiled(rf"{name}{link} (?P<v>\d+)(?![\w%])|(?P<w>\d+) (?:points? )?(?:\w+ )?{name}").search(
                clause.norm
            )
            if match is not None:
                return int(match["v"] or match["w"])
        elif field.type == "choice":
            several = "|".join(re.escape(choice.lower()) for choice in field.choices)
            match = compiled(rf"{name}{link} (?P<v>{several})(?!\w)|(?:an? )(?P<w>{several}) {name}").search(
                clause.norm
            )
            if match is not None:
                said = match["v"] or match["w"]
                return next(choice for choice in field.choices if choice.lower() == said)
    return None


def asks_for_value(turn: TurnSoFar, part: Part) -> bool:
    """Asks for the value of a field that the clause sets to something that is none.

    Returns:
        whether it asked; the record waits with the field for the answer.
    """
    clause = part.main
    if "?" in clause.norm or 0 in clause.content:
        return False
    for record, said in _subjects(turn, clause):
        kind = turn.kinds.get(record.kind)
        if kind is None or not kind.writable:
            continue
        for field in kind.fields:
            if field.type not in _TYPES or not field.written:
                continue
            if (value := _set_to(clause, field, said)) is None:
                continue
            if value_of(field, value) is not None or _NO_VALUE.match(value.norm):
                return False
            turn.clarify = _asked(record, kind, field, value)
            return True
    return False


def _subjects(turn: TurnSoFar, clause: Reading) -> Iterator[tuple[Record, str]]:
    """The record that the clause names; where it names none, what was spoken of last."""
    named = [one for one in clause.mentions_of(Named.RECORD) if any(record.kind != "user" for record in one.records)]
    for mention in named:
        if len(mention.records) == 1:
            yield mention.records[0], clause.text.norm_between(mention.first, mention.last)
    if not named:
        for record in [*turn.here, *turn.memory.focus][:1]:
            yield record, ""


def _set_to(clause: Reading, field: FieldCard, said: str) -> Spoken | None:
    norm = clause.norm.rstrip(" .!")
    words = "|".join(re.escape(word.lower()) for word in field.words)
    called = rf"(?:the )?(?:{words})(?: number| address)?"
    who = re.escape(said)
    forms = (
        (
            rf"{called} (?:of|for) {who} ?(?::|=|should be|to be) ?(?P<v>.+)$",
            rf"{_SET} {called} (?:of|for|on) {who} ?(?:to|as|=|:|at) ?(?P<v>.+)$",
            rf"(?:{_SET} )?{who} 's (?:{words})(?: number| address)? ?(?:=|:) ?(?P<v>.+)$",
            rf"{_SET} {who} 's (?:{words})(?: number| address)? (?:to|as|at) (?P<v>.+)$",
        )
        if said
        else (rf"{_SET} (?:the|its|his|her|their) (?:{words})(?: number| address)? (?:to|=|:|at) (?P<v>.+)$",)
    )
    for form in forms:
        if match := compiled(_POLITE + form).match(norm):
            start, end = match.span("v")
            end = start + len(match["v"].split(" , ")[0])
            first, last = clause.text.token_range(start, end)
            part = clause.part(first, last)
            written = clause.text.written_between(first, last).strip(" .,;!“”\"'")
            return Spoken(part, part.norm.rstrip(" .!"), written)
    return None


def _asked(record: Record, kind: KindCard, field: FieldCard, value: Spoken) -> Clarify:
    label = field.words[-1] if field.name.replace("_", " ") not in field.words else field.name.replace("_", " ")
    pending = Pending(Frame(f"update_{kind.kind}", {"record": record.as_argument()}), field.name, ())
    return Clarify(
        f"“{value.written}” is no {_TYPES[field.type]}. What is the {label} of {record.name} to be?", (), pending
    )
