"""Questions about records of any kind: lists, counts, sums and averages, with conditions, as people ask them."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from agent.local.mentions import Named
from agent.local.reading import Reading
from agent.local.schema import FieldCard, KindCard

_POLITE = r"^(?:(?:hey|hi|ok|okay|please|pls|and|then|also|now|so|just|can you|could you|would you|will you|i want to see|i would like to see|i need) ?,? ?)*"
_BEFORE_NOUN = r"(?: (?:me|us|all|every|the|of|my|our|any|open|different|new|which|a list of|list of))*"
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
_WITHOUT = re.compile(
    r"(?<!\w)(?:without|with no|missing|lacking|that have no|who have no|no)(?: an?| any)? (?P<field>[a-z][a-z -]+)"
)
_BOUND = re.compile(
    r"(?<!\w)(?:with )?(?P<how>more than|over|above|at least|fewer than|less than|under|below|at most) (?P<number>\d[\d,]*) (?P<field>[a-z][a-z -]+)"
)
_BOUNDS = {
    "more than": "above", "over": "above", "above": "above", "at least": "at_least", "fewer than": "below",
    "less than": "below", "under": "below", "below": "below", "at most": "at_most",
}  # fmt: skip
_MINE = re.compile(r"(?<!\w)(?:my|mine|do i have|assigned to me|i own)(?!\w)")
_UNOWNED = re.compile(r"(?<!\w)(?:unassigned|unowned|without (?:an )?owner|nobody owns|no owner)(?!\w)")
_GRAINS = ("day", "week", "month", "quarter", "year")
_BY_LIST = {
    "region": "region",
    "industry": "industry",
    "lead_source": "source",
    "stage": "stage",
    "lead_status": "status",
}
_THROUGH_ACCOUNT = frozenset({"region", "industry", "country"})
_HAND_MADE = frozenset({"lead", "opportunity", "task"})
"""Kinds whose lists have a tool of their own, with words of their own."""
_DATES = {"created_at", "arrived_at", "at", "starts_on", "due_at", "created_on", "entered_on", "enrolled_on"}


_BESIDE = frozenset(
    [
        "hey",
        "hi",
        "ok",
        "okay",
        "please",
        "pls",
        "and",
        "then",
        "also",
        "now",
        "so",
        "just",
        "can",
        "could",
        "would",
        "will",
        "you",
        "i",
        "we",
        "us",
        "me",
        "my",
        "our",
        "mine",
        "the",
        "a",
        "an",
        "all",
        "any",
        "every",
        "each",
        "of",
        "in",
        "at",
        "on",
        "to",
        "for",
        "from",
        "by",
        "per",
        "with",
        "without",
        "no",
        "not",
        "missing",
        "lacking",
        "list",
        "show",
        "find",
        "give",
        "display",
        "get",
        "which",
        "what",
        "whats",
        "who",
        "see",
        "pull",
        "up",
        "how",
        "many",
        "number",
        "count",
        "is",
        "are",
        "there",
        "do",
        "does",
        "did",
        "have",
        "has",
        "had",
        "that",
        "it",
        "them",
        "this",
        "these",
        "those",
        "average",
        "mean",
        "total",
        "sum",
        "largest",
        "biggest",
        "highest",
        "smallest",
        "lowest",
        "more",
        "than",
        "over",
        "above",
        "least",
        "fewer",
        "less",
        "under",
        "below",
        "most",
        "or",
        "like",
        "want",
        "need",
        "grouped",
        "broken",
        "down",
        "split",
        "new",
        "open",
        "day",
        "week",
        "month",
        "quarter",
        "year",
        "unassigned",
        "unowned",
        "nobody",
        "owns",
        "assigned",
        "owned",
        "contains",
        "tell",
        "calculate",
        "currently",
    ]
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
    if where := _conditions(reading, norm, kind):
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
    if where := _conditions(reading, norm, kind):
        said["where"] = where
    return Question(f"summarise_{kind.plural}", kind.area, said, certain=certain or bool(axis))


def _axis(words: str, kind: KindCard) -> dict[str, Any] | None:
    first = words.split(" and ", maxsplit=1)[0].strip()
    if first in _GRAINS:
        date = next((field.name for field in kind.fields if field.name in _DATES), None)
        return {"by": date, "grain": first} if date else None
    for field in sorted((one for one in kind.fields if one.grouped), key=lambda one: -max(map(len, one.words))):
        if any(first.startswith(word.lower()) for word in field.words):
            return {"by": field.name}
    return None


def _conditions(reading: Reading, norm: str, kind: KindCard) -> list[dict[str, Any]]:
    found = [
        *_listed(reading, kind),
        *_places(reading, kind),
        *_links(reading, kind),
        *_empty(norm, kind),
        *_bounds(norm, kind),
    ]
    found += _choices(norm, kind)
    if _UNOWNED.search(norm) and kind.field("owner"):
        found.append({"field": "owner", "test": "empty"})
    elif _MINE.search(norm) and kind.field("owner"):
        found.append({"field": "owner", "value": ["me"]})
    found += _dated(reading, kind)
    return list({str(one): one for one in found}.values())


def _listed(reading: Reading, kind: KindCard) -> list[dict[str, Any]]:
    found = []
    for mention in reading.mentions_of(Named.VALUE):
        name = _BY_LIST.get(mention.dimension)
        path = _path(kind, name) if name else None
        if path is not None:
            found.append({"field": path, "value": [mention.value]} | ({"test": "is_not"} if mention.negated else {}))
    return found


def _places(reading: Reading, kind: KindCard) -> list[dict[str, Any]]:
    path = _path(kind, "country")
    return [{"field": path, "value": [one.value]} for one in reading.mentions_of(Named.COUNTRY)] if path else []


def _path(kind: KindCard, name: str) -> str | None:
    if kind.field(name) is not None:
        return name
    return f"account.{name}" if name in _THROUGH_ACCOUNT and kind.field("account") is not None else None


def _links(reading: Reading, kind: KindCard) -> list[dict[str, Any]]:
    """Records that are named, where the kind links to them: contacts at Acme, calls with Jane."""
    found = []
    for mention in reading.mentions_of(Named.RECORD):
        for name in ("account", "contact", "lead", "opportunity", "course", "trainer", "campaign", "owner"):
            field = kind.field(name)
            fits = [one for one in dict.fromkeys(mention.records) if field is not None and one.kind == field.to]
            if len(fits) == 1:
                found.append({"field": name, "value": [fits[0].as_argument()]})
                break
    return found


def _empty(norm: str, kind: KindCard) -> list[dict[str, Any]]:
    field = _field(match["field"], kind) if (match := _WITHOUT.search(norm)) else None
    return [{"field": field.name, "test": "empty"}] if field is not None else []


def _bounds(norm: str, kind: KindCard) -> list[dict[str, Any]]:
    found = []
    for match in _BOUND.finditer(norm):
        field = _field(match["field"], kind)
        if field is not None and field.measured:
            number = int(match["number"].replace(",", ""))
            found.append({"field": field.name, "test": _BOUNDS[match["how"]], "value": [number]})
    return found


def _choices(norm: str, kind: KindCard) -> list[dict[str, Any]]:
    """`customer accounts`, `planned meetings`: a word of a closed set before or behind the noun."""
    return [
        {"field": field.name, "value": [choice]}
        for field in kind.fields
        if field.type == "choice" and field.name in ("status", "outcome", "direction")
        for choice in field.choices
        if re.search(rf"(?<!\w){re.escape(choice.replace('_', ' '))}(?!\w)", norm) and not _is_noun(choice, kind)
    ]


def _is_noun(word: str, kind: KindCard) -> bool:
    return word in kind.nouns


def _dated(reading: Reading, kind: KindCard) -> list[dict[str, Any]]:
    """A period on the date that the kind goes by; silence for days on its last activity."""
    found: list[dict[str, Any]] = []
    date = next((field.name for field in kind.fields if field.name in _DATES), None)
    if reading.periods and date is not None:
        found.append({"field": date, "value": [reading.periods[0].when.past.text]})
    if reading.lapses and kind.field("last_activity"):
        since = (reading.now - timedelta(days=reading.lapses[0].days)).date().isoformat()
        found.append({"field": "last_activity", "test": "not_since", "value": [since]})
    return found


def _field(words: str, kind: KindCard) -> FieldCard | None:
    fields = [(len(word), field) for field in kind.fields for word in field.words if words.startswith(word.lower())]
    return max(fields, key=lambda one: one[0])[1] if fields else None


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
