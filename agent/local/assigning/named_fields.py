"""Fields that a clause names with their values: `close date end of year`, `title = Head of Logistics`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from agent.local.assigning.finding import Assigned
from agent.local.field_values import Spoken, value_of
from agent.local.lexicon import words_of
from agent.local.mentions import Named
from agent.local.patterns import compiled
from agent.local.reading import Reading
from agent.local.schema import FieldCard, KindCard

_FILLERS = words_of("assigns_nothing")
_CONNECT = r"(?: (?:to|is|are|=|:|as|at|should be|must be|now|becomes|→|was|will be))*"
_QUOTED = re.compile(r" ?(?P<mark>['\"]) ?[^'\"]+(?P=mark)")
_FREE = frozenset({"text", "long_text", "words"})


def fields(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """`close date end of year`, `next step: get legal on the phone`, `title = Head of Logistics`."""
    marks = sorted(_field_marks(reading, kind), key=lambda one: one[0])
    for place, (start, end, field) in enumerate(marks):
        stop = marks[place + 1][0] if place + 1 < len(marks) else len(reading.norm)
        connect = compiled(_CONNECT + r" ?").match(reading.norm[end:])
        begins = end + (connect.end() if connect else 0)
        piece = reading.norm[begins:stop]
        cut = _end_of_value(piece, field)
        said = reading.norm[end:begins].strip()
        quoted = _QUOTED.match(piece)
        if quoted:
            cut = quoted.end()
        if field.type in _FREE and ((not said and not quoted) or _is_nothing(piece[:cut])):
            continue  # "her title and department" gives neither a value
        value = read_value(reading, field, begins, begins + cut)
        if value is not None:
            yield Assigned({field.name: value}, start, begins + cut)


def fields_at(reading: Reading, kind: KindCard, types: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where fields of these types are named with their values."""
    for one in fields(reading, kind):
        if any((field := kind.field(name)) is not None and field.type in types for name in one.values):
            yield one.start, one.end


def _field_marks(reading: Reading, kind: KindCard) -> Iterator[tuple[int, int, FieldCard]]:
    best: list[tuple[int, int, FieldCard]] = []
    for field in kind.fields:
        for word in field.words:
            for match in compiled(rf"(?<!\w){re.escape(word.lower())}(?: number| address)?(?!\w)").finditer(
                reading.norm
            ):
                best.append((match.start(), match.end(), field))
    best.sort(key=lambda one: (one[0] - one[1], one[0]))
    kept: list[tuple[int, int, FieldCard]] = []
    for one in best:
        if all(one[1] <= other[0] or one[0] >= other[1] for other in kept):
            kept.append(one)
    yield from kept


def _is_nothing(piece: str) -> bool:
    words = re.findall(r"[^\W_]+", piece)
    return all(word in _FILLERS for word in words)


def _end_of_value(piece: str, field: FieldCard) -> int:
    """Where a value ends: free words at a comma or the end, a typed one also at "and"."""
    pattern = (
        r"[;]| and also | , and | and (?=the |his |her |its |also )|[,.] (?!\d)|, (?=[$€£]?\d[\d.,]*(?:k|m)(?!\w))|$"
        if field.type in _FREE
        else r"[;]| , | and |[,.] (?!\d)|$"
    )
    match = compiled(pattern).search(piece)
    return match.start() if match else len(piece)


def read_value(reading: Reading, field: FieldCard, start: int, end: int) -> Any:  # noqa: ANN401 - by the field
    while end > start and reading.norm[end - 1] in " ,.;":
        end -= 1
    if end <= start:
        return None
    first, last = reading.text.token_range(start, end)
    part = reading.part(first, last)
    written = reading.text.written_between(first, last).strip(" .,;!“”\"'")
    if field.type == "link" and field.to == "user":
        users = {one for mention in part.mentions_of(Named.RECORD) for one in mention.records if one.kind == "user"}
        return users.pop().as_argument() if len(users) == 1 else None
    return value_of(field, Spoken(part, part.norm, written)) if written else None
