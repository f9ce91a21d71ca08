"""Letters' words in each language, read from the plain files beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

_OPTIONAL = frozenset({"promise", "pain"})


@dataclass(frozen=True, slots=True)
class Words:
    """One language. `at("follow_up", "ask")` is a sentence with fields in braces, None where the language has none."""

    code: str
    entries: dict[str, Any]

    def at(self, *path: str) -> str | None:
        found: Any = self.entries
        for part in path:
            found = found.get(part) if isinstance(found, dict) else None
        return found if isinstance(found, str) else None

    def must(self, *path: str) -> str:
        found = self.at(*path)
        if found is None:
            raise KeyError(f"{self.code}.toml has no {'.'.join(path)}")
        return found

    def day(self, value: date, today: date) -> str:
        pattern = self.must("date" if value.year == today.year else "date_with_year")
        return pattern.format(day=value.day, month=self.entries["months"][value.month - 1], year=value.year)

    def quoted(self, text: str) -> str:
        before, after = self.entries["quotes"]
        return f"{before}{text}{after}"


@cache
def words(code: str) -> Words:
    text = (files(__package__) / f"{code}.toml").read_text(encoding="utf-8")
    return Words(code, tomllib.loads(text))


def paths(entries: dict[str, Any], before: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Every entry a language file must have; tests hold the languages against each other with it."""
    found: set[tuple[str, ...]] = set()
    for key, value in entries.items():
        found |= paths(value, (*before, key)) if isinstance(value, dict) else {(*before, key)}
    return {path for path in found if path[0] not in _OPTIONAL}
