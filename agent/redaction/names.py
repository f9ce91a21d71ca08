"""The names a workspace knows, compiled for lookup, and the keys by which a store finds the few that matter.

Two ways to use it. With few names (a team, a test): `NameIndex.of(names)` once. With many: store `index_keys(name)`
beside every record, ask the store for the records whose keys are in `lookup_keys(text)`, and compile only those; that
costs the same for a hundred names and for a million.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from itertools import chain, pairwise

from agent.redaction.kinds import RecordRef
from agent.redaction.normalise import clean
from agent.redaction.words import NEVER_ALONE, PARTICLES, TITLES, WORD, fold, fold_transcribed

_LONGEST_NAME = 8


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


def mark_telling(names: Iterable[KnownName]) -> tuple[KnownName, ...]:
    """Mark first and last names that belong to one person only, among the names given, as counting alone."""
    kept = tuple(names)
    first: dict[str, set[RecordRef]] = {}
    last: dict[str, set[RecordRef]] = {}
    for name in kept:
        if ends := _ends(name):
            first.setdefault(ends[0], set()).add(name.record)
            last.setdefault(ends[1], set()).add(name.record)
    return tuple(_marked(name, first, last) for name in kept)


def _ends(name: KnownName) -> tuple[str, str] | None:
    """First and last name of a person, folded; None for other names and for a single name."""
    parts = _person_parts(name.text) if name.kind is NameKind.PERSON else []
    if len(parts) < 2:
        return None
    return " ".join(map(fold, parts[0])), " ".join(map(fold, parts[-1]))


def _marked(name: KnownName, first: dict[str, set[RecordRef]], last: dict[str, set[RecordRef]]) -> KnownName:
    ends = _ends(name)
    if ends is None:
        return name
    by_first, by_last = len(first[ends[0]]) == 1, len(last[ends[1]]) == 1
    alone = {(True, True): Alone.EITHER, (True, False): Alone.FIRST, (False, True): Alone.LAST}
    return replace(name, alone=alone.get((by_first, by_last), Alone.NEITHER))


def index_keys(name: str) -> frozenset[str]:
    """The keys under which a store files a name: every word of it, folded, and words that may be written as one."""
    raw = _raw_words(name)
    words = [fold(word) for word in raw]
    keys = {word for word in words if len(word) > 1 and word not in NEVER_ALONE} or set(words)
    keys |= {fold_transcribed(word) for word in raw if not word.isascii()}
    keys |= {first + second for first, second in pairwise(words)}
    return frozenset(keys)


def lookup_keys(text: str) -> frozenset[str]:
    """The keys to look names up by, for everything `text` might name; a superset costs time, never correctness."""
    telling = {word for word in map(fold, _raw_words(text)) if word not in NEVER_ALONE and not word.isdigit()}
    return frozenset(telling | {word[:-1] for word in telling if word.endswith("s") and len(word) > 3})


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
