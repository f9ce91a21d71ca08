"""Storing dated rates of exchange: one that is said, or those of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import Field

from db.access import Permission
from db.exchange import Rate
from db.record_images import RATE
from db.repositories.exchange import RateRepository
from tools.contract import Action, Area, Ask, Effect, Operation, Proposed, ToolContext, tool
from tools.errors import BadArgument, NothingToChange
from tools.rules.reading import SaidRate, rate_in
from tools.wording import clean, day, plural

MOST = 2_000
"""Rates that one request stores."""
_LARGEST = Decimal(10) ** 9


class SetExchangeRate(Ask):
    instruction: str = Field(min_length=5, max_length=200_000)
    """One rate in a line, “1 EUR = 1.08 USD from 2025-05-01 (ECB)”, or a line for each of several."""


@dataclass(frozen=True, slots=True)
class NewRate:
    """What would be stored: a new rate, or another value for the one that begins on that day (`known`)."""

    currency: str
    against: str
    since: date
    rate: Decimal
    source: str | None
    known: tuple[Rate, int] | None = None

    @property
    def words(self) -> str:
        source = f" ({clean(self.source, most=80)})" if self.source else ""
        return f"one {self.currency} is {self.rate.normalize():f} {self.against} from {day(self.since)}{source}"

    @property
    def operation(self) -> Operation:
        if self.known is not None:
            held, version = self.known
            return Operation(Action.UPDATE, RATE, {"rate": str(self.rate), "source": self.source}, held.id, version)
        values = {
            "currency": self.currency, "against": self.against, "valid_from": self.since.isoformat(),
            "rate": str(self.rate), "source": self.source,
        }  # fmt: skip
        return Operation(Action.CREATE, RATE, values)

    @property
    def changes_something(self) -> bool:
        return self.known is None or (self.known[0].rate, self.known[0].source) != (self.rate, self.source)


@tool(
    area=Area.AUTOMATION,
    effect=Effect.POLICY,
    requires=Permission.POLICY_MANAGE,
    doing="preparing rates of exchange",
    examples=(
        "set the exchange rate: 1 EUR = 1.08 USD from 1 May 2025",
        "add an exchange rate of 1.27 for GBP",
        "one euro is 1.09 dollars from today on",
        "store the rate EUR to USD 1.08 of 2025-05-01 from the ECB",
        "the pound is at 1.31 since 1 June 2025, put that in",
        "new exchange rate for CHF: 1.12",
    ),
)
async def set_exchange_rate(ask: SetExchangeRate, at: ToolContext) -> Proposed:
    """Store dated rates of exchange against the workspace's currency, with their source.

    A rate holds from its day until the next one begins. Refuses a rate against another currency than the workspace's,
    and amounts that cannot be a rate.
    """
    rates = await _new(_lines(ask.instruction), at)
    changed = [one for one in rates if one.changes_something]
    if not changed:
        raise NothingToChange("This rate" if len(rates) == 1 else "Each of these rates")
    what = changed[0].words if len(changed) == 1 else _several(changed)
    return Proposed(
        said=f"I would store this rate of exchange: {what}." if len(changed) == 1 else f"I would store {what}.",
        done=f"Stored: {what}.",
        arguments={"instruction": "\n".join(_written(one) for one in changed)},
        operations=tuple(one.operation for one in changed),
        reach={"examples": [one.words for one in changed[:5]]} if len(changed) > 1 else {},
    )


def _lines(text: str) -> list[SaidRate]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise BadArgument("rate", f"at most {MOST:,} rates at once; these are {len(lines):,}")
    return [rate_in(line) for line in lines]


async def _new(said: Sequence[SaidRate], at: ToolContext) -> list[NewRate]:
    rates = RateRepository(at.session, at.actor)
    home = rates.home
    wanted = {(one.currency, one.since or at.today): _checked(one, home) for one in said}
    days: dict[str, set[date]] = {}
    for currency, since in wanted:
        days.setdefault(currency, set()).add(since)
    known = await rates.known(days)
    return [
        NewRate(currency, home, since, one.rate, one.source, known.get((currency, since)))
        for (currency, since), one in sorted(wanted.items())
    ]


def _checked(one: SaidRate, home: str) -> SaidRate:
    """The rate against the workspace's currency; the other way round is refused, since turning it would round it."""
    if one.rate <= 0 or one.rate > _LARGEST:
        raise BadArgument("rate", f"{one.rate} cannot be a rate")
    if one.currency == home and one.against not in (None, home):
        raise BadArgument(
            "rate", f"give it as what one {one.against} is worth in {home}, the workspace's currency"
        )  # fmt: skip
    if one.currency == home:
        raise BadArgument("rate", f"{home} is the workspace's own currency and needs no rate")
    if one.against not in (None, home):
        raise BadArgument("rate", f"rates are against {home}, the workspace's currency, not {one.against}")
    return one


def _several(rates: Sequence[NewRate]) -> str:
    currencies = sorted({one.currency for one in rates})
    first, last = min(one.since for one in rates), max(one.since for one in rates)
    new = sum(one.known is None for one in rates)
    changed = f", {len(rates) - new:,} of them in the place of another" if new < len(rates) else ""
    noun = plural(len(rates), "rate")
    return f"{len(rates):,} {noun} of exchange for {', '.join(currencies)}, from {day(first)} to {day(last)}{changed}"


def _written(one: NewRate) -> str:
    source = f" ({one.source})" if one.source else ""
    return f"1 {one.currency} = {one.rate.normalize():f} {one.against} from {one.since.isoformat()}{source}"
