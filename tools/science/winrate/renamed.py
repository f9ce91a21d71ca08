"""Segments that changed their name between two periods."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tools.science.winrate.coding import Closed, Column, Role


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


def under_one_name(closed: Closed, renamed: list[Renamed]) -> Closed:
    """The same deals with each old name replaced by the new one."""
    columns = list(closed.columns)
    for pair in renamed:
        for i, column in enumerate(columns):
            if column.name == pair.dimension:
                gone, new = column.levels.index(pair.gone), column.levels.index(pair.new)
                codes = np.where(column.codes == gone, new, column.codes).astype(np.uint16)
                columns[i] = replace(column, codes=codes)
    return closed.with_columns(tuple(columns))
