"""Values for stretches of time: a period may be meant looking back or looking ahead, and one may refer to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tools.science.periods import Grain, Period

ORDINALS = {
    word: number
    for number, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        start=1,
    )
}
ORDINALS |= {f"twenty {word}": 20 + number for word, number in list(ORDINALS.items())[:9]} | {
    "thirtieth": 30,
    "thirty first": 31,
}
"""Days of a month in words."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from `first` to `last`, both inclusive; `text` is how tools receive it."""

    first: date
    last: date
    text: str

    @classmethod
    def of(cls, period: Period) -> Stretch:
        return cls(period.first, period.last, str(period))

    @classmethod
    def between(cls, first: date, last: date) -> Stretch:
        return cls(first, last, f"{first.isoformat()}/{last.isoformat()}")


class Relation(StrEnum):
    """A period that is named by its distance from another one."""

    PREVIOUS = "previous"
    SAME_LAST_YEAR = "same_last_year"


@dataclass(frozen=True, slots=True)
class When:
    """A period as said. A bare "June" has two readings; anything else has the same one twice.

    Attributes:
        relation: set when the words only relate it to another period ("the quarter before").
        parts: the two ends of "from Q1 to Q2", for questions that compare the ends.
        grain: month, quarter or year where the words say so.
        bare: whether the year was left open.
    """

    past: Stretch
    future: Stretch
    relation: Relation | None = None
    parts: tuple[When, When] | None = None
    grain: Grain | None = None
    bare: bool = False

    def text(self, *, ahead: bool) -> str:
        return (self.future if ahead else self.past).text


@dataclass(frozen=True, slots=True)
class Clock:
    """Now, in the person's zone, the month the fiscal year starts in, and the weekday a week does (0 is Monday)."""

    today: date
    year_start: int = 1
    week_start: int = 0

    def period(self, grain: Grain) -> Period:
        return Period.containing(self.today, grain, year_start=self.year_start)

    def parse(self, text: str) -> Period:
        return Period.parse(text, year_start=self.year_start)

    @property
    def week(self) -> date:
        """The first day of this week."""
        return self.today - timedelta(days=(self.today.weekday() - self.week_start) % 7)

    @property
    def weekend(self) -> date:
        """The Saturday of this week, whichever day it begins with."""
        return self.today + timedelta(days=5 - self.today.weekday())

    def same(self, stretch: Stretch, *, grain: Grain | None = None) -> When:
        return When(stretch, stretch, grain=grain)

    def days(self, first: date, last: date) -> When:
        return self.same(Stretch.between(first, last))

    def of(self, period: Period) -> When:
        return self.same(Stretch.of(period), grain=period.grain)

    def bare(self, this_year: Period) -> When:
        """A month or quarter without its year: the latest that has begun, or the first that has not ended."""
        past = this_year if this_year.first <= self.today else this_year.same_last_year()
        future = this_year if this_year.last >= self.today else this_year.same_last_year(-1)
        return When(Stretch.of(past), Stretch.of(future), grain=this_year.grain, bare=True)

    def bare_day(self, month: int, day: int) -> When:
        """A day without its year: the last one that was, or the next one to come."""
        days = [found for year in (-1, 0, 1) if (found := day_of(self.today.year + year, month, day))]
        past = max((one for one in days if one <= self.today), default=days[0])
        future = min((one for one in days if one >= self.today), default=days[-1])
        return When(Stretch.between(past, past), Stretch.between(future, future), bare=True)


def day_of(year: int, month: int, day: int) -> date | None:
    """The date, or None when there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for number in range(day.day, 27, -1):
        if found := day_of(year, month + 1, number):
            return found
    return date(year, month + 1, day.day)
