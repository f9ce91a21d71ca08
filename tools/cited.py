"""Turns the numbers of a sentence that science has worded into figures with references."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tools.evidence import Figures, RowsBehind, Unit

# A rate with its counts, a range in brackets, points, money, a plain count: each is one figure. Periods, dates and
# names stay text.
_PLAIN = r"[+−-]?(?:[$€£¥₹])?\d[\d,]*(?:\.\d+)?(?: %| points?)?"
_NUMBER = re.compile(
    rf"(?<=\(){_PLAIN} to {_PLAIN}(?=\))"
    r"|(?<![\w.])[+−-]?(?:[$€£¥₹])?\d[\d,]*(?:\.\d+)?"
    r"(?: %(?: \(\d[\d,]* of \d[\d,]*\))?| points?| times| of \d[\d,]*)?"
    r"(?!\w|[.-]\d|Q\d)"
)
_DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2})?|\b\d{4}Q\d\b|\b(?:19|20)\d{2}\b")


@dataclass(frozen=True, slots=True)
class Known:
    """What a number of a sentence is, told by the words it stands between.

    Attributes:
        number: its text; None means any.
        before, after: the words right before and right after it; empty means any.
        rows: the deals it counts; None where it is computed and no list makes it.
    """

    label: str
    number: str | None = None
    before: str = ""
    after: str = ""
    rows: RowsBehind | None = None

    def fits(self, text: str, start: int, end: int) -> bool:
        """Whether this is about the number at `text[start:end]`."""
        same = self.number is None or self.number == text[start:end]
        return same and text.endswith(self.before, 0, start) and text.startswith(self.after, end)


def cited(text: str, figures: Figures, *, prefix: str, label: str, known: Iterable[Known]) -> str:
    """The sentence with references in place of its numbers.

    Args:
        prefix: begins the keys of the figures, so that several sentences do not clash.
        label: what a number is when `known` does not tell.
        known: what the numbers are; the first that fits a number counts.
    """
    told, unknown = tuple(known), Known(label)
    dates = [match.span() for match in _DATE.finditer(text)]
    parts, at, count = [], 0, 0
    for match in _NUMBER.finditer(text):
        if any(start <= match.start() < end for start, end in dates):
            continue
        count += 1
        one = next((each for each in told if each.fits(text, *match.span())), unknown)
        reference = figures.add(f"{prefix}.{count}", match[0], Unit.TEXT, one.label, rows=one.rows)
        parts += [text[at : match.start()], reference]
        at = match.end()
    return "".join([*parts, text[at:]])
