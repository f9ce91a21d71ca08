"""How common names are: in the list at hand, or by and large when the list is short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from tools.science.duplicates.names import fold

_PSEUDO = 2_000
_COMMON, _SEEN = 2e-4, 8
"""A name is common in a list from this share on, and not when it was seen less often than that."""
Floats = npt.NDArray[np.float64]
_FIRST = """james john robert michael william david richard joseph thomas daniel paul mark andrew peter maria mary anna
jennifer linda elizabeth barbara susan jessica sarah laura emma sophie julia marie jean pierre carlos jose juan luis
antonio manuel francisco ana carmen thomas michael andreas stefan christian martin klaus hans wolfgang sabine petra
ali mohammed mohamed ahmed wei li priya rahul amit alexander sergei elena eric erica paula daniela martina andrea mario
jan jana christina christine simon simone nicolas nicole gabriel gabriela julian juliana joan joanna marc marco"""
_LAST = """smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson
anderson thomas taylor moore jackson martin lee perez thompson white harris clark lewis robinson walker young king
wright muller schmidt schneider fischer weber meyer meier wagner becker schulz hoffmann hofmann dubois durand bernard
petit moreau rossi russo ferrari wang li zhang chen liu singh kumar patel sharma khan nguyen kim park tan hansen hanson
andersen jensen nielsen ivanov silva santos evans roberts green hall wood hill scott campbell stewart stuart"""


def _by_and_large(common: str, share: float) -> dict[str, float]:
    return {fold(name): share for name in common.split()}


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Share of people who bear a folded name; names not listed have the `other` share.

    From the share `common` on, two names one letter apart are taken for two names and not for a slip. The defaults
    are orders of magnitude of Western customer lists. Being fixed, they make the score of two records independent
    of what else is in the list.
    """

    first: Mapping[str, float] = field(default_factory=lambda: _by_and_large(_FIRST, 8e-3))
    last: Mapping[str, float] = field(default_factory=lambda: _by_and_large(_LAST, 4e-3))
    other_first: float = 1e-3
    other_last: float = 2e-4
    common: float = 1.5e-3

    @classmethod
    def of(cls, prepared: pl.DataFrame) -> Frequencies:
        """The shares in a prepared list, drawn towards the defaults as if these had been seen in 2,000 people."""
        base = cls()
        first, other_first = _shares(prepared["first"], base.first, base.other_first)
        last, other_last = _shares(prepared["last"], base.last, base.other_last)
        return cls(first, last, other_first, other_last, max(_COMMON, _SEEN / (prepared.height + _PSEUDO)))

    def shares(self, names: list[str]) -> tuple[Floats, Floats]:
        """Shares as given and as family name."""
        return (
            np.array([self.first.get(name, self.other_first) for name in names]),
            np.array([self.last.get(name, self.other_last) for name in names]),
        )


def _shares(names: pl.Series, base: Mapping[str, float], other: float) -> tuple[dict[str, float], float]:
    known = names.drop_nulls()
    counts = known.value_counts()
    total = known.len() + _PSEUDO
    seen = zip(counts[known.name].to_list(), counts["count"].to_list(), strict=True)
    unseen = {name: _PSEUDO * share / total for name, share in base.items()}
    return unseen | {name: (n + _PSEUDO * base.get(name, other)) / total for name, n in seen}, _PSEUDO * other / total
