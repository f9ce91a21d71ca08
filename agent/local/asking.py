"""Questions about records of any kind: lists, counts, sums and averages, with conditions, as people ask them."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.local.conditions import Kinds, date_of, field_called
from agent.local.reading import Reading
from agent.local.schema import FieldCard, KindCard
from agent.local.selecting import Selected, select

_POLITE = r"^(?:(?:hey|hi|ok|okay|please|pls|and|then|also|now|so|just|can you|could you|would you|i want to see|i would like to see|i need|tell me|do you know|let me know|could i trouble you for|may i ask|if i may ask|might i ask|report|i would like to know|i want to know|quick question|remind me) ?,? ?:? ?)*"
_LIST = re.compile(
    _POLITE
    + r"(?:list|show|find|give|display|get|which|what|who are|who is|who|see|pull up|pull|fetch|search for|look up|any|are there any|is there an?|do (?:i|we) have any|do (?:i|we) have)(?!\w)(?: (?:me|us|are|is|have|a list of|the list of|list of|a table of))*"
)
_COUNT = re.compile(
    _POLITE
    + r"(?:how many|how much|(?:what is )?(?:the )?(?:number|count) of|count|total number of|amount of)(?!\w)(?: ?(?:of|the|up|:|all))*"
)
_MEASURE = re.compile(
    _POLITE
    + r"(?:(?:what is|what are|whats|show|give|calculate|work out|compute|tell|me) ?(?:me )?)*(?:the |our |my )*(?P<how>average|avg|mean|total|sum of|sum|largest|biggest|highest|smallest|lowest|maximum|minimum|combined)(?: (?:the|of))* "
)
_MEASURES = {
    "average": "average", "avg": "average", "mean": "average", "total": "sum", "sum of": "sum", "sum": "sum", "combined": "sum",
    "largest": "largest", "biggest": "largest", "highest": "largest", "maximum": "largest", "smallest": "smallest",
    "lowest": "smallest", "minimum": "smallest",
}  # fmt: skip
_BY = re.compile(
    r"(?<!\w)(?:by|per|for each|for every|grouped by|broken down by|split by|across) (?:the )?(?P<axis>[a-z][a-z -]+?)(?= (?:in|for|of|from|with|this|last|where|that)(?!\w)|$)"
)
_GRAINS = ("day", "week", "month", "quarter", "year")
_BEFORE_NOUN = frozenset(
    {"all", "my", "our", "the", "top", "biggest", "largest", "newest", "latest", "oldest", "smallest", "open", "every"}
)
HAND_MADE = frozenset({"lead", "opportunity"})
"""Kinds whose lists have a tool of their own, with words of their own."""
_ASKED = frozenset(
    {
        "total",
        "sum",
        "average",
        "avg",
        "mean",
        "combined",
        "maximum",
        "minimum",
        "number",
        "count",
        "together",
        "value",
        "size",
    }
)


@dataclass(frozen=True, slots=True)
class Question:
    tool: str
    area: str
    arguments: Mapping[str, Any]
    certain: bool
    """Whether the words name a kind that no tool made by hand lists: the classifier need not agree."""


def question(reading: Reading, kinds: Kinds) -> Question | None:
    """What is asked about records of one kind; None where no rule reads it, or a word in it is not understood."""
    norm = reading.norm.rstrip(" .!?")
    if reading.content or not norm:
        return None
    if match := _MEASURE.match(norm):
        return _measured(reading, match, kinds)
    if match := _COUNT.match(norm):
        return _counted(reading, match.end(), kinds)
    match = _LIST.match(norm)
    selected = _behind(reading, match.end() if match else 0, kinds)
    if selected is None or selected.words or (match is None and not _is_a_list(reading, selected)):
        return None
    if _BY.search(norm):
        if (grouped := _grouped(norm, selected.kind)) and not reading.count:
            return _summary(selected, grouped, certain=True)
        if (order := _ordered_by(norm, selected.kind)) is None:
            return None
        return _list(reading, selected, by=order)
    if selected.kind.kind in HAND_MADE:
        return None
    return _list(reading, selected)


def _is_a_list(reading: Reading, selected: Selected) -> bool:
    """`contacts at accounts in Retail`: a noun for many that is narrowed, and no verb before it."""
    first = reading.text.tokens[0].norm if reading.text.tokens else ""
    starts = first in _BEFORE_NOUN or first in {word for noun in selected.kind.nouns for word in noun.split()}
    narrowed = selected.where or reading.count or selected.ordered
    return selected.plural and bool(narrowed) and starts


def _behind(reading: Reading, start: int, kinds: Kinds) -> Selected | None:
    start += reading.norm[start : start + 1] == " "
    first = reading.text.token_range(start, start + 1)[0] if start else 0
    return select(_without_axis(reading), kinds, first=first)


def _without_axis(reading: Reading) -> Reading:
    """The question without what it is to be grouped by, whose words narrow nothing."""
    match = _BY.search(reading.norm.rstrip(" .!?"))
    if match is None or match.end() < len(reading.norm.rstrip(" .!?")):
        return reading
    return reading.part(0, reading.text.token_range(*match.span())[0])


def _list(reading: Reading, selected: Selected, *, by: str = "") -> Question:
    kind = selected.kind
    arguments: dict[str, Any] = {}
    if selected.where:
        arguments["where"] = list(selected.where)
    if reading.count:
        arguments["limit"] = reading.count[0]
    if by:
        arguments |= {"order": by, "descending": selected.ordered >= 0}
    elif selected.ordered and (name := _order_of(kind, reading.norm)):
        arguments |= {"order": name, "descending": selected.ordered > 0}
    if selected.pick == "latest" and not selected.plural:
        arguments["limit"] = 1
    return Question(f"find_{kind.plural}", kind.area, arguments, certain=not _is_due_list(selected))


def _is_due_list(selected: Selected) -> bool:
    """Whether tasks are narrowed by no more than when they are due, and whose: that list is made by hand."""
    narrowed = {str(one["field"]) for one in selected.where if one != {"field": "status", "value": ["open"]}}
    return selected.kind.kind == "task" and narrowed <= {"due_at", "owner"}


def _ordered_by(norm: str, kind: KindCard) -> str | None:
    """The field that "top 5 accounts by annual revenue" ranks by."""
    match = _BY.search(norm)
    field = field_called(match["axis"], kind) if match and kind.kind not in HAND_MADE else None
    return field.name if field is not None and (field.measured or field.type in ("date", "moment")) else None


def _order_of(kind: KindCard, norm: str) -> str | None:
    if re.search(r"(?<!\w)(?:newest|latest|oldest|earliest|most recent)(?!\w)", norm):
        return date_of(kind)
    spoken = [one for one in kind.fields if one.measured and any(_has(norm, word) for word in one.words)]
    measured = spoken or [one for one in kind.fields if one.measured]
    return measured[0].name if measured else None


def _counted(reading: Reading, start: int, kinds: Kinds) -> Question | None:
    selected = _behind(reading, start, kinds)
    if selected is None or selected.words:
        return None
    norm = reading.norm.rstrip(" .!?")
    grouped = _grouped(norm, selected.kind) if _BY.search(norm) else {}
    if grouped is None:
        return None
    return _summary(selected, grouped, certain=bool(grouped) or selected.kind.kind not in HAND_MADE)


def _measured(reading: Reading, match: re.Match[str], kinds: Kinds) -> Question | None:
    """`average employees of accounts by region`, `total amount of deals by owner`, `sum of my open deals`."""
    norm = reading.norm.rstrip(" .!?")
    selected = _behind(reading, match.end(), kinds)
    if selected is None:
        return None
    kind = selected.kind
    field = _field_in(norm[match.end() :], kind)
    if field is None and kind.kind not in _MONEYED:
        return None
    words = {word for one in kind.fields for said in one.words for word in said.lower().split()} | _ASKED
    if any(word not in words for word in selected.words):
        return None
    grouped = _grouped(norm, kind) if _BY.search(norm) else {}
    if grouped is None:
        return None
    of = field.name if field else _MONEYED[kind.kind]
    return _summary(
        selected,
        {"measure": _MEASURES[match["how"]], "of": of, **grouped},
        certain=kind.kind not in HAND_MADE or field is not None,
    )


_MONEYED = {"opportunity": "amount", "quota": "amount", "campaign": "budget"}
"""What is added up where nobody says what."""


def _field_in(text: str, kind: KindCard) -> FieldCard | None:
    fields = [(len(word), one) for one in kind.fields if one.measured for word in one.words if _has(text, word)]
    return max(fields, key=lambda one: one[0])[1] if fields else None


def _summary(selected: Selected, arguments: Mapping[str, Any], *, certain: bool) -> Question:
    said = dict(arguments) | ({"where": list(selected.where)} if selected.where else {})
    return Question(f"summarise_{selected.kind.plural}", selected.kind.area, said, certain=certain)


def _grouped(norm: str, kind: KindCard) -> dict[str, Any] | None:
    match = _BY.search(norm)
    axis = match["axis"].split(" and ", maxsplit=1)[0].strip() if match else ""
    if axis in _GRAINS:
        date = date_of(kind)
        return {"by": date, "grain": axis} if date else None
    for field in sorted((one for one in kind.fields if one.grouped), key=lambda one: -max(map(len, one.words))):
        if any(axis in (word.lower(), f"{word.lower()}s") for word in field.words):
            return {"by": field.name}
    return None


def _has(text: str, word: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(word.lower())}s?(?!\w)", text))


def grouped_by(norm: str, kind: KindCard) -> dict[str, Any] | None:
    """What a question is to be grouped by, where it says so and the kind has it."""
    return _grouped(norm, kind) if _BY.search(norm) else None


def measure_in(norm: str, kind: KindCard) -> dict[str, Any]:
    """Another measure than the one before, where the words name one: "and the average?"."""
    how = next((word for word in _MEASURES if _has(norm, word)), None)
    field = _field_in(norm, kind)
    if how is None or (field is None and kind.kind not in _MONEYED):
        return {}
    return {"measure": _MEASURES[how], "of": field.name if field else _MONEYED[kind.kind]}
