from datetime import date, timedelta

import polars as pl

from tests.tools.science.winrate.companies import Q1, Q2, company, counted, random_company
from tools.science.periods import Grain, Period
from tools.science.winrate import Question, diagnose


def test_by_default_the_last_complete_quarter_is_compared_with_the_one_before() -> None:
    diagnosis = diagnose(random_company(41))
    assert (diagnosis.comparison.current.period, diagnosis.comparison.previous.period) == (Q2, Q1)


def test_a_tail_after_creation_stopped_is_passed_over_and_said() -> None:
    frame = random_company(42).frame.filter(pl.col("created_date") <= date(2024, 3, 28))
    frame = frame.with_columns(pl.col("region", "product", "source").cast(pl.String))
    diagnosis = diagnose(company(frame))
    assert diagnosis.comparison.current.period == Q1
    assert any(line.startswith("2024Q2") and "passed over" in line for line in diagnosis.warnings)


def test_a_biased_period_asked_for_by_name_is_answered_with_a_warning() -> None:
    frame = random_company(42).frame.filter(pl.col("created_date") <= date(2024, 3, 28))
    frame = frame.with_columns(pl.col("region", "product", "source").cast(pl.String))
    diagnosis = diagnose(company(frame), Question(at=Q2))
    assert diagnosis.comparison.current.period == Q2
    assert any("2024Q2 is biased" in line for line in diagnosis.warnings)


def test_the_first_quarters_of_a_file_by_creation_hold_quick_deals_only() -> None:
    frame = random_company(43).frame.filter(pl.col("created_date") >= date(2024, 1, 2))
    frame = frame.with_columns(pl.col("region", "product", "source").cast(pl.String))
    diagnosis = diagnose(company(frame), Question(at=Q2))
    assert any("2024Q1 is biased" in line and "quick ones" in line for line in diagnosis.warnings)


def test_data_up_to_a_friday_completes_the_quarter() -> None:
    frame = counted({(Q1, "A"): (500, 1000), (Q2, "A"): (500, 1000)})
    weekdays = frame.filter((pl.col("close_date").dt.weekday() <= 5) & (pl.col("close_date") <= date(2024, 6, 28)))
    assert diagnose(company(weekdays)).comparison.current.complete


def test_years_and_fiscal_quarters_are_grains_of_their_own() -> None:
    deals = random_company(44)
    by_month = diagnose(deals, Question(grain=Grain.MONTH)).comparison.current.period
    fiscal = diagnose(deals, Question(year_start=2)).comparison.current.period
    assert by_month == Period.parse("2024-06")
    assert fiscal == Period(date(2024, 2, 1), Grain.QUARTER, 2)


def test_deals_closed_after_the_data_ends_are_left_out() -> None:
    frame = random_company(45).frame.with_columns(pl.col("region", "product", "source").cast(pl.String))
    until = Q2.first - timedelta(days=1)
    diagnosis = diagnose(company(frame, as_of=until))
    assert diagnosis.comparison.current.period == Q1
    assert (
        diagnosis.findings.overall.current.closed
        == frame.filter(pl.col("close_date").is_between(Q1.first, Q1.last)).height
    )


def test_a_period_with_nothing_before_it_is_not_the_default() -> None:
    frame = counted({(Period.parse("2023"), "A"): (500, 1000), (Q1, "A"): (120, 250)})
    comparison = diagnose(company(frame), Question(grain=Grain.YEAR)).comparison
    assert str(comparison.current.period) == "2024"
    assert comparison.cut is not None
