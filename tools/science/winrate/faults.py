"""Faults of the data that make or hide a change: bulk closing, a feed that stopped, a renamed segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.science.winrate.coding import UNKNOWN_DAY, Closed, Column, Ints, Role
from tools.science.winrate.comparison import Comparison, Counts, Window
from tools.science.winrate.overall import Overall, UsualVariation, overall_test
from tools.science.winrate.periods_known import day_of
from tools.science.winrate.proportions import poisson_lower, poisson_upper

FEED_DAYS = 28


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the data that is not selling.

    Attributes:
        column: the source's column it shows in.
        segment: the day or value.
        text: one sentence.
        decides: whether significance or half of the change goes away without it.
        without: the comparison without the rows concerned; None where no rows can be left out.
    """

    column: str
    segment: str
    text: str
    decides: bool
    without: Overall | None


@dataclass(frozen=True, slots=True)
class Renamed:
    """One value went and another came with a similar share."""

    dimension: str
    gone: str
    new: str
    share: tuple[float, float]

    @property
    def text(self) -> str:
        return (
            f"In {self.dimension}, {self.gone} disappeared ({self.share[0]:.0%} of deals) and {self.new} appeared "
            f"({self.share[1]:.0%}): probably renamed. Mix and location treat them as one; please confirm."
        )


def faults_of(closed: Closed, comparison: Comparison, overall: Overall, *, close_name: str) -> list[Fault]:
    """Bulk closings and feed gaps of either period; `decides` says whether the change rests on them."""
    found = [
        fault
        for fault in (_bulk(closed, comparison, overall, close_name), _feed_gap(closed, comparison, overall))
        if fault is not None
    ]
    return sorted(found, key=lambda fault: not fault.decides)


def _bulk(closed: Closed, comparison: Comparison, overall: Overall, close_name: str) -> Fault | None:
    """A day with > 8 % of the closings, > 8 times the mean of the other days, and beyond Poisson."""
    days = {window: _bulk_days(closed.day[window.rows(closed)], window) for window in _windows(comparison)}
    flagged = sorted({day for each in days.values() for day in each})
    if not flagged:
        return None
    keep = ~np.isin(closed.day, flagged)
    without = _again(closed, keep, comparison, overall)
    day = max(flagged, key=lambda each: int(np.count_nonzero(closed.day == each)))
    decides = _decides(overall, without)
    return Fault(close_name, day_of(day).isoformat(), _bulk_text(closed, day, without), decides, without)


def _bulk_days(days: Ints, window: Window) -> list[int]:
    span = window.last - window.first + 1
    if len(days) < 20 or span < 10:
        return []
    counts = np.bincount(days - window.first, minlength=span)
    suspects = np.flatnonzero(counts > 0.08 * len(days))
    others = np.array([(len(days) - counts[i]) / (span - 1) for i in suspects])
    return [
        int(window.first + i)
        for i, mean in zip(suspects, others, strict=True)
        if counts[i] > 8 * mean and poisson_upper(int(counts[i]), float(mean)) * span < 1e-4
    ]


def _bulk_text(closed: Closed, day: int, without: Overall) -> str:
    rows = np.flatnonzero(closed.day == day)
    lost = len(rows) - int(np.count_nonzero(closed.won[rows]))
    what, how_many = ("lost", lost) if 2 * lost >= len(rows) else ("won", len(rows) - lost)
    text = f"{how_many} deals were closed as {what} on {day_of(day)}"
    if closed.created is not None:
        known = rows[closed.created[rows] != UNKNOWN_DAY]
        ages = day - closed.created[known]
        if len(ages) and np.median(ages) > 365:
            text += ", most of them older than a year"
    return (
        f"{text}. Without that day the rate is {without.current.rate:.1%} ({without.current.won} of "
        f"{without.current.closed}) after {without.previous.rate:.1%} ({without.previous.won} of {without.previous.closed})."
    )


def _feed_gap(closed: Closed, comparison: Comparison, overall: Overall) -> Fault | None:
    """An outcome whose last 28 days hold < 40 % of the 28 before, against what the calendar and the other outcome did."""
    for window in _windows(comparison):
        for won in (True, False):
            gap = _gap(closed, window, won=won)
            if gap is None:
                continue
            first = window.last - FEED_DAYS + 1
            keep = (closed.day < first) | (closed.day > window.last)
            cut = window.last - window.first + 1 - FEED_DAYS
            keep &= ~_tails(closed, comparison, cut)
            without = _again(closed, keep, comparison, overall) if cut > 0 else None
            seen, expected = gap
            what = "won" if won else "lost"
            text = (
                f"Only {seen} deals were entered as {what} in the last {FEED_DAYS} days of {window.period} "
                f"({day_of(first)} to {day_of(window.last)}) where about {expected:.0f} were to be expected: "
                f"{'wins' if won else 'losses'} of that stretch are probably not loaded yet."
            )
            return Fault("outcome", what, text, without is None or _decides(overall, without), without)
    return None


def _gap(closed: Closed, window: Window, *, won: bool) -> tuple[int, float] | None:
    def stretch(last: int, *, outcome: bool) -> int:
        return int(np.count_nonzero((closed.day > last - FEED_DAYS) & (closed.day <= last) & (closed.won == outcome)))

    last = window.last
    seen, stood = stretch(last, outcome=won), stretch(last - FEED_DAYS, outcome=won)
    other, other_stood = stretch(last, outcome=not won), stretch(last - FEED_DAYS, outcome=not won)
    back = last - (window.last - window.first + 1)
    usual, usual_stood = stretch(back, outcome=won), stretch(back - FEED_DAYS, outcome=won)
    pattern = min(1.0, usual / usual_stood) if usual_stood else 1.0
    expected = stood * pattern
    if expected <= 30 or seen >= 0.4 * expected or poisson_lower(seen, expected) >= 1e-6:
        return None
    if other < 0.4 * other_stood:
        return None
    return seen, expected


def _tails(closed: Closed, comparison: Comparison, cut: int) -> Ints:
    """Days of either period later than `cut` days into it, so that both keep the same stretch."""
    tail = np.zeros(len(closed), dtype=bool)
    for window in _windows(comparison):
        tail |= (closed.day >= window.first + cut) & (closed.day <= window.last)
    return tail


def _windows(comparison: Comparison) -> tuple[Window, Window]:
    return comparison.current, comparison.previous


def _again(closed: Closed, keep: Ints, comparison: Comparison, overall: Overall) -> Overall:
    def counts(window: Window) -> Counts:
        rows = keep & (closed.day >= window.first) & (closed.day <= window.last)
        return Counts(int(np.count_nonzero(closed.won[rows])), int(np.count_nonzero(rows)))

    alone = UsualVariation(1.0, 0)
    level = 2 * (1 - 0.5 * (1 + _erf(overall.limit)))
    return overall_test(counts(comparison.current), counts(comparison.previous), alone, alpha=level)


def _erf(z: float) -> float:
    from math import erf, sqrt

    return erf(z / sqrt(2))


def _decides(overall: Overall, without: Overall) -> bool:
    """The fault makes the change (significance or half of it goes without) or hides one."""
    if overall.rejects:
        return not without.rejects or overall.sign * without.change < overall.sign * overall.change / 2
    return without.rejects


def renamed_segments(closed_previous: Closed, closed_current: Closed) -> list[Renamed]:
    """Exactly one value gone and one new in a dimension, with shares within a factor of 2 (and at least 20 deals)."""
    found = []
    for before, after in zip(closed_previous.columns, closed_current.columns, strict=True):
        if before.role is not Role.BUSINESS:
            continue
        pair = _gone_and_new(before, after)
        if pair is not None:
            found.append(pair)
    return found


def _gone_and_new(before: Column, after: Column) -> Renamed | None:
    size = len(before.levels)
    n0, n1 = np.bincount(before.codes, minlength=size), np.bincount(after.codes, minlength=size)
    for code in before.unnamed:
        n0[code] = n1[code] = 0
    gone, new = np.flatnonzero((n0 >= 20) & (n1 == 0)), np.flatnonzero((n1 >= 20) & (n0 == 0))
    if len(gone) != 1 or len(new) != 1:
        return None
    shares = n0[gone[0]] / max(1, len(before.codes)), n1[new[0]] / max(1, len(after.codes))
    if not 0.5 <= shares[1] / shares[0] <= 2:
        return None
    return Renamed(before.name, before.levels[gone[0]], before.levels[new[0]], (float(shares[0]), float(shares[1])))
