"""Patterns that cost nothing until they are needed.

A rule is compiled at its first use, which keeps the import of the package short, and is tried only on texts in which
one of its telling words occurs, which keeps redaction fast: most texts hold no label, key or street at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property


class Rule:
    """A regular expression and the words, in lower case, of which every match contains at least one."""

    def __init__(self, source: str, flags: int = 0, *, needs: str = "") -> None:
        self._source = source
        self._flags = flags
        self._needs = tuple(needs.split())

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self._source, self._flags)

    def matches(self, text: str, lowered: str) -> Iterator[re.Match[str]]:
        """All matches in a text, given with its lower-case copy so that rules share it."""
        # A plain loop: this line runs for every rule on every text, and a generator would double its cost.
        for word in self._needs:
            if word in lowered:
                return self._pattern.finditer(text)
        return iter(()) if self._needs else self._pattern.finditer(text)

    def within(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """All matches that begin at `start` or later, whatever words the text holds."""
        return self._pattern.finditer(text, start)

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first match that begins at `start` or later."""
        return self._pattern.search(text, start)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """A match that begins at `start`."""
        return self._pattern.match(text, start)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """A match of the whole text."""
        return self._pattern.fullmatch(text)
