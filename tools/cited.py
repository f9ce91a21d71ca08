"""Turns the numbers of a sentence that science has worded into figures with references."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tools.evidence import Figures, Unit

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


def cited(text: str, figures: Figures, *, prefix: str, label: str, known: Mapping[str, str]) -> str:
    """The sentence with references in place of its numbers.

    Args:
        prefix: begins the keys of the figures, so that several sentences do not clash.
        label: what a number is when `known` does not tell.
        known: text of a number -> its label.
    """
    dates = [match.span() for match in _DATE.finditer(text)]
    parts, at, count = [], 0, 0
    for match in _NUMBER.finditer(text):
        if any(start <= match.start() < end for start, end in dates):
            continue
        count += 1
        shown = match[0]
        reference = figures.add(f"{prefix}.{count}", shown, Unit.TEXT, known.get(shown, label))
        parts += [text[at : match.start()], reference]
        at = match.end()
    return "".join([*parts, text[at:]])
