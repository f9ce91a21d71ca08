"""What an order sets, by the words between its verb and its records: an owner, a stage, a day, so much more or less."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from agent.local.conditions import field_called
from agent.local.field_values import Spoken, value_of
from agent.local.lexicon import words_of
from agent.local.mentions import Named
from agent.local.patterns import compiled
from agent.local.quantities import number
from agent.local.reading import Reading
from agent.local.schema import FieldCard, KindCard
from agent.local.selecting import unread

_SPAN = re.compile(
    r"(?:by |for )?(?P<count>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a couple of|a few) (?P<unit>day|week|month|quarter|year|fortnight)s?(?: (?P<side>later|earlier|out|back|forward|sooner))?"
)
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "a couple of": 2, "a few": 3,
}  # fmt: skip
_PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?(?:%|percent|per cent)")
_EARLIER = re.compile(r"(?<!\w)(?:bring forward|pull in|pull forward|earlier|forward|sooner)(?!\w)")
LESS = "lower|decrease|reduce|cut|drop|slash|take|knock"
_DATE_OF = {
    "task": "due_at",
    "meeting": "at",
    "opportunity": "expected_close",
    "campaign": "ends_on",
    "batch": "starts_on",
}
Values = Mapping[str, Any]
ValuesOf = Callable[[Reading, KindCard, re.Match[str]], Values | None]


def status(value: str) -> ValuesOf:
    return lambda reading, kind, match: {"status": value}


def nothing(reading: Reading, kind: KindCard, match: re.Match[str]) -> Values | None:
    return {}


def owner(reading: Reading, kind: KindCard, match: re.Match[str]) -> Values | None:
    name = next((one for one in ("owner", "user") if kind.field(one) is not None), None)
    who = _person(reading, *match.span("to"))
    return {name: who} if name and who is not None else None


def _person(reading: Reading, start: int, end: int) -> Any:  # noqa: ANN401 - an argument
    """The colleague that a piece of text names; the speaker for "me"."""
    if re.fullmatch(r"(?:me|myself|my name|mine)", reading.norm[start:end].strip()):
        return "me"
    first, last = reading.text.token_range(start, end)
    users = {
        one
        for mention in reading.mentions_of(Named.RECORD)
        if first <= mention.first and mention.last <= last
        for one in mention.records
        if one.kind == "user"
    }
    if len(users) == 1:
        return users.pop().as_argument() if _names_only(reading, first, last) else None
    # Several of that name, or none: the tool asks, by the words as they were written.
    told = all(token.is_word for token in reading.text.tokens[first:last]) and last - first <= _LONGEST_NAME
    unknown = "<unk>" in reading.labels[first:last] or users
    return reading.text.written_between(first, last).strip(" .!") if told and unknown else None


def _names_only(reading: Reading, first: int, last: int) -> bool:
    """Whether nothing is said beside the colleague's name: what else is ordered there would be lost."""
    part = reading.part(first, last)
    named = [part.text.span(one.first, one.last) for one in part.mentions_of(Named.RECORD)]
    return all(word in _BESIDE_A_NAME for word in unread(part, named))


_BESIDE_A_NAME = words_of("assigns_nothing") | words_of("talk")
_LONGEST_NAME = 3


def campaign(reading: Reading, kind: KindCard, match: re.Match[str]) -> Values | None:
    field = kind.field("campaign")
    return _valued(reading, field, *match.span("to")) if field is not None else None


def stage(reading: Reading, kind: KindCard, match: re.Match[str]) -> Values | None:
    first, last = reading.text.token_range(*match.span("to"))
    stages = [
        one.value
        for one in reading.mentions_of(Named.VALUE)
        if one.dimension == "stage" and first <= one.first and one.last <= last
    ]
    return {"stage": stages[0]} if len(stages) == 1 and kind.field("stage") else None


def outcome(reading: Reading, kind: KindCard, match: re.Match[str]) -> Values | None:
    return {"stage": match["end"].title()}


def choice(reading: Reading, kind: KindCard, match: re.Match[str]) -> Values | None:
    said = match["to"].strip().replace(" ", "_").replace("-", "_")
    for field in kind.fields:
        if field.type == "choice" and field.name != "outcome" and said in field.choices:
            return {field.name: said}
        if field.type == "flag" and match["to"].strip() in {word.lower() for word in field.words}:
            return {field.name: True}
    return None


def opted_out(reading: Reading, kind: KindCard, match: re.Match[str]) -> Values | None:
    return {"opted_out": True} if kind.field("opted_out") else None


def qualified(reading: Reading, kind: KindCard, match: re.Match[str]) -> Values | None:
    return {"status": "qualified" if match["verb"] == "qualify" else "unqualified"}


def later(reading: Reading, kind: KindCard, match: re.Match[str]) -> Values | None:
    """By how long a date moves."""
    field = kind.field(_DATE_OF.get(kind.kind, ""))
    span = _SPAN.fullmatch(match["by"].strip())
    if field is None or span is None:
        return None
    unit = "week" if span["unit"] == "fortnight" else span["unit"]
    count = (int(span["count"]) if span["count"].isdigit() else _COUNTS[span["count"]]) * (
        2 if span["unit"] == "fortnight" else 1
    )
    earlier = bool(_EARLIER.search(match["verb"]) or _EARLIER.search(match["by"]))
    return {field.name: {"plus": f"{'-' if earlier else ''}{count} {unit}{'' if count == 1 else 's'}"}}


def until(reading: Reading, kind: KindCard, match: re.Match[str]) -> Values | None:
    """The day or moment a date moves to."""
    field = kind.field(_DATE_OF.get(kind.kind, ""))
    return _valued(reading, field, *match.span("to")) if field is not None else None


def given(reading: Reading, kind: KindCard, match: re.Match[str]) -> Values | None:
    field = field_called(match["field"], kind)
    return _valued(reading, field, *match.span("to")) if field is not None else None


def _valued(reading: Reading, field: FieldCard, start: int, end: int) -> Values | None:
    first, last = reading.text.token_range(start, end)
    part = reading.part(first, last)
    written = reading.text.written_between(first, last).strip(" .!“”\"'")
    if field.type == "link" and field.to == "user":
        who = _person(reading, start, end)
        return None if who is None else {field.name: who}
    value = value_of(field, Spoken(part, part.norm, written))
    return {field.name: value} if value is not None and _is_all(part, field) else None


def _is_all(part: Reading, field: FieldCard) -> bool:
    """Whether the words of a value say nothing besides it: what else they order would be lost."""
    spans = [(one.start, one.end) for one in part.moments]
    spans += [(one.start, one.end) for one in part.periods]
    spans += [(one.start, one.end) for one in part.amounts]
    match field.type:
        case "date" | "moment" | "money":
            return not [word for word in unread(part, spans) if not word[:1].isdigit() and word not in _ABOUT_A_VALUE]
        case "text" | "long_text":
            return not re.search(r"(?<!\w)and (?:the |his |her |its |set |move |remind |create |add )", part.norm)
        case _:
            return " and " not in part.norm


_ABOUT_A_VALUE = frozenset(
    [
        "instead",
        "then",
        "exactly",
        "about",
        "sharp",
        "o'clock",
        "latest",
        "morning",
        "afternoon",
        "evening",
        "noon",
        "dollars",
        "euros",
        "k",
        "m",
        "usd",
        "eur",
        "gbp",
    ]
)


def by(reading: Reading, kind: KindCard, match: re.Match[str]) -> Values | None:
    """More or less of a field, by a share, an amount or a time."""
    field = field_called(match["field"], kind)
    if field is None:
        return None
    less = bool(compiled(LESS).fullmatch(match["verb"])) or bool(
        _EARLIER.search(match["verb"]) or _EARLIER.search(match["by"])
    )
    if field.type in ("date", "moment"):
        span = _SPAN.fullmatch(match["by"].strip())
        if span is None:
            return None
        count = int(span["count"]) if span["count"].isdigit() else _COUNTS[span["count"]]
        unit = "week" if span["unit"] == "fortnight" else span["unit"]
        return {
            field.name: {"plus": f"{'-' if less else ''}{count * (2 if span['unit'] == 'fortnight' else 1)} {unit}s"}
        }
    return {field.name: moved} if (moved := _moved(reading, field, match, less=less)) else None


def _moved(reading: Reading, field: FieldCard, match: re.Match[str], *, less: bool) -> Values | None:
    if not field.measured:
        return None
    if share := _PERCENT.search(match["by"]):
        factor = 100 - float(share[1]) if less else 100 + float(share[1])
        return {"times": f"{factor / 100:g}"}
    first, last = reading.text.token_range(*match.span("by"))
    part = reading.part(first, last)
    value = value_of(field, Spoken(part, part.norm, reading.text.written_between(first, last)))
    if value is None:
        return None
    sign = "-" if less else ""
    if isinstance(value, Mapping):
        return {"plus": {**value, "amount": f"{sign}{value['amount']}"}}
    return {"plus": f"{sign}{number(value) if not isinstance(value, str | int | float) else value}"}


def emptied(reading: Reading, kind: KindCard, match: re.Match[str]) -> Values | None:
    field = field_called(match["field"], kind)
    return {"empty": [field.name]} if field is not None else None
