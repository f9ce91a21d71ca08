"""Conditions by closed lists and places: regions, industries, stages, countries, and cities that no list knows."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from agent.local.conditions.condition import Kinds, Narrowed, on_field
from agent.local.lexicon import countries
from agent.local.mentions import Mention, Named
from agent.local.patterns import compiled
from agent.local.reading import Reading
from agent.local.schema import FieldCard, KindCard

_BY_LIST = {
    "region": "region", "industry": "industry", "lead_source": "source", "stage": "stage", "lead_status": "status",
    "product": "product", "campaign": "campaign", "team": "team", "deal_type": "deal_type", "competitor": "competitor",
}  # fmt: skip
_THROUGH = ("account", "opportunity", "lead", "contact")
_THROUGH_LINKS = frozenset({"region", "industry", "country", "stage"})


def listed(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    by_path: dict[tuple[str, bool], list[Mention]] = {}
    for mention in reading.mentions_of(Named.VALUE):
        name = _BY_LIST.get(mention.dimension)
        if country_of(reading, mention):
            continue
        path = path_to(kind, name, kinds) if name else None
        if path is not None and _takes(kind, path, mention.value):
            by_path.setdefault((path, mention.negated), []).append(mention)
    for (path, negated), mentions in by_path.items():
        values = list(dict.fromkeys(one.value for one in mentions))
        for one in mentions:
            start, end = _with_its_name(reading, kind.field(path), *reading.text.span(one.first, one.last))
            start = _with_negation(reading, start, negated=negated)
            yield Narrowed(on_field(path, *values, test="is_not" if negated else "is"), start, end)


_EXCLUDING = re.compile(
    r"(?<!\w)(?:excluding|except|except for|other than|apart from|not counting|without|leaving out|leave out|minus|outside|but not|not|no|besides|ignoring)(?: (?:the|those|in|from|for|of|any|at|counting))* $"
)


def _with_negation(reading: Reading, start: int, *, negated: bool) -> int:
    """Where a value that is left out begins, with the words that leave it out."""
    before = _EXCLUDING.search(reading.norm[:start]) if negated else None
    return before.start() if before is not None else start


def _with_its_name(reading: Reading, field: FieldCard | None, start: int, end: int) -> tuple[int, int]:
    """Where a value stands with the name of its field beside it: "with source Partner", "stage: Proposal"."""
    for word in field.words if field is not None else ():
        said = re.escape(word.lower())
        if before := compiled(rf"(?<!\w){said}(?: is| was| =| :|:)* $").search(reading.norm[:start]):
            return before.start(), end
        if after := compiled(rf" {said}(?!\w)").match(reading.norm[end:]):
            return start, end + after.end()
    return start, end


def country_of(reading: Reading, mention: Mention) -> str:
    """The country behind half the name of a team ("UK & Ireland"), which most people mean by it; empty for others."""
    if mention.dimension != "team":
        return ""
    return countries().get(reading.text.norm_between(mention.first, mention.last), "")


def _takes(kind: KindCard, path: str, value: str) -> bool:
    """Whether a field of a closed set has this value: the stages of deals are no status of a meeting."""
    field = kind.field(path)
    return field is None or not field.choices or value.lower() in field.choices


def places(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    path = path_to(kind, "country", kinds)
    found = reading.mentions_of(Named.COUNTRY) if path else []
    for mention in reading.mentions_of(Named.VALUE) if path else []:
        if name := country_of(reading, mention):
            found.append(replace(mention, value=name))
    for negated in (False, True):
        values = [one.value for one in found if one.negated is negated]
        for one in (one for one in found if one.negated is negated):
            start, end = reading.text.span(one.first, one.last)
            start = _with_negation(reading, start, negated=negated)
            yield Narrowed(on_field(path or "", *dict.fromkeys(values), test="is_not" if negated else "is"), start, end)


def path_to(kind: KindCard, name: str, kinds: Kinds) -> str | None:
    """The field of that name, or the one of what the kind is linked to."""
    if kind.field(name) is not None:
        return name
    for link in _THROUGH if name in _THROUGH_LINKS else ():
        if kind.field(link) is not None and link in kinds and kinds[link].field(name) is not None:
            return f"{link}.{name}"
    return None


def unknown_places(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """`in Texas`: a place that no list knows is a city of accounts and a region of leads."""
    name = next((one for one in ("city", "region") if kind.field(one) is not None), None)
    tokens, labels = reading.text.tokens, reading.labels
    if name is None or reading.text.shouted:
        return
    place = 1
    while place < len(tokens):
        if tokens[place - 1].norm == "in" and labels[place] == "<unk>" and tokens[place].is_capitalised:
            end = place + 1
            while end < len(tokens) and labels[end] == "<unk>" and tokens[end].is_capitalised:
                end += 1
            yield Narrowed(on_field(name, reading.text.written_between(place, end)), *reading.text.span(place, end))
            place = end
        place += 1
