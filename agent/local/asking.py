"""Questions about records of any kind: lists, counts, sums and averages, with conditions, as people ask them."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.local.narrowing import conditions, date_of
from agent.local.reading import Reading
from agent.local.schema import KindCard

_POLITE = r"^(?:(?:hey|hi|ok|okay|please|pls|and|then|also|now|so|just|can you|could you|would you|will you|i want to see|i would like to see|i need) ?,? ?)*"
_BEFORE_NOUN = r"(?: (?:me|us|all|every|the|of|my|our|any|which|a list of|list of))*"
_LIST = re.compile(_POLITE + r"(?:list|show|find|give|display|get|which|what|who are|see|pull up)" + _BEFORE_NOUN + " ")
_COUNT = re.compile(_POLITE + r"(?:how many|(?:what is )?(?:the )?(?:number|count) of|count)" + _BEFORE_NOUN + " ")
_MEASURE = re.compile(
    _POLITE
    + r"(?:(?:what is|what are|whats|show|give|calculate|tell|me) ?(?:me )?)*(?:the |our |my )*(?P<how>average|mean|total|sum of|largest|biggest|highest|smallest|lowest)(?: the)? "
)
_MEASURES = {
    "average": "average", "mean": "average", "total": "sum", "sum of": "sum", "largest": "largest", "biggest": "largest",
    "highest": "largest", "smallest": "smallest", "lowest": "smallest",
}  # fmt: skip
_BY = re.compile(r"(?<!\w)(?:by|per|for each|for every|grouped by|broken down by|split by) (?P<axis>.+)$")
_GRAINS = ("day", "week", "month", "quarter", "year")
_HAND_MADE = frozenset({"lead", "opportunity", "task"})
"""Kinds whose lists have a tool of their own, with words of their own."""
_BESIDE = frozenset(
    re.split(
        r"\s+",
        """
    hey hi ok okay please pls and then also now so just can could would will you i we us me my our mine the a an all any
    every each of in at on to for from by per with without no not missing lacking list show find give display get which
    what whats who see pull up how many number count is are there do does did have has had that it them this these those
    average mean total sum largest biggest highest smallest lowest more than over above least fewer less under below
    most or like want need grouped broken down split day week month quarter year unassigned unowned nobody
    owns assigned owned contains tell calculate currently
""".strip(),
    )
)
"""Words that narrow nothing, or that the rules themselves have read."""


@dataclass(frozen=True, slots=True)
class Question:
    tool: str
    area: str
    arguments: Mapping[str, Any]
    certain: bool
    """Whether the words name a kind that no tool made by hand lists: the classifier need not agree."""


def question(reading: Reading, kinds: Sequence[KindCard]) -> Question | None:
    """What is asked about records of one kind; None where no rule reads it, or a word in it is not understood."""
    norm = reading.norm.strip().rstrip(".!?")
    if reading.content:
        return None
    kind, found = _read(reading, norm, kinds)
    return found if kind is not None and not _unread(reading, kind) else None


def _read(reading: Reading, norm: str, kinds: Sequence[KindCard]) -> tuple[KindCard | None, Question | None]:
    if match := _MEASURE.match(norm):
        return _measured(reading, norm[match.end() :], _MEASURES[match["how"]], kinds)
    if match := _COUNT.match(norm):
        kind = _noun_at(norm[match.end() :], kinds)
        return kind, _summary(reading, norm, kind, {}, certain=kind.kind not in _HAND_MADE) if kind else None
    match = _LIST.match(norm)
    kind = _noun_at(norm[match.end() :], kinds) if match else None
    if kind is None or kind.kind in _HAND_MADE:
        return None, None
    return kind, _summary(reading, norm, kind, {}, certain=True) if _BY.search(norm) else _list(reading, norm, kind)


def _list(reading: Reading, norm: str, kind: KindCard) -> Question:
    arguments: dict[str, Any] = {}
    if where := conditions(reading, norm, kind):
        arguments["where"] = where
    if reading.count:
        arguments["limit"] = reading.count[0]
    return Question(f"find_{kind.plural}", kind.area, arguments, certain=True)


def _unread(reading: Reading, kind: KindCard) -> bool:
    """Whether a word is left that no rule has read: then the question may be about something else."""
    ours = {part for word in (*kind.nouns, *_field_words(kind), *_choice_words(kind)) for part in word.lower().split()}
    tokens = zip(reading.text.tokens, reading.labels, strict=True)
    read = (
        not label or (label.startswith("<") and label != "<unk>") or token.norm in ours or token.norm in _BESIDE
        or not token.is_word
        for token, label in tokens
    )  # fmt: skip
    return not all(read)


def _choice_words(kind: KindCard) -> list[str]:
    return [choice.replace("_", " ") for field in kind.fields for choice in field.choices]


def _field_words(kind: KindCard) -> list[str]:
    return [word for field in kind.fields for word in field.words]


def _measured(
    reading: Reading, rest: str, how: str, kinds: Sequence[KindCard]
) -> tuple[KindCard | None, Question | None]:  # fmt: skip
    """`average employees of accounts by region`, `total amount of deals by owner`."""
    for kind in kinds:
        if not _speaks_of(rest, kind):
            continue
        fields = [
            (len(word), field) for field in kind.fields if field.measured for word in field.words if _has(rest, word)
        ]
        if fields:
            field = max(fields, key=lambda one: one[0])[1]
            values = {"measure": how, "of": field.name}
            return kind, _summary(reading, rest, kind, values, certain=kind.kind not in _HAND_MADE)
    return None, None


def _summary(
    reading: Reading, norm: str, kind: KindCard, arguments: dict[str, Any], *, certain: bool
) -> Question | None:
    said = dict(arguments)
    if axis := _BY.search(norm):
        grouped = _axis(axis["axis"], kind)
        if grouped is None:
            return None
        said |= grouped
    if where := conditions(reading, norm, kind):
        said["where"] = where
    return Question(f"summarise_{kind.plural}", kind.area, said, certain=certain or bool(axis))


def _axis(words: str, kind: KindCard) -> dict[str, Any] | None:
    first = words.split(" and ", maxsplit=1)[0].strip()
    if first in _GRAINS:
        date = date_of(kind)
        return {"by": date, "grain": first} if date else None
    for field in sorted((one for one in kind.fields if one.grouped), key=lambda one: -max(map(len, one.words))):
        if any(first.startswith(word.lower()) for word in field.words):
            return {"by": field.name}
    return None


def _noun_at(rest: str, kinds: Sequence[KindCard]) -> KindCard | None:
    """The kind whose noun stands at the beginning, or behind one or two words that describe it; the longest wins."""
    for skipped in range(3):
        words = " ".join(rest.split()[skipped:])
        fits = [
            (len(noun), kind)
            for kind in kinds
            for noun in kind.nouns
            if re.match(rf"{re.escape(noun.lower())}(?!\w)", words)
        ]
        if fits:
            return max(fits, key=lambda one: one[0])[1]
    return None


def _speaks_of(text: str, kind: KindCard) -> bool:
    return any(_has(text, noun) for noun in kind.nouns)


def _has(text: str, word: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", text))
