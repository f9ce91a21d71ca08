"""What a person typed to search for, as terms that all have to be found.

A term is a word, a phrase in quotation marks, an address (its parts as a phrase) or a telephone number in whatever
form. The last word may be the beginning of one. Nothing in it is an operator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from db.names import words

_LONGEST = 400
_MOST = 16
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_PART = re.compile(r'"([^"]*)"?|(\+?\(?\d[\d\s()./-]{4,}\d(?![^\W_]))|([^\s"]+)')
_FEWEST_DIGITS = 6
_LAST_DIGITS = 8
_SHORTEST_BEGINNING = 2


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that has to be found.

    Attributes:
        text: as it was typed; the database cuts it into words as it cut what it holds.
        digits: of what may be a telephone number, the last ones: country and area codes come and go.
        begun: the last word may go on.
    """

    text: str
    digits: str = ""
    begun: bool = False

    @property
    def words(self) -> list[str]:
        return words(self.text)


def terms(text: str) -> tuple[Term, ...]:
    """What to search for; empty where nothing in it is a letter or a digit."""
    plain = _storable(text[:_LONGEST]).translate(_QUOTES)
    found = [term for part in _PART.finditer(plain) if (term := _term(part)) is not None]
    if found and not plain.rstrip().endswith('"'):
        last = found[-1]
        begun = len(last.words[-1]) >= _SHORTEST_BEGINNING
        found[-1] = Term(last.text, last.digits, begun=begun)
    return tuple(found[:_MOST])


def _term(part: re.Match[str]) -> Term | None:
    phrase, number, word = part.groups()
    said = phrase if phrase is not None else number or word
    if not words(said):
        return None
    digits = re.sub(r"\D", "", number or "").lstrip("0")
    return Term(said, digits[-_LAST_DIGITS:] if len(digits) >= _FEWEST_DIGITS else "")


def _storable(text: str) -> str:
    """Without what no database takes: halves of characters, and marks of control."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(" " if ord(letter) < 32 or ord(letter) == 127 else letter for letter in whole)
