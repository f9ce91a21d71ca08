"""Where a rate moved: every segment against "everything moved alike", one added column at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.science.deals import NOT_FILLED_IN
from tools.science.winrate.coding import OTHER, Closed, Flags, Role
from tools.science.winrate.derived import TENURE_LEVELS
from tools.science.winrate.gram import Layout, gram_of
from tools.science.winrate.joint import Fit
from tools.science.winrate.proportions import Floats

MARGIN = 6.0
LEANING = 2.0
CELL_MARGIN = 10.0
CELL_SHARE = 0.03
FEWEST = 20
FEWEST_PERSON = 30
PARENTS = 4
CROSS = " × "
UNNAMED = frozenset({NOT_FILLED_IN, OTHER, TENURE_LEVELS[-1]})


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


def score_tests(fit: Fit, wins: Floats, counts: Floats, own: Floats) -> Floats:
    """Signed chi-square of columns added to the levels, without a period term.

    Args:
        wins: c'y of each column; counts: X'c of each, as rows; own: c'c of each.
    """
    u = wins - counts @ fit.plain
    v = own - np.einsum("ij,ij->i", counts @ fit.inverse, counts)
    found = v > 1e-4 * np.maximum(own, 1.0)
    chi = np.divide(u**2, v * fit.sigma2_plain, out=np.zeros(len(u)), where=found)
    signed: Floats = np.sign(u) * chi
    return signed


def level_tests(fit: Fit) -> Floats:
    """Signed chi-square of "only this level moved" for every level; entry 0 is "everything moved alike"."""
    return score_tests(fit, fit.current.xy, fit.current.xx, np.diag(fit.current.xx))


def locate(fit: Fit, current: Closed, *, sign: int, nameable: frozenset[tuple[str, str]]) -> Location:
    """The best one-parameter explanation of a change in the direction of `sign`.

    Args:
        current: the deals of the current period, for the second look at two-way cells.
        nameable: the persons who may be candidates under the rules for people; other persons never are.
    """
    signed = level_tests(fit) * sign
    broad = max(0.0, float(signed[0]))
    singles = _candidates(fit.layout, signed, _allowed(fit, nameable))
    cell = _best_cell(fit, current, signed, singles[:PARENTS], sign=sign)
    ranked = [cell, *singles] if cell is not None else singles
    return _chosen(ranked, broad)


def _chosen(ranked: Sequence[Candidate], broad: float) -> Location:
    if not ranked or ranked[0].chi_square - broad < MARGIN:
        ahead = ranked[0] if ranked and ranked[0].chi_square - broad > LEANING else None
        most = max(broad, ranked[0].chi_square) if ranked else broad
        return Location(None, ahead, tuple(each for each in ranked if most - each.chi_square < MARGIN), broad)
    best = ranked[0]
    alike = tuple(each for each in ranked[1:] if best.chi_square - each.chi_square < MARGIN)
    return Location(best, None, alike, broad)


def _allowed(fit: Fit, nameable: frozenset[tuple[str, str]]) -> Flags:
    layout = fit.layout
    allowed = np.zeros(layout.size, dtype=bool)
    for i, (name, role, levels) in enumerate(zip(layout.names, layout.roles, layout.levels, strict=True)):
        for j, level in enumerate(levels):
            managed = level not in UNNAMED
            allowed[layout.starts[i] + j] = managed and (role is not Role.PERSON or (name, level) in nameable)
    enough: Flags = (fit.previous.xx[0] >= FEWEST) & (fit.current.xx[0] >= FEWEST)
    return allowed & enough


def _candidates(layout: Layout, signed: Floats, allowed: Flags) -> list[Candidate]:
    found = [Candidate(*layout.label(int(i)), float(signed[i])) for i in np.flatnonzero(allowed & (signed > 0))]
    return sorted(found, key=lambda each: (-each.chi_square, each.dimension, each.segment))


def _best_cell(
    fit: Fit, current: Closed, single: Floats, parents: Sequence[Candidate], *, sign: int
) -> Candidate | None:
    """The best two-way cell below the leading segments; only when it beats its better parent clearly."""
    layout = fit.layout
    found: list[Candidate] = []
    for parent in parents:
        home = layout.names.index(parent.dimension)
        code = layout.levels[home].index(parent.segment)
        column = next(each for each in current.columns if each.name == parent.dimension)
        inside = gram_of(current.take(np.flatnonzero(column.codes == code)), layout)
        signed = score_tests(fit, inside.xy, inside.xx, np.diag(inside.xx)) * sign
        ahead = signed - np.maximum(parent.chi_square, single)
        enough = inside.xx[0] >= max(FEWEST, CELL_SHARE * fit.current.n)
        for j in np.flatnonzero(enough & (ahead >= CELL_MARGIN)):
            other = layout.label(int(j)) if j else (parent.dimension, parent.segment)
            if other[0] != parent.dimension and _divides(layout, other):
                found.append(_cell((parent.dimension, parent.segment), other, float(signed[j])))
    return max(found, key=lambda each: (each.chi_square, each.dimension, each.segment), default=None)


def _divides(layout: Layout, place: tuple[str, str]) -> bool:
    return layout.roles[layout.names.index(place[0])] is not Role.PERSON and place[1] not in UNNAMED


def _cell(one: tuple[str, str], other: tuple[str, str], chi_square: float) -> Candidate:
    first, second = sorted([one, other])
    return Candidate(f"{first[0]}{CROSS}{second[0]}", f"{first[1]}{CROSS}{second[1]}", chi_square)
