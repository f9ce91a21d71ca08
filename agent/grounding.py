"""Only what a tool said reaches the reader.

A model writes figures as references (`[[1.rate.current]]`); code puts in value and citation. Its text is refused as a
whole, and the tools' own sentences stand in, when it holds a reference no tool gave, a digit that neither the person
wrote nor a tool said in words, or the claim of an action without the tool event.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tools.evidence import REFERENCE, Figure

_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")
_PLACEHOLDER = re.compile(r"<[a-z_]+_\d+(?:_\d+)?>")
_CLAIM = re.compile(
    r"\b(?:i|we)(?:'ve|’ve| have)?\s+(?:just |now |already |also )*"
    r"(sent|e-?mailed|messaged|created|added|scheduled|set|booked|updated|changed|moved|deleted|removed|merged|assigned"
    r"|closed|marked|reminded|notified|approved|called)\b"
    r"|\b(?:has|have|was|were|is|been)\s+(?:been\s+)?(?:successfully\s+)?"
    r"(sent|e-?mailed|created|scheduled|booked|updated|deleted|removed|merged|assigned)\b"
    r"|^\s*(?:done|sent|created|updated|deleted)\b[.!]?",
    re.IGNORECASE | re.MULTILINE,
)


class Verdict(StrEnum):
    GROUNDED = "grounded"
    EMPTY = "empty"
    UNKNOWN_REFERENCE = "unknown_reference"
    BARE_FIGURE = "bare_figure"
    CLAIMED_ACTION = "claimed_action"


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


def judge(text: str, figures: Mapping[str, Figure], *, own_words: str, said: Sequence[str], acted: bool) -> Verdict:
    """Whether a model's text may be shown.

    Args:
        figures: every reference a tool of this turn gave.
        own_words: the person's message; its digits may be repeated.
        said: the tools' sentences; digits in them outside references (dates, names) may be repeated.
        acted: whether a change was carried out or a proposal made in this turn.
    """
    if not text.strip():
        return Verdict.EMPTY
    if any(reference not in figures for reference in REFERENCE.findall(text)):
        return Verdict.UNKNOWN_REFERENCE
    allowed = set(_DIGITS.findall(own_words))
    for sentence in said:
        allowed |= set(_DIGITS.findall(REFERENCE.sub(" ", sentence)))
    bare = _DIGITS.findall(_PLACEHOLDER.sub(" ", REFERENCE.sub(" ", text)))
    if any(digits not in allowed for digits in bare):
        return Verdict.BARE_FIGURE
    if not acted and _CLAIM.search(text):
        return Verdict.CLAIMED_ACTION
    return Verdict.GROUNDED


def render(text: str, figures: Mapping[str, Figure]) -> Rendered:
    """Put the figures in, each followed by its mark; the same figure keeps its mark."""
    marks: dict[str, Cited] = {}

    def shown(match: re.Match[str]) -> str:
        key = match[1]
        if key not in figures:
            return match[0]  # text of a record that looks like a reference stays text
        if key not in marks:
            step, _, _ = key.partition(".")
            marks[key] = Cited(len(marks) + 1, figures[key], int(step))
        return f"{figures[key].text} [{marks[key].n}]"

    return Rendered(REFERENCE.sub(shown, text), tuple(marks.values()))


def numbered(text: str, step: int) -> str:
    """References of one tool result as references of the turn."""
    return REFERENCE.sub(lambda match: f"[[{step}.{match[1]}]]", text)
