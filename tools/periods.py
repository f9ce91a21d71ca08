"""Periods as tools receive them: `2025Q2`, `2025-06`, `2025`, or two ISO dates joined by a slash."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from db.settings import WeekStart
from tools.contract import ToolContext
from tools.errors import BadArgument
from tools.science.periods import Period, UnreadablePeriod


def dates(text: str, at: ToolContext) -> tuple[date, date]:
    """First and last day, both inclusive."""
    first, slash, last = text.partition("/")
    try:
        if slash:
            return _in_order(date.fromisoformat(first), date.fromisoformat(last))
        period = Period.parse(text, year_start=at.workspace.fiscal_year_start)
    except UnreadablePeriod as error:
        raise BadArgument("period", str(error)) from error
    except ValueError as error:
        raise BadArgument("period", f"“{text}” is not a range of two ISO dates") from error
    return period.first, period.last


def moments(text: str, at: ToolContext) -> tuple[datetime, datetime]:
    """The same days as moments in the person's zone: from the first midnight up to, not including, the last."""
    first, last = dates(text, at)
    return midnight(first, at), midnight(last + timedelta(days=1), at)


def midnight(day: date, at: ToolContext) -> datetime:
    return datetime.combine(day, time.min, tzinfo=at.now.tzinfo)


def week_of(day: date, start: WeekStart) -> str:
    """The week a day belongs to: by ISO 8601 (`2025-W21`) where weeks begin on Monday, otherwise by its first day."""
    if start is WeekStart.MONDAY:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    return f"week of {first_of_week(day, start).isoformat()}"


def first_of_week(day: date, start: WeekStart) -> date:
    return day - timedelta(days=(day.weekday() - start.weekday) % 7)


def _in_order(first: date, last: date) -> tuple[date, date]:
    if last < first:
        raise BadArgument("period", f"{first} to {last} ends before it begins")
    return first, last
