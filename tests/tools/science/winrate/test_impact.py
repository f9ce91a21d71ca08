from datetime import timedelta

import polars as pl
import pytest

from tests.tools.science.winrate.companies import Q1, Q2, company, counted, random_company
from tools.science.deals import OPEN
from tools.science.periods import Grain
from tools.science.winrate import Question, diagnose, win_rate_table
from tools.science.winrate.proportions import wilson


def test_impact_score_is_the_number_of_lost_deals_with_the_excess_beside_it() -> None:
    deals = company(counted({(Q2, "A"): (60, 100), (Q1, "B"): (20, 100)}))
    rows = {each.segment: each for each in diagnose(deals).segment_impact}
    assert (rows["A"].score, rows["B"].score) == (40, 80)
    assert (rows["A"].excess, rows["B"].excess) == pytest.approx((-20, 20))
    assert rows["B"].interval[0] < 20 < rows["B"].interval[1]


def cycle_frame(won_days: int, lost_days: int) -> pl.DataFrame:
    frame = counted({(Q1, "Partner"): (100, 200), (Q2, "Partner"): (100, 200)}, dimension="lead_source")
    spread = pl.int_range(pl.len()) % 7 - 3
    length = pl.when(pl.col("outcome") == 1).then(won_days).otherwise(lost_days) + spread
    return frame.with_columns(created_date=pl.col("close_date") - pl.duration(days=length))


def test_cycle_gap_is_lost_minus_won_and_found_when_it_is_there() -> None:
    (gap,) = diagnose(company(cycle_frame(40, 48))).cycle_outcome_gap
    assert gap.gap == pytest.approx(8, abs=1)
    assert gap.interval[0] <= gap.gap <= gap.interval[1]
    assert gap.p_value < 0.01


def test_equal_cycles_have_no_surprising_gap() -> None:
    (gap,) = diagnose(company(cycle_frame(40, 40))).cycle_outcome_gap
    assert gap.p_value > 0.2


def test_open_amount_at_risk_counts_excess_only_for_established_falls() -> None:
    frame = counted({(Q1, "A"): (600, 1000), (Q1, "B"): (500, 1000), (Q2, "A"): (400, 1000), (Q2, "B"): (500, 1000)})
    frame = frame.with_columns(amount=pl.lit(100.0))
    still = pl.DataFrame(
        {"outcome": [OPEN] * 2, "close_date": [None, None], "region": ["A", "B"], "amount": [1000.0, 1000.0]}
    )
    frame = pl.concat([frame, still.cast({"outcome": pl.Int64, "close_date": pl.Date})])
    answer = diagnose(company(frame, with_open=True), Question(at=Q2, versus=Q1)).as_json()
    rows = {row["segment"]: row for row in answer["revenue_at_risk"]}
    assert float(rows["A"]["excess"]) == pytest.approx(200, abs=0.01)
    assert rows["B"]["excess"] == "0.00"
    assert float(rows["A"]["expected_loss"]) == pytest.approx(500, abs=1)


def test_rate_table_counts_by_segment_and_period() -> None:
    deals = company(counted({(Q1, "A"): (60, 100), (Q2, "A"): (30, 100), (Q2, "B"): (5, 10)}))
    rows = {(row.segment, str(row.period)): row for row in win_rate_table(deals, "region", Grain.QUARTER)}
    assert (rows["A", "2024Q2"].won, rows["B", "2024Q2"].closed) == (30, 10)
    assert rows["A", "2024Q1"].interval == wilson(60, 100)
    assert ("B", "2024Q1") not in rows


def test_rate_table_over_everything_is_the_overall_rate() -> None:
    deals = random_company(51)
    (row,) = win_rate_table(deals)
    assert (row.closed, row.won) == (deals.frame.height, deals.frame["outcome"].sum())


def test_a_value_only_change_stays_noise_and_is_told() -> None:
    frame = counted({(Q1, "A"): (500, 1000), (Q2, "A"): (500, 1000)})
    late_win = (pl.col("close_date") >= Q2.first - timedelta(days=0)) & (pl.col("outcome") == 1)
    size = 100.0 + pl.int_range(pl.len()) % 5
    frame = frame.with_columns(amount=pl.when(late_win).then(size * 0.6).otherwise(size))
    diagnosis = diagnose(company(frame), Question(at=Q2, versus=Q1))
    assert diagnosis.top is None
    assert any(line.startswith("By value it went from 50 % to") for line in diagnosis.secondary)
