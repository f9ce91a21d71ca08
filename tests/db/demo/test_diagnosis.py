"""The diagnosis of the win rate names the planted cause to those who ask first: executive and manager."""

from __future__ import annotations

import polars as pl
import pytest

from db.demo import Company
from tools.science.deals import Deals
from tools.science.winrate import Verdict, diagnose

from .conftest import AS_OF

DIMENSIONS = ("region", "industry", "product", "lead_source", "competitor", "team", "owner")
EMEA_TEAMS = ("UK & Ireland", "DACH", "France & Iberia", "Nordics & Benelux")


@pytest.mark.parametrize("teams", [None, EMEA_TEAMS], ids=["company", "manager"])
def test_the_cause_is_named(deals: pl.DataFrame, company: Company, teams: tuple[str, ...] | None) -> None:
    assert company.plan.as_of == AS_OF
    rows = deals.filter((pl.col("deal_type") == "new") & (pl.col("team").is_in(teams) if teams else pl.lit(value=True)))
    frame = rows.select(
        pl.col("outcome").replace_strict({"won": 1, "lost": 0, "open": -1}, return_dtype=pl.Int8),
        *(pl.col(name).cast(pl.Enum(rows[name].drop_nulls().unique().sort())) for name in DIMENSIONS),
        close_date="closed_on",
        created_date="created_on",
        amount=pl.col("amount_minor") / 100,
        account=pl.col("account_id").cast(pl.UInt32),
    )
    found = diagnose(Deals(frame, dimensions=DIMENSIONS, people=("owner",), with_open=True, as_of=AS_OF))
    assert found.verdict is Verdict.RATE_CHANGE
    assert found.top is not None
    assert (found.top.dimension, found.top.segment) == ("product", "Pro")
    assert found.top.share_of_change is not None
    assert found.top.share_of_change > 0.7
