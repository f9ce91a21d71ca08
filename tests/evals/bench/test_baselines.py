"""The baselines do the work they are timed for, and the deals they work on are what they say."""

import asyncio

import polars as pl
import pytest

from evals.bench.baselines import langgraph_turn, winrate_pandas
from evals.bench.deals import DIMENSIONS, generate
from evals.bench.p1_turn import percentile_95
from evals.bench.p2_diagnose import MARGINAL_EFFECTS, stage_seconds
from evals.bench.processes import Outcome, Stopped


@pytest.fixture(scope="module")
def deals(tmp_path_factory):
    path = tmp_path_factory.mktemp("deals") / "deals.csv"
    generate(4_000).write_csv(path)
    return winrate_pandas.read(str(path))


def test_the_rate_and_mix_effects_of_the_script_add_up_in_each_dimension(deals):
    overall = winrate_pandas.headline(deals)
    table = winrate_pandas.decomposition(deals)
    explained = table[["rate_effect", "mix_effect"]].sum(axis=1).groupby(table["dimension"]).sum()
    assert list(explained) == pytest.approx([overall["after"] - overall["before"]] * 4, abs=1e-12)


def test_a_segment_absent_in_one_quarter_counts_as_mix(deals):
    last = deals["quarter"].cat.categories[-1]
    table = winrate_pandas.kitagawa(deals[(deals["quarter"] != last) | (deals["region"] != "India")], "region")
    assert table.loc["India", "rate_effect"] == 0
    assert table.loc["India", "mix_effect"] != 0


def test_the_lost_deals_of_the_segments_of_a_dimension_add_up(deals):
    table = winrate_pandas.impact(deals)
    assert table.loc["region", "score"].sum() == pytest.approx((1 - deals["won"]).sum())
    assert table.loc["region", "excess"].sum() == pytest.approx(0, abs=1e-9)


def test_the_bare_supervisor_answers_through_sub_agent_and_tool():
    assert len(asyncio.run(langgraph_turn.turn_times(2))) == 2


def test_the_same_seed_gives_the_same_deals_and_another_seed_others():
    assert generate(500, seed=3).equals(generate(500, seed=3))
    assert not generate(500, seed=3).equals(generate(500, seed=4))


def test_generated_deals_are_closed_after_they_were_created_and_fill_every_segment():
    frame = generate(3_000)
    assert frame.select((pl.col("closed_date") > pl.col("created_date")).all()).item()
    assert all(set(frame[name].unique()) == set(values) for name, values in DIMENSIONS.items())
    assert 0.3 < (frame["outcome"] == "Won").mean() < 0.6


def test_europe_falls_in_the_last_quarter_and_nobody_else():
    frame = generate(200_000).with_columns(
        last=pl.col("closed_date") >= pl.date(2024, 10, 1), won=pl.col("outcome") == "Won"
    )
    rates = {row[:2]: row[2] for row in frame.group_by("region", "last").agg(pl.col("won").mean()).iter_rows()}
    falls = {region: rates[region, False] - rates[region, True] for region in DIMENSIONS["region"]}
    assert falls.pop("Europe") > 0.06
    assert max(map(abs, falls.values())) < 0.03


def test_the_time_of_a_process_that_was_stopped_is_not_given():
    report = {"read_seconds": 1.0, MARGINAL_EFFECTS: 2.0, "answer": {}}
    assert stage_seconds(Outcome(9, 1, 1, None, report)) == 3.0
    assert stage_seconds(Outcome(9, 1, 1, Stopped.BY_MEMORY, report)) is None


def test_the_percentile_lies_between_the_observations():
    assert percentile_95([float(n) for n in range(101)]) == 95.0
