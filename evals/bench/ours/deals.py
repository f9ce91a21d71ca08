"""The generated deals of a CSV table as a workspace's fact table: `--table deals.csv --out deals.db`."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from db.models import DealFact, DimensionValue
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import create

_COLUMNS = {"owner": "sales_rep", "region": "region", "industry": "industry", "product": "product_type"}
_COLUMNS["lead_source"] = "lead_source"
_BATCH = 50_000


async def build(table: Path, path: Path) -> None:
    database = Database(WorkspaceSettings(database_url=f"sqlite:///{path}").url)
    await create(database)
    frame = pl.read_csv(table, try_parse_dates=True)
    codes = {dimension: sorted(frame[column].unique().to_list()) for dimension, column in _COLUMNS.items()}
    async with database.connection() as connection:
        values = [
            {"dimension": dimension, "code": code, "label": label}
            for dimension, labels in codes.items()
            for code, label in enumerate(labels, start=1)
        ]
        values += [
            {"dimension": "currency", "code": 1, "label": "USD"},
            {"dimension": "deal_type", "code": 1, "label": "new"},
        ]
        await connection.execute(DimensionValue.__table__.insert(), values)  # type: ignore[attr-defined]
        rows = _rows(frame, codes)
        while batch := list(islice(rows, _BATCH)):
            await connection.execute(DealFact.__table__.insert(), batch)  # type: ignore[attr-defined]
    await database.close()


def _rows(frame: pl.DataFrame, codes: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    coded = frame.select(
        pl.col("deal_id").alias("opportunity_id"),
        (pl.col("outcome") == "Won").cast(pl.Int8).alias("outcome"),
        pl.col("created_date").cast(pl.Date).cast(pl.Int32).alias("created_day"),
        pl.col("closed_date").cast(pl.Date).cast(pl.Int32).alias("closed_day"),
        (pl.col("deal_amount") * 100).cast(pl.Int64).alias("amount_minor"),
        pl.lit(1).alias("currency"),
        pl.lit(1).alias("deal_type"),
        (pl.col("deal_id") % 50_000 + 1).alias("account_id"),
        *(
            pl.col(column)
            .replace_strict({label: n for n, label in enumerate(codes[dimension], start=1)})
            .alias(dimension)
            for dimension, column in _COLUMNS.items()
        ),
    )
    return coded.iter_rows(named=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Store generated deals in a workspace.")
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    asyncio.run(build(asked.table, asked.out))


if __name__ == "__main__":
    main()
