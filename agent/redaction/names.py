"""The names that may stand in a text, compiled for lookup: `NameIndex.of(names)`.

Compiling takes time for every name, so the caller asks its store for the records a text may mean and compiles those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from itertools import chain

from agent.redaction.kinds import RecordRef
from agent.redaction.normalise import clean
from agent.redaction.words import NEVER_ALONE, PARTICLES, TITLES, WORD, fold, fold_transcribed

_LONGEST_NAME = 8
UNLINKED = "person"
"""Kind of a reference to somebody of whom only the name is known: it yields to any record of the same name."""


class NameKind(StrEnum):
    """People are hidden, accounts on request; business names (products, deals, campaigns) are only linked."""

    PERSON = "person"
    ACCOUNT = "account"
    BUSINESS = "business"


class Alone(StrEnum):
    """Which part of a person's name also counts by itself, because the caller found it telling enough."""

    NEITHER = "neither"
    FIRST = "first"
    LAST = "last"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name as the CRM holds it, and the record it belongs to."""

    text: str
    kind: NameKind
    record: RecordRef
    alone: Alone = Alone.NEITHER


class Form(IntEnum):
    """Which form of a name a key is."""

    FULL = 0
    REVERSED = 1
    FIRST = 2
    LAST = 3
    SURNAME = 4
    """The last name of everybody: it counts after a title or the person's initial only."""


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Forms of names, by their folded words.

    Attributes:
        forms: folded words joined by a space -> (position in `names`, form).
        longest: first folded word -> how many words its longest form has.
    """

    names: tuple[KnownName, ...]
    forms: dict[str, list[tuple[int, Form]]]
    longest: dict[str, int]

    @classmethod
    def of(cls, names: Iterable[KnownName]) -> NameIndex:
        """Compile names; those without a letter or digit, or longer than any name, are skipped."""
        kept = tuple(names)
        index = cls(kept, {}, {})
        for position, name in enumerate(kept):
            for words, form in _forms(name):
                _add(index, words, position, form)
        return index

    def __bool__(self) -> bool:
        return bool(self.names)


NO_NAMES = NameIndex((), {}, {})


def initial_of(name: KnownName) -> str:
    """The folded first letter of a person's first name."""
    return fold(_person_parts(name.text)[0][0])[:1]


def _raw_words(text: str) -> list[str]:
    return WORD.findall(text if text.isascii() else clean(text).text)


def _person_parts(text: str) -> list[list[str]]:
    """First, middle and last names as words ("Jean-Luc" has two), in spoken order, without titles."""
    plain = text if text.isascii() else clean(text).text
    if "," in plain:
        plain = " ".join(reversed(plain.split(",", 1)))
    parts = [words for piece in plain.split() if (words := WORD.findall(piece))]
    untitled = [words for words in parts if len(words) > 1 or fold(words[0]) not in TITLES] or parts
    for i, words in enumerate(untitled[1:], start=1):
        if fold(words[0]) in PARTICLES:
            return [*untitled[:i], list(chain.from_iterable(untitled[i:]))]
    return untitled


def _forms(name: KnownName) -> Iterator[tuple[list[str], Form]]:
    parts = _person_parts(name.text) if name.kind is NameKind.PERSON else [_raw_words(name.text)]
    if not 0 < sum(map(len, parts)) <= _LONGEST_NAME:
        return
    for spelling in (fold,) if name.text.isascii() else (fold, fold_transcribed):
        folded = [[spelling(word) for word in words] for words in parts]
        if name.kind is NameKind.PERSON:
            yield from _person_forms(folded, name.alone)
        else:
            yield folded[0], Form.FULL


def _person_forms(parts: list[list[str]], alone: Alone) -> Iterator[tuple[list[str], Form]]:
    """The ways to write a person's name; parts of several words ("O'Brien") are also written as one."""
    yield list(chain.from_iterable(parts)), Form.FULL
    if any(len(words) > 1 for words in parts):
        parts_joined = [["".join(words)] for words in parts]
        yield [words[0] for words in parts_joined], Form.FULL
    if len(parts) == 1:
        return
    first, last = parts[0], parts[-1]
    by_last = Form.LAST if alone in {Alone.LAST, Alone.EITHER} else Form.SURNAME
    yield [*last, *chain.from_iterable(parts[:-1])], Form.REVERSED
    if len(parts) > 2:
        yield [*first, *last], Form.FULL
        yield [*last, *first], Form.REVERSED
        yield [*chain.from_iterable(parts[1:]), *first], Form.REVERSED
    yield last, by_last
    if len(last) > 1 and last[0] not in PARTICLES:
        yield ["".join(last)], by_last
    if last[0] in PARTICLES and len(last) > 1:
        yield last[-1:], by_last
        yield [*first, last[-1]], Form.FULL
    if alone in {Alone.FIRST, Alone.EITHER}:
        yield first, Form.FIRST
        if len(first) > 1:
            yield ["".join(first)], Form.FIRST


def _add(index: NameIndex, words: list[str], position: int, form: Form) -> None:
    if len(words) == 1 and words[0] in NEVER_ALONE:
        return
    index.forms.setdefault(" ".join(words), []).append((position, form))
    if len(words) > index.longest.get(words[0], 0):
        index.longest[words[0]] = len(words)
