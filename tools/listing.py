"""A list as an answer: how many there are, the first of them in words, all of them as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from db.repositories.base import RecordRef
from tools.contract import Found, Person
from tools.evidence import Figures
from tools.people import each_once

SHOWN = 30
"""The most that a list puts into words, however many were asked for; the rows hold all of them."""
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Line]):
    """Lines of a repository with how many match in all. `noun` is what they are, in the plural: "deals"."""

    total: int
    lines: Sequence[Line]
    figures: Figures
    noun: str
    scope: str

    @property
    def shown(self) -> Sequence[Line]:
        return self.lines[:SHOWN]

    def head(self, what: str, *, order: str, within: str = "in", key: str = "matching") -> str:
        """`14 open deals in EMEA in your own deals; the first 10 by amount:` with its figures.

        Args:
            what: what matches, as its number asks for: "open deal".
            within: stands before the scope.
            key: name of the count among the figures.
        """
        count = self.figures.count(key, self.total, f"{what}, {self.scope}")
        rest = ""
        if self.total > len(self.shown):
            shown = self.figures.count("shown", len(self.shown), f"{self.noun} shown")
            rest = f"; the first {shown} by {order}"
        return f"{count} {what} {within} {self.scope}{rest}:"

    def numbered(self, worded: Callable[[int, Line], str]) -> list[str]:
        """The shown lines in words; `worded` takes the number of a line, from one, and the line."""
        return [worded(number, line) for number, line in enumerate(self.shown, start=1)]

    def found(
        self,
        text: Sequence[str],
        *,
        row: Callable[[Line], Mapping[str, Any]],
        focus: Callable[[Line], RecordRef | None],
        people: Callable[[Line], Iterable[Person]],
    ) -> Found:
        """The answer, with the lines of `text` as one piece."""
        refs = map(focus, self.lines)
        return Found(
            ("\n".join(text),),
            self.figures.all,
            tuple(row(line) for line in self.lines),
            focus=tuple(ref for ref in refs if ref is not None),
            people=each_once(person for line in self.lines for person in people(line)),
            scope=self.scope,
        )
