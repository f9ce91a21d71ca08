"""References in a text become figures with their marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from re import Match

from tools.evidence import REFERENCE, Figure


@dataclass(frozen=True, slots=True)
class Cited:
    """A figure as it appears in an answer: `n` is its mark."""

    n: int
    figure: Figure
    step: int


@dataclass(frozen=True, slots=True)
class Rendered:
    text: str
    citations: tuple[Cited, ...]


def render(text: str, figures: Mapping[str, Figure], notes: Sequence[str] = ()) -> Rendered:
    """Put the figures in, each followed by its mark; the same figure keeps its mark.

    Args:
        notes: for each reference of the text, in order, what its sentence leaves unsaid of the figure; empty for none.
    """
    marks: dict[str, Cited] = {}
    positions = count()

    def shown(match: Match[str]) -> str:
        key = match[1]
        if key not in figures:
            return match[0]  # text of a record that looks like a reference stays text
        position = next(positions)
        note = notes[position] if position < len(notes) else ""
        if key not in marks:
            step, _, _ = key.partition(".")
            marks[key] = Cited(len(marks) + 1, figures[key], int(step))
        return f"{figures[key].text}{f' ({note})' if note else ''} [{marks[key].n}]"

    return Rendered(REFERENCE.sub(shown, text), tuple(marks.values()))


def numbered(text: str, step: int) -> str:
    """References of one tool result as references of the turn."""
    return REFERENCE.sub(lambda match: f"[[{step}.{match[1]}]]", text)
