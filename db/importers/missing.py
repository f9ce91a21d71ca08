"""What people and programs write into a cell that is not filled in."""

from __future__ import annotations

import polars as pl

FAULTS = ("nan", "#null!", "#value!", "#ref!")
"""What a failed calculation leaves behind."""
# "NA" and "None" are values in a text column (North America, no competitor) and nothing in a number or date.
_NOTHING = (
    "",
    "-",
    "--",
    "---",
    "—",
    "–",
    "n/a",
    "#n/a",
    "n.a.",
    "null",
    "<null>",
    "[]",
    *FAULTS,
)
_LEFT_AT_DEFAULT = (
    *(
        "select",
        "-- select --",
        "--select--",
        "please select",
        "--none--",
        "-- none --",
        "- none -",
        "(blank)",
        "(none)",
    ),
    *("(empty)", "(no value)", "not set", "bitte auswählen", "seleccionar", "sélectionner"),
)
_NO_NUMBER = ("na", "none", "?", "unknown", "tba", "tbd", "tbc", "open", "0000-00-00", "0000-00-00 00:00:00")


def text(column: str) -> pl.Expr:
    """The cells without surrounding space, null where nothing is filled in."""
    trimmed = pl.col(column).str.strip_chars(" \t\r\n\u00a0\ufeff")
    low = trimmed.str.to_lowercase()
    return pl.when(low.is_in([*_NOTHING, *_LEFT_AT_DEFAULT])).then(None).otherwise(trimmed).alias(column)


def values(cells: pl.Series) -> pl.Series:
    """Cleaned cells of numbers or dates, where further words stand for nothing."""
    nothing = cells.str.to_lowercase().is_in(list(_NO_NUMBER))
    if not nothing.any():
        return cells
    return cells.to_frame("cell").select(pl.when(~nothing).then("cell").alias(cells.name)).to_series()
