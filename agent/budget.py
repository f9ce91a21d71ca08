"""Money for language models: reserved before each call, settled with real usage after it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from agent.errors import BudgetExhausted
from agent.settings import AgentSettings, BudgetPolicy
from db.access import Actor
from db.repositories.usage import Purse, UsageRepository
from db.session import Database

_CHARACTERS_PER_TOKEN = 3
# The dearest price in common lists, for models that no list knows: guessing low would let a purse run over.
_UNKNOWN_PRICE = (Decimal("75e-6"), Decimal("300e-6"))


@dataclass(slots=True)
class Spent:
    """Filled in by the caller once the answer is there."""

    input_tokens: int = 0
    output_tokens: int = 0


def price(model: str, input_tokens: int, output_tokens: int) -> Decimal:
    """US dollars for one call, from public price lists; unknown models cost the highest known price."""
    from genai_prices import Usage, calc_price

    try:
        found = calc_price(Usage(input_tokens=input_tokens, output_tokens=output_tokens), model_ref=model)
    except LookupError:
        return _UNKNOWN_PRICE[0] * input_tokens + _UNKNOWN_PRICE[1] * output_tokens
    return Decimal(found.total_price)


class Purser:
    """The purses of one turn: the workspace and the person this month, and the turn itself."""

    def __init__(self, database: Database, actor: Actor, settings: AgentSettings, *, turn: str, now: datetime) -> None:
        self._database, self._actor, self._settings, self._turn = database, actor, settings, turn
        month = f"{now:%Y-%m}"
        self._workspace = Purse(f"workspace:{month}", settings.budget_ceiling)
        purses = [self._workspace, Purse(f"turn:{turn}", settings.budget_per_turn)]
        if settings.budget_per_person is not None:
            purses.append(Purse(f"person:{actor.user_id}:{month}", settings.budget_per_person))
        self._purses = tuple(purses)

    @asynccontextmanager
    async def call(self, *, model: str, prompt: str, max_output_tokens: int) -> AsyncIterator[Spent]:
        """Reserve for one model call; settle with what the caller writes into the `Spent` it is given.

        Raises:
            BudgetExhausted: a purse has not enough left and the policy is to block.
        """
        most = price(model, len(prompt) // _CHARACTERS_PER_TOKEN + 50, max_output_tokens)
        enforce = self._settings.budget_policy is BudgetPolicy.BLOCK
        async with self._database.write() as session:
            usage = await UsageRepository(session, self._actor).reserve(
                self._purses, most, turn=self._turn, model=model, enforce=enforce
            )
        if usage is None:
            raise BudgetExhausted
        spent = Spent()
        try:
            yield spent
        finally:
            cost = price(model, spent.input_tokens, spent.output_tokens)
            async with self._database.write() as session:
                await UsageRepository(session, self._actor).settle(
                    usage, self._purses, cost=cost, input_tokens=spent.input_tokens, output_tokens=spent.output_tokens
                )

    async def warning(self) -> str | None:
        """A sentence once the workspace has used four fifths of its month."""
        async with self._database.read() as session:
            state = await UsageRepository(session, self._actor).state(self._workspace)
        if state.spent and state.used_share >= Decimal("0.8"):
            return f"{state.used_share:.0%} of this month's budget for language models is used."
        return None

    async def total(self) -> tuple[int, int, Decimal]:
        async with self._database.read() as session:
            return await UsageRepository(session, self._actor).of_turn(self._turn)
