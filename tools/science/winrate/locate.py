"""Where a rate moved: every segment against "everything moved alike", one added column at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.science.winrate.coding import Closed, Ints, Role
from tools.science.winrate.derived import TENURE_LEVELS
from tools.science.winrate.gram import Gram, Layout, gram_of, pseudo_inverse
from tools.science.winrate.joint import _person_penalty
from tools.science.winrate.proportions import Floats

MARGIN = 6.0
LEANING = 2.0
CELL_MARGIN = 10.0
CELL_SHARE = 0.03
FEWEST = 20
FEWEST_PERSON = 30
PARENTS = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place where the change may sit, with its score test (1 degree of freedom)."""

    dimension: str
    segment: str
    chi_square: float


@dataclass(frozen=True, slots=True)
class Location:
    """The best place, or broad.

    Attributes:
        top: the segment named; None = broad.
        leaning: the segment broad leans to, when one is ahead by more than 2.
        alike: segments that cannot be told apart from the best.
        broad: chi-square of "everything alike".
    """

    top: Candidate | None
    leaning: Candidate | None
    alike: tuple[Candidate, ...]
    broad: float


@dataclass(frozen=True, slots=True)
class Scores:
    """The regression without a period term, ready to test added columns."""

    layout: Layout
    previous: Gram
    current: Gram
    inverse: Floats
    weights: Floats
    sigma2: float

    def test(self, wins: Floats, counts: Floats, own: Floats) -> Floats:
        """Signed chi-square of columns: `wins` c'y, `counts` X'c as rows, `own` c'c."""
        u = wins - counts @ self.weights
        v = own - np.einsum("ij,ij->i", counts @ self.inverse, counts)
        safe = v > 1e-6 * np.maximum(own, 1.0)
        chi = np.divide(u**2, v * self.sigma2, out=np.zeros(len(u)), where=safe)
        return np.sign(u) * chi


def scores_of(layout: Layout, previous: Gram, current: Gram) -> Scores:
    both = previous + current
    inverse, rank = pseudo_inverse(both.xx + np.diag(_person_penalty(layout, both)))
    weights = inverse @ both.xy
    residual = both.won - weights @ both.xy
    return Scores(layout, previous, current, inverse, weights, max(float(residual) / max(1.0, both.n - rank), 1e-12))


def locate(
    layout: Layout,
    previous: Gram,
    current: Gram,
    current_rows: Closed,
    *,
    sign: int,
    nameable: frozenset[tuple[str, str]],
) -> Location:
    """The best one-parameter explanation of a change in the direction of `sign`.

    `nameable` are the persons who may be candidates under the rules for people; other persons never are.
    """
    scores = scores_of(layout, previous, current)
    signed = scores.test(current.xy, current.xx, np.diag(current.xx)) * sign
    allowed = _allowed(layout, previous, current, nameable)
    broad = max(0.0, float(signed[0]))
    singles = _candidates(layout, signed, allowed)
    cell = _best_cell(scores, current_rows, singles[:PARENTS], sign=sign)
    ranked = [cell, *singles] if cell is not None else singles
    return _chosen(ranked, broad)


def _chosen(ranked: Sequence[Candidate], broad: float) -> Location:
    if not ranked or ranked[0].chi_square - broad < MARGIN:
        ahead = ranked[0] if ranked and ranked[0].chi_square - broad > LEANING else None
        best = max(broad, ranked[0].chi_square) if ranked else broad
        return Location(None, ahead, tuple(each for each in ranked if best - each.chi_square < MARGIN), broad)
    best = ranked[0]
    alike = tuple(each for each in ranked[1:] if best.chi_square - each.chi_square < MARGIN)
    return Location(best, None, alike, broad)


def _allowed(layout: Layout, previous: Gram, current: Gram, nameable: frozenset[tuple[str, str]]) -> Ints:
    allowed = np.zeros(layout.size, dtype=bool)
    for i, (name, role, levels) in enumerate(zip(layout.names, layout.roles, layout.levels, strict=True)):
        for j, level in enumerate(levels):
            managed = level not in {"not filled in", "other"} and level != TENURE_LEVELS[-1]
            allowed[layout.starts[i] + j] = managed and (role is not Role.PERSON or (name, level) in nameable)
    enough = (previous.xx[0] >= FEWEST) & (current.xx[0] >= FEWEST)
    return allowed & enough


def _candidates(layout: Layout, signed: Floats, allowed: Ints) -> list[Candidate]:
    found = [Candidate(*layout.label(int(i)), float(signed[i])) for i in np.flatnonzero(allowed & (signed > 0))]
    return sorted(found, key=lambda each: (-each.chi_square, each.dimension, each.segment))


def _best_cell(scores: Scores, current: Closed, parents: Sequence[Candidate], *, sign: int) -> Candidate | None:
    """The best two-way cell below the leading segments; only when it beats its better parent clearly."""
    layout, best = scores.layout, None
    single = scores.test(scores.current.xy, scores.current.xx, np.diag(scores.current.xx)) * sign
    for parent in parents:
        i = layout.names.index(parent.dimension)
        code = layout.levels[i].index(parent.segment)
        column = next(each for each in current.columns if each.name == parent.dimension)
        inside = gram_of(current.take(np.flatnonzero(column.codes == code)), layout)
        signed = scores.test(inside.xy, inside.xx, np.diag(inside.xx)) * sign
        for j in np.flatnonzero(inside.xx[0] >= max(FEWEST, CELL_SHARE * scores.current.n)):
            other = layout.label(int(j)) if j else None
            if (
                other is None
                or other[0] == parent.dimension
                or layout.roles[layout.names.index(other[0])] is Role.PERSON
            ):
                continue
            if other[1] in {"not filled in", "other"}:
                continue
            ahead = signed[j] - max(parent.chi_square, single[j])
            if ahead >= CELL_MARGIN and (best is None or signed[j] > best.chi_square):
                names = sorted([(parent.dimension, parent.segment), other])
                best = Candidate(f"{names[0][0]} × {names[1][0]}", f"{names[0][1]} × {names[1][1]}", float(signed[j]))
    return best
