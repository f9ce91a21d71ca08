"""Budgets: money is reserved by one conditional update before a model call and settled after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, func, literal, select, update
from sqlalchemy.exc import IntegrityError

from db.models import Budget, Usage, new_id
from db.models.base import MicroDollars
from db.repositories.base import Repository


@dataclass(frozen=True, slots=True)
class Purse:
    """A pot with a ceiling: the workspace this month, a person this month, one turn."""

    name: str
    ceiling: Decimal


@dataclass(frozen=True, slots=True)
class PurseState:
    ceiling: Decimal
    spent: Decimal
    reserved: Decimal

    @property
    def used_share(self) -> Decimal:
        return (self.spent + self.reserved) / self.ceiling if self.ceiling else Decimal(1)


class UsageRepository(Repository):
    async def reserve(
        self, purses: tuple[Purse, ...], amount: Decimal, *, turn: str, model: str, enforce: bool
    ) -> str | None:
        """Set `amount` aside in every purse; None when one of them has not enough left (then none was touched)."""
        # Always in the same order, so that two reservations never wait for each other.
        purses = tuple(sorted(purses, key=lambda purse: purse.name))
        for purse in purses:
            await self._ensure(purse)
        try:
            async with self.session.begin_nested():
                for purse in purses:
                    await self._take(purse, amount, enforce=enforce)
        except _Empty:
            return None
        usage = Usage(id=new_id("us"), turn_id=turn, user_id=self.actor.user_id, model=model, reserved=amount)
        self.session.add(usage)
        await self.session.flush()
        return usage.id

    async def settle(
        self, usage_id: str, purses: tuple[Purse, ...], *, cost: Decimal, input_tokens: int, output_tokens: int
    ) -> None:
        """Replace the reservation by what was really used. A second settlement changes nothing."""
        claimed = await self.session.execute(
            update(Usage)
            .where(Usage.id == usage_id, Usage.settled_at.is_(None))
            .values(cost=cost, input_tokens=input_tokens, output_tokens=output_tokens, settled_at=datetime.now(UTC))
            .returning(Usage.reserved)
        )
        reserved = claimed.scalar()
        if reserved is None:
            return
        names = [purse.name for purse in purses]
        await self.session.execute(
            update(Budget)
            .where(Budget.purse.in_(names))
            .values(reserved=Budget.reserved - _dollars(reserved), spent=Budget.spent + _dollars(cost))
            .execution_options(synchronize_session=False)
        )

    async def state(self, purse: Purse) -> PurseState:
        found = await self.session.scalar(select(Budget).where(Budget.purse == purse.name))
        if found is None:
            return PurseState(purse.ceiling, Decimal(0), Decimal(0))
        return PurseState(purse.ceiling, found.spent, found.reserved)

    async def of_turn(self, turn: str) -> tuple[int, int, Decimal]:
        """(input tokens, output tokens, cost) of a turn's settled calls."""
        statement = select(
            func.coalesce(func.sum(Usage.input_tokens), 0),
            func.coalesce(func.sum(Usage.output_tokens), 0),
            func.coalesce(func.sum(Usage.cost), 0),
        ).where(Usage.turn_id == turn, Usage.user_id == self.actor.user_id)
        tokens_in, tokens_out, cost = (await self.session.execute(statement)).one()
        return int(tokens_in), int(tokens_out), Decimal(cost or 0)

    async def _ensure(self, purse: Purse) -> None:
        if await self.session.scalar(select(Budget.purse).where(Budget.purse == purse.name)) is not None:
            return
        try:
            async with self.session.begin_nested():
                self.session.add(Budget(purse=purse.name, ceiling=purse.ceiling, spent=Decimal(0), reserved=Decimal(0)))
        except IntegrityError:
            return  # another process opened the same purse first

    async def _take(self, purse: Purse, amount: Decimal, *, enforce: bool) -> None:
        statement = update(Budget).where(Budget.purse == purse.name)
        if enforce:
            statement = statement.where(Budget.spent + Budget.reserved + _dollars(amount) <= _dollars(purse.ceiling))
        statement = statement.values(reserved=Budget.reserved + _dollars(amount), ceiling=purse.ceiling)
        taken = await self.session.execute(
            statement.returning(Budget.purse).execution_options(synchronize_session=False)
        )
        if taken.scalar() is None:
            raise _Empty


def _dollars(amount: Decimal) -> ColumnElement[Decimal]:
    """An amount in the unit of the columns, also inside arithmetic."""
    return literal(amount, MicroDollars)


class _Empty(Exception):
    """A purse has not enough left; undoes the savepoint."""
