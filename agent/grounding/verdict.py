"""What the judge can say of a text."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """Everything but `GROUNDED` keeps the whole text from the reader.

    `HIDDEN_TEXT`: marks that a reader does not see, or sees as something else.
    `UNKNOWN_REFERENCE`: a figure that no tool of this turn gave.
    `BARE_FIGURE`: a sentence with digits that no tool said in this place.
    `WRONG_FIGURE`: a figure in a sentence that says something else of it than the tool did.
    `UNSUPPORTED`: words that no tool said.
    `UNREADABLE`: words that the judge does not know, such as another language.
    """

    GROUNDED = "grounded"
    EMPTY = "empty"
    HIDDEN_TEXT = "hidden_text"
    UNKNOWN_REFERENCE = "unknown_reference"
    BARE_FIGURE = "bare_figure"
    WRONG_FIGURE = "wrong_figure"
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"
