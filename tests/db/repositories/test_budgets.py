from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.access import Actor
from db.models import Settlement
from db.repositories.usage import Purse, PurseState, UsageRepository, sweep
from db.session import Database, ReadSession, WriteSession
from tests.db.cast import Cast
from tests.db.repositories.test_proposals import turn_of

pytestmark = pytest.mark.anyio

MONTH = Purse("workspace:2025-06", Decimal("1"))
MUCH_LATER = timedelta(days=1)


async def reserve(
    session: WriteSession, actor: Actor, turn: str, *purses: Purse, amount: str | Decimal, enforce: bool = True
) -> str | None:
    return await UsageRepository(session, actor).reserve(
        purses, Decimal(amount), turn=turn, model="m", seconds=60, enforce=enforce
    )


async def state_of(session: ReadSession, actor: Actor, purse: Purse) -> PurseState:
    (state,) = await UsageRepository(session, actor).states([purse])
    return state


async def settle(session: WriteSession, actor: Actor, usage: str, cost: str | Decimal) -> None:
    await UsageRepository(session, actor).settle(
        usage, cost=Decimal(cost), settlement=Settlement.REPORTED, input_tokens=10, output_tokens=5
    )


async def test_concurrent_reservations_never_exceed_the_ceiling(database: Database, cast: Cast) -> None:
    dach, taken = cast.actors["dach"], []
    async with database.write() as session:
        turn = await turn_of(session, dach)

    async def one(number: int) -> None:
        purses = (MONTH, Purse(f"person:{number % 3}", Decimal("0.4")))
        async with database.write() as session:
            usage = await reserve(session, dach, turn, *(purses if number % 2 else purses[::-1]), amount="0.1")
        if usage is not None:
            taken.append(usage)

    async with anyio.create_task_group() as group:
        for number in range(30):
            group.start_soon(one, number)
    assert len(taken) == 10
    async with database.read() as session:
        assert (await state_of(session, dach, MONTH)).reserved == Decimal("1")


async def test_a_call_is_settled_once(database: Database, cast: Cast) -> None:
    dach, cost = cast.actors["dach"], Decimal("0.012345")
    async with database.write() as session:
        repository, turn = UsageRepository(session, dach), await turn_of(session, dach)
        usage = await reserve(session, dach, turn, MONTH, amount="0.5")
        assert usage is not None
        for _ in range(2):
            await settle(session, dach, usage, cost)
        state = await state_of(session, dach, MONTH)
        assert (state.spent, state.reserved) == (cost, Decimal(0))
        assert await repository.of_turn(turn) == (10, 5, cost)


async def test_a_refused_reservation_touches_no_purse(database: Database, cast: Cast) -> None:
    dach, small = cast.actors["dach"], Purse("turn:1", Decimal("0.01"))
    async with database.write() as session:
        turn = await turn_of(session, dach)
        assert await reserve(session, dach, turn, MONTH, small, amount="0.5") is None
        assert (await state_of(session, dach, MONTH)).reserved == 0
        assert await reserve(session, dach, turn, MONTH, small, amount="0.5", enforce=False)


class Undo(Exception):
    """Ends an example and takes it back."""


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.decimals("0.000001", "0.3", places=6), min_size=1, max_size=12))
async def test_money_adds_up_to_the_last_millionth(database: Database, cast: Cast, amounts: list[Decimal]) -> None:
    dach, purse = cast.actors["dach"], Purse("exact", sum(amounts, Decimal(0)))
    with pytest.raises(Undo):
        async with database.write() as session:
            turn = await turn_of(session, dach)
            for amount in amounts:
                assert await reserve(session, dach, turn, purse, amount=amount)
            assert (await state_of(session, dach, purse)).reserved == purse.ceiling
            assert await reserve(session, dach, turn, purse, amount="0.000001") is None
            raise Undo


async def test_a_free_call_fits_a_purse_that_is_over_but_not_one_of_nothing(database: Database, cast: Cast) -> None:
    dach, none = cast.actors["dach"], Purse("none", Decimal(0))
    async with database.write() as session:
        turn = await turn_of(session, dach)
        usage = await reserve(session, dach, turn, MONTH, amount="1")
        assert usage is not None
        await settle(session, dach, usage, "1.5")
        assert await reserve(session, dach, turn, MONTH, amount="0.000001") is None
        assert await reserve(session, dach, turn, MONTH, amount=0) is not None
        assert await reserve(session, dach, turn, none, amount=0) is None


async def test_what_a_dead_process_reserved_is_spent_by_the_sweep(database: Database, cast: Cast) -> None:
    dach, now = cast.actors["dach"], datetime.now(UTC)
    async with database.write() as session:
        turn = await turn_of(session, dach)
        settled = await reserve(session, dach, turn, MONTH, amount="0.2")
        assert settled is not None
        await settle(session, dach, settled, "0.05")
        await reserve(session, dach, turn, MONTH, Purse("turn:1", Decimal(1)), amount="0.3")
        assert await sweep(session, now) == 0
        assert await sweep(session, now + MUCH_LATER) == 1
        assert await sweep(session, now + MUCH_LATER) == 0
        for purse, spent in ((MONTH, "0.35"), (Purse("turn:1", Decimal(1)), "0.3")):
            state = await state_of(session, dach, purse)
            assert (state.spent, state.reserved) == (Decimal(spent), 0)


async def test_a_settlement_that_comes_after_the_sweep_changes_nothing(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    async with database.write() as session:
        usage = await reserve(session, dach, await turn_of(session, dach), MONTH, amount="0.3")
        assert usage is not None
        await sweep(session, datetime.now(UTC) + MUCH_LATER)
        await settle(session, dach, usage, "0.1")
        state = await state_of(session, dach, MONTH)
        assert (state.spent, state.reserved) == (Decimal("0.3"), 0)


async def test_sweeps_at_the_same_moment_count_each_reservation_once(database: Database, cast: Cast) -> None:
    dach, counted = cast.actors["dach"], []
    async with database.write() as session:
        turn = await turn_of(session, dach)
        for _ in range(10):
            await reserve(session, dach, turn, MONTH, amount="0.1")

    async def one() -> None:
        async with database.write() as session:
            counted.append(await sweep(session, datetime.now(UTC) + MUCH_LATER))

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(one)
    assert sum(counted) == 10
    async with database.read() as session:
        state = await state_of(session, dach, MONTH)
        assert (state.spent, state.reserved) == (Decimal(1), 0)


MOVES = st.lists(
    st.tuples(st.sampled_from(["reserve", "settle", "sweep"]), st.integers(0, 9), st.decimals("0", "0.6", places=6)),
    max_size=14,
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(MOVES)
async def test_whatever_happens_a_purse_holds_its_open_reservations_and_what_was_settled(
    database: Database, cast: Cast, moves: list[tuple[str, int, Decimal]]
) -> None:
    dach, now = cast.actors["dach"], datetime.now(UTC)
    open_: dict[str, Decimal] = {}
    spent = Decimal(0)
    with pytest.raises(Undo):
        async with database.write() as session:
            turn = await turn_of(session, dach)
            for move, which, amount in moves:
                if move == "reserve":
                    fits = spent + sum(open_.values()) + amount <= MONTH.ceiling or not amount
                    usage = await reserve(session, dach, turn, MONTH, amount=amount)
                    assert (usage is not None) is fits
                    open_ |= {usage: amount} if usage else {}
                elif move == "settle" and open_:
                    usage = list(open_)[which % len(open_)]
                    # A provider may charge more than was set aside.
                    await settle(session, dach, usage, amount)
                    spent += amount
                    del open_[usage]
                elif move == "sweep":
                    assert await sweep(session, now + MUCH_LATER) == len(open_)
                    spent += sum(open_.values(), Decimal(0))
                    open_ = {}
                state = await state_of(session, dach, MONTH)
                assert (state.spent, state.reserved) == (spent, sum(open_.values(), Decimal(0)))
            raise Undo
