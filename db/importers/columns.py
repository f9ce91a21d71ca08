"""Sorts the columns no field claims into segments, measures, dates and the rest, by what is in them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from db.importers.headers import share_like, words_of
from db.importers.missing import values

MAX_FEW_VALUES = 60
MAX_SHARE_OF_ROWS = 0.05
_ALL_DIFFERENT = 0.9
_SMALL = 10
_FREE_TEXT_CHARACTERS = 40
_LOOKED_AT = 20_000
_ID_NAME = re.compile(r"\b(?:id|ids|uuid|guid|key|number|no|nr|num|code|ref|reference|row|index)$")
_CONTACT = r"(?i)^[^@\s]+@[^@\s]+\.[a-z]{2,}$|^https?://|^\+[0-9][0-9\s().-]{6,}$|^\([0-9]{3}\)\s?[0-9]{3}-[0-9]{4}$"
_HASH = r"(?i)^[0-9a-f]{8}-[0-9a-f]{4}-|^[0-9a-f]{24,}$|^[0a][0-9a-z]{14}(?:[0-9a-z]{3})?$"
_NUMBER = r"^[^0-9\p{L}]{0,4}[0-9][0-9.,'\s]*(?:[eE][+-]?[0-9]+)?\s*%?\s*[€$£]?\)?$"
_DATE = (
    r"^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?:[T ]|$)|^[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2})(?:[T ]|$)"
    r"|^[0-9]{1,2}[- ]\p{L}{3,}[- ][0-9]{2,4}$"
)


class Use(StrEnum):
    """What a column can be used for."""

    SEGMENT = "segment"
    MEASURE = "measure"
    DATE = "date"
    IDENTIFIER = "identifier"
    FREE_TEXT = "free text"
    CONTACT = "contact data"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Sorted:
    """Attributes: use: what the column is for; distinct: number of distinct filled values; filled: filled cells."""

    use: Use
    distinct: int
    filled: int


def sort_column(cells: pl.Series, column: str, *, expected_segment: bool = False) -> Sorted:
    """What one column of cleaned text is for.

    A segment has at most `MAX_FEW_VALUES` values or at most `MAX_SHARE_OF_ROWS` of the rows, is not all different
    and not free text; with `expected_segment` (its name says so) only size and contact data are held against it.
    """
    filled = cells.drop_nulls()
    if filled.is_empty():
        return Sorted(Use.EMPTY, 0, 0)
    distinct = filled.n_unique()
    few = distinct <= max(MAX_FEW_VALUES, MAX_SHARE_OF_ROWS * cells.len())
    looked_at = filled.head(_LOOKED_AT)
    if expected_segment:
        contact = share_like(looked_at, _CONTACT) > 0.5
        return Sorted(Use.CONTACT if contact else Use.SEGMENT if few else Use.FREE_TEXT, distinct, filled.len())
    use = _use(column, looked_at, distinct=distinct, filled=filled.len(), few=few)
    return Sorted(use, distinct, filled.len())


def _use(column: str, looked_at: pl.Series, *, distinct: int, filled: int, few: bool) -> Use:
    all_different = filled >= _SMALL and distinct >= _ALL_DIFFERENT * filled
    if share_like(looked_at, _CONTACT) > 0.5:
        return Use.CONTACT
    if share_like(looked_at, _DATE) >= 0.95:
        return Use.DATE
    numbers = values(looked_at).drop_nulls()
    if numbers.len() and share_like(numbers, _NUMBER) >= 0.95:
        return _number_use(column, numbers, all_different=all_different, distinct=distinct)
    if all_different or (share_like(looked_at, _HASH) > 0.9 and not few):
        return Use.IDENTIFIER if _average_length(looked_at) < _FREE_TEXT_CHARACTERS else Use.FREE_TEXT
    if not few or _average_length(looked_at) > _FREE_TEXT_CHARACTERS:
        return Use.FREE_TEXT
    return Use.SEGMENT


def _number_use(column: str, numbers: pl.Series, *, all_different: bool, distinct: int) -> Use:
    whole = bool(numbers.str.contains(r"^[0-9]+$").all())
    if whole and distinct == 2 and set(numbers.unique()) == {"0", "1"}:
        return Use.SEGMENT
    named_so = bool(_ID_NAME.search(words_of(column)))
    if whole and named_so and distinct > MAX_FEW_VALUES:
        return Use.IDENTIFIER
    if whole and all_different:
        counts = numbers.cast(pl.Int64, strict=False)
        steps = counts.sort().diff().drop_nulls()
        if named_so or (steps.len() >= _SMALL and bool((steps == 1).all())):
            return Use.IDENTIFIER
    return Use.MEASURE


def _average_length(cells: pl.Series) -> float:
    return float(cells.str.len_chars().mean() or 0.0)  # type: ignore[arg-type]


def segment_type(cells: pl.Series) -> pl.Enum:
    """An `Enum` of exactly the values that occur, in order."""
    return pl.Enum(sorted(cells.drop_nulls().unique().to_list()))


def fixed_or_free(name: str, *, taken: Collection[str]) -> str:
    """A source column's own name, or that name marked as the source's where a field of ours bears it."""
    return name if name not in taken else f"{name} (source)"
