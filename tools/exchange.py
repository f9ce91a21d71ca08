"""How amounts of several currencies became one figure, in words: the one place for every tool that adds money up."""

from __future__ import annotations

from collections.abc import Sequence

from db.access import Permission
from db.exchange import Conversion, MissingRate, Rate, spans
from tools.contract import ToolContext
from tools.evidence import Figures, Unit
from tools.wording import clean, day, listed

_NAMED = 2
"""Rates of one currency that are said one by one; of more, how many and from when to when."""


def may_set(at: ToolContext) -> bool:
    """Whether the person can add a missing rate."""
    return at.actor.may(Permission.POLICY_MANAGE)


def rule(conversion: Conversion | None) -> str:
    """What a figure's rule says of it, to follow the rest: the rates themselves, so that it can be reckoned again."""
    if conversion is None or not conversion.done:
        return ""
    each = [f"{_pair(rates)} {_listed(rates)}" for rates in spans(conversion.used).values()]
    return f"; converted to {conversion.into} at the latest rate on or before the day: {'; '.join(each)}"


def said(
    conversion: Conversion | None, figures: Figures, days: str, *, may_set: bool, compared: bool = False
) -> tuple[str, ...]:
    """The sentence about it: the rates with their days and sources, or which one is missing; none for one currency.

    Args:
        days: whose rate counts, in words ("the day of the close").
        compared: the amounts stay in their currencies, and were held against each other only.
    """
    if conversion is None:
        return ()
    if conversion.missing is not None:
        return (missing_said(conversion.missing, may_set=may_set, compared=compared),)
    each = [_rates_said(rates, figures) for rates in spans(conversion.used).values()]
    verb = "Compared in" if compared else "Converted to"
    return (f"{verb} {conversion.into} at the latest rate on or before {days}: {listed(each)}.",)


def missing_said(missing: MissingRate, *, may_set: bool, compared: bool = False) -> str:
    how = (
        f" Add one with “rainmaker rates add {missing.currency} RATE --from {missing.day.isoformat()}” or by saying so."
        if may_set
        else " An administrator can add one."
    )
    what = "are ordered and limited by their bare numbers" if compared else "are not added up"
    return (
        f"Amounts of different currencies {what}: there is no rate from {missing.currency} to "
        f"{missing.against} on or before {day(missing.day)}.{how}"
    )


def _rates_said(rates: Sequence[Rate], figures: Figures) -> str:
    if len(rates) > _NAMED:
        key, label = f"rates.{rates[0].currency}", f"rates of {_pair(rates)} used"
        count = figures.count(key, len(rates), label, rule=f"{_pair(rates)} {_listed(rates)}")
        between = f"{day(rates[0].valid_from)} to {day(rates[-1].valid_from)}"
        return f"{rates[0].currency} at {count} rates from {between}{_sources(rates)}"
    each = [f"{_figure(one, figures)} of {day(one.valid_from)}{_sources([one])}" for one in rates]
    return f"{rates[0].currency} at {listed(each)}"


def _figure(rate: Rate, figures: Figures) -> str:
    plain = rate.rate.normalize()
    digits = max(2, -int(plain.as_tuple().exponent))
    label = f"rate of exchange, one {rate.currency} in {rate.against}, from {day(rate.valid_from)}"
    source = clean(rate.source, most=80) or "an administrator"
    return figures.add(
        f"rate.{rate.currency}.{rate.valid_from.isoformat()}", rate.rate, Unit.SCORE, label, digits=min(digits, 8),
        rule=f"rate as it was entered; source: {source}",
    )  # fmt: skip


def _sources(rates: Sequence[Rate]) -> str:
    named = list(dict.fromkeys(clean(one.source, most=40) for one in rates if one.source))
    return f" ({listed(named[:3])})" if named else ""


def _pair(rates: Sequence[Rate]) -> str:
    return f"{rates[0].currency} to {rates[0].against}"


def _listed(rates: Sequence[Rate]) -> str:
    shown = [f"{one.rate.normalize():f} from {one.valid_from.isoformat()}{_sources([one])}" for one in rates[:20]]
    return ", ".join(shown) + (f" and {len(rates) - 20} more" if len(rates) > 20 else "")
