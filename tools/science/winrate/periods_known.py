"""Which periods the deals cover: complete, usable, and where the data ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from tools.science.deals import Deals
from tools.science.periods import Grain, Period
from tools.science.winrate.coding import UNKNOWN_DAY, Closed, Days, Ints

_EPOCH = date(1970, 1, 1)
_SPREAD = 200_000


def day_number(day: date) -> int:
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    return _EPOCH + timedelta(days=int(number))


@dataclass(frozen=True, slots=True)
class Standing:
    """A period and what is known of it.

    Attributes:
        closed, won: deals closed in it.
        complete: the data reaches to its end.
        flaw: why its rate is biased (truncated on the left or right); None when usable.
    """

    period: Period
    closed: int
    won: int
    complete: bool
    flaw: str | None

    @property
    def usable(self) -> bool:
        return self.complete and self.flaw is None and self.closed > 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the data covers. Days are numbers since 1970-01-01."""

    as_of: int
    first_close: int
    last_close: int
    first_created: int | None
    last_created: int | None
    cycle_p80: float
    cycle_p10: float
    pause: int


def coverage_of(deals: Deals, closed: Closed) -> Coverage:
    """The ends of the data; the first half per cent of creations is cut, so that no single old deal moves its start."""
    created = _created_days(deals)
    cycles = _recent_cycles(closed)
    first, last = int(closed.day.min()), int(closed.day.max())
    known = [last] if created is None else [last, int(created.max())]
    as_of = day_number(deals.as_of) if deals.as_of else max(known)
    return Coverage(
        as_of=as_of,
        first_close=first,
        last_close=last,
        first_created=None if created is None else int(np.quantile(created, 0.005)),
        last_created=None if created is None else int(created.max()),
        cycle_p80=float(np.quantile(cycles, 0.8)) if len(cycles) else 0.0,
        cycle_p10=float(np.quantile(cycles, 0.1)) if len(cycles) else 0.0,
        pause=_usual_pause(closed.day),
    )


def standings(closed: Closed, covered: Coverage, grain: Grain, *, year_start: int, with_open: bool) -> list[Standing]:
    """Every period from the first closing to the end of the data, oldest first."""
    period = Period.containing(day_of(covered.first_close), grain, year_start=year_start)
    last = Period.containing(day_of(max(covered.as_of, covered.last_close)), grain, year_start=year_start)
    index, periods = period_index(closed.day, period, last)
    size = len(periods)
    n = np.bincount(index, minlength=size)
    k = np.bincount(index[closed.won], minlength=size)
    return [
        Standing(
            each,
            int(n[i]),
            int(k[i]),
            day_number(each.last) <= covered.as_of + _slack(covered),
            _flaw(each, covered, with_open=with_open),
        )
        for i, each in enumerate(periods)
    ]


def period_index(days: Days, first: Period, last: Period) -> tuple[Ints, list[Period]]:
    """Position of each day in the run of periods from `first` to `last`, by one table lookup."""
    periods = [first]
    while periods[-1].first < last.first:
        periods.append(periods[-1].shift(1))
    start = day_number(first.first)
    table = np.repeat(np.arange(len(periods)), [each.days for each in periods])
    return table[np.clip(days - start, 0, len(table) - 1)], periods


def _slack(covered: Coverage) -> int:
    """Days without closings that are usual here, so that data ending on a Friday ends its quarter."""
    return covered.pause if covered.as_of == covered.last_close else 0


def _flaw(period: Period, covered: Coverage, *, with_open: bool) -> str | None:
    first, last = day_number(period.first), min(day_number(period.last), covered.as_of)
    slack = max(7, covered.pause)
    if covered.first_close > first + slack:
        return f"the closings begin on {day_of(covered.first_close)}, inside it"
    if covered.first_created is not None and covered.first_created > first - covered.cycle_p80:
        return (
            f"the data begins with deals created on {day_of(covered.first_created)}; "
            "of those closed in it, only the quick ones are there"
        )
    seen = slack if with_open else max(slack, covered.cycle_p10)
    if covered.last_created is not None and covered.last_created < last - seen:
        return f"no deal was created after {day_of(covered.last_created)}, so it holds only the slower ones"
    return None


def _created_days(deals: Deals) -> Days | None:
    if "created_date" not in deals.frame.columns:
        return None
    days = deals.frame["created_date"].cast(pl.Date).to_physical().drop_nulls().to_numpy()
    return days if len(days) else None


def _recent_cycles(closed: Closed) -> Days:
    """Days from created to closed of the deals closed in the last year of the data."""
    if closed.created is None:
        return np.zeros(0, dtype=np.int32)
    rows = np.flatnonzero((closed.day > closed.day.max() - 365) & (closed.created != UNKNOWN_DAY))
    rows = rows[:: max(1, len(rows) // _SPREAD)]
    cycles = closed.day[rows] - closed.created[rows]
    return cycles[cycles >= 0]


def _usual_pause(days: Days) -> int:
    """The 98th percentile of the gaps between days with closings, at most 14."""
    present = np.flatnonzero(np.bincount(days - days.min()))
    gaps = np.diff(present)
    return min(14, int(np.quantile(gaps, 0.98))) if len(gaps) else 0
