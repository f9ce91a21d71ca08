"""Finding records by name in spite of typing errors, with two indexed look-ups and no state in memory.

A name is stored as folded words. Each word carries a consonant skeleton ("Orion" and "Orrian" are both "orn"),
so a mistyped word meets its candidates by equality; the caller ranks them by edit distance.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum

_WORD = re.compile(r"[^\W_]+")
_VOWELS = frozenset("aeiouyh")
_LONGEST = 60


class NamedKind(StrEnum):
    ACCOUNT = "account"
    CONTACT = "contact"
    LEAD = "lead"
    OPPORTUNITY = "opportunity"
    CAMPAIGN = "campaign"
    PRODUCT = "product"
    USER = "user"


def fold(text: str) -> str:
    """Lower case without accents: "Müller" and "MULLER" are the same word."""
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
    return kept[:40]


def tokens(kind: NamedKind, named: Iterable[tuple[int, str]]) -> Iterator[dict[str, object]]:
    """Rows of `name_tokens` for (record id, name) pairs."""
    for record_id, name in named:
        for position, word in enumerate(words(name)[:12]):
            yield {
                "kind": kind.value,
                "record_id": record_id,
                "position": position,
                "token": word,
                "skeleton": skeleton(word),
            }
