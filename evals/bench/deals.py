"""Closed deals in any number, for benchmarks: correlated dimensions, drift between quarters, one planted fall.

`python -m evals.bench.deals --deals 100000 --out deals.csv` writes them as a CSV file.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

DIMENSIONS = {
    "region": ("North America", "Europe", "APAC", "India"),
    "industry": ("SaaS", "FinTech", "EdTech", "HealthTech", "Ecommerce"),
    "product_type": ("Core", "Pro", "Enterprise"),
    "lead_source": ("Inbound", "Outbound", "Referral", "Partner"),
}
FIRST_DAY = date(2023, 1, 1)
QUARTERS = [date(year, month, 1) for year in (2023, 2024) for month in (1, 4, 7, 10)]
STARTS = np.array([(first - FIRST_DAY).days for first in QUARTERS])
DAYS = (date(2025, 1, 1) - FIRST_DAY).days


def generate(deals: int, *, seed: int = 1) -> pl.DataFrame:
    """`deals` closed deals over eight quarters; the same arguments give the same deals.

    Columns: deal_id, created_date, closed_date, sales_rep, the four of `DIMENSIONS`, deal_amount,
    sales_cycle_days, outcome (Won or Lost). Europe's log-odds fall by 0.4 in the last quarter.
    """
    company = np.random.default_rng((seed, 0))  # the same people, markets and quarters at every size
    tastes = company.dirichlet((6.0, 4.0, 3.0), size=4)
    drift, skill = company.normal(0, 0.04, size=8), company.normal(0, 0.15, size=40)
    rng = np.random.default_rng((seed, 1))
    region = rng.choice(4, size=deals, p=(0.35, 0.27, 0.2, 0.18))
    product = (rng.random(deals)[:, None] > tastes.cumsum(axis=1)[region][:, :2]).sum(axis=1)
    industry = rng.choice(5, size=deals, p=(0.3, 0.25, 0.15, 0.15, 0.15))
    source = rng.choice(4, size=deals, p=(0.4, 0.3, 0.2, 0.1))
    rep = rng.integers(0, 40, size=deals)
    day = rng.integers(0, DAYS, size=deals)
    quarter = np.searchsorted(STARTS, day, side="right") - 1
    amount = np.exp(rng.normal(9.2, 0.9, size=deals) + 0.3 * product).round(2)
    logit = (
        -0.2
        + drift[quarter]
        + np.array((0.15, 0.05, -0.05, -0.1))[region]
        + np.array((0.1, 0.0, -0.25))[product]
        + np.array((0.0, -0.15, 0.35, 0.05))[source]
        + skill[rep]
        - 0.4 * ((region == 1) & (quarter == 7))
    )
    won = rng.random(deals) < 1 / (1 + np.exp(-logit))
    cycle = rng.gamma(2.5, np.where(won, 24.0, 20.0) + 6.0 * product).astype(np.int64) + 1
    codes = {"region": region, "industry": industry, "product_type": product, "lead_source": source}
    return pl.DataFrame(
        {
            "deal_id": np.arange(1, deals + 1),
            "created_date": np.datetime64(FIRST_DAY) + day - cycle,
            "closed_date": np.datetime64(FIRST_DAY) + day,
            "sales_rep": [f"rep_{code + 1}" for code in rep],
            **{name: np.array(values)[codes[name]] for name, values in DIMENSIONS.items()},
            "deal_amount": amount,
            "sales_cycle_days": cycle,
            "outcome": np.where(won, "Won", "Lost"),
        }
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Write generated closed deals as CSV.")
    parser.add_argument("--deals", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    generate(asked.deals, seed=asked.seed).write_csv(asked.out)


if __name__ == "__main__":
    main()
