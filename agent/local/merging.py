"""Two or more records that are the same one, named in a turn that says so: "A and B are the same person, merge them".

The first one stays, or the one that the others are to go into, or the one that is to be kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.local import guard
from agent.local.conditions import Kinds
from agent.local.lexicon import words_of
from agent.local.mentions import Mention, Named
from agent.local.reading import Reading
from agent.local.schema import Memory, Record
from agent.local.selecting import unread

MERGED = ("account", "contact", "lead")
_MERGE = re.compile(
    r"(?<!\w)(?:merge|merged|merging|combine|dedupe|de-dupe|de dupe|deduplicate|unify|fold|join|consolidate)(?!\w)"
)
_INTO = re.compile(r"(?:in ?to|onto|under) (?:the )?$")
_KEEP = re.compile(r"(?:keep|keeping|survivor is|stays is|leave|retain)(?: the)? $")
_BOTH = re.compile(r"(?<!\w)(?:them|both|those|these|the two|the pair)(?!\w)")
_SAYS_SAME = words_of("assigns_nothing") | words_of("talk") | words_of("says_same")  # fmt: skip
_TWO = 2


@dataclass(frozen=True, slots=True)
class Merging:
    """Which record stays, and which become part of it."""

    keep: Record
    merge: tuple[Record, ...]


def merging(reading: Reading, kinds: Kinds, memory: Memory) -> Merging | None:
    """What a turn merges; None where it merges nothing, says more than that, or names a record that may be several."""
    if not _MERGE.search(reading.norm) or guard.is_question(reading) or guard.is_ban(reading) or reading.content:
        return None
    mentions = [
        one for one in reading.mentions_of(Named.RECORD) if any(record.kind in MERGED for record in one.records)
    ]
    named = _of_one_kind(mentions)
    if not mentions and _BOTH.search(reading.norm):
        rows = memory.listed if len(memory.listed) == _TWO else memory.focus[:_TWO]
        named = (
            [rows[0], rows[1]]
            if len(rows) == _TWO and len({one.kind for one in rows}) == 1 and rows[0].kind in MERGED
            else []
        )
    if len(named) < _TWO or _says_more(reading, mentions):
        return None
    keep = next(_kept(reading, mentions, named), named[0])
    return Merging(keep, tuple(one for one in named if one != keep))


def _of_one_kind(mentions: Sequence[Mention]) -> list[Record]:
    """The records of the kind of which every name means exactly one."""
    for kind in MERGED:
        options = [[one for one in dict.fromkeys(mention.records) if one.kind == kind] for mention in mentions]
        if len(options) >= _TWO and all(len(several) == 1 for several in options):
            return list(dict.fromkeys(several[0] for several in options))
    return []


def _says_more(reading: Reading, mentions: Sequence[Mention]) -> bool:
    spans = [reading.text.span(one.first, one.last) for one in mentions]
    return any(word not in _SAYS_SAME for word in unread(reading, spans))


def _kept(reading: Reading, mentions: Sequence[Mention], named: Sequence[Record]) -> Iterator[Record]:
    for mention in mentions:
        before = reading.norm[: reading.text.span(mention.first, mention.last)[0]]
        if _INTO.search(before) or _KEEP.search(before):
            yield from (one for one in mention.records if one in named)
