"""The list behind a count, given only where it holds exactly the deals that were counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

import polars as pl

from tools.deal_sources import Counted
from tools.evidence import RowsBehind
from tools.science.deals import LOST, OPEN, WON, Deals
from tools.science.periods import Period
from tools.science.winrate.comparison import Window
from tools.science.winrate.periods_known import day_of

Segment = Mapping[str, str]
"""dimension -> value"""
Status = Literal["open", "won", "lost", "closed"]
_OUTCOMES: dict[Status, tuple[int, ...]] = {"open": (OPEN,), "won": (WON,), "lost": (LOST,), "closed": (WON, LOST)}


@dataclass(frozen=True, slots=True)
class Span:
    """Days of closing, both inclusive, and the text by which a list is asked for them."""

    first: date
    last: date
    text: str

    @classmethod
    def between(cls, first: date, last: date) -> Self:
        return cls(first, last, f"{first}/{last}")

    @classmethod
    def of(cls, period: Period) -> Self:
        return cls(period.first, period.last, str(period))

    @classmethod
    def counted_in(cls, window: Window) -> Self:
        """The days of a window; those of its whole period under the period's name."""
        first, last = day_of(window.first), day_of(window.last)
        whole = (first, last) == (window.period.first, window.period.last)
        return cls.of(window.period) if whole else cls.between(first, last)

    def within(self, other: Self | None) -> Self:
        """The days that lie in both."""
        if other is None or (other.first <= self.first and self.last <= other.last):
            return self
        return self.between(max(self.first, other.first), min(self.last, other.last))


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of deals that stand behind counts of what was counted."""

    counted: Counted

    @property
    def deals(self) -> Deals:
        return self.counted.deals

    @property
    def filters(self) -> Mapping[str, Sequence[str]]:
        """As the records spell them."""
        return self.counted.filters

    def of(
        self,
        count: int,
        *,
        status: Status = "closed",
        span: Span | None = None,
        segment: Segment | None = None,
    ) -> RowsBehind | None:
        """The list of the deals of a segment (dimension -> value) and of some days; None where it has not `count`.

        A segment made for the analysis (a band of amounts, all that is not filled in) cannot be listed.
        """
        return self._listed(status, span, segment or {}) if self._holds(count, status, span, segment) else None

    def about(self, *, status: Status, segment: Segment) -> RowsBehind | None:
        """The deals a computed figure is about; None where their segment cannot be listed."""
        return self._listed(status, None, segment) if set(segment) <= set(self.deals.dimensions) else None

    def _listed(self, status: Status, span: Span | None, segment: Segment) -> RowsBehind:
        listed = self.counted.listed_as
        filters = listed["filters"] | {name: [value] for name, value in segment.items()}
        closed = None if span is None else span.text
        wanted = {"status": status, "closed": closed, "limit": 200}
        return RowsBehind("find_opportunities", listed | wanted | {"filters": filters})

    def _holds(self, count: int, status: Status, span: Span | None, segment: Segment | None) -> bool:
        if not set(segment or {}) <= set(self.deals.dimensions):
            return False
        wanted = [pl.col("outcome").is_in(_OUTCOMES[status])]
        wanted += [pl.col(name).cast(pl.String) == value for name, value in (segment or {}).items()]
        if span is not None:
            wanted.append(pl.col("close_date").is_between(span.first, span.last))
        return bool(self.deals.frame.select(pl.all_horizontal(wanted).sum()).item() == count)
