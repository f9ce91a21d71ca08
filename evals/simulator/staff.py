"""Who sells: seats whose holders change, ramping newcomers, and a wave of hires."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evals.simulator import names
from evals.simulator.profile import Floats
from evals.simulator.timeline import Codes, Days

RAMP_DAYS = 240.0
SEAT_LIFE_DAYS = 1100.0
_SPAN = 10_000_000.0


@dataclass(frozen=True, slots=True)
class Staff:
    """Reps in seats.

    Attributes:
        weights: share of the new deals per seat; the seats of the wave come last and only count from `wave_day`.
        hired: first day per rep, ordered by seat, then day.
        seat: seat per rep.
        effects: additive effect on the win chance per rep.
        wave_share: share of the new deals that goes to the wave from `wave_day` on.
    """

    column: str
    names: tuple[str, ...]
    weights: Floats
    hired: Days
    seat: Codes
    effects: Floats
    wave_day: float = np.inf
    wave_share: float = 0.0
    wave_seats: int = 0

    def assign(self, created: Days, rng: np.random.Generator) -> Codes:
        """The rep of each deal by the day it was created."""
        regular = self.weights.size - self.wave_seats
        seats = np.searchsorted(np.cumsum(self.weights[:regular]), rng.random(created.size) * 0.999999)
        if self.wave_seats:
            joins = (created >= self.wave_day) & (rng.random(created.size) < self.wave_share)
            seats = np.where(joins, regular + rng.integers(0, self.wave_seats, created.size), seats)
        keys = self.seat * _SPAN + self.hired
        return np.searchsorted(keys, seats * _SPAN + created, side="right") - 1

    def ramp(self, reps: Codes, created: Days) -> Floats:
        """How new the rep was: 1 on the first day, 0 after the ramp."""
        days = created - self.hired[reps]
        return np.clip(1.0 - days / RAMP_DAYS, 0.0, 1.0)


def draw_staff(
    seats: int, rng: np.random.Generator, *, first: float, last: float, effect_sd: float,
    lead_share: float | None = None, wave: tuple[float, float, int] | None = None,
) -> Staff:  # fmt: skip
    """Staff over the days [first, last).

    Args:
        lead_share: share of the first seat, whose holder never changes; None draws it like the others.
        wave: (first day, share of new deals, number of new seats).
    """
    weights = 0.6 / seats + 0.4 * rng.dirichlet(np.full(seats, 4.0))
    if lead_share is not None:
        weights = np.concatenate([[lead_share], (1 - lead_share) * weights[1:] / weights[1:].sum()])
    open_seats = np.arange(0 if lead_share is None else 1, seats)
    days = _steady_hiring(open_seats.size, first, last, rng)
    taken = np.resize(rng.permutation(open_seats), days.size)
    hired, seat = [], []
    for k in range(seats):
        own = days[taken == k]
        hired += [first - 400.0 - rng.uniform(0, 1500), *own]
        seat += [k] * (own.size + 1)
    day, share, wave_seats = wave or (np.inf, 0.0, 0)
    hired += [day] * wave_seats
    seat += list(range(seats, seats + wave_seats))
    effects = rng.normal(0.0, effect_sd, len(hired))
    weights = np.concatenate([weights, np.zeros(wave_seats)])
    return Staff(
        column=str(rng.choice(names.OWNER_COLUMNS)), names=names.people(len(hired), rng), weights=weights,
        hired=np.array(hired), seat=np.array(seat), effects=effects,
        wave_day=day, wave_share=share, wave_seats=wave_seats,
    )  # fmt: skip


def _steady_hiring(seats: int, first: float, last: float, rng: np.random.Generator) -> Days:
    """Days on which a seat changes hands, evenly spread so that the share of newcomers hardly moves."""
    changes = int(seats * (last - first) / SEAT_LIFE_DAYS)
    steps = (np.arange(changes) + rng.random()) / max(changes, 1) + rng.normal(0.0, 0.2, changes) / max(changes, 1)
    return np.sort(first + (last - first) * np.clip(steps, 0.0, 1.0))
