"""The share of the change one cause makes up, with a bootstrap interval over accounts where accounts repeat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.science.winrate.coding import Closed
from tools.science.winrate.proportions import Floats, Interval

DRAWS = 500
_BUNDLES = 1_000
_PRIME, _SCATTER = 2_147_483_647, 48_271
_SEED = 19_551_168


@dataclass(frozen=True, slots=True)
class Share:
    """`won` and `closed` are (previous, current) of the segment; for a dimension they are those of level 1."""

    value: float
    interval: Interval
    won: tuple[int, int]
    closed: tuple[int, int]


def rate_share(previous: Closed, current: Closed, where: tuple[tuple[str, str], ...]) -> Share | None:
    """Rate effect of one segment (or of the cell where several meet) over the whole change."""
    before, after = _inside(previous, where), _inside(current, where)
    draws0, draws1 = _draws(previous, before, 2), _draws(current, after, 2)
    return _share(_rate_effect(draws0, draws1), draws0, draws1)


def mix_share(previous: Closed, current: Closed, dimension: str, weights: Floats) -> Share | None:
    """Sum over the levels of coefficient times change of share, over the whole change; coefficients held."""
    codes0, codes1 = _codes(previous, dimension), _codes(current, dimension)
    draws0, draws1 = _draws(previous, codes0, len(weights)), _draws(current, codes1, len(weights))
    shares0, shares1 = (each.sum(axis=2) / each.sum(axis=(1, 2))[:, None] for each in (draws0, draws1))
    return _share((shares1 - shares0) @ weights, draws0, draws1)


def _share(effect: Floats, draws0: Floats, draws1: Floats) -> Share | None:
    """Row 0 is the data itself, the others are draws."""
    rates = [each[:, :, 1].sum(axis=1) / each.sum(axis=(1, 2)) for each in (draws0, draws1)]
    change = rates[1] - rates[0]
    if change[0] == 0:
        return None
    ratio = np.divide(effect, change, out=np.full(len(change), np.nan), where=change != 0)
    low, high = np.nanquantile(ratio[1:], [0.025, 0.975])
    won = int(draws0[0, 1, 1]), int(draws1[0, 1, 1])
    closed = int(draws0[0, 1].sum()), int(draws1[0, 1].sum())
    return Share(float(ratio[0]), (float(low), float(high)), won, closed)


def _rate_effect(draws0: Floats, draws1: Floats) -> Floats:
    sizes = [each.sum(axis=2)[:, 1] for each in (draws0, draws1)]
    shares = [size / each.sum(axis=(1, 2)) for size, each in zip(sizes, (draws0, draws1), strict=True)]
    rates = [
        np.divide(each[:, 1, 1], size, out=np.zeros(len(size)), where=size > 0)
        for size, each in zip(sizes, (draws0, draws1), strict=True)
    ]
    effect: Floats = (shares[0] + shares[1]) / 2 * (rates[1] - rates[0])
    return effect


def _draws(closed: Closed, codes: npt.NDArray[np.intp], levels: int) -> Floats:
    """Counts (draw, level, outcome); deals of one account are drawn together, many accounts in bundles."""
    cells = codes * 2 + closed.won
    generator = np.random.default_rng(_SEED)
    if closed.account is None:
        counts = np.bincount(cells, minlength=levels * 2).astype(np.float64)
        drawn = generator.multinomial(len(closed), counts / counts.sum(), DRAWS).astype(np.float64)
        return np.vstack([counts, drawn]).reshape(DRAWS + 1, levels, 2)
    bundle = closed.account if closed.account.max() < _BUNDLES else closed.account * _SCATTER % _PRIME % _BUNDLES
    table = np.bincount(bundle * (levels * 2) + cells, minlength=_BUNDLES * levels * 2)
    table = table.reshape(_BUNDLES, levels * 2).astype(np.float64)
    table = table[table.sum(axis=1) > 0]
    bundles = len(table)
    times = generator.multinomial(bundles, np.full(bundles, 1 / bundles), DRAWS).astype(np.float64)
    return np.vstack([table.sum(axis=0), times @ table]).reshape(DRAWS + 1, levels, 2)


def _inside(closed: Closed, where: tuple[tuple[str, str], ...]) -> npt.NDArray[np.intp]:
    columns = {column.name: column for column in closed.columns}
    inside = np.ones(len(closed), dtype=bool)
    for dimension, segment in where:
        column = columns[dimension]
        inside &= column.codes == column.levels.index(segment)
    return inside.astype(np.intp)


def _codes(closed: Closed, dimension: str) -> npt.NDArray[np.intp]:
    return next(column.codes for column in closed.columns if column.name == dimension).astype(np.intp)
