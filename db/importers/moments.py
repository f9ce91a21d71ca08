"""Reads a column of moments: days with a time of day, and the zone they are in."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from db.importers.dates import DateOrder, read_parts
from db.importers.missing import values

_EPOCH = r"^[0-9]{10}(?:[0-9]{3})?$"
_CLOCK = r"^([0-9]{1,2})[:.h]?([0-9]{2})(?:[:.]?([0-9]{2})(?:[.,]([0-9]{1,6})[0-9]*)?)?"
_MILLISECONDS = 10_000_000_000


@dataclass(frozen=True, slots=True)
class MomentColumn:
    """A column of moments as read.

    Attributes:
        values: moments in UTC, null where nothing is filled in or the cell cannot be read.
        unreadable: Boolean, true where something is filled in that is no moment.
        zoned: whether every cell with a time states its offset from UTC.
    """

    values: pl.Series
    unreadable: pl.Series
    zoned: bool


def parse_moments(cells: pl.Series, *, order: DateOrder, zone: ZoneInfo) -> MomentColumn:
    """Moments of a column of cleaned text, in the notations of `parse_dates`.

    A time without an offset, and a day without a time (its first moment), are those of `zone`. Of an hour that comes
    twice, when clocks go back, the first is taken; one that does not come at all cannot be read.
    """
    cleaned = pl.DataFrame({"cell": values(cells)})
    distinct = cleaned.filter(pl.col("cell").is_not_null()).unique()
    read = read_parts(distinct, order=order).with_columns(_utc(zone))
    joined = cleaned.join(read.select("cell", "moment"), on="cell", how="left", maintain_order="left")
    timed = read.filter(pl.col("time").is_not_null())
    return MomentColumn(
        values=joined["moment"].alias(cells.name),
        unreadable=(joined["cell"].is_not_null() & joined["moment"].is_null()).alias(cells.name),
        zoned=bool(timed["offset"].is_not_null().all()),
    )


def _utc(zone: ZoneInfo) -> pl.Expr:
    clock = pl.col("time").str.extract_groups(_CLOCK).struct
    hour, minute, second = (clock[at].cast(pl.Int64, strict=False).fill_null(0) for at in range(3))
    micro = clock[3].str.pad_end(6, "0").cast(pl.Int64, strict=False).fill_null(0)
    afternoon = pl.col("time").str.contains(r"(?i)p\.?m") & (hour < 12)
    midnight = pl.col("time").str.contains(r"(?i)a\.?m") & (hour == 12)
    shift = pl.when(afternoon).then(12).when(midnight).then(-12).otherwise(0)
    local = pl.col("date").cast(pl.Datetime("us")) + pl.duration(
        hours=hour + shift, minutes=minute, seconds=second, microseconds=micro
    )
    sign = pl.when(pl.col("offset").str.starts_with("-")).then(-1).otherwise(1)
    hours = pl.col("offset").str.extract(r"^[+-]([0-9]{2})", 1).cast(pl.Int64).fill_null(0)
    minutes = pl.col("offset").str.extract(r"^[+-][0-9]{2}:?([0-9]{2})$", 1).cast(pl.Int64).fill_null(0)
    stated = (local - pl.duration(minutes=sign * (hours * 60 + minutes))).dt.replace_time_zone("UTC")
    own = local.dt.replace_time_zone(str(zone), ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
    seconds = pl.when(pl.col("cell").str.contains(_EPOCH)).then(pl.col("cell")).cast(pl.Int64, strict=False)
    whole = pl.when(seconds >= _MILLISECONDS).then(seconds * 1_000).otherwise(seconds * 1_000_000)
    epoch = whole.cast(pl.Datetime("us", "UTC"))
    moment = pl.when(pl.col("offset").is_not_null()).then(stated).otherwise(own)
    return pl.when(pl.col("date").is_null()).then(None).otherwise(pl.coalesce(epoch, moment)).alias("moment")
