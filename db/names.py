"""Finding records by name in spite of typing errors, with indexed look-ups and no state in memory.

A name is stored as folded words. Each distinct word is filed under a few keys: itself, itself with any one letter left
out (symmetric deletion: two words at most one insertion, deletion, substitution or swap of neighbours apart share a
key), and its consonant skeleton ("Orion" and "Orrian" are both "orn"). A mistyped word meets its candidates by
equality of keys; the caller ranks them by edit distance.

Reference: Bocek, Hunt and Stiller (2007), Fast similarity search in large dictionaries.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum

_WORD = re.compile(r"[^\W_]+")
_VOWELS = frozenset("aeiouyh")
_LONGEST = 60
_MOST_WORDS = 12
_SHORTEST_MISTYPED = 4
"""Shorter words, and numbers, have so many neighbours that only themselves are meant."""


class NamedKind(StrEnum):
    ACCOUNT = "account"
    CONTACT = "contact"
    LEAD = "lead"
    OPPORTUNITY = "opportunity"
    CAMPAIGN = "campaign"
    PRODUCT = "product"
    USER = "user"
    TRAINER = "trainer"
    COURSE = "course"
    BATCH = "batch"
    LEARNER = "learner"
    TEMPLATE = "template"


def fold(text: str) -> str:
    """Lower case without accents: "Müller" and "MULLER" are the same word."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    return [word[:_LONGEST] for word in _WORD.findall(fold(text))]


def skeleton(word: str) -> str:
    """First letter, then consonants, runs of one letter collapsed: "globex" -> "glbx"."""
    kept = word[:1]
    for letter in word[1:]:
        if letter not in _VOWELS and letter != kept[-1]:
            kept += letter
    return kept


def may_be_mistyped(word: str) -> bool:
    return len(word) >= _SHORTEST_MISTYPED and not word.isdigit()


def spellings(word: str) -> set[str]:
    """The keys a word is filed and looked up under."""
    if not may_be_mistyped(word):
        return {word}
    # The mark keeps skeletons apart from words.
    return {word, f"~{skeleton(word)}", *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def tokens(named: Iterable[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
    """(record id, position, word) for (record id, name) pairs; single letters are not looked up."""
    for record_id, name in named:
        for position, word in enumerate(words(name)[:_MOST_WORDS]):
            if len(word) > 1:
                yield record_id, position, word
