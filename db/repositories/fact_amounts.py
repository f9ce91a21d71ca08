"""Amounts of the fact table in one currency: each at the rate of its own day, in one join for each currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from db.exchange import Conversion, MissingRate, Rate
from db.repositories.fact_columns import EPOCH


@dataclass(frozen=True, slots=True)
class Exchanged:
    """`amounts` in minor units of the home currency, in the order of the rows; None where a rate is missing."""

    amounts: pl.Series | None
    conversion: Conversion


def in_home(
    raw: pl.DataFrame, used: Mapping[int, str], rates: Mapping[str, Sequence[Rate]], home: str, today: date
) -> Exchanged:
    """Every amount in the home currency, or none of them.

    Args:
        raw: `amount_minor`, `currency` (code) and `closed_day` (days from 1970-01-01, null for what is open).
        used: code -> currency, of the amounts there are.
        rates: currency -> its rates, the earliest first.
    """
    now = (today - EPOCH).days
    rows = raw.select(
        pl.int_range(pl.len()).alias("place"), "amount_minor", "currency",
        pl.col("closed_day").fill_null(now).cast(pl.Int32).alias("day"),
    ).filter(pl.col("amount_minor").is_not_null())  # fmt: skip
    parts, applied, missing = [], [], []
    for code, currency in sorted(used.items()):
        mine = rows.filter(pl.col("currency") == code)
        if currency == home:
            parts.append(mine.select("place", "amount_minor"))
            continue
        joined = mine.sort("day").join_asof(_days(rates.get(currency, ())), on="day", strategy="backward")
        without = joined.filter(pl.col("per_minor").is_null())
        if without.height:
            first = EPOCH + timedelta(days=int(without["day"].to_list()[0]))
            missing.append(MissingRate(currency, home, first))
            continue
        applied += [rates[currency][index] for index in joined["index"].unique().sort().to_list()]
        exchanged = (pl.col("amount_minor") * pl.col("per_minor")).round().cast(pl.Int64)
        parts.append(joined.select("place", exchanged))
    if missing:
        return Exchanged(None, Conversion(home, missing=min(missing, key=lambda one: (one.day, one.currency))))
    places = pl.DataFrame({"place": pl.int_range(raw.height, eager=True)})
    amounts = places.join(pl.concat(parts), on="place", how="left", maintain_order="left")["amount_minor"]
    return Exchanged(amounts, Conversion(home, tuple(applied)))


def _days(rates: Sequence[Rate]) -> pl.DataFrame:
    """The rates by day. As floats: these are columns for statistics, where 15 digits are more than enough."""
    return pl.DataFrame(
        {
            "day": pl.Series([(one.valid_from - EPOCH).days for one in rates], dtype=pl.Int32),
            "per_minor": pl.Series([float(one.per_minor) for one in rates], dtype=pl.Float64),
            "index": pl.Series(range(len(rates)), dtype=pl.Int32),
        }
    )
