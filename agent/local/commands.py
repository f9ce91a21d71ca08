"""Commands on records: create, change, give away, delete and merge them, as the person's own words say.

The verbs and the values are read by rules, because a write is never guessed: what no rule reads is asked about.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.local.field_values import Spoken, value_of
from agent.local.mentions import Named
from agent.local.patterns import compiled
from agent.local.reading import Reading
from agent.local.schema import FieldCard, KindCard

_POLITE = r"^(?:(?:hey|hi|ok|okay|please|pls|and|then|also|now|so|just|yes|can you|could you|would you|will you|i want to|i would like to|i need to|let us|lets) ?,? ?)*"
_MOVE = re.compile(
    _POLITE + r"(?:move|bump|advance|push|put|shift|take|bring|progress|set|change|update|mark|switch)(?!\w)"
)
_STAGE_NOW = re.compile(r"(?:is|are) (?:now )?(?:in|at|on) .*(?: now)?$")
_OUTCOME = re.compile(
    _POLITE + r"(?:mark|close|set|flag|log|record)(?!\w).*(?<!\w)(?:closed |as )*(?P<end>won|lost)(?: deal)?(?!\w)"
)
_ASSIGN = re.compile(
    _POLITE
    + r"(?:(?:re)?assign|give|hand|hand over|transfer|pass|route)(?!\w)|"
    + _POLITE
    + r"make .* (?:the )?owner of"
)
_STATUS = re.compile(
    _POLITE
    + r"(?:mark|set|flag|move|change|update)(?!\w).*(?:as|to)(?: status)? (?P<status>new|contacted|qualified|unqualified|opportunity|customer|planned|held|cancelled|prospect|former)(?!\w)"
)
_QUALIFY = re.compile(_POLITE + r"(?P<verb>qualify|disqualify|unqualify)(?!\w)")
_OPT_OUT = re.compile(r"(?<!\w)(?:opted? ?-?out|unsubscribe|do not (?:contact|email|mail|call)|opt out)(?!\w)")
_SET = re.compile(
    _POLITE + r"(?:change|set|update|correct|fix|put|make|edit|move|push|raise|lower|increase|decrease|adjust)(?!\w)"
)
_ANOTHER = re.compile(r" (?:to|as|=) .* and ")
"""Before the last value there is another one, which would be lost."""
_CLEAR = re.compile(
    _POLITE
    + r"(?:clear|empty|blank|remove|delete|unset) (?:the |his |her |its )?(?P<field>.+?) (?:of|for|on|from)(?!\w)"
)
_RENAME = re.compile(_POLITE + r"(?:rename|retitle)(?!\w).*? (?:to|as|into) (?P<value>.+)$")
_DELETE = re.compile(_POLITE + r"(?:delete|remove|trash|archive|get rid of|bin|drop)(?!\w)")
_MERGE = re.compile(r"(?<!\w)(?:merge|combine|dedupe|de-dupe)(?!\w)")
_WON, _LOST = "Won", "Lost"


@dataclass(frozen=True, slots=True)
class Command:
    """What is to be done: the tool's arguments beside the records, which kinds those may be, and how many."""

    verb: str
    kinds: tuple[str, ...]
    values: Mapping[str, Any]
    told: bool = False
    """The words tell how things are ("Globex is in negotiation now") and order nothing: a person has to agree."""


def command(reading: Reading, kinds: Sequence[KindCard]) -> Command | None:
    """The change that the words order of records they name or point at; None where no rule reads one."""
    norm = reading.norm.strip().rstrip(".!")
    for read in (_merged, _deleted, _outcome, _status, _assigned, _staged, _renamed, _cleared, _flagged, _field_set):
        if (found := read(reading, norm, kinds)) is not None:
            return found
    return None


def _merged(reading: Reading, norm: str, kinds: Sequence[KindCard]) -> Command | None:
    return Command("merge", ("account", "contact", "lead"), {}) if _MERGE.search(norm) else None


def _deleted(reading: Reading, norm: str, kinds: Sequence[KindCard]) -> Command | None:
    if not _DELETE.match(norm) or _CLEAR.match(norm):
        return None
    spoken = _spoken_kinds(norm, kinds)
    if not (spoken or reading.references or reading.mentions_of(Named.RECORD)):
        return None  # "delete the old offer" means no record that was spoken of
    # "delete the note" means a note; records of kinds without names cannot be found by one.
    return Command("delete", spoken or _NAMED_KINDS, {}) if spoken or not _speaks_of_others(norm, kinds) else None


def _outcome(reading: Reading, norm: str, kinds: Sequence[KindCard]) -> Command | None:
    if match := _OUTCOME.match(norm):
        return Command("update", ("opportunity",), {"stage": _WON if match["end"] == "won" else _LOST})
    return None


def _status(reading: Reading, norm: str, kinds: Sequence[KindCard]) -> Command | None:
    if match := _QUALIFY.match(norm):
        return Command("update", ("lead",), {"status": "qualified" if match["verb"] == "qualify" else "unqualified"})
    match = _STATUS.match(norm)
    if match is None:
        return None
    fitting = tuple(
        kind.kind
        for kind in kinds
        if (field := kind.field("status")) and match["status"] in field.choices and kind.kind in _NAMED_KINDS
    )
    return Command("update", fitting, {"status": match["status"]}) if fitting else None


def _assigned(reading: Reading, norm: str, kinds: Sequence[KindCard]) -> Command | None:
    if not _ASSIGN.match(norm):
        return None
    people = [one for mention in reading.mentions_of(Named.RECORD) for one in mention.records if one.kind == "user"]
    if len(set(people)) == 1:
        return Command("update", _OWNED, {"owner": people[0].as_argument()})
    if re.search(r"(?<!\w)(?:to|make) me(?!\w)", norm):
        return Command("update", _OWNED, {"owner": "me"})
    return None


def _staged(reading: Reading, norm: str, kinds: Sequence[KindCard]) -> Command | None:
    stages = [one for one in reading.mentions_of(Named.VALUE) if one.dimension == "stage" and not one.negated]
    if len(stages) != 1 or not (_MOVE.match(norm) or _STAGE_NOW.search(norm)):
        return None
    return Command("update", ("opportunity",), {"stage": stages[0].value}, told=not _MOVE.match(norm))


def _renamed(reading: Reading, norm: str, kinds: Sequence[KindCard]) -> Command | None:
    match = _RENAME.match(norm)
    if match is None:
        return None
    name = as_written(reading, match["value"])
    return Command("update", ("account", "opportunity", "campaign", "product"), {"name": name}) if name else None


def _cleared(reading: Reading, norm: str, kinds: Sequence[KindCard]) -> Command | None:
    match = _CLEAR.match(norm)
    if match is None:
        return None
    fields = _fields(match["field"], kinds)
    fitting = tuple(kind.kind for kind, _ in fields)
    return Command("update", fitting, {"empty": [fields[0][1].name]}) if fields else None


def _flagged(reading: Reading, norm: str, kinds: Sequence[KindCard]) -> Command | None:
    match = _OPT_OUT.search(norm)
    if match is None or "?" in norm:
        return None
    field = "do_not_contact" if "do not" in match[0] else "opted_out"
    return Command("update", ("contact", "lead"), {field: True})


def _field_set(reading: Reading, norm: str, kinds: Sequence[KindCard]) -> Command | None:
    """`set the phone number of Jane to +49 …`, `change Acme's region to EMEA`, `push the close date to 30 June`."""
    if not _SET.match(norm):
        return None
    head, word, said = norm.rpartition(" to ")
    if not word:
        head, word, said = norm.rpartition(" as ")
    if not word or not said or _ANOTHER.search(head):
        return None
    fields = _fields(head, kinds)
    for kind, field in fields:
        value = value_of(field, Spoken(reading, said, as_written(reading, said)))
        if value is not None:
            fitting = tuple(one.kind for one, other in fields if (other.name, other.type) == (field.name, field.type))
            return Command("update", fitting or (kind.kind,), {field.name: value})
    return None


def _fields(text: str, kinds: Sequence[KindCard]) -> list[tuple[KindCard, FieldCard]]:
    """The fields a text names, by the longest word that any kind has for one."""
    best: list[tuple[int, KindCard, FieldCard]] = []
    for kind in kinds:
        if kind.kind not in _NAMED_KINDS:
            continue
        for field in kind.fields:
            for word in field.words:
                if compiled(rf"(?<!\w){re.escape(word.lower())}(?!\w)").search(text):
                    best.append((len(word), kind, field))
                    break
    longest = max((length for length, _, _ in best), default=0)
    return [(kind, field) for length, kind, field in best if length == longest]


def _spoken_kinds(norm: str, kinds: Sequence[KindCard]) -> tuple[str, ...]:
    return tuple(
        kind.kind
        for kind in kinds
        if kind.kind in _NAMED_KINDS
        and any(compiled(rf"(?<!\w){re.escape(noun.lower())}(?!\w)").search(norm) for noun in kind.nouns)
    )


def _speaks_of_others(norm: str, kinds: Sequence[KindCard]) -> bool:
    others = (noun.lower() for kind in kinds if kind.kind not in _NAMED_KINDS for noun in kind.nouns)
    return any(compiled(rf"(?<!\w){re.escape(noun)}(?!\w)").search(norm) for noun in others)


def as_written(reading: Reading, norm: str) -> str:
    """The words of the person behind a piece of the normalised text that ends it."""
    count = len(norm.split())
    tokens = reading.text.tokens
    start = len(tokens) - count
    while start > 0 and " ".join(token.norm for token in tokens[start:]) != norm and start > len(tokens) - count - 3:
        start -= 1
    if start < 0 or not tokens:
        return ""
    return reading.text.written[tokens[start].start : tokens[-1].end].strip(" .!“”\"'")


_NAMED_KINDS = (
    "account", "contact", "lead", "opportunity", "campaign", "product", "trainer", "course", "batch", "learner", "template",
)  # fmt: skip
"""Kinds whose records are found by name."""
_OWNED = ("opportunity", "lead", "account", "contact", "campaign", "learner")
