"""What can be wrong with a question to the science.

ScienceError
├── NoClosedDeals        there is nothing to compute a rate from
├── NoDatedDeals         closed deals exist, but none has a close date
├── TooFewAmounts        a rate by value of deals that hardly have one
├── PeriodWithoutDeals   the period asked for holds no closed deal
├── SamePeriodTwice      a period is to be compared with itself
└── UnlikePeriods        a quarter is to be compared with a month, or the like
"""

from __future__ import annotations

from datetime import date

from tools.science.periods import Period


class ScienceError(ValueError):
    """A question the figures cannot answer; the message is one sentence for the person who asked."""


class NoClosedDeals(ScienceError):
    """There is no won and no lost deal."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(f"No won or lost deals in {scope}, so there is no win rate to explain.")


class NoDatedDeals(ScienceError):
    """No closed deal says when it was closed."""

    def __init__(self, closed: int) -> None:
        self.closed = closed
        super().__init__(f"None of the {closed} closed deals has a close date, so periods cannot be compared.")


class TooFewAmounts(ScienceError):
    """Most won, or most lost, deals have no amount: a share of the value would say who fills it in."""

    def __init__(self, outcome: str, known: int, closed: int) -> None:
        self.outcome, self.known, self.closed = outcome, known, closed
        super().__init__(
            f"Only {known:,} of the {closed:,} {outcome} deals have an amount, so a win rate by value would not say "
            "how much is won. Ask for it by count, or define it so."
        )


class PeriodWithoutDeals(ScienceError):
    """The period lies outside the data or holds no closing."""

    def __init__(self, period: Period, first: date, last: date) -> None:
        self.period, self.first, self.last = period, first, last
        super().__init__(f"No deal was closed in {period}; closings run from {first} to {last}.")


class SamePeriodTwice(ScienceError):
    """Both sides of the comparison are the same period."""

    def __init__(self, period: Period) -> None:
        self.period = period
        super().__init__(f"{period} cannot be compared with itself; name another period to compare with.")


class UnlikePeriods(ScienceError):
    """The two periods have different lengths by definition."""

    def __init__(self, current: Period, previous: Period) -> None:
        self.current, self.previous = current, previous
        super().__init__(f"{current} is a {current.grain} and {previous} a {previous.grain}; compare like with like.")
