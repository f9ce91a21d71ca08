"""All sums a regression on dimensions needs, as one matrix of counts: pairs of levels, and wins per level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.science.winrate.coding import Closed, Column, Role
from tools.science.winrate.proportions import Floats

Places = npt.NDArray[np.intp]

RIDGE = 1e-8


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the levels of each dimension stand in the matrix; entry 0 is the constant."""

    names: tuple[str, ...]
    roles: tuple[Role, ...]
    levels: tuple[tuple[str, ...], ...]
    starts: tuple[int, ...]
    size: int

    def block(self, i: int) -> slice:
        return slice(self.starts[i], self.starts[i] + len(self.levels[i]))

    def label(self, index: int) -> tuple[str, str]:
        """(dimension, segment) at a position of the matrix."""
        i = int(np.searchsorted(np.array(self.starts), index, side="right")) - 1
        return self.names[i], self.levels[i][index - self.starts[i]]

    def without(self, role: Role) -> tuple[Layout, Places]:
        """The layout without the columns of a role, and where its entries stand in this one."""
        kept = [i for i, each in enumerate(self.roles) if each is not role]
        places = np.concatenate([[0], *(np.arange(self.size)[self.block(i)] for i in kept)]).astype(np.intp)
        names, levels = tuple(self.names[i] for i in kept), tuple(self.levels[i] for i in kept)
        starts = 1 + np.concatenate([[0], np.cumsum([len(each) for each in levels])]).astype(int)
        return Layout(
            names, tuple(self.roles[i] for i in kept), levels, tuple(starts[:-1].tolist()), len(places)
        ), places


@dataclass(frozen=True, slots=True)
class Gram:
    """X'X and X'y of one set of deals, X being the constant and one indicator per level, y won."""

    xx: Floats
    xy: Floats

    @property
    def n(self) -> float:
        return float(self.xx[0, 0])

    @property
    def won(self) -> float:
        return float(self.xy[0])

    @property
    def means(self) -> Floats:
        shares: Floats = self.xx[0] / self.n
        return shares

    def at(self, places: Places) -> Gram:
        """The sums of some of the columns."""
        return Gram(self.xx[np.ix_(places, places)], self.xy[places])

    def __add__(self, other: Gram) -> Gram:
        return Gram(self.xx + other.xx, self.xy + other.xy)

    def __sub__(self, other: Gram) -> Gram:
        return Gram(self.xx - other.xx, self.xy - other.xy)


def layout_of(columns: Sequence[Column]) -> Layout:
    starts = np.concatenate([[1], 1 + np.cumsum([len(each.levels) for each in columns])]).astype(int)
    return Layout(
        tuple(each.name for each in columns),
        tuple(each.role for each in columns),
        tuple(each.levels for each in columns),
        tuple(int(start) for start in starts[:-1]),
        int(starts[-1]),
    )


def gram_of(closed: Closed, layout: Layout) -> Gram:
    """Count every pair of levels once; exact integers held as floats."""
    columns = {each.name: each for each in closed.columns}
    codes = [columns[name].codes.astype(np.intp) for name in layout.names]
    sizes = [len(levels) for levels in layout.levels]
    xx, xy = np.zeros((layout.size, layout.size)), np.zeros(layout.size)
    xx[0, 0], xy[0] = len(closed), np.count_nonzero(closed.won)
    for i, (code, size) in enumerate(zip(codes, sizes, strict=True)):
        here = layout.block(i)
        counts = np.bincount(code, minlength=size)
        xx[here, here] = np.diag(counts)
        xx[0, here] = xx[here, 0] = counts
        xy[here] = np.bincount(code[closed.won], minlength=size)
        for j in range(i + 1, len(codes)):
            pairs = np.bincount(code * sizes[j] + codes[j], minlength=size * sizes[j]).reshape(size, sizes[j])
            xx[here, layout.block(j)] = pairs
            xx[layout.block(j), here] = pairs.T
    return Gram(xx, xy)


def row_sums(closed: Closed, layout: Layout, weights: Floats) -> Floats:
    """x'w for every deal: the constant plus the weight of its level in each dimension."""
    columns = {each.name: each for each in closed.columns}
    total = np.full(len(closed), weights[0])
    for i, name in enumerate(layout.names):
        total += weights[layout.block(i)][columns[name].codes]
    return total


def inverse_of(matrix: Floats) -> Floats:
    """Inverse of X'X (or X'X and a penalty) although levels add up to the constant and dimensions may nest.

    A ridge of a hundred-millionth of the deals picks, among the solutions that fit alike, the one of least
    length, whatever the order of the columns; contrasts that can be estimated are not touched by it.
    """
    ridge = RIDGE * max(float(matrix[0, 0]), 1.0)
    found = np.linalg.inv(matrix + ridge * np.eye(len(matrix)))
    return np.asarray((found + found.T) / 2, dtype=np.float64)
