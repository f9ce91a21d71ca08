"""Moments in a person's words, in their zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.local.moments import find_moments

NOW = datetime(2025, 5, 14, 11, 30, tzinfo=ZoneInfo("Europe/Berlin"))


def said(text: str, now: datetime = NOW) -> list[str]:
    return [moment.iso(now) for moment in find_moments(text, now)]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("thursday at 10", "2025-05-15T10:00:00+02:00"),
        ("thursday 10", "2025-05-15T10:00:00+02:00"),
        ("tomorrow 9am", "2025-05-15T09:00:00+02:00"),
        ("tomorrow at 3", "2025-05-15T15:00:00+02:00"),
        ("friday at 3 in the afternoon", "2025-05-16T15:00:00+02:00"),
        ("at 9 tomorrow", "2025-05-15T09:00:00+02:00"),
        ("first thing tomorrow", "2025-05-15T09:00:00+02:00"),
        ("today at 5", "2025-05-14T17:00:00+02:00"),
        ("at 4pm", "2025-05-14T16:00:00+02:00"),
        ("in 2 hours", "2025-05-14T13:30:00+02:00"),
        ("half past 3 on monday", "2025-05-19T15:30:00+02:00"),
        ("next tuesday at 14:30", "2025-05-20T14:30:00+02:00"),
        ("in two weeks", "2025-05-28"),
        ("in 3 business days", "2025-05-19"),
        ("end of next month", "2025-06-30"),
        ("by friday", "2025-05-16"),
        ("eow", "2025-05-16"),
        ("next week", "2025-05-19"),
        ("a week on friday", "2025-05-23"),
        ("on the 15th", "2025-05-15"),
        ("on the 3rd", "2025-06-03"),
        ("12 march", "2026-03-12"),
        ("on 2025-07-01", "2025-07-01"),
        ("day after tomorrow", "2025-05-16"),
    ],
)
def test_a_moment_is_read(text: str, due: str) -> None:
    assert said(text) == [due]


def test_a_day_that_may_be_either_is_not_guessed() -> None:
    assert said("on 3/4") == []


def test_an_hour_gone_by_means_the_next_day() -> None:
    assert said("at 9am") == ["2025-05-15T09:00:00+02:00"]


def test_the_offset_is_that_of_the_day_meant() -> None:
    assert said("12 december at 10:00") == ["2025-12-12T10:00:00+01:00"]


def test_counts_are_not_hours() -> None:
    assert said("call 3 customers on monday") == ["2025-05-19"]


@given(st.dates(date(2001, 1, 1), date(2090, 1, 1)), st.sampled_from(["monday", "friday", "sunday"]))
def test_a_weekday_lies_within_the_next_seven_days(today: date, weekday: str) -> None:
    now = datetime(today.year, today.month, today.day, 9, tzinfo=ZoneInfo("UTC"))
    (due,) = said(weekday, now)
    assert 1 <= (date.fromisoformat(due) - today).days <= 7
