"""Each kind of cause shows where it should, and with the size it was given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from db.demo import Cause, DemoPlan, Happening, Sizes, build

from .conftest import AS_OF, named_deals

BEFORE, STORY = date(2025, 10, 1), date(2026, 1, 1)
HALF = Sizes().scaled(0.5)


def _told(*causes: Cause, allotted: bool = True) -> pl.DataFrame:
    deals = named_deals(build(DemoPlan(AS_OF, sizes=HALF, causes=causes, allotted=allotted)))
    return deals.filter((pl.col("deal_type") == "new") & pl.col("quarter").is_between(date(2023, 4, 1), STORY))


def _fall(deals: pl.DataFrame, before: date = BEFORE, story: date = STORY) -> float:
    rates = [float(deals.filter(pl.col("quarter") == quarter)["won"].mean()) for quarter in (before, story)]
    return rates[1] - rates[0]


def test_without_a_cause_nothing_falls() -> None:
    assert abs(_fall(_told())) < 0.03


def test_a_broad_fall_is_a_fall_of_every_product() -> None:
    deals = _told(Cause(Happening.RATE, -0.12))
    for product in ("Core", "Pro", "Enterprise"):
        assert -0.19 < _fall(deals.filter(pl.col("product") == product)) < -0.05


@pytest.mark.parametrize(
    ("where", "size"),
    [({"lead_source": "Outbound"}, -0.2), ({"region": "EMEA", "product": "Pro"}, -0.25), ({"team": "DACH"}, -0.2)],
)
def test_a_segment_moves_by_its_size_and_the_rest_stays(where: dict[str, str], size: float) -> None:
    deals = _told(Cause(Happening.RATE, size, where))
    inside = pl.all_horizontal(pl.col(name) == value for name, value in where.items())
    assert abs(_fall(deals.filter(inside)) - size) < 0.09
    assert abs(_fall(deals.filter(~inside))) < 0.05


def test_a_season_falls_in_every_year() -> None:
    deals = _told(Cause(Happening.SEASON, -0.1))
    falls = [_fall(deals, BEFORE.replace(year=2025 - k), STORY.replace(year=2026 - k)) for k in range(3)]
    assert all(-0.16 < fall < -0.06 for fall in falls)


@pytest.mark.parametrize(
    ("dimension", "segment"),
    [("product", "Core"), ("lead_source", "Outbound"), ("region", "APAC"), ("industry", "Energy")],
)
def test_a_growing_segment_takes_a_larger_part_from_the_story_quarter_on(dimension: str, segment: str) -> None:
    deals = _told(Cause(Happening.MIX, 3.0, {dimension: segment}))
    share = [float((deals.filter(pl.col("quarter") == q)[dimension] == segment).mean()) for q in (BEFORE, STORY)]
    assert share[1] > 1.5 * share[0]


def test_more_inflow_opens_more_deals_in_that_quarter_only() -> None:
    plan = DemoPlan(AS_OF, sizes=HALF, causes=(Cause(Happening.INFLOW, 2.0),))
    opened = (
        build(plan).tables["opportunities"].group_by(pl.col("created_on").dt.truncate("1q")).len().sort("created_on")
    )
    counts = dict(opened.iter_rows())
    assert 1.8 < counts[STORY] / counts[BEFORE] < 2.3


def test_a_bulk_closing_is_one_day_of_old_losses() -> None:
    deals = _told(Cause(Happening.BULK_CLOSE, 0.3))
    days = (
        deals.filter(pl.col("quarter") == STORY).group_by("closed_on").agg(pl.len(), pl.col("won").mean()).sort("len")
    )
    assert days["len"][-1] > max(3 * days["len"][-2], 0.08 * days["len"].sum())
    assert days["won"][-1] < 0.2


def test_a_feed_gap_takes_the_wins_of_the_last_weeks() -> None:
    deals = _told(Cause(Happening.FEED_GAP, 0.9)).filter(pl.col("quarter") == STORY)
    late = pl.col("closed_on") >= date(2026, 3, 4)
    assert deals.filter(late)["won"].mean() < 0.15 < deals.filter(~late)["won"].mean()


def test_independent_draws_scatter_where_allotted_outcomes_do_not() -> None:
    plan = DemoPlan(AS_OF, sizes=HALF, causes=(), wobble=0.0)
    spread = []
    for allotted in (True, False):
        deals = named_deals(build(replace(plan, allotted=allotted))).filter(pl.col("deal_type") == "new")
        rates = deals.filter(pl.col("quarter") >= date(2023, 7, 1)).group_by("quarter").agg(pl.col("won").mean())
        spread.append(float(rates["won"].std()))
    assert spread[0] < spread[1] + 0.005
