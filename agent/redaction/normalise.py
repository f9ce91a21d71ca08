"""Clean text for recognition, with a way back to the characters the person wrote.

Recognisers work on a cleaned copy (compatibility forms composed, invisible characters gone, one kind of dash, quote
and space); what is replaced is always cut from the original, so that restoring is exact.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_DASHES = "‐‑‒–—―−⁃﹘﹣－﹦⸺⸻"
_SINGLE_QUOTES = "‘’‚‛ʼʹ′`´＇"
_DOUBLE_QUOTES = "“”„‟″«»"
_INVISIBLE = {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0", "\u2800"}
_SUBSTITUTES = (
    dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_SINGLE_QUOTES, "'")
    | dict.fromkeys(_DOUBLE_QUOTES, '"')
    | {"\u2028": "\n", "\u2029": "\n", "\u0085": "\n", "。": ".", "｡": ".", "․": ".", "﹫": "@"}
)

# Runs that need attention: foreign characters with the ASCII character they may combine with, and escapes as they
# stand in JSON, in a printed byte string and in HTML.
_FOREIGN = re.compile(
    r"\\u(?P<u>00[0-9a-fA-F]{2}|[0-9a-fA-F]{4})|\\x(?P<x>[0-9a-fA-F]{2})"
    r"|&\#(?P<d>[0-9]{2,5});|&\#[xX](?P<h>[0-9a-fA-F]{2,4});|&commat;"
    r"|[\x00-\x7f]?[^\x00-\x7f]+"
)
_ESCAPES = ("\\u", "\\x", "&#", "&commat;")


@dataclass(frozen=True, slots=True)
class CleanText:
    """The cleaned copy and, when it differs, where each of its characters begins and ends in the original."""

    text: str
    starts: list[int] | None
    ends: list[int] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that `text[start:end]` (not empty) was made from."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


class _Copy:
    """The cleaned copy while it is made."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []

    def keep(self, start: int, end: int) -> None:
        """Take characters over as they are."""
        self._parts.append(self._text[start:end])
        self._starts.extend(range(start, end))
        self._ends.extend(range(start + 1, end + 1))

    def put(self, start: int, end: int, made: str) -> None:
        """Put `made` in the place of characters."""
        self._parts.append(made)
        self._starts.extend([start] * len(made))
        self._ends.extend([end] * len(made))

    def finished(self) -> CleanText:
        return CleanText("".join(self._parts), self._starts, self._ends)


def clean(text: str) -> CleanText:
    """Fold compatibility forms, drop invisible and direction characters, decode escapes; keep the way back."""
    if text.isascii() and not any(mark in text for mark in _ESCAPES):
        return CleanText(text, None, None)
    copy, at = _Copy(text), 0
    for run in _FOREIGN.finditer(text):
        copy.keep(at, run.start())
        for start, end, made in _folded(run):
            copy.put(start, end, made)
        at = run.end()
    copy.keep(at, len(text))
    return copy.finished()


def _folded(run: re.Match[str]) -> list[tuple[int, int, str]]:
    """The run cut into groups of one base character and its marks: (start, end, cleaned)."""
    if (code := _escaped_character(run)) is not None:
        return [(run.start(), run.end(), _fold_group(code))]
    text, groups = run.group(), []
    begin = 0
    while begin < len(text):
        end = begin + 1
        while end < len(text) and (unicodedata.combining(text[end]) or _is_invisible(text[end])):
            end += 1
        groups.append((run.start() + begin, run.start() + end, _fold_group(text[begin:end])))
        begin = end
    return groups


def _escaped_character(run: re.Match[str]) -> str | None:
    for group, base in (("u", 16), ("x", 16), ("d", 10), ("h", 16)):
        if digits := run[group]:
            return chr(int(digits, base))
    return "@" if run.group() == "&commat;" else None


@lru_cache(maxsize=4096)
def _is_invisible(character: str) -> bool:
    return (
        unicodedata.category(character) == "Cf"
        or character in _INVISIBLE
        or "\ufe00" <= character <= "\ufe0f"
        or "\u180b" <= character <= "\u180f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )


@lru_cache(maxsize=8192)
def _fold_group(group: str) -> str:
    visible = "".join(_SUBSTITUTES.get(c, c) for c in group if not _is_invisible(c))
    # Twice: a compatibility form may unfold to a dash or quote that has its own plain form.
    folded = "".join(_SUBSTITUTES.get(c, c) for c in unicodedata.normalize("NFKC", visible))
    return "".join(_plain(c) for c in folded)


def _plain(character: str) -> str:
    if character.isascii():
        return character
    if character.isdigit():
        return str(unicodedata.digit(character))
    return " " if character.isspace() else character
