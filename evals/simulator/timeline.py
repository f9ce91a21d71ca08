"""Quarters and months of a simulated company as day numbers (days since 1970-01-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tools.science.periods import Period

Days = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    return (day - EPOCH).days


def as_date(day: float) -> date:
    return EPOCH + timedelta(days=int(day))


@dataclass(frozen=True, slots=True)
class Timeline:
    """`quarters` quarters ending with `current`, followed by one more.

    Attributes:
        months: first days of all months, then the end of the last one (exclusive).
    """

    current: Period
    quarters: int
    months: Codes

    @classmethod
    def ending(cls, current: Period, quarters: int) -> Timeline:
        first = [current.shift(k - quarters + 1).first for k in range(quarters + 2)]
        starts = [date(q.year, q.month + m, 1) for q in first[:-1] for m in range(3)]
        return cls(current, quarters, np.array([day_number(d) for d in [*starts, first[-1]]], dtype=np.int64))

    @property
    def start(self) -> int:
        return int(self.months[0])

    @property
    def current_start(self) -> int:
        return int(self.months[3 * (self.quarters - 1)])

    @property
    def previous_start(self) -> int:
        return int(self.months[3 * (self.quarters - 2)])

    @property
    def current_end(self) -> int:
        """First day after the current quarter."""
        return int(self.months[3 * self.quarters])

    @property
    def end(self) -> int:
        return int(self.months[-1])

    @property
    def previous(self) -> Period:
        return self.current.shift(-1)

    def month_of(self, days: Days) -> Codes:
        """Index of the month in the timeline; negative before its start."""
        return np.searchsorted(self.months, days, side="right") - 1
