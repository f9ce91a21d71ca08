"""One simulated company with its deals and the truth about it."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np

from evals.simulator.company import Company, draw_company
from evals.simulator.kinds import Kind
from evals.simulator.ledger import (
    Ledger,
    discount_wins,
    file_loss_reasons,
    lose_outcomes,
    rename_segment,
)
from evals.simulator.plant import plant_in_rates
from evals.simulator.profile import Floats
from evals.simulator.readings import truth_about
from evals.simulator.scene import Scene, draw_scene
from evals.simulator.timeline import Codes, Flags, as_date
from evals.simulator.truth import Truth
from tools.science.deals import LOST, OPEN, WON, Deals
from tools.science.periods import Period

REFILED = 0.92
DISCOUNT = 0.65


@dataclass(frozen=True, slots=True)
class Case:
    """A company's deals, the two quarters to compare, and what is true of them."""

    company: Company
    deals: Deals
    current: Period
    previous: Period
    truth: Truth


def simulate(kind: Kind, *, size: float = 1.5, closings: int = 1500, seed: int) -> Case:
    """A company in which `kind` is true; the same arguments give the same deals.

    Args:
        size: planted change of the total, in multiples of the change detectable with 80 % power at α .02.
        closings: expected closings a quarter (drawn between 100 and 400 for few deals).
    """
    rng = np.random.default_rng([seed, crc32(kind.encode()), closings, round(1000 * size)])
    company = draw_company(kind, size=size, closings=closings, rng=rng)
    return _filed(draw_scene(company, rng), rng)


def _filed(scene: Scene, rng: np.random.Generator) -> Case:
    """Outcomes drawn, deals written down, faults of entry applied."""
    company, schedule = scene.company, scene.schedule
    target = company.direction * company.size * schedule.detectable
    final = scene.chances.copy()
    final[scene.now] = plant_in_rates(
        company, scene.chances[scene.now], scene.composition.profiles[scene.now], scene.reps[scene.now], target
    )
    change = scene.expected_change + float(np.mean(final[scene.now] - scene.chances[scene.now]))
    won = _drawn(final, scene.times.won, schedule.base_share, rng) & ~scene.purged
    outcome = np.where(scene.times.closed >= schedule.as_of, OPEN, np.where(won, WON, LOST))
    ledger = _ledger(scene, outcome, rng)
    ledger, set_aside, fault_change = _with_faults(scene, ledger, rng)
    cycle_days = bool(rng.random() < 0.5)
    deals = Deals(
        frame=ledger.frame(cycle_days=cycle_days), dimensions=tuple(ledger.columns),
        measures=("sales_cycle_days",) if cycle_days else (), people=(scene.staff.column,), with_open=True,
        as_of=as_date(schedule.as_of - 1), scope="simulated company", set_aside=set_aside, currency="EUR",
    )  # fmt: skip
    truth = truth_about(scene, expected_change=change + fault_change)
    return Case(company, deals, company.current, schedule.timeline.previous, truth)


def _drawn(chances: Floats, latent: Flags, base: float, rng: np.random.Generator) -> Flags:
    """Outcomes with these chances, given latent outcomes that are wins with chance `base`.

    Only as many latent outcomes are turned as the chance asks for, so times to win and to lose stay apart.
    """
    draws = rng.random(chances.size)
    kept = latent & (draws < chances / base)
    gained = latent | (draws < (chances - base) / (1 - base))
    return np.where(chances <= base, kept, gained)


def _ledger(scene: Scene, outcome: Codes, rng: np.random.Generator) -> Ledger:
    columns: dict[str, tuple[Codes, tuple[str, ...]]] = {}
    for k, dimension in enumerate(scene.composition.dimensions):
        codes = scene.composition.profiles[:, k]
        blank = rng.random(codes.size) < dimension.missing
        columns[dimension.name] = np.where(blank, -1, codes), dimension.segments
    columns[scene.staff.column] = scene.reps, scene.staff.names
    order = rng.permutation(len(columns))
    shuffled = {name: columns[name] for name in (list(columns)[k] for k in order)}
    first = scene.composition.profiles[:, 0]
    in_block = max(20, outcome.size // 20)
    account = first * in_block + (in_block * rng.random(outcome.size) ** 2).astype(np.int64)
    sizes = rng.normal(0.0, 0.5, int(account.max()) + 1)
    log_amount: Floats = 9.5 + sizes[account] + rng.normal(0.0, 0.9, outcome.size)
    amount = np.exp(log_amount).round(2)
    return Ledger(scene.times.created, scene.times.closed, outcome, amount, account, shuffled)


def _with_faults(scene: Scene, ledger: Ledger, rng: np.random.Generator) -> tuple[Ledger, dict[str, int], float]:
    """The ledger after faults of entry and loading, rows set aside by reason, expected change they make."""
    company, timeline = scene.company, scene.schedule.timeline
    start, rate = timeline.current_start, _usual_rate(scene)
    match company.kind:
        case Kind.FILING:
            return _refiled(scene, ledger, rng)
        case Kind.FEED_GAP:
            days, gone = int(rng.integers(28, 32)), WON if company.direction < 0 else LOST
            late = _share_entered(scene, gone, since=timeline.current_end - days)
            ledger = lose_outcomes(ledger, outcome=gone, since=timeline.current_end - days, until=timeline.current_end)
            return ledger, {}, _rate_without(rate, gone=gone, share=late) - rate
        case Kind.RELABEL:
            home, segment = company.planted[0]
            name = company.dimensions[home].name
            return rename_segment(ledger, dimension=name, segment=segment, since=start, rng=rng), {}, 0.0
        case Kind.VALUE_ONLY:
            return discount_wins(ledger, factor=DISCOUNT, since=start), {}, 0.0
        case _ if rng.random() < 0.3:
            return file_loss_reasons(ledger, no_decision=float(rng.uniform(0.1, 0.3)), rng=rng), {}, 0.0
        case _:
            return ledger, {}, 0.0


def _refiled(scene: Scene, ledger: Ledger, rng: np.random.Generator) -> tuple[Ledger, dict[str, int], float]:
    """Losses for want of a decision are filed as disqualified from the current quarter on, and so set aside."""
    rate = _usual_rate(scene)
    wanted = rate + scene.company.size * scene.schedule.detectable
    removed = 1 - rate * (1 - wanted) / ((1 - rate) * wanted)
    ledger = file_loss_reasons(ledger, no_decision=min(0.8, removed / REFILED / 0.92), rng=rng)
    reasons, labels = ledger.columns["loss_reason"]
    moved = (reasons == len(labels) - 1) & (ledger.closed >= scene.schedule.timeline.current_start)
    moved &= rng.random(moved.size) < REFILED
    share = min(0.8 * REFILED * 0.92, removed)
    return ledger.without(moved), {"disqualified": int(moved.sum())}, _rate_without(rate, gone=LOST, share=share) - rate


def _usual_rate(scene: Scene) -> float:
    """Expected rate of the current quarter without the fault."""
    return float(np.mean(scene.chances[scene.now]))


def _share_entered(scene: Scene, outcome: int, *, since: float) -> float:
    """Expected share of the current quarter's wins or losses that is entered from a day on."""
    chances = scene.chances[scene.now]
    weights = chances if outcome == WON else 1 - chances
    return float(weights[scene.times.closed[scene.now] >= since].sum() / weights.sum())


def _rate_without(rate: float, *, gone: int, share: float) -> float:
    """Win rate when this share of one outcome is missing."""
    if gone == WON:
        return rate * (1 - share) / (1 - rate * share)
    return rate / (1 - (1 - rate) * share)
