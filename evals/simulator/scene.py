"""A company's deals up to the chance of each to be won: times, composition, people, calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evals.simulator.company import REP_EFFECT_SD, Company
from evals.simulator.kinds import SEASONAL, Kind
from evals.simulator.plant import Composition, draw_composition, ramp_for
from evals.simulator.profile import Floats, effect_of
from evals.simulator.schedule import Schedule, after_timing, draw_schedule
from evals.simulator.sizes import bounded
from evals.simulator.staff import Staff, draw_staff
from evals.simulator.timeline import Codes, Flags
from evals.simulator.timing import Times, draw_times

STALE_SHARE = 0.015


@dataclass(frozen=True, slots=True)
class Scene:
    """All deals before their outcomes are drawn.

    Attributes:
        chances: win chance of each deal before the plant and before timing.
        purged: deals that are closed as lost in bulk, whatever their chance.
        now, then: whether a deal closes in the current and in the previous quarter, within the data.
    """

    company: Company
    schedule: Schedule
    staff: Staff
    times: Times
    composition: Composition
    reps: Codes
    chances: Floats
    expected_change: float
    purged: Flags
    now: Flags
    then: Flags


def draw_scene(company: Company, rng: np.random.Generator) -> Scene:
    schedule = draw_schedule(company, rng)
    staff = _staff(company, schedule, rng)
    times = draw_times(
        schedule.flow, start=schedule.timeline.start, end=schedule.timeline.end, stale=STALE_SHARE, rng=rng
    )
    times = replace(times, closed=schedule.entered(times.closed))
    times = _within(times, schedule)
    times, purged, purge_change = _with_purge(company, schedule, times, rng)
    now = (times.closed >= schedule.timeline.current_start) & (times.closed < _until(schedule))
    then = (times.closed >= schedule.timeline.previous_start) & (times.closed < schedule.timeline.current_start)
    target = company.direction * company.size * schedule.detectable
    later = times.closed >= schedule.timeline.current_start
    composition = draw_composition(company, target, later, rng)
    reps = staff.assign(times.created, rng)
    plain = _chances(company, schedule, times, composition, rng) + staff.effects[reps]
    newness = staff.ramp(reps, times.created)
    if company.kind is Kind.NEW_HIRES:
        ramp = ramp_for(target, before=(plain[then], newness[then]), after=(plain[now], newness[now]))
    else:
        ramp = company.ramp
    chances = bounded(plain - ramp * newness)
    scene = Scene(company, schedule, staff, times, composition, reps, chances, purge_change, purged, now, then)
    return replace(scene, expected_change=_change_in_design(scene, plain))


def _until(schedule: Schedule) -> int:
    return min(schedule.as_of, schedule.timeline.current_end)


def _staff(company: Company, schedule: Schedule, rng: np.random.Generator) -> Staff:
    wave = None
    if company.kind is Kind.NEW_HIRES:
        day = schedule.timeline.current_start - float(rng.uniform(20, 45))
        wave = day, float(rng.uniform(0.7, 0.85)), max(3, company.seats // 2)
    return draw_staff(
        company.seats, rng, first=schedule.timeline.start - 500, last=schedule.timeline.end,
        effect_sd=REP_EFFECT_SD, lead_share=company.lead_share, wave=wave,
    )  # fmt: skip


def _within(times: Times, schedule: Schedule) -> Times:
    """Deals in the file: created before the data ends, closed after the file begins or still open."""
    kept = (times.created < schedule.as_of) & (times.closed >= schedule.file_start)
    return Times(times.created[kept], times.won[kept], times.closed[kept])


def _with_purge(
    company: Company, schedule: Schedule, times: Times, rng: np.random.Generator
) -> tuple[Times, Flags, float]:
    """Old open deals closed as lost on one day; the expected change of the total they make."""
    if company.kind is not Kind.BULK_CLOSE:
        return times, np.zeros(times.created.size, dtype=bool), 0.0
    timeline = schedule.timeline
    wanted = company.size * schedule.detectable
    extra = company.closings * wanted / (company.win_rate - wanted)
    first = timeline.current_start if company.direction < 0 else timeline.previous_start
    day = first + int(rng.integers(5, 80)) + 0.5
    count = int(rng.poisson(extra))
    created = day - rng.uniform(200, 1100, count)
    purged = np.concatenate([np.zeros(times.created.size, dtype=bool), np.ones(count, dtype=bool)])
    joined = Times(
        np.concatenate([times.created, created]), np.concatenate([times.won, np.zeros(count, dtype=bool)]),
        np.concatenate([times.closed, np.full(count, day)]),
    )  # fmt: skip
    return joined, purged, company.direction * wanted


def _chances(
    company: Company, schedule: Schedule, times: Times, composition: Composition, rng: np.random.Generator
) -> Floats:
    """Win chances from segments and calendar, without people."""
    months = np.clip(schedule.timeline.month_of(times.closed), 0, schedule.timeline.months.size - 2)
    quarters = months // 3
    wobble = rng.normal(0.0, company.wobble, company.quarters + 1) if company.wobble else np.zeros(company.quarters + 1)
    chances = company.win_rate + effect_of(composition.dimensions, composition.profiles)
    chances += np.array(schedule.month_effects)[months % 3] + wobble[quarters]
    if company.kind in SEASONAL:
        chances += np.array(company.season)[(quarters - (company.quarters - 1)) % 4]
    return chances


def _change_in_design(scene: Scene, plain: Floats) -> float:
    """Expected change of the total by what is planted, apart from changes of single rates and faults."""
    company, schedule = scene.company, scene.schedule
    chances = scene.chances
    match company.kind:
        case Kind.MIX_INDEPENDENT | Kind.MIX_CORRELATED | Kind.MIX_MARKET:
            effects = effect_of(scene.composition.dimensions, scene.composition.profiles)
            return float(effects[scene.now].mean() - effects[scene.then].mean())
        case Kind.NEW_HIRES:
            moved = chances - plain
            return float(moved[scene.now].mean() - moved[scene.then].mean())
        case Kind.SEASON_1 | Kind.SEASON_2 | Kind.SEASON_3 | Kind.SEASON_AND_FALL:
            return company.target
        case Kind.POSITION | Kind.UNFINISHED:
            months = schedule.timeline.month_of(scene.times.closed) % 3
            effects = np.array(schedule.month_effects)
            return float(effects[months[scene.now]].mean() - effects[months[scene.then]].mean())
        case Kind.INFLOW_UP | Kind.INFLOW_DOWN | Kind.LOSS_FASTER:
            now = chances[scene.now]
            return float(np.mean(after_timing(now, schedule.base_share, schedule.shifted_share) - now))
        case _:
            return scene.expected_change
