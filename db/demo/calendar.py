"""Days as whole numbers since 1970-01-01, and the quarters the story is told in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.int64]
EPOCH = date(1970, 1, 1)
QUARTERS = 12
WARM_UP_DAYS = 120
"""Deals opened this long before the first quarter are in the records too, so that quarter is complete."""


def day_number(day: date) -> int:
    return (day - EPOCH).days


def months_of(days: Days) -> Days:
    """Months since January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_day(month: int) -> int:
    """Day number of the first of a month counted since January 1970."""
    return int(np.datetime64(month, "M").astype("datetime64[D]").astype(np.int64))


def weekday(days: Days) -> Days:
    """Monday is 0."""
    return (days + 3) % 7


def workday_before(days: Days) -> Days:
    """The day itself, or the Friday before a weekend."""
    return days - np.maximum(weekday(days) - 4, 0)


def workday_near(days: Days) -> Days:
    """The day itself, the Friday before a Saturday, the Monday after a Sunday."""
    return days + np.array([0, 0, 0, 0, 0, -1, 1], dtype=np.int64)[weekday(days)]


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch of time the records cover.

    `starts` holds the first days of the twelve complete quarters, of the quarter under way, and of the
    one after it; `today` is the first day without records.
    """

    today: int
    starts: Days

    @classmethod
    def until(cls, as_of: date) -> Span:
        # On the last day of a quarter that quarter counts as complete, as it does for whoever reads the records.
        reached = as_of + timedelta(days=1)
        current = (reached.year - 1970) * 12 + (reached.month - 1) // 3 * 3
        months = [current + 3 * step for step in range(-QUARTERS, 2)]
        return cls(day_number(as_of), np.array([first_day(month) for month in months], dtype=np.int64))

    @property
    def first(self) -> int:
        return int(self.starts[0]) - WARM_UP_DAYS

    @property
    def story(self) -> int:
        """First day of the last complete quarter."""
        return int(self.starts[QUARTERS - 1])

    @property
    def story_end(self) -> int:
        """The day after the last complete quarter."""
        return int(self.starts[QUARTERS])

    def quarter(self, days: Days) -> Days:
        """0 to 11 for the complete quarters, 12 for the one under way; -1 and 13 lie outside."""
        return np.searchsorted(self.starts, days, side="right") - 1
