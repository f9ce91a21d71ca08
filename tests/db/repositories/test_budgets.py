from __future__ import annotations

from decimal import Decimal

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.repositories.usage import Purse, UsageRepository
from db.session import Database
from tests.db.cast import Cast
from tests.db.repositories.test_proposals import turn_of

pytestmark = pytest.mark.anyio

MONTH = Purse("workspace:2025-06", Decimal("1"))


async def test_concurrent_reservations_never_exceed_the_ceiling(database: Database, cast: Cast) -> None:
    dach, taken = cast.actors["dach"], []
    async with database.write() as session:
        turn = await turn_of(session, dach)

    async def reserve(number: int) -> None:
        purses = (MONTH, Purse(f"person:{number % 3}", Decimal("0.4")))
        async with database.write() as session:
            repository = UsageRepository(session, dach)
            usage = await repository.reserve(
                purses if number % 2 else purses[::-1], Decimal("0.1"), turn=turn, model="m", enforce=True
            )
        if usage is not None:
            taken.append(usage)

    async with anyio.create_task_group() as group:
        for number in range(30):
            group.start_soon(reserve, number)
    assert len(taken) == 10
    async with database.read() as session:
        assert (await UsageRepository(session, dach).state(MONTH)).reserved == Decimal("1")


async def test_a_call_is_settled_once(database: Database, cast: Cast) -> None:
    dach, cost = cast.actors["dach"], Decimal("0.012345")
    async with database.write() as session:
        repository, turn = UsageRepository(session, dach), await turn_of(session, dach)
        usage = await repository.reserve((MONTH,), Decimal("0.5"), turn=turn, model="m", enforce=True)
        assert usage is not None
        for _ in range(2):
            await repository.settle(usage, (MONTH,), cost=cost, input_tokens=10, output_tokens=5)
        state = await repository.state(MONTH)
        assert (state.spent, state.reserved) == (cost, Decimal(0))
        assert await repository.of_turn(turn) == (10, 5, cost)


async def test_a_refused_reservation_touches_no_purse(database: Database, cast: Cast) -> None:
    dach, small = cast.actors["dach"], Purse("turn:1", Decimal("0.01"))
    async with database.write() as session:
        repository, turn = UsageRepository(session, dach), await turn_of(session, dach)
        assert await repository.reserve((MONTH, small), Decimal("0.5"), turn=turn, model="m", enforce=True) is None
        assert (await repository.state(MONTH)).reserved == 0
        assert await repository.reserve((MONTH, small), Decimal("0.5"), turn=turn, model="m", enforce=False)


class Undo(Exception):
    """Ends an example and takes it back."""


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.decimals("0.000001", "0.3", places=6), min_size=1, max_size=12))
async def test_money_adds_up_to_the_last_millionth(database: Database, cast: Cast, amounts: list[Decimal]) -> None:
    dach, purse = cast.actors["dach"], Purse("exact", sum(amounts, Decimal(0)))
    with pytest.raises(Undo):
        async with database.write() as session:
            repository, turn = UsageRepository(session, dach), await turn_of(session, dach)
            for amount in amounts:
                assert await repository.reserve((purse,), amount, turn=turn, model="m", enforce=True)
            assert (await repository.state(purse)).reserved == purse.ceiling
            last = Decimal("0.000001")
            assert await repository.reserve((purse,), last, turn=turn, model="m", enforce=True) is None
            raise Undo
