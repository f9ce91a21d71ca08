"""The published shape and what may never change or break it."""

import json
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.science.winrate.companies import Q1, Q2, company, random_company
from tools.science.deals import LOST, OPEN, WON, Deals
from tools.science.errors import (
    NoClosedDeals,
    NoDatedDeals,
    PeriodWithoutDeals,
    SamePeriodTwice,
    ScienceError,
    UnlikePeriods,
)
from tools.science.periods import Grain, Period
from tools.science.winrate import Question, Verdict, diagnose

KEYS = [
    "metric",
    "definition",
    "scope",
    "deals",
    "current",
    "previous",
    "change",
    "p_value",
    "detectable_change",
    "verdict",
    "statement",
    "top",
    "indistinguishable",
    "secondary",
    "ruled_out",
    "joint",
    "usual_variation",
    "decomposition",
    "drivers",
    "excluded",
    "segment_impact",
    "cycle_outcome_gap",
    "revenue_at_risk",
    "actions",
    "warnings",
]
ASK = Question(at=Q2, versus=Q1)


def test_the_answer_has_exactly_the_published_keys() -> None:
    answer = diagnose(random_company(21), ASK).as_json()
    assert list(answer) == KEYS
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


def test_the_same_input_gives_the_same_answer() -> None:
    assert diagnose(random_company(22), ASK).as_json() == diagnose(random_company(22), ASK).as_json()


def _texts(deals: Deals) -> pl.DataFrame:
    return deals.frame.with_columns(pl.col(*deals.dimensions).cast(pl.String))


def test_renaming_segments_and_reordering_dimensions_changes_nothing() -> None:
    frame = _texts(random_company(23, deals=16_000, fall={("region", "APAC"): 0.3}))
    named = {"APAC": "zz", "EMEA": "aa", "LATAM": "mm"}
    other = frame.with_columns(pl.col("region").replace(named)).select(*reversed(frame.columns))
    one, two = diagnose(company(frame), ASK), diagnose(company(other), ASK)
    assert one.top is not None
    assert two.top is not None
    assert (one.verdict, named[one.top.segment or ""]) == (two.verdict, two.top.segment)
    assert one.findings.joint is not None
    assert two.findings.joint is not None
    assert one.findings.joint.rate == pytest.approx(two.findings.joint.rate, abs=1e-9)


def test_swapping_the_periods_flips_the_signs() -> None:
    deals = random_company(24)
    there, back = (diagnose(deals, Question(at=a, versus=b)).as_json() for a, b in ((Q2, Q1), (Q1, Q2)))
    assert there["change"] == -back["change"]
    assert there["joint"]["rate"] == pytest.approx(-back["joint"]["rate"], abs=1e-7)
    effects = {(row["dimension"], row["segment"]): row["rate_effect"] for row in back["decomposition"]}
    for row in there["decomposition"]:
        assert row["rate_effect"] == pytest.approx(-effects[row["dimension"], row["segment"]])


def test_telling_every_deal_twice_only_tightens_the_intervals() -> None:
    frame = _texts(random_company(25)).drop("amount")
    once, twice = (diagnose(company(each), ASK) for each in (frame, pl.concat([frame, frame])))
    assert once.findings.overall.change == pytest.approx(twice.findings.overall.change)
    for one, two in zip(once.findings.effects, twice.findings.effects, strict=True):
        assert one.rate_effect == pytest.approx(two.rate_effect)
        assert two.interval[1] - two.interval[0] < one.interval[1] - one.interval[0]


def test_a_constant_column_changes_nothing() -> None:
    frame = _texts(random_company(26, deals=16_000, fall={("product", "Pro"): 0.25}))
    plain = diagnose(company(frame), ASK).as_json()
    padded = diagnose(company(frame.with_columns(country=pl.lit("one"))), ASK).as_json()
    assert plain["top"] == padded["top"]
    assert plain["decomposition"] == padded["decomposition"]


def test_a_random_column_of_forty_levels_does_not_take_the_top() -> None:
    frame = _texts(random_company(27, deals=16_000, fall={("region", "APAC"): 0.3}))
    names = np.random.default_rng(1).choice([f"n{i}" for i in range(40)], frame.height)
    top = diagnose(company(frame.with_columns(noise=pl.Series(names))), ASK).top
    assert top is not None
    assert top.segment == "APAC"


def test_without_deals_the_error_says_so() -> None:
    with pytest.raises(NoClosedDeals, match="No won or lost deals in all deals"):
        diagnose(Deals(pl.DataFrame({"outcome": pl.Series([OPEN], dtype=pl.Int8)})))
    with pytest.raises(NoDatedDeals, match="None of the 1 closed deals has a close date"):
        diagnose(Deals(pl.DataFrame({"outcome": pl.Series([WON], dtype=pl.Int8)})))


def test_periods_that_cannot_be_compared_are_refused() -> None:
    deals = random_company(28)
    with pytest.raises(PeriodWithoutDeals, match="No deal was closed in 2030Q1"):
        diagnose(deals, Question(at=Period.parse("2030Q1")))
    with pytest.raises(SamePeriodTwice):
        diagnose(deals, Question(at=Q2, versus=Q2))
    with pytest.raises(UnlikePeriods):
        diagnose(deals, Question(at=Q2, versus=Period.parse("2023")))


days = st.dates(date(2021, 12, 1), date(2023, 2, 1))
row = st.tuples(
    st.sampled_from([WON, LOST, OPEN]),
    st.none() | days,
    st.none() | days,
    st.none() | st.floats(-10, 1e9) | st.just(float("nan")),
    st.none() | st.integers(0, 3),
    st.none() | st.sampled_from(["x", "y", "", "not filled in", "other"]),
    st.sampled_from(["only"]),
    st.none() | st.sampled_from(["Ann", "Bob"]),
    st.none() | st.floats(0, 5),
)
NAMES = ("outcome", "close_date", "created_date", "amount", "account", "region", "constant", "owner", "score")
TYPES = (pl.Int8, pl.Date, pl.Date, pl.Float64, pl.UInt32, pl.String, pl.String, pl.String, pl.Float64)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(row, min_size=1, max_size=25),
    st.integers(1, 12),
    st.sets(st.sampled_from(NAMES[2:])),
    st.sampled_from(list(Grain)),
    st.booleans(),
)
def test_odd_but_valid_deals_never_break_the_diagnosis(
    rows: list[tuple[object, ...]], times: int, gone: set[str], grain: Grain, later: bool
) -> None:
    frame = pl.DataFrame(rows * times, schema=dict(zip(NAMES, TYPES, strict=True)), orient="row").drop(gone)
    people = [] if "owner" in gone else ["owner"]
    as_of = date(2022, 6, 15) if later else None
    try:
        answer = diagnose(company(frame, people=people, with_open=True, as_of=as_of), Question(grain=grain)).as_json()
    except ScienceError:
        return
    json.dumps(answer, allow_nan=False)
    for name in {each["dimension"] for each in answer["decomposition"]}:
        effects = [r["mix_effect"] + r["rate_effect"] for r in answer["decomposition"] if r["dimension"] == name]
        assert sum(effects) == pytest.approx(answer["change"], abs=1e-9)
    assert answer["joint"]["rate"] + sum(answer["joint"]["mix"].values()) == pytest.approx(answer["change"], abs=1e-9)


@pytest.mark.parametrize("outcome", [WON, LOST])
def test_all_won_or_all_lost_is_insufficient(outcome: int) -> None:
    frame = pl.DataFrame(
        {"outcome": [outcome] * 400, "close_date": [Q1.first + timedelta(days=i % 180) for i in range(400)]}
    )
    assert diagnose(company(frame), ASK).verdict is Verdict.INSUFFICIENT_DATA


def test_one_quarter_only_is_insufficient() -> None:
    frame = pl.DataFrame(
        {"outcome": [0, 1] * 100, "close_date": [Q2.first + timedelta(days=i % 90) for i in range(200)]}
    )
    answer = diagnose(company(frame)).as_json()
    assert answer["verdict"] == "insufficient_data"
    assert answer["previous"]["closed"] == 0
