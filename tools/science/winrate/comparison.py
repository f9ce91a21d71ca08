"""Which two periods are compared, over which days, and against which history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.science.deals import Deals
from tools.science.errors import PeriodWithoutDeals, SamePeriodTwice, UnlikePeriods
from tools.science.periods import Period
from tools.science.winrate.coding import Closed, Ints
from tools.science.winrate.periods_known import Coverage, Standing, coverage_of, day_number, day_of, standings
from tools.science.winrate.question import Question

REFERENCES = 4


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a period that count: all of it, or up to the day the unfinished one has reached."""

    period: Period
    first: int
    last: int
    complete: bool

    def rows(self, closed: Closed) -> Ints:
        return closed.between(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Counts:
    """Won and closed deals of a window."""

    won: int
    closed: int

    @property
    def rate(self) -> float:
        return self.won / self.closed if self.closed else float("nan")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two windows with what stands around them.

    Attributes:
        whole_previous: the previous period uncut, when the current one is unfinished.
        history: usable earlier periods with `previous`, oldest first, cut like the current one.
        last_years: (previous, current) windows of the same transition 1, 2, ... years ago.
        reference: up to four usable periods before the current one, to locate a cause.
        cut: days into the period at which both are cut; None when both are complete.
        remarks: what a reader must know about the choice.
    """

    current: Window
    previous: Window
    whole_previous: Window | None
    history: tuple[Window, ...]
    last_years: tuple[tuple[Window, Window], ...]
    reference: tuple[Window, ...]
    covered: Coverage
    cut: int | None
    remarks: tuple[str, ...]


def count(closed: Closed, window: Window) -> Counts:
    rows = window.rows(closed)
    return Counts(int(np.count_nonzero(closed.won[rows])), len(rows))


def compare(deals: Deals, closed: Closed, question: Question) -> Comparison:
    """Choose the periods as the question says, or the last complete and usable one against the one before.

    Raises:
        PeriodWithoutDeals: a period named in the question holds no closing.
        SamePeriodTwice, UnlikePeriods: the two named periods cannot be compared.
    """
    _check(question)
    grain = question.at.grain if question.at else question.versus.grain if question.versus else question.grain
    covered = coverage_of(deals, closed)
    known = standings(closed, covered, grain, year_start=question.year_start, with_open=deals.with_open)
    by_start = {each.period.first: each for each in known}
    for named in (question.at, question.versus):
        if named is not None and (named.first not in by_start or by_start[named.first].closed == 0):
            raise PeriodWithoutDeals(named, day_of(covered.first_close), day_of(covered.last_close))
    current = by_start[question.at.first] if question.at else _default(known, question.versus)
    previous = _standing(known, question.versus or current.period.shift(-1))
    return _assembled(known, current, previous, covered, question)


def _check(question: Question) -> None:
    if question.at is None or question.versus is None:
        return
    if question.at.grain is not question.versus.grain:
        raise UnlikePeriods(question.at, question.versus)
    if question.at.first == question.versus.first:
        raise SamePeriodTwice(question.at)


def _default(known: Sequence[Standing], versus: Period | None) -> Standing:
    """The last usable period whose predecessor is usable too; else the last complete one; else the last with deals.

    A period with nothing to compare with is taken only when there is no other.
    """
    closed = [each for each in known if each.closed and (versus is None or each.period.first != versus.first)]
    closed = closed or [each for each in known if each.closed]
    there = {each.period.first for each in known if each.closed}
    usable = {each.period.first for each in known if each.usable}
    pool = [each for each in closed if versus is not None or each.period.shift(-1).first in there] or closed
    paired = [each for each in pool if each.usable and (versus is not None or each.period.shift(-1).first in usable)]
    complete = [each for each in pool if each.complete]
    return (paired or [each for each in complete if each.usable] or complete or pool)[-1]


def _standing(known: Sequence[Standing], period: Period) -> Standing:
    found = next((each for each in known if each.period.first == period.first), None)
    return found or Standing(period, 0, 0, complete=True, flaw="there is no closed deal in it")


def _assembled(
    known: Sequence[Standing], current: Standing, previous: Standing, covered: Coverage, question: Question
) -> Comparison:
    unfinished = [each for each in (current, previous) if not each.complete]
    cut = min((covered.as_of - day_number(each.period.first) + 1 for each in unfinished), default=None)
    earlier = [each for each in known if each.period.first < current.period.first and each.usable]
    return Comparison(
        current=_window(current, cut),
        previous=_window(previous, cut),
        whole_previous=_window(previous, None) if cut is not None and previous.complete else None,
        history=tuple(_window(each, cut) for each in earlier),
        last_years=_last_years(known, current.period, previous.period, cut),
        reference=_reference(earlier, current, previous, cut),
        covered=covered,
        cut=cut,
        remarks=tuple(_remarks(known, current, previous, question)),
    )


def _window(standing: Standing, cut: int | None) -> Window:
    first, last = day_number(standing.period.first), day_number(standing.period.last)
    return Window(standing.period, first, last if cut is None else min(last, first + cut - 1), standing.complete)


def _last_years(
    known: Sequence[Standing], current: Period, previous: Period, cut: int | None
) -> tuple[tuple[Window, Window], ...]:
    """The same transition in earlier years; none when the two periods lie whole years apart (that would be a trend)."""
    if current.first.month == previous.first.month:
        return ()
    usable = {each.period.first: each for each in known if each.usable}
    pairs = []
    for years in range(1, 11):
        before, after = previous.same_last_year(years), current.same_last_year(years)
        if before.first in usable and after.first in usable and after.first != previous.first:
            pairs.append((_window(usable[before.first], cut), _window(usable[after.first], cut)))
    return tuple(pairs)


def _reference(
    earlier: Sequence[Standing], current: Standing, previous: Standing, cut: int | None
) -> tuple[Window, ...]:
    """The usable periods up to `previous`; only where `previous` directly precedes and is usable itself."""
    if not previous.usable or previous.period.shift(1).first != current.period.first:
        return (_window(previous, cut),)
    return tuple(_window(each, cut) for each in earlier[-REFERENCES:])


def _remarks(known: Sequence[Standing], current: Standing, previous: Standing, question: Question) -> list[str]:
    remarks = [
        f"{each.period} is biased: {each.flaw}."
        for each in (current, previous)
        if each.flaw is not None and each.closed
    ]
    if question.at is None:
        later = [each for each in known if each.period.first > current.period.first and each.closed]
        remarks += [
            f"{each.period} ({each.closed} closed) was passed over: {each.flaw or 'it is not finished'}."
            for each in later
        ]
    return remarks
