"""Tells rows that cannot be right from those that can, each with its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from db.importers.findings import Reason
from db.importers.outcomes import Outcome
from db.importers.rules import KEY, Rule, first_reasons, unreadable_date
from db.importers.table import REASON, ROW, Table
from db.money import LARGEST_MINOR, ODD_DIGITS, USUAL_DIGITS

NAMES = ("deal_id", "deal_name", "account", "owner", "product", "stage", "region", "industry", "lead_source")
"""Fields that hold a name or a short text."""
_LONGEST_NAME = 1_000


def reasons_to_reject(
    work: pl.DataFrame, *, unreadable: dict[str, pl.Series], names: Sequence[str] = (), today: date | None
) -> pl.DataFrame:
    """Per row the first reason against it: `reason_key` and `reason`, both null for a row that may stay.

    `work` holds the typed columns and the source's cells; `names` are the source's columns of names; the day of
    `today` is the last that is not in the future, None leaves the future unchecked.
    """
    frame = work.with_columns(mask.alias(f"unreadable:{column}") for column, mask in unreadable.items())
    rules = [*_outcome_rules(), *_date_rules(list(unreadable), today), *_amount_rules(), *_length_rules(names)]
    return _with_repeats(work, first_reasons(frame, rules))


def _outcome_rules() -> list[Rule]:
    none = pl.col("outcome").is_null() & pl.col("ending").is_null()
    unknown = none & pl.col("unknown_outcome").is_not_null()
    words = pl.format('The outcome "{}" says neither won nor lost nor open.', pl.col("unknown_outcome"))
    return [
        Rule(Reason.UNKNOWN_OUTCOME, unknown, words),
        Rule(Reason.NO_OUTCOME, none, pl.lit("The row has no outcome.")),
    ]


def _date_rules(columns: list[str], today: date | None) -> list[Rule]:
    rules = [unreadable_date(column) for column in columns]
    if today is not None:
        rules += [
            Rule(
                Reason.FUTURE_DATE,
                pl.col(name) > today,
                pl.format("The deal was {} on {}, which is in the future.", pl.lit(verb), pl.col(name).cast(pl.String)),
            )
            for name, verb in (("close_date", "closed"), ("created_date", "created"))
        ]
    backwards = pl.format(
        "The deal was closed on {}, before it was created on {}.",
        pl.col("close_date").cast(pl.String),
        pl.col("created_date").cast(pl.String),
    )
    return [*rules, Rule(Reason.CLOSED_BEFORE_CREATED, pl.col("close_date") < pl.col("created_date"), backwards)]


def _amount_rules() -> list[Rule]:
    negative = pl.format("The amount {} is negative.", pl.col("amount_exact").cast(pl.Float64).cast(pl.String))
    too_large = pl.format("The amount {} is larger than a record can hold.", pl.col("amount_cell"))
    unknown = pl.format('"{}" is not the code of a currency (ISO 4217).', pl.col("unknown_currency"))
    return [
        Rule(Reason.NEGATIVE_AMOUNT, pl.col("amount_exact") < 0, negative),
        Rule(Reason.AMOUNT_TOO_LARGE, pl.col("beyond") | (pl.col("amount_exact") > _largest_amount()), too_large),
        Rule(Reason.UNKNOWN_CURRENCY, pl.col("unknown_currency").is_not_null(), unknown),
    ]


def _largest_amount() -> pl.Expr:
    """In major units of the row's currency."""
    whole = {code: LARGEST_MINOR // 10**digits for digits, codes in ODD_DIGITS.items() for code in codes}
    usual = LARGEST_MINOR // 10**USUAL_DIGITS
    return pl.col("currency").replace_strict(list(whole), list(whole.values()), default=usual, return_dtype=pl.Int64)


def _length_rules(names: Sequence[str]) -> list[Rule]:
    lengths = {name: pl.col(f"cell:{name}").str.len_chars() for name in names}
    return [
        Rule(
            Reason.TOO_LONG,
            length > _LONGEST_NAME,
            pl.format("{} has {} characters; a name has at most {}.", pl.lit(name), length, pl.lit(_LONGEST_NAME)),
        )
        for name, length in lengths.items()
    ]


def _with_repeats(work: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """Of rows with one deal id the latest closed state stays; the others are told where it stands."""
    left = work.select("deal_id", ROW).filter(judged[KEY].is_null())
    repeats = left.filter(pl.col("deal_id").is_duplicated())
    if repeats.is_empty():
        return judged
    repeated = work.join(repeats.select(ROW), on=ROW, how="semi", maintain_order="left")
    cells = [name for name in repeated.columns if name.startswith("cell:")]
    ranked = (
        repeated.with_columns(
            content=repeated.select(cells).hash_rows(),
            closed=pl.col("outcome").is_null() | (pl.col("outcome") != int(Outcome.OPEN)),
        )
        .with_columns(first_copy=pl.col(ROW).min().over("deal_id", "content"))
        .sort("closed", "close_date", "first_copy", ROW, descending=[True, True, True, False], nulls_last=True)
        .with_columns(kept=pl.col(ROW).first().over("deal_id"), kept_content=pl.col("content").first().over("deal_id"))
        .filter(pl.col(ROW) != pl.col("kept"))
    )
    same = pl.col("content") == pl.col("kept_content")
    where = (pl.col("deal_id"), pl.col("kept"))
    told = ranked.select(
        ROW,
        pl.when(same).then(pl.lit(Reason.SAME_TWICE.value)).otherwise(pl.lit(Reason.OLDER_VERSION.value)).alias(KEY),
        pl.when(same)
        .then(pl.format("Deal {} stands in row {} as well, with the same content.", *where))
        .otherwise(pl.format("Deal {} stands in row {} as well, with a later state; that row was kept.", *where))
        .alias(REASON),
    )
    merged = work.select(ROW).hstack(judged).join(told, on=ROW, how="left", suffix="_told", maintain_order="left")
    return merged.select(
        pl.coalesce(KEY, f"{KEY}_told").alias(KEY), pl.coalesce(REASON, f"{REASON}_told").alias(REASON)
    )


def rejected_rows(table: Table, judged: pl.DataFrame) -> pl.DataFrame:
    """The rows left out with their reason and original cells, rows that did not fit the header among them."""
    reason = judged[REASON]
    out = table.cells.select(ROW, pl.exclude(ROW)).insert_column(1, reason).filter(reason.is_not_null())
    return pl.concat([out, table.malformed], how="diagonal").sort(ROW)
