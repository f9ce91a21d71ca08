"""Periods in a person's words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.local.periods import find_periods
from agent.local.when import Clock, Relation
from tools.science.periods import Period

WEDNESDAY = date(2025, 5, 14)


def said(text: str, *, ahead: bool = False, today: date = WEDNESDAY, year_start: int = 1) -> list[str]:
    return [found.when.text(ahead=ahead) for found in find_periods(text, Clock(today, year_start))]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("last quarter", "2025Q1"),
        ("q2", "2025Q2"),
        ("q3", "2024Q3"),
        ("2025q2", "2025Q2"),
        ("third quarter of 2024", "2024Q3"),
        ("q1 last year", "2024Q1"),
        ("june", "2024-06"),
        ("april", "2025-04"),
        ("last december", "2024-12"),
        ("2025-03", "2025-03"),
        ("fy24", "2024"),
        ("this month to date", "2025-05-01/2025-05-14"),
        ("ytd", "2025-01-01/2025-05-14"),
        ("since monday", "2025-05-12/2025-05-14"),
        ("since february", "2025-02-01/2025-05-14"),
        ("the last 30 days", "2025-04-15/2025-05-14"),
        ("last two quarters", "2024-10-01/2025-03-31"),
        ("past 6 months", "2024-11-01/2025-04-30"),
        ("from march to april", "2025-03-01/2025-04-30"),
        ("between may 1 and may 14", "2025-05-01/2025-05-14"),
        ("h1 2024", "2024-01-01/2024-06-30"),
        ("quarter before last", "2024Q4"),
        ("yesterday", "2025-05-13/2025-05-13"),
        ("last week", "2025-05-05/2025-05-11"),
    ],
)
def test_a_period_looks_back(text: str, period: str) -> None:
    assert said(text) == [period]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("june", "2025-06"),
        ("april", "2026-04"),
        ("q1", "2026Q1"),
        ("next month", "2025-06"),
        ("next 30 days", "2025-05-14/2025-06-13"),
        ("before eoq", "2025Q2"),
        ("by year end", "2025"),
        ("rest of the month", "2025-05-14/2025-05-31"),
        ("end of next month", "2025-05-14/2025-06-30"),
    ],
)
def test_a_period_looks_ahead_where_the_question_does(text: str, period: str) -> None:
    assert said(text, ahead=True) == [period]


def test_quarters_follow_the_fiscal_year() -> None:
    assert said("last quarter", year_start=4) == ["2025Q4"]


def test_may_is_a_month_only_where_a_month_can_stand() -> None:
    assert said("may i see the deals") == []
    assert said("deals created in may") == ["2025-05"]


def test_two_periods_stay_apart() -> None:
    assert said("q2 vs q1") == ["2025Q2", "2025Q1"]


def test_a_distance_is_no_period_of_its_own() -> None:
    (found,) = find_periods("same quarter last year", Clock(WEDNESDAY))
    assert found.when.relation is Relation.SAME_LAST_YEAR


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 12))
def test_this_quarter_holds_today(today: date, year_start: int) -> None:
    (text,) = said("this quarter", today=today, year_start=year_start)
    assert today in Period.parse(text, year_start=year_start)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 90))
def test_the_last_days_end_today(today: date, days: int) -> None:
    (text,) = said(f"last {days} days", today=today)
    assert text == f"{today - timedelta(days=days - 1)}/{today}"


@pytest.mark.parametrize(
    ("text", "week_start", "days"),
    [("this week", 6, ("2025-05-11", "2025-05-17")), ("last week", 5, ("2025-05-03", "2025-05-09")),
     ("week to date", 6, ("2025-05-11", "2025-05-14")), ("this weekend", 6, ("2025-05-17", "2025-05-18"))],
)  # fmt: skip
def test_a_week_begins_on_the_day_the_workspace_says(text: str, week_start: int, days: tuple[str, str]) -> None:
    (found,) = find_periods(text, Clock(WEDNESDAY, week_start=week_start))
    assert all(day in found.when.text(ahead=False) for day in days)
