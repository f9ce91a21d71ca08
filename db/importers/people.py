"""Names and e-mail addresses of people as files write them."""

from __future__ import annotations

import polars as pl

from db.importers.findings import Findings, OddityKind, counted

_ADDRESS = r"^[^@\s<>\",;:()]+@[^@\s<>\",;:()]+\.[^@\s<>\".,;:()]{2,}$"
_IN_BRACKETS = r"<\s*([^<>]+@[^<>]+?)\s*>"


def clean_emails(cells: pl.Series, column: str, findings: Findings) -> pl.Series:
    """Addresses in lower case, taken out of "Name <address>"; what is no address counts as not filled in."""
    frame = pl.DataFrame({"cell": cells})
    bare = pl.coalesce(pl.col("cell").str.extract(_IN_BRACKETS, 1), pl.col("cell"))
    address = bare.str.to_lowercase().str.strip_prefix("mailto:").str.strip_chars(" \"'.,;")
    cleaned = frame.select(
        pl.when(address.str.contains(_ADDRESS)).then(address).alias("email"),
        (pl.col("cell").is_not_null() & ~address.str.contains(_ADDRESS)).alias("wrong"),
    )
    wrong = int(cleaned["wrong"].sum())
    if wrong:
        sentence = f'In {counted(wrong, "cell")} of "{column}" there is no e-mail address; they count as not filled in.'
        findings.add(OddityKind.UNREADABLE_VALUES, sentence, column=column, rows=wrong)
    return cleaned["email"]


def split_names(columns: dict[str, pl.Series], findings: Findings) -> None:
    """Fills first and last name from the full name where the file has only that.

    "Last, First" is split at the comma, anything else before its last word; a single word is a last name. Names do
    not always fall apart like this, so the full name stays beside them and the split is reported.
    """
    if "full_name" not in columns or "first_name" in columns or "last_name" in columns:
        return
    full = pl.DataFrame({"full": columns["full_name"].str.replace_all(r"\s+", " ")})
    comma = pl.col("full").str.contains(r"^[^,]+,\s*[^,]+$")
    parts = full.select(
        first=pl.when(comma)
        .then(pl.col("full").str.extract(r",\s*(.+)$", 1))
        .otherwise(pl.col("full").str.extract(r"^(.+)\s\S+$", 1)),
        last=pl.when(comma)
        .then(pl.col("full").str.extract(r"^([^,]+),", 1))
        .otherwise(pl.col("full").str.extract(r"(\S+)$", 1)),
    )
    columns["first_name"], columns["last_name"] = parts["first"], parts["last"]
    sentence = "First and last names were split from the full name; the last word was taken as the last name."
    findings.add(OddityKind.NAMES_SPLIT, sentence, column="full_name")
