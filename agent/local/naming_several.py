"""Several records that are named one after the other and get the same: "Jane Roe and Tom Fox both to Leah"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from agent.local.assigning import assigned, orders
from agent.local.conditions import Kinds
from agent.local.mentions import Mention, Named
from agent.local.reading import Reading
from agent.local.schema import KindCard, Record

_JOINS = frozenset({"and", ",", ", and", "&", "plus", "as well as", "n", "+", "/", "and also", ", &"})


@dataclass(frozen=True, slots=True)
class Several:
    """Named records of one kind, and what they become."""

    kind: KindCard
    records: tuple[Record, ...]
    values: Mapping[str, Any]


def several_named(reading: Reading, kinds: Kinds) -> Several | None:
    """The records and their values; None where a name may mean several of a kind, or where a word is left."""
    mentions = [
        one for one in reading.mentions_of(Named.RECORD) if any(record.kind != "user" for record in one.records)
    ]
    for end in range(len(mentions), 1, -1):
        if _is_list(reading, mentions[:end]) and orders(reading):
            return _of_a_kind(reading, mentions[:end], kinds)
    return None


def _is_list(reading: Reading, mentions: Sequence[Mention]) -> bool:
    gaps = (reading.text.norm_between(one.last, two.first).strip() for one, two in pairwise(mentions))
    return all(gap in _JOINS for gap in gaps)


def _of_a_kind(reading: Reading, mentions: Sequence[Mention], kinds: Kinds) -> Several | None:
    rest = reading.without(mentions[0].first, mentions[-1].last)
    for kind in kinds.values():
        options = [[one for one in dict.fromkeys(mention.records) if one.kind == kind.kind] for mention in mentions]
        if not kind.writable or any(len(one) != 1 for one in options):
            continue
        if values := assigned(rest, kind):
            return Several(kind, tuple(one[0] for one in options), values)
    return None
