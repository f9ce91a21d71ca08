"""The order of what was found, and the piece of text that shows why.

Among the best records by place (name before text) and time, relevance decides inside each place: BM25 with the
statistics of these very records. A database's own BM25 weighs words by all documents, those beyond the person's sight
too, and the order would tell how often a word stands in what is withheld.

References: Robertson and Zaragoza (2009), The Probabilistic Relevance Framework: BM25 and Beyond. Büttcher and Clarke
(2005), A Security Model for Full-Text File System Search in Multi-User Environments, on the order as a leak.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from db.fulltext.question import Term
from db.names import fold, words

_SATURATION, _BY_LENGTH = 1.2, 0.75
_NAME_WEIGHT = 5
_AROUND = 80
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Snippet:
    """Part of a text in which the words stand. `marks` are (start, end) of each hit in `text`."""

    field: str
    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What a record holds in one column that is shown."""

    field: str
    text: str
    name: bool = False


def relevance(documents: Sequence[Sequence[Held]], asked: Sequence[Term]) -> list[float]:
    """BM25 of each document, without the weight of rarity: every one of them holds every word. Of names, those count
    most that consist of nothing else."""
    sought = _sought(asked)
    counted = [_counts(document, sought) for document in documents]
    mean = max(1.0, sum(one.length for one in counted) / max(1, len(counted)))
    return [_score(one, mean) for one in counted]


@dataclass(frozen=True, slots=True)
class _Counted:
    """How often each word stands in a document of so many words, and the share of its name that was asked for."""

    words: Counter[str]
    length: int
    of_name: float


def _score(one: _Counted, mean: float) -> float:
    room = _SATURATION * (1 - _BY_LENGTH + _BY_LENGTH * one.length / mean)
    within = sum(count * (_SATURATION + 1) / (count + room) for count in one.words.values())
    return _NAME_WEIGHT * one.of_name + within


def _sought(asked: Sequence[Term]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Whole words, and beginnings of words."""
    every = [(term, term.words) for term in asked]
    begun = tuple(several[-1] for term, several in every if term.begun and several)
    return frozenset(word for _, several in every for word in several), begun


def _counts(document: Sequence[Held], sought: tuple[frozenset[str], tuple[str, ...]]) -> _Counted:
    counts: Counter[str] = Counter()
    length, named, names = 0, 0, 0
    for held in document:
        several = words(held.text)
        meant = [word for one in several if (word := _meant(one, sought)) is not None]
        counts.update(meant)
        length += len(several)
        named, names = (named + len(meant), names + len(several)) if held.name else (named, names)
    return _Counted(counts, length, named / names if names else 0.0)


def _meant(word: str, sought: tuple[frozenset[str], tuple[str, ...]]) -> str | None:
    whole, begun = sought
    if word in whole:
        return word
    return next((beginning for beginning in begun if word.startswith(beginning)), None)


def snippet(document: Sequence[Held], asked: Sequence[Term]) -> Snippet | None:
    """The text with most of the words, cut round the first of them; a name only where nothing else has any."""
    sought = _sought(asked)
    best: tuple[int, Held, list[tuple[int, int]]] | None = None
    for held in sorted(document, key=lambda one: one.name):
        marks = [found.span() for found in _WORD.finditer(held.text) if _meant(fold(found[0]), sought) is not None]
        marks = marks or _number(held.text, asked)
        if marks and (best is None or len(marks) > best[0]):
            best = (len(marks), held, marks)
    return _cut(best[1], best[2]) if best else None


def _number(text: str, asked: Sequence[Term]) -> list[tuple[int, int]]:
    """Where a telephone number stands that was written otherwise."""
    places = [found.start() for found in _DIGITS.finditer(text)]
    digits = "".join(text[place] for place in places)
    for term in asked:
        if term.digits and (at := digits.find(term.digits)) >= 0:
            return [(places[at], places[at + len(term.digits) - 1] + 1)]
    return []


def _cut(held: Held, marks: Sequence[tuple[int, int]]) -> Snippet:
    start, end = max(0, marks[0][0] - _AROUND), min(len(held.text), marks[0][1] + _AROUND)
    if start and (gap := held.text.find(" ", start, marks[0][0])) >= 0:
        start = gap + 1
    if end < len(held.text) and (gap := held.text.rfind(" ", marks[0][1], end)) >= 0:
        end = gap
    before, after = "…" if start else "", "…" if end < len(held.text) else ""
    shift = len(before) - start
    inside = tuple((one + shift, other + shift) for one, other in marks if one >= start and other <= end)
    text = "".join(" " if letter.isspace() else letter for letter in held.text[start:end])
    return Snippet(held.field, f"{before}{text}{after}", inside)
