"""What an import reports beside its rows: oddities of the file, and why rows were left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of the whole that is behind, 0 to 1."""


def counted(count: int, noun: str) -> str:
    """A number with its noun: "1 row", "2,000 rows"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


class OddityKind(StrEnum):
    """What is strange about a file without making it unreadable."""

    ENCODING = "encoding"
    COLUMN_NAMES = "column names"
    OUTCOME_SOURCE = "outcome source"
    OUTCOME_ECHO = "outcome echo"
    OUTCOME_CONFLICT = "outcome conflict"
    ONE_OUTCOME = "one outcome"
    AMBIGUOUS_DATES = "ambiguous dates"
    TIME_ZONE = "time zone"
    AMBIGUOUS_NUMBERS = "ambiguous numbers"
    UNREADABLE_VALUES = "unreadable values"
    MIXED_CURRENCIES = "mixed currencies"
    UNDATED = "undated"
    NO_CLOSE_DATE = "no close date"
    MISSING = "missing values"
    CONSTANT = "constant column"
    NEAR_UNIQUE = "nearly unique column"
    ONE_SIDED = "one-sided column"
    FILLED_AFTER_CLOSING = "filled after closing"
    NEAR_NAME = "near name"
    LIKELY_TYPO = "likely typo"
    BROKEN_JOIN = "broken join"
    UNUSED_FILE = "unused file"
    PARTIAL_PERIOD = "partial period"
    TRUNCATED_BY_CREATION = "truncated by creation"
    BULK_CLOSING = "bulk closing"
    DUPLICATES = "duplicates"
    CONTACT_DATA = "contact data"
    NAMES_SPLIT = "names split"


@dataclass(frozen=True, slots=True)
class Oddity:
    """One finding about a file.

    Attributes:
        kind: what sort of finding it is.
        sentence: the finding in words, complete in itself.
        column: the source's own name of the column it is about, if it is about one.
        rows: number of rows concerned, if it can be counted.
    """

    kind: OddityKind
    sentence: str
    column: str | None = None
    rows: int | None = None


class Reason(StrEnum):
    """Why a row cannot be used as a record."""

    MALFORMED = "wrong number of cells"
    NO_OUTCOME = "no outcome"
    UNKNOWN_OUTCOME = "unknown outcome"
    UNREADABLE_DATE = "unreadable date"
    CLOSED_BEFORE_CREATED = "closed before created"
    FUTURE_DATE = "date in the future"
    NEGATIVE_AMOUNT = "negative amount"
    AMOUNT_TOO_LARGE = "amount too large"
    UNKNOWN_CURRENCY = "unknown currency"
    TOO_LONG = "text too long"
    SAME_TWICE = "same row twice"
    OLDER_VERSION = "older version of a deal"
    NOBODY_NAMED = "no name or address"
    NEGATIVE_NUMBER = "negative number"
    ENDS_BEFORE_START = "ends before it starts"
    REPEATED_ID = "id used twice"


class Ending(StrEnum):
    """Endings that are neither won nor lost; kept apart because they are no verdict on the selling."""

    NO_DECISION = "no decision"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"
    DISQUALIFIED = "disqualified"
    DUPLICATE = "duplicate"
    TEST = "test"


@dataclass(slots=True)
class Findings:
    """Collects oddities while a file is read; frozen into a tuple at the end."""

    oddities: list[Oddity] = field(default_factory=list)

    def add(self, kind: OddityKind, sentence: str, *, column: str | None = None, rows: int | None = None) -> None:
        self.oddities.append(Oddity(kind, sentence, column=column, rows=rows))
