"""Groups of records that are one: connected by sure pairs, with nobody in the group who contradicts another."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tools.science.duplicates.comparing import Ints

Judge = Callable[[Ints, Ints], pl.DataFrame]
LARGEST = 50
IMPOSSIBLE = 0.01
"""Below this probability two members of one group contradict each other."""


def groups(sure: pl.DataFrame, height: int, judge: Judge) -> list[list[int]]:
    """Row numbers of each group of two or more, from the sure pairs (`i`, `j`, `score`) of `height` records.

    `judge` scores any pairs. In a component of three or more every two members are compared; where any contradict,
    pairs are joined from the strongest down and a join that would bring contradicting members together is left out
    (a chain a–b–c does not merge a and c). Components of more than 50 are left as pairs.
    """
    components = [each for each in _components(sure, height) if len(each) <= LARGEST]
    larger = [each for each in components if len(each) > 2]
    against = _contradictions(larger, judge)
    torn = {row for pair in against for row in pair}
    whole = [each for each in components if torn.isdisjoint(each)]
    parted = [each for each in larger if not torn.isdisjoint(each)]
    edges = _edges(sure, parted)
    return sorted(whole + [group for k, each in enumerate(parted) for group in _joined(each, edges[k], against)])


def _components(sure: pl.DataFrame, height: int) -> list[list[int]]:
    i, j = sure["i"].to_numpy(), sure["j"].to_numpy()
    if not len(i):
        return []
    links = coo_array((np.ones(len(i), dtype=np.int8), (i, j)), shape=(height, height))
    _, label = connected_components(links, directed=False)
    rows = np.unique(np.concatenate([i, j]))
    order = rows[np.argsort(label[rows], kind="stable")]
    cuts = np.flatnonzero(np.diff(label[order])) + 1
    return [part.tolist() for part in np.split(order, cuts)]


def _contradictions(components: list[list[int]], judge: Judge) -> set[tuple[int, int]]:
    pairs = [(a, b) for each in components for k, a in enumerate(each) for b in each[k + 1 :]]
    if not pairs:
        return set()
    i, j = np.array(pairs, dtype=np.int64).T
    against = judge(i, j).filter(pl.col("apart") | (pl.col("probability") < IMPOSSIBLE))
    return set(zip(against["i"].to_list(), against["j"].to_list(), strict=True))


def _edges(sure: pl.DataFrame, components: list[list[int]]) -> list[list[tuple[int, int]]]:
    """The sure pairs of each component, strongest first."""
    home = {row: k for k, each in enumerate(components) for row in each}
    edges: list[list[tuple[int, int]]] = [[] for _ in components]
    if home:
        kept = sure.filter(pl.col("i").is_in(list(home))).sort("score", "i", "j", descending=[True, False, False])
        for i, j in kept.select("i", "j").iter_rows():
            edges[home[i]].append((i, j))
    return edges


def _joined(members: list[int], edges: Iterable[tuple[int, int]], against: set[tuple[int, int]]) -> list[list[int]]:
    group = {row: [row] for row in members}
    for i, j in edges:
        one, other = group[i], group[j]
        if one is other or any((min(a, b), max(a, b)) in against for a in one for b in other):
            continue
        one.extend(other)
        for row in other:
            group[row] = one
    different = {id(each): each for each in group.values() if len(each) > 1}
    return [sorted(each) for each in different.values()]
