from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from db.demo import Company, DemoPlan, Sizes, build

AS_OF = date(2026, 5, 20)
"""The last complete quarter is then 2026Q1."""


@pytest.fixture(scope="session")
def company() -> Company:
    return build(DemoPlan(AS_OF))


@pytest.fixture(scope="session")
def small() -> Company:
    return build(DemoPlan(AS_OF, sizes=Sizes().scaled(0.05)))


@pytest.fixture(scope="session")
def deals(company: Company) -> pl.DataFrame:
    """Opportunities with the names of owner, team and product, and the quarter of closing."""
    return named_deals(company)


def named_deals(company: Company) -> pl.DataFrame:
    tables = company.tables
    names = [
        tables[table].select(pl.col("id").alias(f"{key}_id"), pl.col("name").alias(key))
        for table, key in (("users", "owner"), ("teams", "team"), ("products", "product"))
    ]
    frame = tables["opportunities"]
    for name in names:
        frame = frame.join(name, on=name.columns[0], how="left", maintain_order="left")
    return frame.with_columns(quarter=pl.col("closed_on").dt.truncate("1q"), won=pl.col("outcome") == "won")
