"""Area under the ROC curve with the interval of DeLong, DeLong and Clarke-Pearson (1988)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.science.winrate.proportions import Z95, Floats, Interval


@dataclass(frozen=True, slots=True)
class Auc:
    value: float
    interval: Interval

    @property
    def separates(self) -> bool:
        """The whole interval lies above one half."""
        return self.interval[0] > 0.5


def auc_of(score: Floats, won: npt.NDArray[np.bool_]) -> Auc:
    """Chance that a won deal scores above a lost one (ties half); (0, 1) as interval when an outcome is missing."""
    m, n = int(np.count_nonzero(won)), int(np.count_nonzero(~won))
    if min(m, n) < 2:
        return Auc(0.5, (0.0, 1.0))
    positive, negative = score[won], score[~won]
    above = (_mid_rank(score)[won] - _mid_rank(positive)) / n
    below = 1 - (_mid_rank(score)[~won] - _mid_rank(negative)) / m
    value = float(above.mean())
    se = float(np.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / n))
    return Auc(value, (max(0.0, value - Z95 * se), min(1.0, value + Z95 * se)))


def _mid_rank(values: Floats) -> Floats:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middle: Floats = ends - (counts - 1) / 2
    return middle[place]
