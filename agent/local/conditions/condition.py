"""A condition as it was read from a person's words, and the fields that words name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.local.patterns import compiled
from agent.local.reading import Reading
from agent.local.schema import FieldCard, KindCard


@dataclass(frozen=True, slots=True)
class Narrowed:
    """One condition, and where in the normalised text it stands."""

    condition: Mapping[str, Any]
    start: int
    end: int


Kinds = Mapping[str, KindCard]
Finder = Callable[[Reading, KindCard, Kinds], Iterator[Narrowed]]


def on_field(field: str, *values: Any, test: str = "is") -> dict[str, Any]:  # noqa: ANN401 - JSON values
    said: dict[str, Any] = {"field": field}
    if test != "is":
        said["test"] = test
    return said | ({"value": list(values)} if values else {})


def overlaps(one: Narrowed, others: Sequence[Narrowed]) -> bool:
    """Whether a condition was read from words that one of the others was read from."""
    return any(one.start < other.end and other.start < one.end for other in others)


def with_its_field(one: Narrowed, reading: Reading, kind: KindCard, kinds: Kinds) -> Narrowed:
    """The condition with the name of its field where that stands right beside the value: `source Event`."""
    field = _field_of(str(one.condition["field"]), kind, kinds)
    if field is None:
        return one
    words = "|".join(re.escape(word.lower()) for word in field.words)
    ahead = compiled(rf"(?<!\w)(?:with |whose |the |their |as )*(?:{words})(?: is| are| =| :| of)? $").search(
        reading.norm[: one.start]
    )
    behind = compiled(rf" (?:as )?(?:the |their )?(?:{words})s?(?!\w)").match(reading.norm[one.end :])
    return replace(
        one, start=ahead.start() if ahead else one.start, end=one.end + behind.end() if behind else one.end
    )  # fmt: skip


def _field_of(path: str, kind: KindCard, kinds: Kinds) -> FieldCard | None:
    link, _, name = path.rpartition(".")
    field = kind.field(link) if link else None
    of = kind if not link else kinds.get(field.to) if field is not None else None
    return of.field(name) if of is not None else None


def field_named(words: str, kind: KindCard) -> tuple[FieldCard | None, str]:
    """The field that the words begin with, by its longest name, and that name."""
    fields = [
        (len(word), field, word.lower())
        for field in kind.fields
        for word in field.words
        if compiled(rf"{re.escape(word.lower())}s?(?!\w)").match(words)
    ]
    if not fields:
        return None, ""
    _, field, word = max(fields, key=lambda one: one[0])
    return field, word


def as_written(reading: Reading, start: int, end: int) -> str:
    return reading.text.written_between(*reading.text.token_range(start, end)).strip(" .,;:!?“”\"'")


def field_called(words: str, kind: KindCard) -> FieldCard | None:
    """The field that these words and nothing else name."""
    said = re.sub(r"^(?:the|its|their|his|her|a) ", "", words.strip()).removesuffix(" field").strip()
    return next(
        (field for field in kind.fields for word in field.words if said in (word.lower(), f"{word.lower()}s")), None
    )


def behind_link(found: list[Narrowed], link: str, shift: int) -> list[Narrowed]:
    """Conditions on what a kind is linked to, as conditions on the kind; `shift` moves them to their place."""
    return [
        replace(
            one,
            condition={**one.condition, "field": f"{link}.{one.condition['field']}"},
            start=one.start + shift,
            end=one.end + shift,
        )
        for one in found
        if "." not in str(one.condition["field"]) and one.condition["field"] != "about"
    ]
