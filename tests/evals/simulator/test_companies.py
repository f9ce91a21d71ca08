"""Simulated companies: shapes, reproducibility, and planted changes that are as large as stated."""

import numpy as np
import polars as pl
import pytest

from evals.simulator import Case, Kind, simulate
from evals.simulator.kinds import QUIET
from tools.science.deals import LOST, OPEN, WON

FIXED_COLUMNS = {
    "outcome": pl.Int8,
    "close_date": pl.Date,
    "created_date": pl.Date,
    "amount": pl.Float64,
    "account": pl.UInt32,
}


def rate(case: Case, *, previous: bool = False) -> float:
    period = case.previous if previous else case.current
    closed = case.deals.frame.filter(pl.col("close_date").is_between(period.first, period.last))
    return closed["outcome"].mean()


@pytest.mark.parametrize("kind", Kind)
def test_deals_have_the_columns_and_types_the_science_takes(kind):
    deals = simulate(kind, closings=200, seed=3).deals
    for name, dtype in FIXED_COLUMNS.items():
        assert deals.frame.schema[name] == dtype
    for name in deals.dimensions:
        assert isinstance(deals.frame.schema[name], pl.Enum)
    for name in deals.measures:
        assert deals.frame.schema[name] == pl.Float64
    assert set(deals.people) <= set(deals.dimensions)
    assert set(deals.frame.columns) == {*FIXED_COLUMNS, *deals.dimensions, *deals.measures}


@pytest.mark.parametrize("kind", Kind)
def test_closed_deals_have_a_day_within_the_data_and_open_deals_have_none(kind):
    deals = simulate(kind, closings=200, seed=4).deals
    closed = deals.frame.filter(pl.col("outcome") != OPEN)
    assert set(deals.frame["outcome"].unique()) == {WON, LOST, OPEN}
    assert (
        deals.frame.filter(pl.col("outcome") == OPEN)["close_date"].null_count() == deals.frame.height - closed.height
    )
    assert closed["close_date"].null_count() == 0
    assert (closed["created_date"] <= closed["close_date"]).all()
    assert closed["close_date"].max() <= deals.as_of
    assert deals.frame["created_date"].max() <= deals.as_of


@pytest.mark.parametrize("kind", Kind)
def test_the_same_seed_gives_the_same_deals_and_truth(kind):
    one, two = (simulate(kind, closings=200, size=1.2, seed=5) for _ in range(2))
    assert one.deals.frame.equals(two.deals.frame)
    assert one.truth == two.truth


def test_another_seed_gives_another_company():
    one, two = (simulate(Kind.SEGMENT, closings=200, seed=seed) for seed in (6, 7))
    assert not one.deals.frame.equals(two.deals.frame)
    assert one.truth.readings != two.truth.readings


@pytest.mark.parametrize("kind", Kind)
def test_the_observed_change_is_the_planted_one_up_to_sampling(kind):
    cases = [simulate(kind, closings=400, seed=seed) for seed in range(30)]
    surplus = np.array([rate(c) - rate(c, previous=True) - c.truth.expected_change for c in cases])
    assert abs(surplus.mean()) < 4 * surplus.std(ddof=1) / np.sqrt(surplus.size)


@pytest.mark.parametrize("kind", sorted(QUIET))
def test_quiet_kinds_plant_no_change_of_the_total(kind):
    truth = simulate(kind, closings=200, seed=8).truth
    assert truth.expected_change == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("size", [1.0, 1.5, 2.0])
def test_the_planted_change_is_the_stated_multiple_of_the_detectable_one(size):
    for kind in (Kind.SEGMENT, Kind.REP, Kind.BROAD, Kind.SEASON_2, Kind.BULK_CLOSE, Kind.NEW_HIRES):
        truth = simulate(kind, size=size, closings=1500, seed=9).truth
        assert truth.multiple == pytest.approx(size, rel=0.02)


def test_dimensions_are_correlated_unless_the_kind_asks_for_independence():
    def dependence(kind: Kind) -> float:
        case = simulate(kind, closings=1500, seed=10)
        names = [n for n in case.deals.dimensions if n not in case.deals.people and n != "loss_reason"][:2]
        before = case.deals.frame.filter(pl.col("close_date") < case.current.first).drop_nulls(names)
        codes = [before[n].to_physical().to_numpy() for n in names]
        counts = np.zeros((codes[0].max() + 1, codes[1].max() + 1))
        np.add.at(counts, tuple(codes), 1)
        alone = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
        return float(((counts - alone) ** 2 / alone).sum() / counts.sum())

    assert dependence(Kind.MIX_CORRELATED) > 0.1
    assert dependence(Kind.MIX_INDEPENDENT) < 0.01
