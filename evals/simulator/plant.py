"""Planting: the change between the previous and the current quarter, sized on the deals it falls on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evals.simulator.company import OFFSET, SECOND_CAUSE, Company
from evals.simulator.kinds import Kind
from evals.simulator.profile import Dimension, Floats, draw_profiles, effect_of
from evals.simulator.sizes import bounded, root, shift_of_members
from evals.simulator.timeline import Codes, Flags

MOST_RAMP = 0.42


@dataclass(frozen=True, slots=True)
class Composition:
    """Profiles of all deals, and the effects they carry."""

    dimensions: tuple[Dimension, ...]
    profiles: Codes


def draw_composition(company: Company, target: float, later: Flags, rng: np.random.Generator) -> Composition:
    """Profiles of deals; in mix kinds those of the `later` deals come from a moved composition.

    Args:
        target: wanted change of the total through composition.
        later: whether a deal closes in the current quarter or after it.
    """
    market = rng.standard_normal(later.size)
    if company.kind is Kind.MIX_MARKET:
        return _market_shift(company, target, market, later, rng)
    profiles = draw_profiles(company.dimensions, market, rng)
    if company.kind in {Kind.MIX_INDEPENDENT, Kind.MIX_CORRELATED}:
        return _growing_segment(company, target, profiles, later, rng)
    return Composition(company.dimensions, profiles)


def _growing_segment(
    company: Company, target: float, profiles: Codes, later: Flags,
    rng: np.random.Generator,
) -> Composition:  # fmt: skip
    """One segment, won less (or more) often than the rest, takes the place of other deals."""
    home, segment = company.planted[0]
    dimension = company.dimensions[home]
    share = float(dimension.shares[segment])
    taken = float(np.clip(abs(target) / 0.26 * rng.uniform(0.85, 1.15), 0.25, 0.6))
    effects = rng.normal(0.0, 0.02, dimension.shares.size)
    effects[segment] = 0.0
    effects[segment] = target / (taken * (1 - share)) + (effects @ dimension.shares) / (1 - share)
    dimensions = tuple(d.with_effects(effects) if k == home else d for k, d in enumerate(company.dimensions))
    chances = company.win_rate + effect_of(dimensions, profiles)
    inside = np.flatnonzero(profiles[:, home] == segment)
    alone, with_others = float(dimensions[home].effects[segment]), float(chances[inside].mean() - chances.mean())
    gap = with_others if company.kind is Kind.MIX_CORRELATED else alone
    moves = later & (rng.random(later.size) < np.clip(target / gap, 0.0, 0.7))
    moved = profiles.copy()
    if company.kind is Kind.MIX_INDEPENDENT:
        moved[moves, home] = segment
    else:
        moved[moves] = profiles[rng.choice(inside, int(moves.sum()))]
    return Composition(dimensions, moved)


def _market_shift(
    company: Company, target: float, market: Floats, later: Flags,
    rng: np.random.Generator,
) -> Composition:  # fmt: skip
    """The market factor moves, and with it the composition of every dimension that loads on it."""
    shift = float(rng.uniform(0.7, 1.0))
    before = draw_profiles(company.dimensions, rng.standard_normal(4000), rng)
    after = draw_profiles(company.dimensions, shift + rng.standard_normal(4000), rng)
    slopes = tuple(_by_rank(d, rng) for d in company.dimensions)
    per_unit = float(effect_of(slopes, after).mean() - effect_of(slopes, before).mean())
    dimensions = tuple(d.with_effects(d.effects * target / per_unit) for d in slopes)
    return Composition(dimensions, draw_profiles(dimensions, market + shift * later, rng))


def _by_rank(dimension: Dimension, rng: np.random.Generator) -> Dimension:
    """Effects that rise along the market factor, one dimension more than another."""
    middle = np.cumsum(dimension.shares) - dimension.shares / 2
    return dimension.with_effects((middle - 0.5) * float(rng.uniform(0.5, 1.5)))


def mix_effects(composition: Composition, before: Floats, after: Floats) -> Floats:
    """True contribution of each dimension's composition: effects times change of shares.

    Args:
        before, after: 1 for deals of the previous and of the current quarter, else 0.
    """
    effects = []
    for k, dimension in enumerate(composition.dimensions):
        codes, count = composition.profiles[:, k], dimension.shares.size
        then = np.bincount(codes, before, count) / before.sum()
        now = np.bincount(codes, after, count) / after.sum()
        effects.append(float(dimension.effects @ (now - then)))
    return np.array(effects)


def plant_in_rates(company: Company, chances: Floats, profiles: Codes, reps: Codes, target: float) -> Floats:
    """Chances of the current quarter's closings after the planted change of rates."""
    members = [(profiles[:, home] == segment).astype(np.float64) for home, segment in company.planted]
    match company.kind:
        case Kind.BROAD:
            return shift_of_members(chances, np.ones(chances.size), target)
        case Kind.SEASON_AND_FALL:
            return shift_of_members(chances, np.ones(chances.size), -abs(target))
        case Kind.SEGMENT | Kind.FEW_DEALS:
            return shift_of_members(chances, members[0], target)
        case Kind.REP:
            return shift_of_members(chances, (reps == 0).astype(np.float64), target)
        case Kind.CELL:
            return shift_of_members(chances, members[0] * members[1], target)
        case Kind.TWO_CAUSES:
            return shift_of_members(
                shift_of_members(chances, members[0], SECOND_CAUSE * target), members[1], SECOND_CAUSE * target
            )
        case Kind.OFFSETTING:
            first = shift_of_members(chances, members[0], OFFSET * target)
            return shift_of_members(first, members[1], float(np.mean(chances) - np.mean(first)))
        case _:
            return chances


def ramp_for(target: float, *, before: tuple[Floats, Floats], after: tuple[Floats, Floats]) -> float:
    """Loss of chance on a newcomer's first day with which newness moves the total by `target`.

    Args:
        before, after: chances without any ramp and newness (1 first day, 0 ramped) of the two quarters.
    """

    def moved(ramp: float) -> float:
        mean_now, mean_then = (float(np.mean(bounded(c - ramp * r) - c)) for c, r in (after, before))
        return mean_now - mean_then

    return root(moved, target, 0.0, MOST_RAMP)
