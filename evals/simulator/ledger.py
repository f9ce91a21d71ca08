"""The deals as a CRM would hold them, and the faults of entry and loading."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from evals.simulator import names
from evals.simulator.timeline import Codes, Days, Flags
from tools.science.deals import LOST, OPEN, WON


@dataclass(frozen=True, slots=True)
class Ledger:
    """Columns of all deals; codes of -1 are not filled in.

    Attributes:
        columns: name -> (codes, labels) of the dimensions, the owner and loss reasons.
        closed: day of the outcome, infinite for open deals.
    """

    created: Days
    closed: Days
    outcome: Codes
    amount: NDArray[np.float64]
    account: Codes
    columns: dict[str, tuple[Codes, tuple[str, ...]]]

    def without(self, rows: Flags) -> Ledger:
        keep = ~rows
        columns = {name: (codes[keep], labels) for name, (codes, labels) in self.columns.items()}
        return Ledger(
            self.created[keep], self.closed[keep], self.outcome[keep], self.amount[keep], self.account[keep], columns
        )

    def with_column(self, name: str, codes: Codes, labels: tuple[str, ...]) -> Ledger:
        return replace(self, columns={**self.columns, name: (codes, labels)})

    def frame(self, *, cycle_days: bool) -> pl.DataFrame:
        closed = self.outcome != OPEN
        days = np.where(closed, np.floor(np.where(closed, self.closed, 0.0)), 0.0)
        created = np.floor(self.created)
        series = [
            pl.Series("outcome", self.outcome, dtype=pl.Int8),
            _dates("close_date", days, closed),
            _dates("created_date", created, np.ones_like(closed)),
            pl.Series("amount", self.amount),
            pl.Series("account", self.account, dtype=pl.UInt32),
        ]
        for name, (codes, labels) in self.columns.items():
            series.append(_labelled(name, codes, labels))
        if cycle_days:
            cycle = pl.Series("sales_cycle_days", days - created)
            series.append(cycle.set(pl.Series(~closed), None))
        return pl.DataFrame(series)


def _dates(name: str, days: Days, known: Flags) -> pl.Series:
    column = pl.Series(name, days.astype(np.int32)).cast(pl.Date)
    return column if known.all() else column.set(pl.Series(~known), None)


def _labelled(name: str, codes: Codes, labels: tuple[str, ...]) -> pl.Series:
    places = pl.Series(codes)
    if (codes < 0).any():
        places = places.set(pl.Series(codes < 0), None)
    return pl.Series(name, labels, dtype=pl.Enum(labels)).gather(places).alias(name)


def file_loss_reasons(ledger: Ledger, *, no_decision: float, rng: np.random.Generator) -> Ledger:
    """Adds a reason to losses; `no_decision` of them are no decision, some are left empty."""
    labels = (*names.LOSS_REASONS, names.NO_DECISION)
    shares = np.append((1 - no_decision) * rng.dirichlet(np.full(len(names.LOSS_REASONS), 4.0)), no_decision)
    codes = rng.choice(len(labels), size=ledger.outcome.size, p=shares)
    codes[(ledger.outcome != LOST) | (rng.random(codes.size) < 0.08)] = -1
    return ledger.with_column("loss_reason", codes, labels)


def rename_segment(ledger: Ledger, *, dimension: str, segment: int, since: float, rng: np.random.Generator) -> Ledger:
    """From the day `since` on, closings and open deals carry a new name for the segment."""
    codes, labels = ledger.columns[dimension]
    unused = [name for name in names.DIMENSIONS[dimension] if name not in labels]
    new = str(rng.choice(unused)) if unused else f"{labels[segment]} Group"
    renamed = np.where((codes == segment) & (ledger.closed >= since), len(labels), codes)
    return ledger.with_column(dimension, renamed, (*labels, new))


def lose_outcomes(ledger: Ledger, *, outcome: int, since: float, until: float) -> Ledger:
    """Closings with this outcome in [since, until) were never loaded."""
    return ledger.without((ledger.outcome == outcome) & (ledger.closed >= since) & (ledger.closed < until))


def discount_wins(ledger: Ledger, *, factor: float, since: float) -> Ledger:
    """Deals won since that day bring less money."""
    cheaper = (ledger.outcome == WON) & (ledger.closed >= since)
    return replace(ledger, amount=np.where(cheaper, ledger.amount * factor, ledger.amount))
