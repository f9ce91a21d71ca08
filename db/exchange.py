"""Amounts of several currencies brought into one, at dated rates: converted as a whole, or not at all.

The rate of a day is the latest on or before it. Which day that is belongs to the amount: of what is over (a closed
deal) the day it ended, of what has a period (a quota) the end of it, of everything else today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from db.money import Money, digits_of


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `currency` was worth `rate` units of `against` from `valid_from` on."""

    id: int
    currency: str
    against: str
    valid_from: date
    rate: Decimal
    source: str | None = None

    @property
    def per_minor(self) -> Decimal:
        """Minor units of `against` for one minor unit of `currency`."""
        return self.rate.scaleb(digits_of(self.against) - digits_of(self.currency))


@dataclass(frozen=True, slots=True)
class MissingRate:
    """There is no rate of `currency` in `against` on or before `day`."""

    currency: str
    against: str
    day: date


@dataclass(frozen=True, slots=True)
class Conversion:
    """How amounts came into the currency `into`: with these rates, or not, for want of one."""

    into: str
    used: tuple[Rate, ...] = ()
    missing: MissingRate | None = None

    @property
    def done(self) -> bool:
        return bool(self.used) and self.missing is None


@dataclass(frozen=True, slots=True)
class Dated:
    """Whose rate is needed: a currency, the rate found for it, and the earliest day it is needed for."""

    currency: str
    rate: Rate | None
    day: date


def planned(needs: Iterable[Dated], into: str) -> Conversion | None:
    """Whether these can be brought into one currency; None where they are of one already."""
    wanted = list(needs)
    if len({one.currency for one in wanted}) < 2:
        return None
    foreign = [one for one in wanted if one.currency != into]
    missing = sorted((one for one in foreign if one.rate is None), key=lambda one: (one.day, one.currency))
    if missing:
        return Conversion(into, missing=MissingRate(missing[0].currency, into, missing[0].day))
    used = {one.rate.id: one.rate for one in foreign if one.rate is not None}
    return Conversion(into, tuple(sorted(used.values(), key=lambda rate: (rate.currency, rate.valid_from))))


def in_minor_of(total: Decimal, rate: Rate | None) -> Decimal:
    """Minor units of the rate's `against`, not rounded; without a rate they are in it already."""
    return total if rate is None else total * rate.per_minor


def money_of(total: Decimal, currency: str) -> Money:
    return Money(int(total.to_integral_value(ROUND_HALF_EVEN)), currency)


def exchanged(value: Money, rates: Mapping[str, Rate], into: str) -> Money | None:
    """An amount at one rate for each currency; None without one."""
    if value.currency == into:
        return value
    rate = rates.get(value.currency)
    return None if rate is None else money_of(in_minor_of(Decimal(value.minor), rate), into)


def spans(used: Sequence[Rate]) -> dict[str, list[Rate]]:
    """The rates of each currency, the earliest first."""
    found: dict[str, list[Rate]] = {}
    for rate in used:
        found.setdefault(rate.currency, []).append(rate)
    return found
