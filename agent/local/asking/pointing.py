"""What a question points at that was spoken of before: "notes on them", "leads that came from it", "my deals there"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agent.local.asking.earlier import earlier
from agent.local.conditions import Kinds, link_to, path_to
from agent.local.patterns import compiled
from agent.local.reading import Reading
from agent.local.schema import KindCard, Memory, Record

_NOUNS = r"(?:deals?|opportunit(?:y|ies)|accounts?|compan(?:y|ies)|customers?|contacts?|persons?|people|leads?|campaigns?|products?|tasks?|list|ones?)"
_ENDING = "s "
"""Behind a noun for many, "there" is a place ("my deals there are …"); elsewhere "there are" says that something is."""
_POINTS = re.compile(
    rf"(?<!\w)(?:(?:on|to|with|from|for|at|of|about|by|against|among|out of) (?:it|him|her|them|that|this|those|these)(?: (?:same )?{_NOUNS})?(?! \w+ing(?!\w))"
    rf"|(?:these|those|that|this|the same) {_NOUNS}(?! that(?!\w))|(?:with|at|of|for|from|in|on) (?:his|her|its|their) {_NOUNS}"
    rf"|(?<={_ENDING})there(?= (?:are|is|were|was)(?!\w))|(?<!are )(?<!is )(?<!were )(?<!was )(?:over |in )?there(?! (?:are|is|were|was)(?!\w))"
    r"|(?:do|does|did|have|has) (?:they|he|she|it)(?: have| has)?)(?!\w)"
)
SAME_ROWS = re.compile(
    r"(?<!\w)(?:(?:of|from|among|amongst|out of|in|between|for) (?:all (?:of )?)?(?:them|those|these|that list|the list|that|it|there|which)|(?:these|those|they|them)|(?:(?:sitting|lying|tied up|locked up|stuck|rotting|parked|buried) )?in (?:there|them|those|it)|same (?:figures?|numbers?|thing|question|list|count|period|time|again|for)|the same|that|it|ones)(?!\w)"
)
AT_ROWS = re.compile(
    r"(?<!\w)(?:(?:of|from|among|amongst|out of|in|between|for) (?:all (?:of )?)?(?:them|those|these|that list|the list)|(?:these|those|them|they)|(?:which|what) ones?)(?!\w)"
)
"""Words that point at the rows of the last list even where the noun is said again ("how many of those leads …")."""
_PLACES = frozenset({"country", "region", "city", "industry", "team"})
_LINKS = frozenset({"account", "contact", "lead", "opportunity", "campaign", "product", "company"})


def pointers(reading: Reading) -> list[tuple[int, int]]:
    """Where a question points back."""
    return [match.span() for match in _POINTS.finditer(reading.norm)]


def pointed_at(reading: Reading, kind: KindCard, kinds: Kinds, memory: Memory) -> list[dict[str, Any]] | None:
    """The conditions that what is pointed at puts on records of a kind; None where that is not known."""
    if _about_one(memory):
        return _hanging_on(_meant(reading, memory), kind)
    frame = memory.frames[-1] if memory.frames else None
    before = earlier(frame, kinds, reading.now) if frame else None
    if before is None:
        return _hanging_on(_meant(reading, memory), kind) if memory.focus else None
    return list(_carried(before.where, kind, kinds)) or None


def _about_one(memory: Memory) -> bool:
    """Whether the last request was about one record."""
    return bool(memory.frames) and isinstance(memory.frames[-1].arguments.get("record"), Mapping)


def _meant(reading: Reading, memory: Memory) -> list[Record]:
    """What is spoken of, the latest first: people where the words are about one, and what they call by its kind."""
    personal = re.search(r"(?<!\w)(?:him|her|he|she|his)(?!\w)", reading.norm)
    named = compiled(rf"(?<!\w)(?:that|this|the same|those|these) (?P<noun>{_NOUNS})(?!\w)").search(reading.norm)
    found = [one for one in memory.focus if one.kind != "user"]
    if personal:
        found = [one for one in found if one.kind in ("contact", "lead")]
    elif re.search(r"(?<!\w)(?:them|they|their)(?!\w)", reading.norm):
        found = [one for one in found if one.kind in ("contact", "lead", "account")]
    if whose := compiled(rf"(?<!\w)(?:his|her|its|their) (?P<noun>{_NOUNS})(?!\w)").search(reading.norm):
        found = [one for one in found if one.kind == _KINDS.get(whose["noun"].rstrip("s"))]
    if named and (wanted := _KINDS.get(named["noun"].rstrip("s"))):
        found = [one for one in found if one.kind == wanted]
    return found


def called(norm: str) -> str:
    """The kind that words point at by its noun ("that account"); empty where they name none."""
    named = compiled(rf"(?<!\w)(?:that|this|the same|the|those|these) (?P<noun>{_NOUNS})(?!\w)").search(norm)
    return _KINDS.get(named["noun"].rstrip("s"), "") if named else ""


_KINDS = {
    "deal": "opportunity", "opportunity": "opportunity", "account": "account", "company": "account",
    "customer": "account", "contact": "contact", "person": "contact", "lead": "lead", "campaign": "campaign",
    "product": "product", "task": "task",
}  # fmt: skip


def _hanging_on(records: list[Record], kind: KindCard) -> list[dict[str, Any]] | None:
    """On the latest of them that records of the kind hang on: a task just made is none that leads come from."""
    return next(([said] for one in records if (said := link_to((one,), kind))), None)


def _carried(where: tuple[Mapping[str, Any], ...], kind: KindCard, kinds: Kinds) -> Iterator[dict[str, Any]]:
    """Of the conditions of an earlier list those that hold for records of another kind too: its places and links."""
    for one in where:
        name = str(one["field"]).rpartition(".")[2]
        path = path_to(kind, name, kinds) if name in _PLACES else name if name in _LINKS and kind.field(name) else None
        if path is not None:
            yield {**one, "field": path}
