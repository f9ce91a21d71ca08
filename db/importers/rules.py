"""Rules that rows have to keep: which rows break one, and what to tell about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from db.importers.dates import FIRST_YEAR, LAST_YEAR
from db.importers.findings import Reason
from db.importers.table import REASON

KEY = "reason_key"


@dataclass(frozen=True, slots=True)
class Rule:
    """Attributes: reason: its short name; holds: which rows it hits; sentence: what to tell about such a row."""

    reason: Reason
    holds: pl.Expr
    sentence: pl.Expr


def first_reasons(frame: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """Per row the first rule that hits it: `reason_key` and `reason`, both null where none does."""
    key = pl.coalesce(pl.when(rule.holds).then(pl.lit(rule.reason.value)) for rule in rules)
    sentence = pl.coalesce(pl.when(rule.holds).then(rule.sentence) for rule in rules)
    return frame.select(key.alias(KEY), sentence.alias(REASON))


def unreadable_date(column: str) -> Rule:
    """A cell that is no date, for frames with the mask in `unreadable:<column>` and the text in `cell:<column>`."""
    years = pl.lit(f"{FIRST_YEAR} to {LAST_YEAR}")
    sentence = pl.format('"{}" in {} is not a date of the years {}.', pl.col(f"cell:{column}"), pl.lit(column), years)
    return Rule(Reason.UNREADABLE_DATE, pl.col(f"unreadable:{column}"), sentence)
