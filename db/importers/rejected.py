"""Cells that a spreadsheet does not run, and what was written in them; the rows an import left out as such a CSV."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

# A cell that starts with one of these is run as a formula by spreadsheet programs (OWASP, CSV injection).
_FORMULA = "=+\\-@\\t\\r\\n＝＋－＠"
# Apostrophes before it count in, so that taking one away again gives every text back exactly.
_FORMULA_START = rf"^'*[{_FORMULA}]"
_ESCAPED = rf"^'+[{_FORMULA}]"


def safe_cell(text: str) -> str:
    """A text with an apostrophe before what a spreadsheet would run."""
    return f"'{text}" if _STARTS.match(text) else text


_STARTS = re.compile(_FORMULA_START)


def unescaped(cells: pl.Series) -> pl.Series:
    """Texts as they were before `safe_cell`."""
    marked = pl.col("cell").str.contains(_ESCAPED)
    whole = cells.to_frame("cell").select(pl.when(marked).then(pl.col("cell").str.slice(1)).otherwise("cell"))
    return whole.to_series().alias(cells.name)


def spreadsheet_safe(frame: pl.DataFrame) -> pl.DataFrame:
    """The same frame with an apostrophe before every text cell and column name a spreadsheet would run."""
    safe = frame.with_columns(
        pl.when(pl.col(name).str.contains(_FORMULA_START))
        .then(pl.concat_str(pl.lit("'"), name))
        .otherwise(name)
        .alias(name)
        for name, dtype in frame.schema.items()
        if dtype == pl.String
    )
    dangerous = pl.Series(frame.columns, dtype=pl.String).str.contains(_FORMULA_START).to_list()
    return safe.rename({name: f"'{name}" for name, risky in zip(frame.columns, dangerous, strict=True) if risky})


def write_rejected(rejected: pl.DataFrame, target: Path) -> None:
    """Writes row number, reason and the original cells as UTF-8 CSV with a mark, so that spreadsheets see accents."""
    spreadsheet_safe(rejected).write_csv(target, include_bom=True)
