"""The structure of one simulated company, before any deal exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from evals.simulator import names
from evals.simulator.kinds import EITHER_WAY, MIX, SEASONAL, TIMING, YEARS_OF_HISTORY, Kind
from evals.simulator.profile import Dimension, draw_dimension
from evals.simulator.sizes import detectable_change
from tools.science.periods import Grain, Period

REP_EFFECT_SD = 0.04
SECOND_CAUSE = 0.8
"""Of two causes each moves the total by this part of the stated size."""
OFFSET = 0.5
"""Of two offsetting segments each moves the total by this part of the stated size, one up and one down."""


@dataclass(frozen=True, slots=True)
class Company:
    """Everything that is fixed before the deals are drawn.

    Attributes:
        size: planted change of the total as a multiple of `detectable`.
        detectable: change found with 80 % power at α .02, usual variation included.
        direction: -1 for a fall, +1 for a rise.
        target: `size` × `detectable` × `direction`.
        quarters: quarters in the file up to the current one.
        wobble: sd of the company-wide rate between quarters.
        month_weights: share of a quarter's closings in its first, second and third month.
        month_lift: how much likelier a win is in a third month than in the others.
        season: additive effect of each quarter of the year, beginning with that of the current one.
        planted: (dimension, segment) pairs the plant refers to, as indices.
        lead_share: share of the first rep, None = drawn like the others.
        ramp: loss of win chance on a rep's first day, melting within 240 days.
        lag: days of data after the current quarter (for an unfinished quarter: negative).
        late_start: whether the file begins with the last month of the previous quarter.
    """

    kind: Kind
    size: float
    closings: int
    detectable: float
    direction: int
    win_rate: float
    current: Period
    quarters: int
    growth: float
    wobble: float
    median_win: float
    median_loss: float
    month_weights: tuple[float, float, float]
    month_lift: float
    season: tuple[float, float, float, float]
    dimensions: tuple[Dimension, ...]
    planted: tuple[tuple[int, int], ...]
    seats: int
    lead_share: float | None
    ramp: float
    lag: int
    late_start: bool

    @property
    def target(self) -> float:
        return self.size * self.detectable * self.direction


def draw_company(kind: Kind, *, size: float, closings: int, rng: np.random.Generator) -> Company:
    """A company of random structure in which `kind` can be planted at `size` times the detectable change."""
    if kind is Kind.FEW_DEALS:
        size, closings = 0.5 * size, int(rng.integers(100, 401))
    late_start = kind is Kind.POSITION and rng.random() < 0.5
    direction = 1 if kind in EITHER_WAY and not late_start and rng.random() < 0.25 else -1
    win_rate = float(rng.uniform(0.42, 0.52))
    growth = 0.10 if kind is Kind.GROWTH else float(rng.choice([0.0, 0.0, 0.02]))
    wobble = {Kind.NOTHING: 0.0, Kind.WOBBLE_1: 0.01, Kind.WOBBLE_2: 0.02}.get(kind, 0.005)
    detectable = detectable_change(win_rate, closings / (1 + growth), closings, wobble=wobble)
    target = size * detectable
    dimensions, planted = _dimensions(kind, target, win_rate, rng)
    median_win, median_loss = _speeds(kind, rng)
    return Company(
        kind=kind, size=size, closings=closings, detectable=detectable, direction=direction, win_rate=win_rate,
        current=_current_quarter(rng), quarters=_quarters(kind, rng), growth=growth, wobble=wobble,
        median_win=median_win, median_loss=median_loss, month_weights=_month_weights(rng),
        month_lift=float(rng.uniform(0.0, 0.06)), season=_season(kind, target * direction, rng),
        dimensions=dimensions, planted=planted, seats=_seats(kind, closings, rng),
        lead_share=_share_needed(target, win_rate, at_least=0.25, rng=rng) if kind is Kind.REP else None,
        ramp=float(rng.uniform(0.07, 0.12)), lag=_lag(kind, rng),
        late_start=late_start,
    )  # fmt: skip


def _current_quarter(rng: np.random.Generator) -> Period:
    return Period(date(int(rng.integers(2019, 2026)), int(rng.choice([1, 4, 7, 10])), 1), Grain.QUARTER)


def _quarters(kind: Kind, rng: np.random.Generator) -> int:
    """Quarters in the file. A seasonal transition with k earlier ones needs 4k + 2."""
    if kind in YEARS_OF_HISTORY:
        return 4 * YEARS_OF_HISTORY[kind] + 2 + int(rng.integers(0, 4))
    return int(rng.integers(9, 14))


def _lag(kind: Kind, rng: np.random.Generator) -> int:
    if kind is Kind.UNFINISHED:
        return -int(rng.integers(31, 52))
    return 0 if kind is Kind.FEED_GAP else int(rng.integers(0, 11))


def _seats(kind: Kind, closings: int, rng: np.random.Generator) -> int:
    if kind is Kind.REP:
        return int(rng.integers(4, 9))
    return int(rng.integers(10, 19) if closings < 800 else rng.integers(16, 41))


def _speeds(kind: Kind, rng: np.random.Generator) -> tuple[float, float]:
    """Median days to win and to lose."""
    if kind in {Kind.INFLOW_UP, Kind.INFLOW_DOWN}:
        return float(rng.uniform(57, 80)), float(rng.uniform(10, 16))
    if kind is Kind.LOSS_FASTER:
        return float(rng.uniform(70, 110)), float(rng.uniform(45, 90))
    if kind is Kind.NEW_HIRES:
        return float(rng.uniform(35, 50)), float(rng.uniform(20, 35))
    return float(rng.uniform(50, 90)), float(rng.uniform(20, 60))


def _month_weights(rng: np.random.Generator) -> tuple[float, float, float]:
    """Back-loaded quarters, as sales quarters are."""
    last = float(rng.uniform(0.36, 0.46))
    return (1 - last) / 2, (1 - last) / 2, last


def _season(kind: Kind, target: float, rng: np.random.Generator) -> tuple[float, float, float, float]:
    if kind not in SEASONAL:
        return 0.0, 0.0, 0.0, 0.0
    low, high = sorted((target / 2, -target / 2))
    return target / 2, float(rng.uniform(low, high)), float(rng.uniform(low, high)), -target / 2


def _share_needed(target: float, win_rate: float, *, at_least: float, rng: np.random.Generator) -> float:
    """A share with which one segment can move the total by `target` without losing nearly every deal."""
    least = max(at_least, target / (0.70 * win_rate))
    return min(0.65, float(least + rng.uniform(0.0, 0.08)))


def _dimensions(
    kind: Kind, target: float, win_rate: float, rng: np.random.Generator
) -> tuple[tuple[Dimension, ...], tuple[tuple[int, int], ...]]:
    """Dimensions in random order, with the (dimension, segment) pairs that matter for the kind."""
    count = int(rng.integers(3, 6))
    shares = _planted_shares(kind, target, win_rate, rng)
    places = [(int(rng.integers(0, 7)), share) for share in shares]
    homes = rng.permutation(count)[: len(places)]
    fixed = dict(zip(homes.tolist(), places, strict=True))
    independent = kind is Kind.MIX_INDEPENDENT
    drawn = [
        draw_dimension(
            name, rng, planted=fixed.get(k), effect_sd=0.0 if kind is Kind.MIX_MARKET else 0.04,
            loading=0.0 if independent else float(rng.uniform(0.55, 0.85)),
        )
        for k, name in enumerate(names.dimension_names(count, rng))
    ]  # fmt: skip
    planted = tuple((int(home), place[0] % len(drawn[home].segments)) for home, place in fixed.items())
    return tuple(drawn), planted


def _planted_shares(kind: Kind, target: float, win_rate: float, rng: np.random.Generator) -> list[float]:
    if kind in TIMING or kind is Kind.MIX_MARKET:
        return []
    if kind in MIX:
        return [float(rng.uniform(0.10, 0.30 if target < 0.1 else 0.20))]
    if kind is Kind.CELL:
        return [_share_needed(target, win_rate, at_least=0.4, rng=rng) ** 0.5 * 0.95 for _ in range(2)]
    if kind is Kind.TWO_CAUSES:
        return [_share_needed(SECOND_CAUSE * target, win_rate, at_least=0.2, rng=rng) for _ in range(2)]
    if kind is Kind.OFFSETTING:
        return [_share_needed(OFFSET * target, win_rate, at_least=0.2, rng=rng) for _ in range(2)]
    if kind is Kind.RELABEL:
        return [float(rng.uniform(0.08, 0.35))]
    return [_share_needed(target, win_rate, at_least=0.2, rng=rng) for _ in range(2)]
