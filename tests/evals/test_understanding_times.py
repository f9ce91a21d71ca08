"""Periods and due times of cases, on a Wednesday in the middle of a quarter."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.errors import UnreadableToken
from evals.scorers.times import Look, Span, due, parsed, spans

TODAY = date(2025, 11, 19)
NOW = datetime(2025, 11, 19, 8, tzinfo=UTC)


def span(text: str) -> Span:
    found = parsed(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("token", "look", "meant"),
    [
        ("last_quarter", Look.BACK, "2025Q3"),
        ("quarter_before_last", Look.BACK, "2025Q2"),
        ("Q1", Look.BACK, "2025Q1"),
        ("Q1", Look.AHEAD, "2026Q1"),
        ("december", Look.BACK, "2024-12"),
        ("december", Look.AHEAD, "2025-12"),
        ("this_month", Look.BACK, "2025-11-01/2025-11-19"),
        ("this_month", Look.AHEAD, "2025-11"),
        ("last_2_quarters", Look.BACK, "2025-04-01/2025-09-30"),
        ("last_2_quarters", Look.BACK, "2025-05-19/2025-11-19"),
        ("last_week", Look.BACK, "2025-11-10/2025-11-16"),
        ("since_monday", Look.BACK, "2025-11-17/2025-11-19"),
        ("through_end_of_next_month", Look.AHEAD, "2025-11-19/2025-12-31"),
        ("next_month_01..next_month_15", Look.AHEAD, "2025-12-01/2025-12-15"),
    ],
)
def test_a_period_stands_for_these_days(token, look, meant):
    assert span(meant) in spans(token, TODAY, look)


@pytest.mark.parametrize(("token", "other"), [("last_quarter", "2025Q2"), ("last_month", "2025-09"), ("Q4", "2024Q4")])
def test_a_period_stands_for_no_other_days(token, other):
    assert span(other) not in spans(token, TODAY, Look.BACK)


@pytest.mark.parametrize("token", ["soon", "last_0_moons", "Q5", "2025-13", ""])
def test_an_undeclared_token_is_refused(token):
    with pytest.raises(UnreadableToken):
        spans(token, TODAY, Look.BACK)
    with pytest.raises(UnreadableToken):
        due(token, NOW)


@given(today=st.dates(date(2020, 1, 1), date(2030, 12, 31)), look=st.sampled_from(Look))
def test_units_follow_each_other_without_a_gap(today, look):
    for unit in ("week", "month", "quarter", "year"):
        last = max(span.last for span in spans(f"last_{unit}", today, Look.AHEAD))
        this = min(span.first for span in spans(f"this_{unit}", today, look))
        assert last + timedelta(days=1) == this


@pytest.mark.parametrize(
    ("token", "given"),
    [
        ("friday", "2025-11-21"),
        ("wednesday", "2025-11-26"),
        ("next_tuesday 09:30", "2025-11-25T09:30:00"),
        ("in_1_week_friday", "2025-11-28"),
        ("in_2_hours", "2025-11-19T10:00:00"),
        ("day_3", "2025-12-03T17:00:00"),
        ("end_of_month", "2025-11-28"),
        ("end_of_month", "2025-11-30"),
        ("06-14", "2026-06-14"),
    ],
)
def test_a_due_time_holds(token, given):
    assert due(token, NOW).holds(given, NOW)


@pytest.mark.parametrize(
    ("token", "given"),
    [
        ("friday", "2025-11-28"),
        ("thursday 10:00", "2025-11-20"),
        ("thursday 10:00", "2025-11-20T11:00:00"),
        ("tomorrow", None),
        ("tomorrow", "tomorrow"),
    ],
)
def test_another_time_is_not_the_due_time(token, given):
    assert not due(token, NOW).holds(given, NOW)
