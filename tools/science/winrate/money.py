"""The same comparison by value, and the open amount that stands at risk."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from tools.science.deals import OPEN, Deals
from tools.science.winrate.coding import Closed, Column, Role
from tools.science.winrate.kitagawa import Effect
from tools.science.winrate.proportions import Floats, two_sided_p

ESTABLISHED = 0.05
_PRIOR = 20.0


@dataclass(frozen=True, slots=True)
class ValueRate:
    """Win rate weighted by amount in both periods, with a linearised test of its change.

    `won_amount` is the mean amount of the won deals of both periods.
    """

    previous: float
    current: float
    se: float
    won_amount: float

    @property
    def change(self) -> float:
        return self.current - self.previous

    @property
    def p_value(self) -> float:
        return two_sided_p(self.change / self.se) if self.se > 0 else 1.0


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Open amount of one segment: what is lost at its rate, and what its established fall takes beyond that."""

    dimension: str
    segment: str
    expected_loss: float
    excess: float
    rule: str


def value_rate(previous: Closed, current: Closed) -> ValueRate | None:
    """None unless nearly all deals of both outcomes and periods carry an amount."""
    parts = []
    for closed in (previous, current):
        if closed.amount is None:
            return None
        known = np.isfinite(closed.amount) & (closed.amount > 0)
        if np.count_nonzero(known) < max(30, 0.9 * len(closed)):
            return None
        parts.append((closed.amount[known], closed.won[known]))
    (v0, w0), (v1, w1) = parts
    rates = [float(np.sum(v * w) / np.sum(v)) for v, w in ((v0, w0), (v1, w1))]
    variance = [
        float(np.sum(v**2 * (w - rate) ** 2) / np.sum(v) ** 2) for (v, w), rate in zip(parts, rates, strict=True)
    ]
    won = np.concatenate([v0[w0], v1[w1]])
    return ValueRate(rates[0], rates[1], math.sqrt(sum(variance)), float(won.mean()) if len(won) else 0.0)


def revenue_at_risk(
    deals: Deals, columns: Sequence[str], reference: Closed, current: Closed, effects: Sequence[Effect]
) -> list[AtRisk]:
    """Expected loss and excess per segment of the open deals; empty without open deals with amounts.

    Each open deal is taken to be won at its segment's rate of the two periods, drawn towards the overall
    rate by 20 deals. The excess counts only segments whose fall passes q <= 0.05.
    """
    frame = _open_frame(deals)
    if frame is None:
        return []
    falls = {(each.dimension, each.segment): each for each in effects if _fell(each)}
    rows: list[AtRisk] = []
    for name in columns:
        shown = deals.name_of(name)
        rates = _rates(shown, reference, current)
        if rates is not None:
            rows += _of_dimension(frame, name, shown, rates, falls)
    return rows


def _open_frame(deals: Deals) -> pl.DataFrame | None:
    if not deals.with_open or "amount" not in deals.frame.columns:
        return None
    frame = deals.frame.filter((pl.col("outcome") == OPEN) & pl.col("amount").is_finite() & (pl.col("amount") > 0))
    return frame if frame.height else None


def _fell(effect: Effect) -> bool:
    return effect.rate_effect < 0 and effect.q_value <= ESTABLISHED and not effect.unnamed


def _rates(shown: str, reference: Closed, current: Closed) -> Mapping[str, float] | None:
    before, after = (_column(closed, shown) for closed in (reference, current))
    if before is None or after is None or before.role is Role.PERSON:
        return None
    size = len(after.levels)
    n = np.bincount(before.codes, minlength=size) + np.bincount(after.codes, minlength=size)
    k = np.bincount(before.codes[reference.won], minlength=size) + np.bincount(after.codes[current.won], minlength=size)
    overall = k.sum() / max(1, n.sum())
    shrunk: Floats = (k + _PRIOR * overall) / (n + _PRIOR)
    return {level: float(shrunk[i]) for i, level in enumerate(after.levels)}


def _of_dimension(
    frame: pl.DataFrame,
    name: str,
    shown: str,
    rates: Mapping[str, float],
    falls: Mapping[tuple[str, str], Effect],
) -> list[AtRisk]:
    sums = frame.group_by(name).agg(pl.col("amount").sum()).drop_nulls().sort(name)
    rows = []
    for segment, amount in sums.iter_rows():
        if segment not in rates:
            continue
        fall = falls.get((shown, segment))
        before, after = fall.rate if fall else (None, None)
        excess = amount * (before - after) if before is not None and after is not None else 0.0
        rule = f"open amount {amount:,.2f} × (1 − {rates[segment]:.3f})"
        if before is not None and after is not None:
            rule += f"; excess: open amount × ({before:.3f} − {after:.3f})"
        rows.append(AtRisk(shown, segment, amount * (1 - rates[segment]), excess, rule))
    return rows


def _column(closed: Closed, shown: str) -> Column | None:
    return next((column for column in closed.columns if column.name == shown), None)
