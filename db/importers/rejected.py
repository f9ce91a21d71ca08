"""Writes the rows an import left out as a CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import polars as pl

# A cell that starts with one of these is run as a formula by spreadsheet programs (OWASP, CSV injection).
_FORMULA_START = r"^[=+\-@\t\r\n＝＋－＠]"


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
