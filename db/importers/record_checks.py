"""Which rows of a file cannot be records, each with its sentence."""

from __future__ import annotations

from datetime import date

import polars as pl

from db.importers.findings import Findings, OddityKind, Reason, counted
from db.importers.layouts import OWN_ID
from db.importers.record_columns import CREATED, EXTERNAL, IDENTITY, identity_of
from db.importers.rules import KEY, Rule, first_reasons, unreadable_date
from db.importers.table import REASON, ROW, Table
from db.records.declaration import FieldType, RecordKind

_IDS = (OWN_ID, EXTERNAL)


def reasons_to_refuse(
    work: pl.DataFrame,
    table: Table,
    kind: RecordKind,
    unreadable: dict[str, pl.Series],
    findings: Findings,
    *,
    today: date | None,
) -> pl.DataFrame:
    """Per row the first reason against it: `reason_key` and `reason`, both null for a usable row."""
    frame = work.with_columns(mask.alias(f"unreadable:{column}") for column, mask in unreadable.items()).with_columns(
        table.cells[column].alias(f"cell:{column}") for column in unreadable
    )
    rules = [*_identity_rules(frame, kind), *_value_rules(frame, kind, list(unreadable), today)]
    judged = first_reasons(frame, rules)
    _report_shared_addresses(work.filter(judged[KEY].is_null()), findings)
    return _with_repeats(work, table, judged)


def _identity_rules(frame: pl.DataFrame, kind: RecordKind) -> list[Rule]:
    identity = identity_of(kind)
    there = [name for name in identity if name in frame.columns]
    if not there:
        return []
    words = ", ".join(name.replace("_", " ") for name in identity)
    if kind.name in IDENTITY:
        nobody = pl.all_horizontal(pl.col(name).is_null() for name in there)
        return [Rule(Reason.NOBODY_NAMED, nobody, pl.lit(f"The row has none of: {words}."))]
    return [
        Rule(Reason.NOBODY_NAMED, pl.col(name).is_null(), pl.lit(f"The row has no {kind.by_name[name].words}."))
        for name in there
        if kind.by_name[name].type is not FieldType.LINK  # may be given by its id instead
    ]


def _value_rules(frame: pl.DataFrame, kind: RecordKind, dates: list[str], today: date | None) -> list[Rule]:
    rules = [unreadable_date(column) for column in dates]
    rules += [
        Rule(Reason.NEGATIVE_NUMBER, pl.col(one.name) < 0, pl.lit(f"The {one.words} is negative."))
        for one in kind.fields
        if one.name in frame.columns and (one.type is FieldType.MONEY or one.name == "employees")
    ]
    if {"starts_on", "ends_on"} <= set(frame.columns):
        ends_before = pl.col("ends_on") < pl.col("starts_on")
        rules.append(Rule(Reason.ENDS_BEFORE_START, ends_before, pl.lit("It ends before it starts.")))
    if today is not None and CREATED in frame.columns:
        future = pl.format("It was created on {}, which is in the future.", pl.col(CREATED).dt.strftime("%Y-%m-%d"))
        rules.append(Rule(Reason.FUTURE_DATE, pl.col(CREATED).dt.date() > today, future))
    return rules


def _with_repeats(work: pl.DataFrame, table: Table, judged: pl.DataFrame) -> pl.DataFrame:
    """Of rows with one id the first stays; without an id, of rows with the same content."""
    usable = judged[KEY].is_null()
    content = table.cells.drop(ROW).hash_rows()
    id_field = next((name for name in _IDS if name in work.columns), None)
    ids = work[id_field] if id_field is not None else content.cast(pl.String)
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
