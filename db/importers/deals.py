"""Reads a file or folder of deals: the one door for `import deals` and for a diagnosis of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from db.importers.contacts import contacts_of
from db.importers.deal_columns import Others, other_columns
from db.importers.deal_fields import DEAL_FIELDS, DEAL_PREFIXES
from db.importers.deal_file import DealFile
from db.importers.deal_values import Values, typed_values
from db.importers.errors import ColumnsUnclear, NoKnownColumns
from db.importers.findings import Findings, Oddity, Progress, Reason
from db.importers.headers import Recognition, recognise, report_misfits
from db.importers.impossible import NAMES, reasons_to_reject, rejected_rows
from db.importers.layouts import recognised
from db.importers.load import load_deals
from db.importers.oddities import about_calendar, about_columns, about_rows
from db.importers.other_kind import refuse_other_kind
from db.importers.outcome_column import read_outcome
from db.importers.outcomes import Outcome
from db.importers.rules import KEY
from db.importers.table import REASON, ROW, Table

_FIXED = (
    *(ROW, "deal_id", "deal_name", "outcome", "close_date", "created_date", "expected_close_date"),
    *("amount", "amount_exact", "currency", "account", "stage"),
)


def read_deals(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    today: date | None = None,
    zone: ZoneInfo | None = None,
) -> DealFile:
    """The deals of a CSV file, a JSON file, or a folder of CSV files around a pipeline.

    Args:
        path: the file or folder.
        mapping: field -> source column, for columns that are not recognised by name.
        progress: told what is being done, and how much of it is behind.
        today: the last day that is not in the future, in the company's time zone; None leaves the future unchecked.
        zone: where the company keeps its calendar; times that state their offset from UTC are moved there.

    Raises:
        ImporterError: the path, the content or the columns cannot be used; the message says what to do.
    """
    say = progress or _silent
    say("reading the file", 0.0)
    table = load_deals(path, mapping=mapping)
    say("recognising the columns", 0.35)
    try:
        return _read(table, mapping, say, today=today, zone=zone)
    except ColumnsUnclear:
        if not mapping:
            refuse_other_kind(table, "opportunity")
        raise


def _read(
    table: Table, mapping: Mapping[str, str] | None, say: Progress, *, today: date | None, zone: ZoneInfo | None
) -> DealFile:
    found = recognise(table, DEAL_FIELDS, prefixes=DEAL_PREFIXES, mapping=mapping)
    if not found.columns:
        raise NoKnownColumns(table.name, found=table.columns, example='--map outcome="the column"')
    findings = Findings(list(table.oddities))
    report_misfits(found, findings)
    outcome = read_outcome(table, found, findings)
    say("reading dates and amounts", 0.45)
    values = typed_values(table, found, outcome, findings, zone=zone)
    say("sorting the other columns", 0.6)
    others = other_columns(table, found, values, findings, zone=zone)
    say("checking the rows", 0.75)
    judged = _judge(table, found, values, today=today)
    parts = _split(table, values, others, judged)
    say("looking for oddities", 0.85)
    _look_for_oddities(findings, parts)
    result = _assemble(table, found, parts, tuple(findings.oddities))
    say("done", 1.0)
    return result


@dataclass(frozen=True, slots=True)
class _Parts:
    """Attributes: judged: the reason against each row; deals: won, lost and open; endings: without a verdict."""

    values: Values
    others: Others
    judged: pl.DataFrame
    deals: pl.DataFrame
    endings: pl.DataFrame


def _silent(_what: str, _share: float) -> None:
    return None


def _judge(table: Table, found: Recognition, values: Values, *, today: date | None) -> pl.DataFrame:
    cells = table.cells.rename({name: f"cell:{name}" for name in table.columns})
    work = cells.with_columns(series.alias(name) for name, series in values.columns.items())
    names = [column for name in NAMES if (column := found.get(name)) is not None]
    return reasons_to_reject(work, unreadable=values.unreadable_dates, names=names, today=today)


def _split(table: Table, values: Values, others: Others, judged: pl.DataFrame) -> _Parts:
    fixed = {ROW: table.cells[ROW], **values.columns}
    if others.stage is not None:
        fixed["stage"] = others.stage
    names = [name for name in (*_FIXED, "ending") if name in fixed]
    whole = pl.DataFrame([fixed[name].alias(name) for name in names]).hstack(list(others.columns.values()))
    kept = whole.filter(judged[KEY].is_null())
    verdict = pl.col("ending").is_null()
    deals = kept.filter(verdict).drop("ending")
    endings = kept.filter(~verdict).drop("outcome")
    return _Parts(values, others, judged, deals.with_columns(others.as_enums(deals)), endings)


def _look_for_oddities(findings: Findings, parts: _Parts) -> None:
    names = {**parts.values.source_names, **parts.others.source_names}
    about_rows(findings, parts.deals, parts.judged)
    columns = ("created_date", "amount", "account", *parts.others.measures, *parts.others.dimensions)
    about_columns(findings, parts.deals, columns=columns, names=names)
    about_calendar(findings, parts.deals)
    parts.others.report_spelling(findings, parts.deals)


def _assemble(table: Table, found: Recognition, parts: _Parts, oddities: tuple[Oddity, ...]) -> DealFile:
    others, deals = parts.others, parts.deals
    return DealFile(
        frame=deals,
        dimensions=tuple(others.dimensions),
        measures=tuple(others.measures),
        dates=tuple(others.dates),
        people=tuple(others.people),
        roles=others.roles,
        source_names={**parts.values.source_names, **others.source_names},
        currency=parts.values.currency,
        as_of=_as_of(deals),
        with_open=bool((deals["outcome"] == int(Outcome.OPEN)).any()),
        set_aside=_set_aside(table, parts.judged, parts.endings),
        rejected=rejected_rows(table, parts.judged),
        oddities=oddities,
        contacts=contacts_of(table, found, deals),
        layout=next((one for one in recognised(table.columns) if one.kind == "opportunity"), None),
    )


def _as_of(deals: pl.DataFrame) -> date | None:
    latest = [deals[name].max() for name in ("close_date", "created_date")]
    days = [day for day in latest if isinstance(day, date)]
    return max(days) if days else None


def _set_aside(table: Table, judged: pl.DataFrame, endings: pl.DataFrame) -> dict[str, int]:
    counts: dict[str, int] = {}
    for column in (judged[KEY], endings["ending"]):
        for key, count in column.drop_nulls().value_counts(sort=True).iter_rows():
            counts[key] = counts.get(key, 0) + count
    if table.malformed.height:
        counts[Reason.MALFORMED.value] = table.malformed.select(REASON).height
    return counts
