"""Mix or rate, and where: the last two steps of the diagnosis, with the checks that the answer holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from tools.science.winrate.coding import Closed, Ints, Role
from tools.science.winrate.gram import Gram, Layout, gram_of, layout_of
from tools.science.winrate.joint import Fit, JointSplit, fit_of, split_of
from tools.science.winrate.locate import FEWEST_PERSON, Location, level_tests, locate
from tools.science.winrate.periods_known import day_of
from tools.science.winrate.proportions import benjamini_hochberg, chi_square_p, two_sided_p

HOMOGENEOUS = 0.02


class Kind(StrEnum):
    RATE = "rate"
    MIX = "mix"


@dataclass(frozen=True, slots=True)
class Cause:
    """What moved the rate in one comparison.

    Attributes:
        kind: the larger part of the joint split.
        dimension, segment: None for a broad change of rate; segment None where only a person could be named.
        location: the one-parameter comparison, for a change of rate.
        movers: for a mix shift, the segment that gained share and the one that lost it.
        unstable: what changes the answer when it is left out.
    """

    kind: Kind
    dimension: str | None
    segment: str | None
    location: Location | None
    movers: tuple[str, str] | None
    joint: JointSplit
    pooled_periods: int
    unstable: tuple[str, ...] = ()

    @property
    def broad(self) -> bool:
        return self.kind is Kind.RATE and self.dimension is None


@dataclass(frozen=True, slots=True)
class Sides:
    """The deals of the current and the previous period and of further reference periods, same columns."""

    current: Closed
    previous: Closed
    further: tuple[Closed, ...]


@dataclass(frozen=True, slots=True)
class _Counted:
    layout: Layout
    current: Gram
    previous: Gram
    pooled: Gram


def joint_of(sides: Sides) -> JointSplit | None:
    """The split of the headline change over all dimensions but persons.

    New names take their own luck with them, so persons make the split unstable; tenure stands for them.
    """
    if not len(sides.current) or not len(sides.previous):
        return None
    columns = tuple(each for each in sides.current.columns if each.role is not Role.PERSON)
    layout = layout_of(columns)
    fit = fit_of(layout, gram_of(sides.previous, layout), gram_of(sides.current, layout))
    return split_of(fit, sides.previous, sides.current)


def cause_of(sides: Sides, joint: JointSplit, *, sign: int, name_people: bool) -> Cause:
    """Name the kind and the place; `joint` is the split of the headline change."""
    layout = layout_of(sides.current.columns)
    counted = _count(sides, layout, sign)

    def answer(current: Gram, reference: Gram, rows: Closed) -> Cause:
        return _answer(layout, current, reference, rows, joint, sign=sign, name_people=name_people)

    cause = answer(counted.current, counted.pooled, sides.current)
    others = _others(counted, sides, answer)
    unstable = tuple(
        f"{words} the answer would be {_in_words(other)}" for words, other in others if _place(other) != _place(cause)
    )
    if cause.kind is Kind.RATE and any(other.broad for _, other in others):
        cause = _unnamed(cause)
    pooled = 1 if counted.pooled is counted.previous else 1 + len(sides.further)
    return replace(cause, pooled_periods=pooled, unstable=unstable)


def _unnamed(cause: Cause) -> Cause:
    """A segment that does not survive the checks is only what a broad change leans to."""
    if cause.location is None or cause.location.top is None:
        return cause
    where = replace(cause.location, top=None, leaning=cause.location.top)
    return replace(cause, dimension=None, segment=None, location=where)


def _count(sides: Sides, layout: Layout, sign: int) -> _Counted:
    current, previous = gram_of(sides.current, layout), gram_of(sides.previous, layout)
    further = [gram_of(rows, layout) for rows in sides.further if len(rows)]
    pooled = previous
    for each in further:
        pooled = pooled + each
    moved = sign * (current.won / current.n - pooled.won / pooled.n)
    headline = sign * (current.won / current.n - previous.won / previous.n)
    if not further or moved < headline / 2 or not _alike([previous, *further]):
        pooled = previous
    return _Counted(layout, current, previous, pooled)


def _alike(grams: Sequence[Gram]) -> bool:
    """Chi-square of the reference periods among themselves."""
    n, k = np.array([each.n for each in grams]), np.array([each.won for each in grams])
    mean = k.sum() / n.sum()
    if not 0 < mean < 1:
        return True
    statistic = float(np.sum((k - mean * n) ** 2 / (n * mean * (1 - mean))))
    return chi_square_p(statistic, len(grams) - 1) > HOMOGENEOUS


def _answer(
    layout: Layout, current: Gram, reference: Gram, rows: Closed, joint: JointSplit, *, sign: int, name_people: bool
) -> Cause:
    plain, places = layout.without(Role.PERSON)
    fit = fit_of(plain, reference.at(places), current.at(places))
    mix = _mix_parts(fit)
    total = sum(mix.values())
    rate = current.won / current.n - reference.won / reference.n - total
    if abs(total) > abs(rate) and sign * total > 0:
        return _mix_cause(fit, mix, joint, sign)
    if plain.size < layout.size:
        fit = fit_of(layout, reference, current)
    nameable = _nameable(fit) if name_people else frozenset()
    where = locate(fit, rows, sign=sign, nameable=nameable)
    top = where.top
    if top is None:
        return Cause(Kind.RATE, None, None, where, None, joint, 1)
    return Cause(Kind.RATE, top.dimension, top.segment, where, None, joint, 1)


def _mix_parts(fit: Fit) -> dict[str, float]:
    shift = (fit.current.means - fit.previous.means) * fit.weights
    return {name: float(shift[fit.layout.block(i)].sum()) for i, name in enumerate(fit.layout.names)}


def _mix_cause(fit: Fit, mix: dict[str, float], joint: JointSplit, sign: int) -> Cause:
    name = min(mix, key=lambda each: (-sign * mix[each], each))
    i = fit.layout.names.index(name)
    here, levels = fit.layout.block(i), fit.layout.levels[i]
    n0, n1 = fit.previous.xx[0, here], fit.current.xx[0, here]
    a, b = n0 / fit.previous.n, n1 / fit.current.n
    weight = (a + b) / 2
    centred = fit.weights[here] - np.sum(weight * fit.weights[here]) / np.sum(weight)
    effect = sign * centred * (b - a)
    surely = np.abs(np.log((n1 + 0.5) / (fit.current.n - n1 + 0.5)) - np.log((n0 + 0.5) / (fit.previous.n - n0 + 0.5)))
    surely = surely / np.sqrt(1 / (n0 + 0.5) + 1 / (n1 + 0.5))
    pool = [j for j in range(len(levels)) if effect[j] >= 0.5 * effect.max()]
    best = min(pool, key=lambda j: (-surely[j], levels[j]))
    grown = levels[int(np.argmax(b - a))] if b[best] <= a[best] else levels[best]
    shrunk = levels[int(np.argmin(b - a))] if b[best] > a[best] else levels[best]
    return Cause(Kind.MIX, name, levels[best], None, (grown, shrunk), joint, 1)


def _nameable(fit: Fit) -> frozenset[tuple[str, str]]:
    """Persons whose own test, adjusted for their mix, passes among their peers with 30 closings in each period."""
    layout = fit.layout
    if Role.PERSON not in layout.roles:
        return frozenset()
    signed = level_tests(fit)
    named: set[tuple[str, str]] = set()
    for i, role in enumerate(layout.roles):
        if role is not Role.PERSON:
            continue
        places = [
            j
            for j in range(layout.starts[i], layout.starts[i] + len(layout.levels[i]))
            if min(fit.previous.xx[0, j], fit.current.xx[0, j]) >= FEWEST_PERSON
        ]
        q_values = benjamini_hochberg([two_sided_p(float(np.sqrt(abs(signed[j])))) for j in places])
        named |= {layout.label(j) for j, q in zip(places, q_values, strict=True) if q <= 0.05}
    return frozenset(named)


def _others(counted: _Counted, sides: Sides, answer: Callable[[Gram, Gram, Closed], Cause]) -> list[tuple[str, Cause]]:
    """The answers without the busiest day, without the largest account, and against the previous period alone."""
    found = []
    for words, rows in _parts(sides.current):
        out = np.zeros(len(sides.current), dtype=bool)
        out[rows] = True
        kept = sides.current.take(np.flatnonzero(~out))
        rest = counted.current - gram_of(sides.current.take(rows), counted.layout)
        found.append((f"without {words}", answer(rest, counted.pooled, kept)))
    if counted.pooled is not counted.previous:
        found.append(("against the previous period alone", answer(counted.current, counted.previous, sides.current)))
    return found


def _parts(current: Closed) -> list[tuple[str, Ints]]:
    days = np.bincount(current.day - current.day.min())
    busiest = int(np.argmax(days)) + int(current.day.min())
    parts = [(f"the busiest day ({day_of(busiest)})", np.flatnonzero(current.day == busiest))]
    if current.account is not None:
        largest = np.argmax(np.bincount(current.account))
        parts.append(("the largest account", np.flatnonzero(current.account == largest)))
    return [(words, rows) for words, rows in parts if len(rows) < len(current) / 2]


def _place(cause: Cause) -> tuple[Kind, str | None, str | None]:
    return cause.kind, cause.dimension, cause.segment


def _in_words(cause: Cause) -> str:
    if cause.broad:
        return "a broad change"
    where = f"{cause.segment} in {cause.dimension}" if cause.segment else f"{cause.dimension}"
    return f"{where} ({'its share' if cause.kind is Kind.MIX else 'its rate'})"
