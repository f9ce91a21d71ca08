"""A directory held in memory: for small workspaces, for training and for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

from agent.local.schema import Record
from agent.local.words import tokenise


class MemoryDirectory:
    """Records found by any word of their names and aliases, one or two typing errors allowed."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._words = [(record, _words(record)) for record in records]

    def lookup(self, words: Sequence[str]) -> Sequence[Record]:
        wanted = frozenset(words)
        return [record for record, own in self._words if own & wanted or _near(own, wanted)]


def _words(record: Record) -> frozenset[str]:
    return frozenset(
        token.norm for name in (record.name, *record.aliases) for token in tokenise(name).tokens if token.is_word
    )


def _near(own: Iterable[str], wanted: Iterable[str]) -> bool:
    return any(
        OSA.distance(one, other, score_cutoff=2) <= (1 if len(one) < 8 else 2)
        for one in own
        if len(one) > 4
        for other in wanted
        if abs(len(one) - len(other)) <= 2
    )
