"""A field of one's own as somebody says it: “add a field seats (whole number) to accounts”."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from db.names import fold
from db.records import FieldType, RecordKind
from tools.errors import BadArgument
from tools.matrix.reading import kinds_said

_TYPES: tuple[tuple[FieldType, str], ...] = (
    (FieldType.LONG_TEXT, r"long[_ ]text|paragraph"),
    (FieldType.WORDS, r"words|list of words|tags"),
    (FieldType.CHOICE, r"choices?|select|dropdown|one of|options?"),
    (FieldType.FLAG, r"flag|yes/no|yes or no|checkbox|boolean"),
    (FieldType.MOMENT, r"moment|date and time|timestamp"),
    (FieldType.DATE, r"date|day"),
    (FieldType.SHARE, r"share|percent(?:age)?"),
    (FieldType.WHOLE, r"whole(?: number)?|integer|count"),
    (FieldType.NUMBER, r"number|decimal"),
    (FieldType.EMAIL, r"e-?mail(?: address)?"),
    (FieldType.PHONE, r"phone(?: number)?"),
    (FieldType.DOMAIN, r"domain|web ?site|url"),
    (FieldType.TEXT, r"text|words?"),
)
_QUOTES = " \"'“”‘’«»"
_TYPE = r"\s*\((?P<type>[^()]{1,800})\)"
_NAME = r"(?P<name>[^()]{1,60}?)"
_FIELD = r"(?:custom |own |new |another )*fields?(?: called| named|:)?"
_ADD = re.compile(
    rf"(?:{_FIELD} {_NAME}(?:{_TYPE})?|(?P<other>[^()]{{1,60}}?) as an? (?:{_FIELD}))"
    r"\s+(?:to|for|on) (?P<to>.+)$",
    re.IGNORECASE,
)
_RENAME = re.compile(rf"(?:the )?(?:{_FIELD} )?{_NAME} (?:of|on|for|in) (?P<of>.+?) (?:to|into|as) (?P<new>.+)$", re.I)
_RETYPE = re.compile(
    rf"(?:the )?(?:type of )?(?:the )?(?:{_FIELD} )?{_NAME} (?:of|on|for|in) (?P<of>.+?) "
    r"(?:to|into|as|is|an?)(?: the)?(?: type)? (?P<type>.+)$", re.I,
)  # fmt: skip
_REMOVE = re.compile(rf"(?:the )?(?:{_FIELD} )?{_NAME} (?:from|of|on|for|in) (?P<of>.+)$", re.I)
_VERB = re.compile(
    r"^\W*(?:please |can you |could you )*(?P<verb>add|create|make|introduce|new|rename|relabel|call|remove|drop|"
    r"delete|take away|get rid of|change|turn|convert)\b\s*(?:an? |the |us )*", re.I,
)  # fmt: skip
Doing = Literal["add", "rename", "remove", "retype"]


@dataclass(frozen=True, slots=True)
class SaidField:
    """What is meant to be done with which field. `label` is as it was said, `name` is the key it is kept under."""

    doing: Doing
    kind: RecordKind
    label: str
    new: str = ""
    type: FieldType = FieldType.TEXT
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return key_of(self.label)


def key_of(label: str) -> str:
    """`Seats in use` -> `seats_in_use`."""
    return re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")


def field_said(words: str) -> SaidField:
    """What is asked for. Raises `BadArgument`."""
    text = " ".join(words.split()).rstrip(".!?")
    found = _VERB.match(text)
    rest = text[found.end():] if found else text  # fmt: skip
    match found["verb"].casefold() if found else "":
        case "rename" | "relabel" | "call":
            return _renamed(rest)
        case "remove" | "drop" | "delete" | "take away" | "get rid of":
            return _removed(rest)
        case "change" | "turn" | "convert":
            return _retyped(rest)
        case _:
            return _added(rest)


def _added(text: str) -> SaidField:
    match = _ADD.search(text)
    if match is None:
        raise BadArgument("field", "say it as “add a field seats (whole number) to accounts”")
    type_, choices = type_in(match["type"] or "text")
    return SaidField("add", _kind(match["to"]), _label(match["name"] or match["other"]), type=type_, choices=choices)


def _renamed(text: str) -> SaidField:
    match = _RENAME.search(text)
    if match is None:
        raise BadArgument("field", "say it as “rename the field seats of accounts to licences”")
    return SaidField("rename", _kind(match["of"]), _label(match["name"]), new=_label(match["new"]))


def _removed(text: str) -> SaidField:
    match = _REMOVE.search(text)
    if match is None:
        raise BadArgument("field", "say it as “remove the field seats from accounts”")
    return SaidField("remove", _kind(match["of"]), _label(match["name"]))


def _retyped(text: str) -> SaidField:
    match = _RETYPE.search(text)
    if match is None:
        raise BadArgument("field", "say it as “change the field seats of accounts to a number”")
    type_, choices = type_in(match["type"])
    return SaidField("retype", _kind(match["of"]), _label(match["name"]), type=type_, choices=choices)


def type_in(words: str) -> tuple[FieldType, tuple[str, ...]]:
    """`choice: gold, silver` -> the type and its choices. Raises `BadArgument`."""
    head, _, rest = words.partition(":")
    for type_, pattern in _TYPES:
        if re.search(rf"\b(?:{pattern})\b", head.replace("_", " ") if type_ is not FieldType.LONG_TEXT else head, re.I):
            choices = tuple(dict.fromkeys(one.strip(_QUOTES) for one in rest.split(",") if one.strip(_QUOTES)))
            return type_, choices if type_ is FieldType.CHOICE else ()
    raise BadArgument("type", f"“{words[:40]}” is none; there is {', '.join(one.value for one, _ in _TYPES)}")


def _kind(words: str) -> RecordKind:
    return kinds_said(words)[0]


def _label(words: str) -> str:
    label = words.strip(_QUOTES)
    if not key_of(label)[:1].isalpha():
        raise BadArgument("field", "give it a name that begins with a letter")
    return label
