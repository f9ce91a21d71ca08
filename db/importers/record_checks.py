"""Which rows of leads, contacts, accounts and campaigns cannot be records, each with its sentence."""

from __future__ import annotations

from datetime import date

import polars as pl

from db.importers.findings import Findings, OddityKind, Reason, counted
from db.importers.record_fields import RecordDeclaration
from db.importers.rules import KEY, Rule, first_reasons, unreadable_date
from db.importers.table import REASON, ROW, Table


def reasons_to_refuse(
    work: pl.DataFrame,
    table: Table,
    declared: RecordDeclaration,
    unreadable: dict[str, pl.Series],
    findings: Findings,
    *,
    today: date | None,
) -> pl.DataFrame:
    """Per row the first reason against it: `reason_key` and `reason`, both null for a usable row."""
    frame = work.with_columns(mask.alias(f"unreadable:{column}") for column, mask in unreadable.items()).with_columns(
        table.cells[column].alias(f"cell:{column}") for column in unreadable
    )
    rules = [*_identity_rules(frame, declared), *_value_rules(frame, declared, list(unreadable), today)]
    judged = first_reasons(frame, rules)
    _report_shared_addresses(work.filter(judged[KEY].is_null()), findings)
    return _with_repeats(work, table, declared, judged)


def _identity_rules(frame: pl.DataFrame, declared: RecordDeclaration) -> list[Rule]:
    there = [name for name in declared.identity if name in frame.columns]
    words = ", ".join(name.replace("_", " ") for name in declared.identity)
    nobody = pl.all_horizontal(pl.col(name).is_null() for name in there)
    return [Rule(Reason.NOBODY_NAMED, nobody, pl.lit(f"The row has none of: {words}."))]


def _value_rules(frame: pl.DataFrame, declared: RecordDeclaration, dates: list[str], today: date | None) -> list[Rule]:
    rules = [unreadable_date(column) for column in dates]
    rules += [
        Rule(Reason.NEGATIVE_NUMBER, pl.col(name) < 0, pl.lit(f"The {name.replace('_', ' ')} is negative."))
        for name in declared.never_negative
        if name in frame.columns
    ]
    if declared.interval and set(declared.interval) <= set(frame.columns):
        first, last = declared.interval
        rules.append(Rule(Reason.ENDS_BEFORE_START, pl.col(last) < pl.col(first), pl.lit("It ends before it starts.")))
    if today is not None and "created_date" in frame.columns:
        future = pl.format("It was created on {}, which is in the future.", pl.col("created_date").cast(pl.String))
        rules.append(Rule(Reason.FUTURE_DATE, pl.col("created_date") > today, future))
    return rules


def _with_repeats(work: pl.DataFrame, table: Table, declared: RecordDeclaration, judged: pl.DataFrame) -> pl.DataFrame:
    """Of rows with one id the first stays; without an id, of rows with the same content."""
    usable = judged[KEY].is_null()
    content = table.cells.drop(ROW).hash_rows()
    by_id = declared.id_field in work.columns
    ids = work[declared.id_field] if by_id else content.cast(pl.String)
    keyed = pl.DataFrame({ROW: work[ROW], "id": ids, "content": content}).filter(usable & ids.is_not_null())
    repeats = (
        keyed.with_columns(kept=pl.col(ROW).first().over("id"), kept_content=pl.col("content").first().over("id"))
        .filter(pl.col(ROW) != pl.col("kept"))
        .with_columns(same=pl.col("content") == pl.col("kept_content"))
    )
    if repeats.is_empty():
        return judged
    same, kept = pl.col("same"), pl.col("kept")
    told = repeats.select(
        ROW,
        pl.when(same).then(pl.lit(Reason.SAME_TWICE.value)).otherwise(pl.lit(Reason.REPEATED_ID.value)).alias("told"),
        pl.when(same)
        .then(pl.format("The same stands in row {}.", kept))
        .otherwise(pl.format("The id {} stands in row {} as well, with other content; that row was kept.", "id", kept))
        .alias("told_reason"),
    )
    merged = work.select(ROW).hstack(judged).join(told, on=ROW, how="left", maintain_order="left")
    return merged.select(
        pl.coalesce(KEY, "told").alias(KEY),
        pl.coalesce(REASON, "told_reason").alias(REASON),
    )


def _report_shared_addresses(usable: pl.DataFrame, findings: Findings) -> None:
    if "email" not in usable.columns:
        return
    filled = usable["email"].drop_nulls()
    shared = filled.len() - filled.n_unique()
    if shared:
        sentence = f"The e-mail address of {counted(shared, 'row')} stands in an earlier row as well."
        findings.add(OddityKind.DUPLICATES, sentence, column="email", rows=shared)
