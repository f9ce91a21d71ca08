"""Small companies with a known truth, made of counts so that every figure can be checked by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from tools.science.deals import Deals
from tools.science.periods import Period

Q1, Q2 = Period.parse("2024Q1"), Period.parse("2024Q2")


def company(frame: pl.DataFrame, *, people: Sequence[str] = (), **more: object) -> Deals:
    """Deals whose text columns are dimensions and whose further numbers are measures."""
    fixed = {"outcome", "close_date", "created_date", "amount", "account"}
    texts = [name for name in frame.columns if name not in fixed and frame[name].dtype == pl.String]
    enums = [pl.col(name).cast(pl.Enum(frame[name].drop_nulls().unique().sort())) for name in texts]
    numbers = [name for name in frame.columns if name not in {*fixed, *texts}]
    frame = frame.with_columns(pl.col("outcome").cast(pl.Int8), *enums)
    return Deals(frame, dimensions=tuple(texts), measures=tuple(numbers), people=tuple(people), **more)  # type: ignore[arg-type]


def counted(cells: Mapping[tuple[Period, str], tuple[int, int]], *, dimension: str = "region") -> pl.DataFrame:
    """One row per deal from (period, segment) -> (won, closed), spread evenly over the days of the period.

    Wins and losses alternate with a spread of their own, so that no part of a period is richer in wins.
    """
    rows = []
    for (period, segment), (won, closed) in cells.items():
        for i in range(closed):
            is_won = (i + 1) * won // closed - i * won // closed
            rows.append((is_won, period.first + timedelta(days=i * period.days // closed), segment))
    return pl.DataFrame(rows, schema=["outcome", "close_date", dimension], orient="row")


def random_company(seed: int, *, deals: int = 6_000, fall: Mapping[tuple[str, str], float] | None = None) -> Deals:
    """Eight quarters to 2024Q2 with correlated dimensions; `fall` lowers the rate of segments in the last quarter.

    The key `("", "")` lowers it everywhere.
    """
    generator = np.random.default_rng(seed)
    first = date(2022, 7, 1)
    day = np.sort(generator.integers(0, 731, deals))
    region = generator.choice(["APAC", "EMEA", "LATAM"], deals, p=[0.4, 0.35, 0.25])
    follows = generator.random(deals) < 0.4
    product = np.where(follows, np.where(region == "EMEA", "Pro", "Core"), generator.choice(["Core", "Pro"], deals))
    source = generator.choice(["Inbound", "Outbound", "Partner"], deals)
    chance = 0.45 + 0.05 * (product == "Pro") - 0.04 * (region == "LATAM")
    late = day >= (Q2.first - first).days
    columns = {"region": region, "product": product, "source": source}
    for (name, segment), size in (fall or {}).items():
        here = late if not name else late & (columns[name] == segment)
        chance = chance - size * here
    won = generator.random(deals) < chance
    cycle = generator.gamma(2, 20, deals).astype(int)
    dates = [first + timedelta(days=int(each)) for each in day]
    frame = pl.DataFrame(
        {
            "outcome": won.astype(int),
            "close_date": dates,
            "created_date": [each - timedelta(days=int(days)) for each, days in zip(dates, cycle, strict=True)],
            "amount": np.exp(generator.normal(9, 1, deals)),
            **columns,
        }
    )
    return company(frame)
