"""Descriptions of figures in a model's own words: every word of them is one of the figure's label.

A label is a name and what narrows it: `win rate, EMEA, 2025Q1, your team`. Parts are said whole or not at all. A
description has to mean the figure it stands with: the one with the least left unsaid, and of equals the one said first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.grounding.tokens import Kind, Token, tokens_of
from agent.grounding.vocabulary import ALIASES, DIMENSIONS, SHORT

Words = tuple[str, ...]
_DIMENSIONS = tuple(tuple(name.split()) for name in DIMENSIONS)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a label: how it reads, the runs of words that say it, and those that say it only in its context."""

    text: str
    ways: tuple[Words, ...]
    short: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """A figure, what of its label was said and whether no other fits as well."""

    key: str
    said: frozenset[int]
    sure: bool


class Labels:
    """The labels of a turn, by reference, in the order in which the figures were said."""

    def __init__(self, labels: Mapping[str, str], order: Sequence[str]) -> None:
        known = [key for key in dict.fromkeys(order) if key in labels]
        self._order = [*known, *(key for key in labels if key not in set(known))]
        self.first = known[0] if known else None
        self._parts = {key: tuple(parts_of(labels[key])) for key in labels}

    def parts(self, key: str) -> tuple[Part, ...]:
        return self._parts[key]

    def names(self, key: str) -> tuple[Words, ...]:
        """The ways to say what a figure is called."""
        parts = self._parts.get(key, ())
        return parts[0].ways if parts else ()

    def meant(self, words: Words, among: frozenset[str] | None = None) -> Described | None:
        """The figure a description means, out of those spoken of; None where no label holds all of its words."""
        short = among is not None
        fits = [(key, used) for key in self._order if (used := _used(words, self._parts[key], short=short)) is not None]
        fits = [(key, used) for key, used in fits if among is None or key in among]
        if not fits:
            return None
        left = [len(self._parts[key]) - len(used) for key, used in fits]
        best = left.index(min(left))
        key, used = fits[best]
        return Described(key, used, sure=left.count(min(left)) == 1 and (len(fits) == 1 or bool(used - {0})))

    def unsaid(self, key: str, said: frozenset[int]) -> str:
        """What the sentence leaves open, in the label's words."""
        texts = (part.text for index, part in enumerate(self._parts[key]) if index not in said)
        return ", ".join(texts).replace(", of ", " of ")

    def said_in(self, key: str, words: Words) -> frozenset[int]:
        """The parts of a label that stand word for word in a sentence."""
        return frozenset(
            index
            for index, part in enumerate(self._parts.get(key, ()))
            if any(words[at : at + len(way)] == way for way in part.ways for at in range(len(words)))
        )

    def words(self, key: str, said: frozenset[int]) -> Words:
        return tuple(word for index in sorted(said) for word in self._parts[key][index].ways[0])


def parts_of(label: str) -> Iterator[Part]:
    tokens = tokens_of(label)
    borders = [0, *_borders(tokens), len(tokens)]
    for first, last in pairwise(borders):
        run = tokens[first:last]
        if words := _words(run):
            end = tokens[last].start if last < len(tokens) else len(label)
            yield Part(
                label[run[0].start : end].strip(" ,"), tuple(dict.fromkeys(_ways(run, words))), SHORT.get(words, ())
            )


def _borders(tokens: Sequence[Token]) -> Iterator[int]:
    """A part begins after a comma, and where the name of a figure says whose it is: `value | of Acme`."""
    depth = 0
    owned = False
    for index, token in enumerate(tokens):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if depth:
            continue
        if token.value == "," or (token.value == "of" and not owned and 0 < index < len(tokens) - 1):
            owned = True
            yield index


def _words(tokens: Sequence[Token]) -> Words:
    return tuple(token.value for token in tokens if token.speaks)


def _ways(run: Sequence[Token], words: Words) -> Iterator[Words]:
    yield words
    yield from ALIASES.get(words, ())
    if named := _named(run):
        yield named
    for name in _DIMENSIONS:
        if words[: len(name)] == name and len(words) > len(name):
            yield words[len(name) :]


def _named(run: Sequence[Token]) -> Words:
    """`your team (EMEA)` is also `your team`: the name in brackets adds nothing; `(region EMEA)` narrows and stays."""
    opening = next((index for index, token in enumerate(run) if token.kind is Kind.OPEN), None)
    closing = next((index for index, token in enumerate(run) if token.kind is Kind.CLOSE), None)
    if not opening or closing is None or run[0].value == "of" or _narrows(_words(run[opening:closing])):
        return ()
    return _words((*run[:opening], *run[closing:]))


def _narrows(words: Words) -> bool:
    return any(words[: len(name)] == name for name in _DIMENSIONS)


def _used(words: Words, parts: Sequence[Part], *, short: bool) -> frozenset[int] | None:
    """The parts of which the words are made, each said whole and once."""

    def rest(at: int, used: frozenset[int]) -> frozenset[int] | None:
        if at == len(words):
            return used
        for index, part in enumerate(parts):
            if index in used:
                continue
            for way in (*part.ways, *(part.short if short else ())):
                if words[at : at + len(way)] == way and (found := rest(at + len(way), used | {index})) is not None:
                    return found
        return None

    return rest(0, frozenset())
