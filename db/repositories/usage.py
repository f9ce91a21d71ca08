"""Budgets: money is reserved by one conditional update before a model call, and settled after it or swept.

For every purse `reserved` is the sum of its open reservations and `spent` the sum of what its settled calls cost.
With `enforce`, a reservation is made only where spent + reserved + amount stays within the ceiling.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.dml import ReturningUpdate

from db.acting import works_unscoped
from db.models import Budget, Settlement, Usage, new_id
from db.models.base import MicroDollars
from db.repositories.base import Repository
from db.session import ReadSession, WriteSession


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
    def spent_share(self) -> Decimal:
        return self.spent / self.ceiling if self.ceiling else Decimal(1)

    @property
    def room(self) -> Decimal:
        return self.ceiling - self.spent - self.reserved

    def takes(self, amount: Decimal) -> bool:
        """Whether a reservation would fit now."""
        return bool(self.ceiling) and (not amount or amount <= self.room)


class UsageRepository(Repository):
    async def reserve(
        self,
        purses: Sequence[Purse],
        amount: Decimal,
        *,
        turn: str,
        model: str,
        seconds: float,
        enforce: bool,
    ) -> str | None:
        """Set `amount` aside in every purse; None when one of them has not enough left (then none was touched).

        Args:
            seconds: after which the reservation is swept when nobody has settled it.
            enforce: refuse what does not fit; otherwise reserve it anyway. A ceiling of 0 takes no call at all, also
                none that is free.
        """
        # Always in the same order, so that two reservations never wait for each other.
        purses = sorted(purses, key=lambda purse: purse.name)
        await self._ensure(purses)
        usage = Usage(
            id=new_id("us"), turn_id=turn, user_id=self.actor.user_id, model=model, reserved=amount,
            purses=[purse.name for purse in purses], expires_at=datetime.now(UTC) + timedelta(seconds=seconds),
        )  # fmt: skip
        try:
            async with self.session.begin_nested():
                self.session.add(usage)
                await self.session.flush()
                # Last, because from here to the end of the transaction everybody else waits.
                for purse in purses:
                    await self._take(purse, amount, enforce=enforce)
        except _Empty:
            return None
        return usage.id

    async def settle(
        self, usage_id: str, *, cost: Decimal, settlement: Settlement, input_tokens: int, output_tokens: int
    ) -> None:
        """Replace the reservation by what was really used. A second settlement changes nothing."""
        statement = _closing(settlement).where(Usage.id == usage_id, Usage.settled_at.is_(None))
        statement = statement.values(cost=cost, input_tokens=input_tokens, output_tokens=output_tokens)
        closed = (await self.session.execute(statement)).one_or_none()
        if closed is not None:
            await _free(self.session, closed.purses, reserved=closed.reserved, spent=cost)

    async def states(self, purses: Sequence[Purse]) -> list[PurseState]:
        """What each purse holds, against the ceiling it has today."""
        names = [purse.name for purse in purses]
        rows = await self.session.scalars(select(Budget).where(Budget.purse.in_(names)))
        held = {row.purse: (row.spent, row.reserved) for row in rows}
        return [PurseState(purse.ceiling, *held.get(purse.name, (Decimal(0), Decimal(0)))) for purse in purses]

    async def of_turn(self, turn: str) -> tuple[int, int, Decimal]:
        """(input tokens, output tokens, cost) of a turn's settled calls."""
        statement = select(
            func.coalesce(func.sum(Usage.input_tokens), 0),
            func.coalesce(func.sum(Usage.output_tokens), 0),
            func.coalesce(func.sum(Usage.cost), 0),
        ).where(Usage.turn_id == turn, Usage.user_id == self.actor.user_id)
        tokens_in, tokens_out, cost = (await self.session.execute(statement)).one()
        return int(tokens_in), int(tokens_out), Decimal(cost or 0)

    async def _ensure(self, purses: Sequence[Purse]) -> None:
        names = [purse.name for purse in purses]
        opened = set(await self.session.scalars(select(Budget.purse).where(Budget.purse.in_(names))))
        for purse in purses:
            if purse.name not in opened:
                await self._open(purse)

    async def _open(self, purse: Purse) -> None:
        try:
            async with self.session.begin_nested():
                self.session.add(Budget(purse=purse.name, spent=Decimal(0), reserved=Decimal(0)))
        except IntegrityError:
            return  # another process opened the same purse first

    async def _take(self, purse: Purse, amount: Decimal, *, enforce: bool) -> None:
        if enforce and not purse.ceiling:
            raise _Empty
        statement = update(Budget).where(Budget.purse == purse.name)
        if enforce and amount:
            statement = statement.where(Budget.spent + Budget.reserved + _dollars(amount) <= _dollars(purse.ceiling))
        statement = statement.values(reserved=Budget.reserved + _dollars(amount))
        taken = await self.session.execute(
            statement.returning(Budget.purse).execution_options(synchronize_session=False)
        )
        if taken.scalar() is None:
            raise _Empty


@works_unscoped
async def expired(session: ReadSession, now: datetime) -> bool:
    """Whether there is anything to sweep."""
    return await session.scalar(select(Usage.id).where(Usage.expires_at <= now).limit(1)) is not None


@works_unscoped
async def sweep(session: WriteSession, now: datetime, *, most: int = 1_000) -> int:
    """Settle the reservations whose time is up, each at its full amount; how many there were, `most` at once.

    Their process died in the call or lost the database: the provider may have charged everything that was set aside.
    """
    # Another sweep at the same moment takes others.
    due = select(Usage.id).where(Usage.expires_at <= now).order_by(Usage.id).limit(most)
    swept = 0
    for usage_id in (await session.scalars(due.with_for_update(skip_locked=True))).all():
        statement = _closing(Settlement.SWEPT).where(Usage.id == usage_id, Usage.settled_at.is_(None))
        closed = (await session.execute(statement.values(cost=Usage.reserved))).one_or_none()
        if closed is not None:
            await _free(session, closed.purses, reserved=closed.reserved, spent=closed.reserved)
            swept += 1
    return swept


def _closing(settlement: Settlement) -> ReturningUpdate[Any]:
    """The update that claims a reservation: whoever gets the row back frees its purses."""
    return (
        update(Usage)
        .values(settlement=settlement, settled_at=datetime.now(UTC), expires_at=None)
        .returning(Usage.reserved, Usage.purses)
        .execution_options(synchronize_session=False)
    )


async def _free(session: ReadSession, purses: Iterable[str], *, reserved: Decimal, spent: Decimal) -> None:
    # One after the other in the order of reservations, so that none waits for another in a circle.
    for name in sorted(purses):
        await session.execute(
            update(Budget)
            .where(Budget.purse == name)
            .values(reserved=Budget.reserved - _dollars(reserved), spent=Budget.spent + _dollars(spent))
            .execution_options(synchronize_session=False)
        )


def _dollars(amount: Decimal) -> ColumnElement[Decimal]:
    """An amount in the unit of the columns, also inside arithmetic."""
    return literal(amount, MicroDollars)


class _Empty(Exception):
    """A purse has not enough left; undoes the savepoint."""
