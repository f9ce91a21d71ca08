"""The rule of thumb to beat: a change with |z| > 1.96 is blamed on the largest cell of any table."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import polars as pl

from evals.simulator.case import Case
from evals.simulator.profile import Floats
from evals.simulator.timeline import Codes
from evals.simulator.truth import Reading, Verdict
from tools.science.deals import OPEN, WON
from tools.science.periods import Period

Z_FOR_A_CAUSE = 1.96


@dataclass(frozen=True, slots=True)
class Naive:
    """What the rule of thumb says, as an answer of the same form, and the z of the whole periods."""

    z: float
    verdict: Verdict
    kind: str | None
    dimension: str | None
    segment: str | None

    def names(self, reading: Reading) -> bool:
        """Whether it names exactly this cause."""
        place = (self.dimension, self.segment) if reading.segment is not None else (self.dimension, None)
        kind = reading.kind is None or reading.kind == self.kind
        named = reading.dimension is None or (reading.dimension, reading.segment) == place
        return self.verdict == reading.verdict and kind and named and reading.dimension_part is None


def naive_answer(case: Case) -> Naive:
    """Pooled z of the two whole periods, then the largest centred mix or rate cell (Kitagawa 1955)."""
    before, after = _closed(case.deals.frame, case.previous), _closed(case.deals.frame, case.current)
    z = _pooled_z(before["outcome"].to_numpy(), after["outcome"].to_numpy())
    if abs(z) <= Z_FOR_A_CAUSE:
        return Naive(z, Verdict.NOISE, None, None, None)
    dimensions = [name for name in case.deals.dimensions if name != "loss_reason"]
    cells = [cell for name in dimensions for cell in _cells(name, before, after)]
    _, kind, dimension, segment = max(cells, key=lambda cell: cell[0] * np.sign(z))
    return Naive(z, Verdict.RATE_CHANGE if kind == "rate" else Verdict.MIX_SHIFT, kind, dimension, segment)


def _closed(frame: pl.DataFrame, period: Period) -> pl.DataFrame:
    return frame.filter((pl.col("outcome") != OPEN) & pl.col("close_date").is_between(period.first, period.last))


def _pooled_z(before: Floats, after: Floats) -> float:
    pooled = (before.sum() + after.sum()) / (before.size + after.size)
    spread = sqrt(pooled * (1 - pooled) * (1 / before.size + 1 / after.size))
    return float((after.mean() - before.mean()) / spread)


def _cells(name: str, before: pl.DataFrame, after: pl.DataFrame) -> list[tuple[float, str, str, str]]:
    (n0, k0), (n1, k1) = (_counts(name, frame) for frame in (before, after))
    a, b = n0 / n0.sum(), n1 / n1.sum()
    own0, own1 = np.where(n0 > 0, k0 / np.maximum(n0, 1), np.nan), np.where(n1 > 0, k1 / np.maximum(n1, 1), np.nan)
    p0, p1 = np.where(n0 > 0, own0, own1), np.where(n1 > 0, own1, own0)
    middle, weight = (p0 + p1) / 2, (a + b) / 2
    labels = before[name].dtype.categories.to_list()  # type: ignore[attr-defined]  # dimensions are Enum columns
    seen = np.flatnonzero(n0 + n1 > 0)
    mix, rate = (middle - np.nansum(weight * middle)) * (b - a), weight * (p1 - p0)
    return [(float(e[s]), kind, name, labels[s]) for kind, e in (("mix", mix), ("rate", rate)) for s in seen]


def _counts(name: str, frame: pl.DataFrame) -> tuple[Codes, Codes]:
    known = frame.filter(pl.col(name).is_not_null())
    codes = known[name].to_physical().to_numpy()
    count = len(frame[name].dtype.categories)  # type: ignore[attr-defined]  # dimensions are Enum columns
    won = codes[known["outcome"].to_numpy() == WON]
    return np.bincount(codes, minlength=count).astype(np.int64), np.bincount(won, minlength=count).astype(np.int64)
