"""Reads a column of dates in any of the notations exports use, deciding day and month on the whole column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

import polars as pl

from db.importers.missing import values

_YEAR_FIRST = r"^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[Tt ,]+(.+))?$"
_YEAR_LAST = r"^([0-9]{1,2})([-/.])\s?([0-9]{1,2})[-/.]\s?([0-9]{4}|[0-9]{2})(?:[Tt ,]+(.+))?$"
_DAY_NAMED = (
    r"^(?:\p{L}+\.?,?\s+)?([0-9]{1,2})(?:st|nd|rd|th|\.|er)?[\s\-/]*(?:de\s+)?(\p{L}{3,})\.?"
    r"[\s,\-/]*(?:de\s+)?([0-9]{4}|[0-9]{2})(?:[Tt ,]+(.+))?$"
)
_MONTH_NAMED = (
    r"^(?:\p{L}+\.?,\s+)?(\p{L}{3,})\.?[\s\-/]+([0-9]{1,2})(?:st|nd|rd|th)?[\s,\-/]+([0-9]{4})(?:[Tt ,]+(.+))?$"
)
_COMPACT = r"^([0-9]{4})([0-9]{2})([0-9]{2})(?:[Tt ]?([0-9]{6}Z?|[0-9]{4}Z?))?$"
_SERIAL = r"^([0-9]{5})(?:\.[0-9]+)?$"
_EPOCH = r"^([0-9]{10})(?:[0-9]{3})?$"
_TIME = (
    r"^[0-9]{1,2}[:.h]?[0-9]{2}(?:[:.]?[0-9]{2}(?:[.,][0-9]+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?"
    r"\s*(?:Z|UTC|GMT|[A-Z]{2,5}|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})?$"
)
_OFFSET = r"(Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})$"
_CLOCK = r"^([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?"
FIRST_YEAR, LAST_YEAR = 1950, 2100
_EXCEL_EPOCH = -25569  # days from 1899-12-30 to 1970-01-01; Excel's serial 60 is a day that never was
_SERIALS = (20_000, 73_415)

_MONTHS = {
    **dict.fromkeys(("jan", "januar", "january", "ene", "enero", "janv", "janvier", "jän", "jänner"), 1),
    **dict.fromkeys(("feb", "februar", "february", "febrero", "fev", "fév", "févr", "février", "fevrier"), 2),
    **dict.fromkeys(("mar", "march", "mär", "mrz", "märz", "marzo", "mars"), 3),
    **dict.fromkeys(("apr", "april", "abr", "abril", "avr", "avril"), 4),
    **dict.fromkeys(("may", "mai", "mayo"), 5),
    **dict.fromkeys(("jun", "june", "juni", "junio", "juin"), 6),
    **dict.fromkeys(("jul", "july", "juli", "julio", "juil", "juillet"), 7),
    **dict.fromkeys(("aug", "august", "ago", "agosto", "aou", "aoû", "août", "aout"), 8),
    **dict.fromkeys(("sep", "sept", "september", "septiembre", "septembre"), 9),
    **dict.fromkeys(("oct", "october", "okt", "oktober", "octubre", "octobre"), 10),
    **dict.fromkeys(("nov", "november", "noviembre", "novembre"), 11),
    **dict.fromkeys(("dec", "december", "dez", "dezember", "dic", "diciembre", "déc", "décembre", "decembre"), 12),
}


class DateOrder(StrEnum):
    """Which of two numbers before the year is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


class OrderEvidence(StrEnum):
    """What the dates of a column say about the order of day and month."""

    NOT_NEEDED = "not needed"
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    CONTRADICTORY = "contradictory"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class DateColumn:
    """A column of dates as read.

    Attributes:
        values: Date, null where nothing is filled in or the cell cannot be read.
        unreadable: Boolean, true where something is filled in that is no date.
        zoned: whether times with an offset from UTC were among the cells.
    """

    values: pl.Series
    unreadable: pl.Series
    zoned: bool = False


@dataclass(frozen=True, slots=True)
class OrderDecision:
    """Attributes: order: the order chosen; certain: whether the dates themselves leave no other reading."""

    order: DateOrder
    certain: bool
    evidence: OrderEvidence


def decide_order(columns: Mapping[str, pl.Series]) -> dict[str, OrderDecision]:
    """The order of day and month per column; a column that leaves it open follows the others of its file."""
    evidence = {column: _evidence(cells) for column, cells in columns.items()}
    sure = {found for found, _ in evidence.values() if found in (OrderEvidence.DAY_FIRST, OrderEvidence.MONTH_FIRST)}
    shared = DateOrder(next(iter(sure)).value) if len(sure) == 1 else None
    return {column: _decision(found, default, shared) for column, (found, default) in evidence.items()}


def _decision(found: OrderEvidence, default: DateOrder, shared: DateOrder | None) -> OrderDecision:
    if found in (OrderEvidence.DAY_FIRST, OrderEvidence.MONTH_FIRST):
        return OrderDecision(DateOrder(found.value), certain=True, evidence=found)
    if found is OrderEvidence.NOT_NEEDED:
        return OrderDecision(default, certain=True, evidence=found)
    if found is OrderEvidence.NONE and shared is not None:
        return OrderDecision(shared, certain=True, evidence=found)
    return OrderDecision(default, certain=False, evidence=found)


def _evidence(cells: pl.Series) -> tuple[OrderEvidence, DateOrder]:
    parts = (
        cells.drop_nulls()
        .unique()
        .str.extract_groups(_YEAR_LAST)
        .struct.rename_fields(["first", "mark", "second", "year", "time"])
        .struct.unnest()
        .filter(pl.col("first").is_not_null())
        .with_columns(pl.col("first", "second").cast(pl.Int32))
    )
    if parts.is_empty():
        return OrderEvidence.NOT_NEEDED, DateOrder.DAY_FIRST
    day_first = parts.filter((pl.col("first") > 12) & (pl.col("second") <= 12)).height
    month_first = parts.filter((pl.col("second") > 12) & (pl.col("first") <= 12)).height
    if day_first and month_first:
        likely = DateOrder.DAY_FIRST if day_first >= month_first else DateOrder.MONTH_FIRST
        return OrderEvidence.CONTRADICTORY, likely
    if day_first or month_first:
        return (OrderEvidence.DAY_FIRST if day_first else OrderEvidence.MONTH_FIRST), DateOrder.DAY_FIRST
    return OrderEvidence.NONE, _usual_order(parts)


def _usual_order(parts: pl.DataFrame) -> DateOrder:
    """A number that stays 1 while the other changes is the first of a month; else the separator tells the country."""
    firsts, seconds = parts["first"].unique().to_list(), parts["second"].unique().to_list()
    if len(firsts) >= 3 and seconds == [1]:
        return DateOrder.MONTH_FIRST
    if len(seconds) >= 3 and firsts == [1]:
        return DateOrder.DAY_FIRST
    slashes = (parts["mark"] == "/").sum()
    return DateOrder.MONTH_FIRST if slashes * 2 > parts.height else DateOrder.DAY_FIRST


def parse_dates(cells: pl.Series, *, order: DateOrder, zone: ZoneInfo | None = None) -> DateColumn:
    """Dates of a column of cleaned text.

    Read are year-first and year-last numbers, names of months (English, German, Spanish, French), compact dates,
    Excel serial days and Unix times; a time of day may follow. With a `zone`, times that state their offset from
    UTC are moved to that zone before the day is taken; without it the day stands as written.
    """
    cleaned = pl.DataFrame({"cell": values(cells)})
    distinct = cleaned.filter(pl.col("cell").is_not_null()).unique()
    read = read_parts(distinct, order=order)
    zoned = bool(read["offset"].is_not_null().any())
    if zoned and zone is not None:
        read = _moved(read, zone)
    joined = cleaned.join(read.select("cell", "date"), on="cell", how="left", maintain_order="left")
    return DateColumn(
        values=joined["date"].alias(cells.name),
        unreadable=(joined["cell"].is_not_null() & joined["date"].is_null()).alias(cells.name),
        zoned=zoned,
    )


def read_parts(distinct: pl.DataFrame, *, order: DateOrder) -> pl.DataFrame:
    """`cell`, its `date`, and the `time` and `offset` from UTC that follow it as text, for distinct cells."""
    day, month = ("g1", "g3") if order is DateOrder.DAY_FIRST else ("g3", "g1")
    notations = (
        (_YEAR_FIRST, "g1", "g2", "g3", "g4"),
        (_YEAR_LAST, "g4", month, day, "g5"),
        (_DAY_NAMED, "g3", "g2", "g1", "g4"),
        (_MONTH_NAMED, "g3", "g1", "g2", "g4"),
        (_COMPACT, "g1", "g2", "g3", "g4"),
    )
    done: list[pl.DataFrame] = []
    rest = distinct
    for pattern, year, month_at, day_at, time in notations:
        fits = rest.filter(pl.col("cell").str.contains(pattern))
        if fits.height:
            done.append(_from_groups(fits, pattern, year=year, month=month_at, day=day_at, time=time))
            rest = rest.filter(~pl.col("cell").str.contains(pattern))
        if rest.is_empty():
            break
    done.append(_from_numbers(rest))
    return pl.concat(done)


def _from_groups(cells: pl.DataFrame, pattern: str, *, year: str, month: str, day: str, time: str) -> pl.DataFrame:
    groups = cells["cell"].str.extract_groups(pattern).struct
    parts = groups.rename_fields([f"g{number + 1}" for number in range(len(groups.fields))]).struct.unnest()
    frame = cells.hstack(parts.select(year=year, month=month, day=day, time=time))
    names = [name for name in frame["month"].unique().to_list() if name and not name.isdigit()]
    if names:
        numbers = [str(_MONTHS.get(name.lower().rstrip("."), 99)) for name in names]
        frame = frame.with_columns(pl.col("month").replace(names, numbers))
    two_digits = pl.col("year").str.len_chars() == 2
    century = pl.when(pl.col("year").cast(pl.Int32, strict=False) > 68).then(pl.lit("19")).otherwise(pl.lit("20"))
    full_year = pl.when(two_digits).then(pl.concat_str(century, "year")).otherwise("year")
    iso = pl.concat_str(full_year, pl.col("month").str.zfill(2), pl.col("day").str.zfill(2), separator="-")
    date = iso.str.to_date("%Y-%m-%d", strict=False)
    time_is_one = pl.col("time").is_null() | pl.col("time").str.contains(_TIME)
    sane = date.dt.year().is_between(FIRST_YEAR, LAST_YEAR) & time_is_one
    return frame.select(
        "cell",
        date=pl.when(sane).then(date),
        time="time",
        offset=pl.when(pl.col("time").str.contains(r"[0-9]")).then(pl.col("time").str.extract(_OFFSET, 1)),
    )


def _from_numbers(cells: pl.DataFrame) -> pl.DataFrame:
    serial = pl.col("cell").str.extract(_SERIAL, 1).cast(pl.Int32, strict=False)
    serial = pl.when(serial.is_between(*_SERIALS)).then(serial + _EXCEL_EPOCH)
    epoch = pl.col("cell").str.extract(_EPOCH, 1).cast(pl.Int64, strict=False) // 86_400
    nothing = pl.lit(None, dtype=pl.String)
    date = pl.coalesce(serial, epoch.cast(pl.Int32)).cast(pl.Date)
    sane = pl.when(date.dt.year() <= LAST_YEAR).then(date)
    return cells.select("cell", date=sane, time=nothing, offset=nothing)


def _moved(read: pl.DataFrame, zone: ZoneInfo) -> pl.DataFrame:
    clock = pl.col("time").str.extract_groups(_CLOCK).struct
    hour = clock[0].cast(pl.Int64, strict=False)
    afternoon = pl.col("time").str.contains(r"(?i)p\.?m") & (hour < 12)
    midnight = pl.col("time").str.contains(r"(?i)a\.?m") & (hour == 12)
    shift = pl.when(afternoon).then(12).when(midnight).then(-12).otherwise(0)
    seconds = (hour + shift) * 3600 + clock[1].cast(pl.Int64, strict=False) * 60
    sign = pl.when(pl.col("offset").str.starts_with("-")).then(-1).otherwise(1)
    hours = pl.col("offset").str.extract(r"^[+-]([0-9]{2})", 1).cast(pl.Int64).fill_null(0)
    minutes = pl.col("offset").str.extract(r"^[+-][0-9]{2}:?([0-9]{2})$", 1).cast(pl.Int64).fill_null(0)
    utc = pl.col("date").cast(pl.Datetime("us")) + pl.duration(seconds=seconds - sign * (hours * 3600 + minutes * 60))
    local = utc.dt.replace_time_zone("UTC").dt.convert_time_zone(str(zone)).dt.date()
    movable = pl.col("offset").is_not_null() & pl.col("date").is_not_null() & local.is_not_null()
    return read.with_columns(date=pl.when(movable).then(local).otherwise("date"))
