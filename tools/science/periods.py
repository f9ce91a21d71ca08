"""Calendar periods: `2025Q2`, `2025-06`, `2025`, in a calendar whose year may start in any month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self


class Grain(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        return {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}[self]


class UnreadablePeriod(ValueError):
    """The person wrote a period in a form that is not understood."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"“{text}” is not a period. Write 2025Q2, 2025-06 or 2025.")


_FORMS = re.compile(r"(?P<year>\d{4})(?:-?[Qq](?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One month, quarter or year.

    `year_start` is the month (1 to 12) in which the fiscal year begins. A fiscal year is named after
    the calendar year in which it ends, as most companies do, so with `year_start=1` it is the
    calendar year. Months are always calendar months.
    """

    first: date
    grain: Grain
    year_start: int = 1

    @classmethod
    def parse(cls, text: str, *, year_start: int = 1) -> Self:
        match = _FORMS.fullmatch(text.strip())
        if match is None:
            raise UnreadablePeriod(text)
        year = int(match["year"])
        if not 1900 <= year <= 2200:
            raise UnreadablePeriod(text)
        if match["month"]:
            return cls(date(year, int(match["month"]), 1), Grain.MONTH, year_start)
        begin = year if year_start == 1 else year - 1
        if match["quarter"]:
            return cls(_shift(date(begin, year_start, 1), 3 * (int(match["quarter"]) - 1)), Grain.QUARTER, year_start)
        return cls(date(begin, year_start, 1), Grain.YEAR, year_start)

    @classmethod
    def containing(cls, day: date, grain: Grain, *, year_start: int = 1) -> Self:
        if grain is Grain.MONTH:
            return cls(day.replace(day=1), grain, year_start)
        into = (day.month - year_start) % 12
        return cls(_shift(day.replace(day=1), -(into % grain.months)), grain, year_start)

    @property
    def last(self) -> date:
        """The last day of the period, inclusive."""
        return _shift(self.first, self.grain.months) - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def year(self) -> int:
        """The (fiscal) year the period belongs to."""
        if self.year_start == 1 or self.grain is Grain.MONTH:
            return self.first.year
        return self.first.year + (self.first.month >= self.year_start)

    @property
    def number(self) -> int:
        """Position in the year: month 1 to 12, quarter 1 to 4, year 1."""
        if self.grain is Grain.MONTH:
            return self.first.month
        return (self.first.month - self.year_start) % 12 // self.grain.months + 1

    def shift(self, steps: int) -> Period:
        """The period `steps` later (negative: earlier), of the same grain."""
        return Period(_shift(self.first, steps * self.grain.months), self.grain, self.year_start)

    def same_last_year(self, years: int = 1) -> Period:
        return Period(_shift(self.first, -12 * years), self.grain, self.year_start)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def __str__(self) -> str:
        if self.grain is Grain.MONTH:
            return f"{self.first:%Y-%m}"
        if self.grain is Grain.QUARTER:
            return f"{self.year}Q{self.number}"
        return str(self.year)


def _shift(first_of_month: date, months: int) -> date:
    index = first_of_month.year * 12 + first_of_month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
