"""Faults of the data that make or hide a change: bulk closing, a feed that stopped, endings filed otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.science.winrate.coding import UNKNOWN_DAY, Closed, Column, Days, Flags
from tools.science.winrate.comparison import Comparison, Counts, Window
from tools.science.winrate.overall import Overall, overall_test
from tools.science.winrate.periods_known import day_number, day_of
from tools.science.winrate.proportions import change_p, poisson_lower, poisson_upper
from tools.science.winrate.usual import UsualVariation

FEED_DAYS = 28
NEIGHBOURS = (-4, -3, -2, -1, 1, 2, 3, 4)
UNDECIDED = re.compile(
    r"\bno[ -]?decision|disqualif|\bunqualified|not qualified|duplicate|\bmerged|\binvalid|\bspam\b|\btest\b",
    re.IGNORECASE,
)


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


def faults_of(
    closed: Closed, filing: Sequence[Column], comparison: Comparison, overall: Overall, *, close_name: str
) -> list[Fault]:
    """Faults of either period, deciding ones first.

    Args:
        filing: columns in which endings may be filed otherwise (reasons, stages), row for row those of `closed`.
        close_name: what the source calls the close date.
    """
    found = [
        _bulk(closed, comparison, overall, close_name),
        _feed_gap(closed, comparison, overall),
        *(_refiled(closed, column, comparison, overall) for column in filing),
    ]
    return sorted((fault for fault in found if fault is not None), key=lambda fault: not fault.decides)


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


def _bulk_days(days: Days, window: Window) -> list[int]:
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
    return f"{text}. {_without_in_words('Without that day', without)}"


def _feed_gap(closed: Closed, comparison: Comparison, overall: Overall) -> Fault | None:
    """An outcome whose last 28 days hold < 40 % of what the 28 before and the calendar promise, the other's do not."""
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
                f"{_only(seen)} entered as {what} in the last {FEED_DAYS} days of {window.period} "
                f"({day_of(first)} to {day_of(window.last)}) where about {expected:.0f} were to be expected: "
                f"{'wins' if won else 'losses'} of that stretch are probably not loaded yet."
            )
            return Fault("outcome", what, text, without is None or _decides(overall, without), without)
    return None


def _only(seen: int) -> str:
    return f"Only {seen} deals were" if seen > 1 else "Only 1 deal was" if seen else "No deal was"


def _gap(closed: Closed, window: Window, *, won: bool) -> tuple[int, float] | None:
    """Seen and expected endings of the last stretch, when far fewer were seen; None when not."""

    def stretch(last: int, *, outcome: bool) -> int:
        return int(np.count_nonzero((closed.day > last - FEED_DAYS) & (closed.day <= last) & (closed.won == outcome)))

    last = window.last
    seen, stood = stretch(last, outcome=won), stretch(last - FEED_DAYS, outcome=won)
    other, other_stood = stretch(last, outcome=not won), stretch(last - FEED_DAYS, outcome=not won)
    usual = []
    for steps in NEIGHBOURS:
        there = last + day_number(window.period.shift(steps).first) - window.first
        before = stretch(there - FEED_DAYS, outcome=won)
        if before > 30 and closed.day.min() <= there - 2 * FEED_DAYS and there <= closed.day.max():
            usual.append(stretch(there, outcome=won) / before)
    expected = stood * min(1.0, float(np.median(usual))) if usual else float(stood)
    if expected <= 30 or seen >= 0.4 * expected or poisson_lower(seen, expected) >= 1e-6:
        return None
    return None if other < 0.4 * other_stood else (seen, expected)


def _refiled(closed: Closed, column: Column, comparison: Comparison, overall: Overall) -> Fault | None:
    """Endings that are not decisions (no decision, disqualified, duplicate) whose share of endings moves.

    By more than 3 points or 1.5 times, at p < .01 among the losses, since more losses alone bring more of every
    reason; the rate without them is the one to compare.
    """
    codes = [i for i, level in enumerate(column.levels) if UNDECIDED.search(level)]
    if not codes:
        return None
    undecided = np.isin(column.codes, codes) & ~closed.won
    rows = [window.rows(closed) for window in _windows(comparison)]
    (k1, n1), (k0, n0) = ((int(np.count_nonzero(undecided[each])), len(each)) for each in rows)
    lost1, lost0 = (len(each) - int(np.count_nonzero(closed.won[each])) for each in rows)
    if not n0 or not n1 or change_p(k0, lost0, k1, lost1) >= 0.01:
        return None
    low, high = sorted((k0 / n0, k1 / n1))
    if high - low <= 0.03 and high <= 1.5 * low:
        return None
    without = _again(closed, ~undecided, comparison, overall)
    names = ", ".join(column.levels[i] for i in codes)
    text = (
        f"The filing of endings changed: {names} ({column.name}) made {k1 / n1:.0%} of them ({k1} of {n1}) after "
        f"{k0 / n0:.0%} ({k0} of {n0}). {_without_in_words('Without them', without)}"
    )
    return Fault(column.name, names, text, _decides(overall, without), without)


def _without_in_words(opening: str, without: Overall) -> str:
    now, before = without.current, without.previous
    return (
        f"{opening} the rate is {now.rate:.1%} ({now.won} of {now.closed}) after {before.rate:.1%} "
        f"({before.won} of {before.closed})."
    )


def _tails(closed: Closed, comparison: Comparison, cut: int) -> Flags:
    """Days of either period later than `cut` days into it, so that both keep the same stretch."""
    tail = np.zeros(len(closed), dtype=bool)
    for window in _windows(comparison):
        tail |= (closed.day >= window.first + cut) & (closed.day <= window.last)
    return tail


def _windows(comparison: Comparison) -> tuple[Window, Window]:
    return comparison.current, comparison.previous


def _again(closed: Closed, keep: Flags, comparison: Comparison, overall: Overall) -> Overall:
    def counts(window: Window) -> Counts:
        rows = keep & (closed.day >= window.first) & (closed.day <= window.last)
        return Counts(int(np.count_nonzero(closed.won[rows])), int(np.count_nonzero(rows)))

    alone = UsualVariation(1.0, 0)
    return overall_test(counts(comparison.current), counts(comparison.previous), alone, alpha=overall.alpha)


def _decides(overall: Overall, without: Overall) -> bool:
    """The fault makes the change (significance or half of it goes without) or hides one."""
    if overall.rejects:
        return not without.rejects or overall.sign * without.change < overall.sign * overall.change / 2
    return without.rejects
