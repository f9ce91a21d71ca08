"""Win rate by value: the share of the closed amount that was won, by segment and period.

`V = Σ v·won / Σ v`, with the linearised variance `Σ v²(won − V)² / (Σ v)²` (Cochran 1977, ratio estimator): a few large
deals carry it, so that its interval is wider than that of a count. Deals without an amount do not enter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tools.science.deals import Deals
from tools.science.errors import TooFewAmounts
from tools.science.periods import Grain
from tools.science.winrate.proportions import Floats, Interval
from tools.science.winrate.table import Cells, RateRow, cells_of

_Z = 1.959963984540054
_LEAST_KNOWN = 0.5
"""Share of the won, and of the lost, deals that must have an amount."""


@dataclass(frozen=True, slots=True)
class ValueRateRow(RateRow):
    """As `RateRow`, and the amounts: `value_won` of `value`, over `known` deals; `spread` is Σ v²(won − V)²."""

    known: int
    value_won: float
    value: float
    spread: float

    @property
    def rate(self) -> float:
        return self.value_won / self.value if self.value else 0.0

    @property
    def interval(self) -> Interval:
        """The linearised 95 % interval, within 0 and 1; all of it where nothing is known."""
        if not self.value:
            return (0.0, 1.0)
        half = _Z * math.sqrt(self.spread) / self.value
        return (max(0.0, self.rate - half), min(1.0, self.rate + half))


def value_rate_table(
    deals: Deals, dimension_name: str | None = None, grain: Grain | None = None, *, year_start: int = 1
) -> list[ValueRateRow]:
    """Rates by value, in the cells of `win_rate_table`.

    Raises:
        NoClosedDeals, NoDatedDeals: nothing to count.
        TooFewAmounts: most won or most lost deals have none.
    """
    cells = cells_of(deals, dimension_name, grain, year_start=year_start)
    amount = _amounts(cells)
    known = np.isfinite(amount)
    _require_known(cells, known)
    worth = np.where(known, amount, 0.0)

    def total(weights: Floats) -> Floats:
        return np.bincount(cells.index, weights=weights, minlength=cells.size).astype(np.float64)

    value, won = total(worth), total(worth * cells.won)
    rate = np.divide(won, value, out=np.zeros_like(won), where=value > 0)
    spread = total((worth * (cells.won - rate[cells.index])) ** 2)
    n, k = total(np.ones_like(worth)), total(cells.won.astype(np.float64))
    dated = total(known.astype(np.float64))
    return [
        ValueRateRow(
            *cells.named(int(cell)), int(k[cell]), int(n[cell]), int(dated[cell]), float(won[cell]), float(value[cell]),
            float(spread[cell]),
        )
        for cell in np.flatnonzero(n)
    ]  # fmt: skip


def _amounts(cells: Cells) -> Floats:
    """Amounts above zero; a zero says as a rule that nobody filled it in (methods, section 12)."""
    if "amount" not in cells.frame.columns:
        return np.full(cells.frame.height, np.nan)
    amount = cells.frame["amount"].cast(float).fill_null(math.nan).to_numpy()
    return np.where(amount > 0, amount, np.nan)


def _require_known(cells: Cells, known: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
    won = cells.won
    for outcome, these in (("won", won), ("lost", ~won)):
        closed, filled = int(these.sum()), int((known & these).sum())
        if closed and filled < _LEAST_KNOWN * closed:
            raise TooFewAmounts(outcome, filled, closed)
