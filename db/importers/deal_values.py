"""Turns the recognised columns of a table of deals into typed values; nothing is left out yet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import polars as pl

from db.importers.dates import DateColumn, OrderDecision, OrderEvidence, decide_order, parse_dates
from db.importers.findings import Findings, OddityKind, counted
from db.importers.headers import Recognition
from db.importers.missing import FAULTS
from db.importers.numbers import EXACT, NumberColumn, currency_code, parse_numbers
from db.importers.outcome_column import OutcomeColumn
from db.importers.outcomes import Outcome
from db.importers.table import ROW, Table

DATE_FIELDS = ("close_date", "won_date", "lost_date", "created_date", "expected_close_date")
_EXAMPLES = 3
_BEYOND = r"[0-9](?:[.,' ]?[0-9]){18,}|[0-9][eE]\+?[0-9]{2,}"
"""Numbers of nineteen digits or more, or of that order."""
_SHOWN_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class Money:
    """Attributes: values, exact: the amounts; currency: the one currency, None if unknown or mixed; per_row: codes.

    `beyond` tells where a number stands that is too large to be read.
    """

    values: pl.Series
    exact: pl.Series
    per_row: pl.Series
    beyond: pl.Series
    currency: str | None


@dataclass(slots=True)
class Values:
    """Typed columns by fixed name, the masks of what could not be read, and which source columns are used up."""

    columns: dict[str, pl.Series] = field(default_factory=dict)
    unreadable_dates: dict[str, pl.Series] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    source_names: dict[str, str] = field(default_factory=dict)
    currency: str | None = None


def typed_values(
    table: Table, found: Recognition, outcome: OutcomeColumn, findings: Findings, *, zone: ZoneInfo | None
) -> Values:
    """The fixed columns of every row."""
    result = Values(used={outcome.source, *outcome.also})
    _note_name(result, "outcome", outcome.source)
    height = table.cells.height
    result.columns |= {"outcome": outcome.outcome, "ending": outcome.ending, "unknown_outcome": outcome.unknown}
    _add_dates(result, table, found, findings, zone=zone)
    _add_identity(result, table, found, findings)
    _add_money(result, table, found, findings)
    for name in ("close_date", "created_date"):
        result.columns.setdefault(name, _nothing(height, pl.Date))
    result.columns.setdefault("account", _nothing(height, pl.String))
    return result


def _nothing(height: int, dtype: type[pl.DataType]) -> pl.Series:
    return pl.Series([None], dtype=dtype).new_from_index(0, height)


def _note_name(result: Values, name: str, column: str) -> None:
    result.used.add(column)
    if name != column:
        result.source_names[name] = column


def _add_identity(result: Values, table: Table, found: Recognition, findings: Findings) -> None:
    rows = table.cells[ROW]
    made_up = pl.concat_str(pl.lit("row-"), pl.col(ROW).cast(pl.String))
    column = found.get("deal_id")
    if column is None:
        result.columns["deal_id"] = rows.to_frame().select(made_up.alias("deal_id"))["deal_id"]
    else:
        _note_name(result, "deal_id", column)
        ids = table.text(column)
        blank = ids.null_count()
        result.columns["deal_id"] = ids
        if blank:
            with_rows = pl.DataFrame({"id": ids, ROW: rows})
            result.columns["deal_id"] = with_rows.select(pl.coalesce("id", made_up).alias("id"))["id"]
            sentence = f'{counted(blank, "deal")} without "{column}"; the number of the row stands in for it.'
            findings.add(OddityKind.MISSING, sentence, column=column, rows=blank)
    for name in ("deal_name", "account"):
        column = found.get(name)
        if column is not None:
            _note_name(result, name, column)
            result.columns[name] = table.text(column)


def _add_dates(result: Values, table: Table, found: Recognition, findings: Findings, *, zone: ZoneInfo | None) -> None:
    columns = {name: column for name in DATE_FIELDS if (column := found.get(name))}
    if not columns.keys() & {"close_date", "won_date", "lost_date"}:
        _report_no_close_date(findings, table)
    orders = decide_order({column: table.text(column) for column in columns.values()})
    read: dict[str, DateColumn] = {}
    for name, column in columns.items():
        read[name] = parse_dates(table.text(column), order=orders[column].order, zone=zone)
        _note_name(result, name, column)
        report_dates(findings, column, orders[column], read[name], zone=zone)
    result.columns |= {name: dates.values for name, dates in read.items() if name not in ("won_date", "lost_date")}
    result.unreadable_dates = {
        columns[name]: dates.unreadable for name, dates in read.items() if name != "expected_close_date"
    }
    if "expected_close_date" in read:
        # Nothing is counted by it, so the deal stays.
        expected = read["expected_close_date"].unreadable
        report_unreadable(findings, table, columns["expected_close_date"], expected, "date")
    _settle_close_date(result, read)
    if "close_date" not in result.columns and (won := read.get("won_date") or read.get("lost_date")):
        result.columns["close_date"] = won.values
    if "close_date" not in columns and (column := columns.get("won_date") or columns.get("lost_date")):
        result.source_names["close_date"] = column


def _report_no_close_date(findings: Findings, table: Table) -> None:
    names = ", ".join(f'"{name}"' for name in table.columns[:_SHOWN_COLUMNS])
    sentence = (
        f"No column says when a deal was closed (found: {names}), so nothing can be said about time; "
        'if one does, name it with --map close_date="the column".'
    )
    findings.add(OddityKind.NO_CLOSE_DATE, sentence)


def _settle_close_date(result: Values, read: dict[str, DateColumn]) -> None:
    """The day of the outcome: of the won or lost time where given; the date of an open deal is only expected."""
    frame = pl.DataFrame({"outcome": result.columns["outcome"], **{name: dates.values for name, dates in read.items()}})
    closed_on = [name for name in ("close_date", "won_date", "lost_date") if name in read]
    if not closed_on:
        return
    won, lost = (pl.col(name) if name in read else pl.lit(None, dtype=pl.Date) for name in ("won_date", "lost_date"))
    general = pl.col("close_date") if "close_date" in read else pl.lit(None, dtype=pl.Date)
    is_open = pl.col("outcome") == int(Outcome.OPEN)
    own = pl.when(pl.col("outcome") == int(Outcome.WON)).then(won).when(pl.col("outcome") == 0).then(lost)
    settled = frame.select(
        pl.when(is_open.fill_null(value=False)).then(None).otherwise(pl.coalesce(general, own)).alias("close_date"),
        pl.when(is_open).then(general).alias("expected"),
    )
    result.columns["close_date"] = settled["close_date"]
    if "expected_close_date" not in result.columns and settled["expected"].is_not_null().any():
        result.columns["expected_close_date"] = settled["expected"]


def report_dates(
    findings: Findings, column: str, order: OrderDecision, read: DateColumn, *, zone: ZoneInfo | None
) -> None:
    """Says where a column of dates was ambiguous or carried its offset from UTC."""
    if order.evidence is OrderEvidence.CONTRADICTORY:
        sentence = f'Some dates in "{column}" put the day first and some the month; they were read {order.order}.'
        findings.add(OddityKind.AMBIGUOUS_DATES, sentence, column=column)
    elif not order.certain:
        sentence = f'The dates in "{column}" can be read day first or month first; they were read {order.order}.'
        findings.add(OddityKind.AMBIGUOUS_DATES, sentence, column=column)
    if read.zoned:
        moved = f"moved to {zone}" if zone else "taken as written"
        findings.add(
            OddityKind.TIME_ZONE,
            f'The times in "{column}" state their offset from UTC; the day was {moved}.',
            column=column,
        )


def _add_money(result: Values, table: Table, found: Recognition, findings: Findings) -> None:
    column = found.get("amount")
    codes_column = found.get("currency")
    codes, height = None, table.cells.height
    result.columns |= {name: _nothing(height, pl.String) for name in ("unknown_currency", "amount_cell")}
    result.columns["beyond"] = _nothing(height, pl.Boolean)
    if codes_column is not None:
        _note_name(result, "currency", codes_column)
        cells = table.text(codes_column)
        codes = currency_code(cells)
        result.columns["unknown_currency"] = cells.set(codes.is_not_null(), None)
    if column is None:
        result.columns |= {"amount": _nothing(height, pl.Float64), "amount_exact": _no_money(height)}
        result.columns["currency"] = codes if codes is not None else _nothing(height, pl.String)
        return
    _note_name(result, "amount", column)
    money = _money(table, column, codes, found.currencies.get(column), findings)
    result.columns |= {"amount": money.values, "amount_exact": money.exact, "currency": money.per_row}
    result.columns |= {"amount_cell": table.text(column), "beyond": money.beyond}
    result.currency = money.currency


def _no_money(height: int) -> pl.Series:
    return pl.Series([None], dtype=EXACT).new_from_index(0, height)


def _money(table: Table, column: str, codes: pl.Series | None, header_code: str | None, findings: Findings) -> Money:
    read = parse_numbers(table.text(column), comma_likely=table.decimal_comma or header_code == "EUR")
    beyond = read.unreadable & table.text(column).str.contains(_BEYOND).fill_null(value=False)
    report_numbers(findings, table, column, replace(read, unreadable=read.unreadable & ~beyond))
    _report_faults(findings, table, column)
    frame = pl.DataFrame({"cell": read.currencies, "exact": read.exact, "value": read.values})
    column_code = codes if codes is not None else _nothing(frame.height, pl.String)
    frame = frame.with_columns(column_code.alias("column"))
    per_row = frame.select(pl.coalesce("column", "cell", pl.lit(header_code, dtype=pl.String)).alias("code"))["code"]
    occurring = sorted(per_row.filter(read.values.is_not_null()).drop_nulls().unique().to_list())
    values = read.values
    if len(occurring) > 1:
        sentence = (
            f'Amounts in "{column}" are in {len(occurring)} currencies ({", ".join(occurring)}); '
            "they are kept, but not added up."
        )
        findings.add(OddityKind.MIXED_CURRENCIES, sentence, column=column)
        values = _nothing(frame.height, pl.Float64)
    return Money(values, read.exact, per_row, beyond, occurring[0] if len(occurring) == 1 else None)


def _report_faults(findings: Findings, table: Table, column: str) -> None:
    """Says where a program wrote that its own calculation failed; such a cell counts as not filled in."""
    faults = table.cells[column].str.strip_chars().str.to_lowercase().is_in(list(FAULTS)).fill_null(value=False)
    report_unreadable(findings, table, column, faults, "number")


def report_numbers(findings: Findings, table: Table, column: str, read: NumberColumn) -> None:
    """Says where a column of numbers was ambiguous or unreadable."""
    if not read.certain:
        sentence = f'Numbers in "{column}" can be read in two ways; the {read.mark} was taken as the decimal mark.'
        findings.add(OddityKind.AMBIGUOUS_NUMBERS, sentence, column=column)
    report_unreadable(findings, table, column, read.unreadable, "number")


def report_unreadable(findings: Findings, table: Table, column: str, where: pl.Series, what: str) -> None:
    """Says in how many cells of a column there is something else than it should hold, with examples."""
    count = int(where.sum())
    if count:
        shown = table.cells[column].filter(where).unique(maintain_order=True).head(_EXAMPLES).to_list()
        quoted = ", ".join(f'"{value.strip()}"' for value in shown)
        sentence = (
            f'In {counted(count, "cell")} of "{column}" there is no {what} ({quoted}); they count as not filled in.'
        )
        findings.add(OddityKind.UNREADABLE_VALUES, sentence, column=column, rows=count)
