"""Money for language models: reserved before each call, settled with real usage after it, swept after a crash."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal

from agent.budget import words
from agent.budget.prices import Price, Tokens
from agent.budget.words import Whose
from agent.errors import BudgetExhausted
from agent.settings import AgentSettings, BudgetPolicy
from db.access import Actor, Role
from db.repositories import usage
from db.repositories.usage import Purse, PurseState, Settlement, UsageRepository
from db.session import Database

_MICRO = Decimal("0.000001")
_MARGIN_SECONDS = 60
"""What a settlement may take after its call: a reservation is swept only when nobody can be at work on it."""


async def sweep(database: Database, now: datetime) -> int:
    """Settle what processes that died in a model call left reserved; how many reservations there were.

    Each is settled at its full amount, because the provider may have charged it. `now` is the real time.
    """
    async with database.read() as session:
        if not await usage.expired(session, now):
            return 0
    async with database.write() as session:
        return await usage.sweep(session, now)


def purses(settings: AgentSettings, actor: Actor, *, turn: str, now: datetime) -> dict[Whose, Purse]:
    """The purses a turn pays from, with the ceilings they have today; the month is that of `now` in its zone."""
    month = f"{now:%Y-%m}"
    found = {
        Whose.WORKSPACE: Purse(f"workspace:{month}", settings.budget_ceiling),
        Whose.TURN: Purse(f"turn:{turn}", settings.budget_per_turn),
    }
    if settings.budget_per_person is not None:
        found[Whose.PERSON] = Purse(f"person:{actor.user_id}:{month}", settings.budget_per_person)
    return found


@dataclass(slots=True)
class Spent:
    """How a call ended. Until told otherwise it may have cost everything that was set aside for it.

    Attributes:
        tokens: what it used; the most it could have used where that was never reported.
        cost: US dollars it was booked at; None until it is settled.
    """

    settlement: Settlement = Settlement.ESTIMATED
    tokens: Tokens | None = None
    cost: Decimal | None = None

    def reported(self, tokens: Tokens) -> None:
        self.settlement, self.tokens = Settlement.REPORTED, tokens

    def refused(self) -> None:
        """The endpoint turned the call down before it did any work."""
        self.settlement, self.tokens = Settlement.REFUSED, Tokens(0, 0)


class Purser:
    """The purses of one turn: the workspace and the person this month, and the turn itself.

    A turn belongs to the month it began in. `asked` tells whether it came to ask for money at all.
    """

    def __init__(self, database: Database, actor: Actor, settings: AgentSettings, *, turn: str, now: datetime) -> None:
        self._database, self._actor, self._settings, self._turn = database, actor, settings, turn
        self._purses = purses(settings, actor, turn=turn, now=now)
        self._refused: set[Whose] = set()
        self.asked = False

    @asynccontextmanager
    async def call(self, *, price: Price, most: Tokens, seconds: float) -> AsyncIterator[Spent]:
        """Reserve for one model call; settle with what the caller tells the `Spent` it is given.

        Args:
            most: an upper bound of what the call can use.
            seconds: how long the call may take.

        Raises:
            BudgetExhausted: a purse has not enough left and the policy is to block.
        """
        self.asked = True
        at = datetime.now(UTC)
        amount = _booked(price.of(most, at=at))
        reservation = await self._reserve(price.model, amount, seconds)
        spent = Spent()
        try:
            yield spent
        finally:
            used = spent.tokens or most
            cost = amount if spent.settlement is Settlement.ESTIMATED else _booked(price.of(used, at=at))
            async with self._database.write() as session:
                await UsageRepository(session, self._actor).settle(
                    reservation, cost=cost, settlement=spent.settlement,
                    input_tokens=used.input, output_tokens=used.output,
                )  # fmt: skip
            spent.tokens, spent.cost = used, cost

    async def _reserve(self, model: str, amount: Decimal, seconds: float) -> str:
        reservation = None
        # Whom a look already refuses does not queue for the purse that everybody pays from.
        if await self.covers(amount):
            async with self._database.write() as session:
                reservation = await UsageRepository(session, self._actor).reserve(
                    tuple(self._purses.values()), amount, turn=self._turn, model=model,
                    seconds=seconds + _MARGIN_SECONDS, enforce=self._blocks,
                )  # fmt: skip
        if reservation is not None:
            return reservation
        # Also without a worker that sweeps, what dead processes held is told as spent. It buys nothing back.
        await sweep(self._database, datetime.now(UTC))
        states = await self._states()
        whose = min(states, key=lambda one: states[one].room)
        self._refused.add(whose)
        raise BudgetExhausted(words.refused(whose, states[whose]))

    async def _states(self) -> dict[Whose, PurseState]:
        async with self._database.read() as session:
            found = await UsageRepository(session, self._actor).states(tuple(self._purses.values()))
        return dict(zip(self._purses, found, strict=True))

    async def covers(self, amount: Decimal) -> bool:
        """Whether every purse could pay this now."""
        return not self._blocks or all(state.takes(amount) for state in (await self._states()).values())

    async def warnings(self) -> list[str]:
        """Sentences about purses that are nearly empty, for a turn that asked a language model; each purse once."""
        if not self.asked:
            return []
        oversees = self._actor.role is not Role.REP
        said = [
            words.warning(whose, state, oversees=oversees, blocks=self._blocks)
            for whose, state in (await self._states()).items()
            if whose not in self._refused
        ]
        return [sentence for sentence in said if sentence]

    async def total(self) -> tuple[int, int, Decimal]:
        """(input tokens, output tokens, cost) of the turn so far."""
        async with self._database.read() as session:
            return await UsageRepository(session, self._actor).of_turn(self._turn)

    @property
    def _blocks(self) -> bool:
        return self._settings.budget_policy is BudgetPolicy.BLOCK


def _booked(dollars: Decimal) -> Decimal:
    """A cost as the books hold it: whole millionths of a dollar, never less than it was."""
    return dollars.quantize(_MICRO, ROUND_CEILING)
