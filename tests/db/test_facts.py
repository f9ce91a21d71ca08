from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from sqlalchemy import delete, insert, select, update

from db import facts
from db.access import Actor
from db.models import Account, DealFact, DimensionValue, Opportunity, Outcome, Product, Role, Team, User
from db.repositories.dimensions import DimensionRepository
from db.repositories.facts import SEGMENTS, DealColumns, FactRepository
from db.session import Database, WriteSession

pytestmark = pytest.mark.anyio

BOSS = Actor(0, "", "", Role.ADMIN, None)
DAY = date(2025, 1, 1)
days = st.integers(0, 300).map(lambda n: DAY + timedelta(days=n))
names = st.sampled_from(["EMEA", "APAC", "LATAM", "Ärmelkanal", "o'clock", None])
DAY_TIME = datetime(2025, 1, 1, tzinfo=UTC)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "outcome": st.sampled_from([str(one) for one in Outcome]),
    "closed_on": st.none() | days,
    "created_on": st.none() | days,
    "amount_minor": st.none() | st.integers(0, 10**13),
    "currency": st.sampled_from(["EUR", "USD", None]),
    "region": names,
    "industry": names,
    "lead_source": names,
    "competitor": names,
    "deal_type": st.sampled_from(["new", "renewal"]),
    "owner_id": st.sampled_from([None, 101, 102]),
    "team_id": st.sampled_from([None, 101, 102]),
    "account_id": st.sampled_from([None, 101, 102]),
    "product_id": st.sampled_from([None, 101]),
}
edits = st.dictionaries(st.sampled_from(sorted(VALUES)), st.none(), min_size=1, max_size=4).flatmap(
    lambda chosen: st.fixed_dictionaries({name: VALUES[name] for name in chosen})
)
steps = st.lists(
    st.tuples(st.integers(1, 4), st.one_of(st.just("delete"), edits, edits, edits)), min_size=1, max_size=8
)
many = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
async def furnished(database: Database) -> Database:
    """Two of everything a deal may point at."""
    async with database.write() as session:
        session.add_all([Team(id=101, name="North"), Team(id=102, name="South"), Product(id=101, name="Pro")])
        await session.flush()
        for key, team in ((101, 101), (102, 102)):
            session.add(User(id=key, email=f"{key}@x.example", name=f"Rep {key}", role=Role.REP, team_id=team))
        await session.flush()
        session.add_all([Account(id=101, name="A", region="Account region"), Account(id=102, name="B", industry="B's")])
    return database


async def apply(session: WriteSession, key: int, step: Any) -> None:
    if await session.scalar(select(Opportunity.id).where(Opportunity.id == key)) is None:
        session.add(Opportunity(id=key, name=f"Deal {key}", stage="Discovery"))
        await session.flush()
    values = {"deleted_at": DAY_TIME} if step == "delete" else step
    await session.execute(update(Opportunity).where(Opportunity.id == key).values(values))


async def refresh(session: WriteSession, ids: list[int] | None) -> None:
    await session.run_sync(lambda sync: facts.refresh(sync.connection(), ids))


async def frame(session: WriteSession) -> DealColumns:
    return await FactRepository(session, BOSS).columns()


async def stored(session: WriteSession) -> list[tuple[Any, ...]]:
    return [
        tuple(row) for row in await session.execute(select(*DealFact.__table__.c).order_by(DealFact.opportunity_id))
    ]


class Undo(Exception):
    """Ends an example and takes it back."""


@many
@given(steps=steps)
async def test_following_each_change_gives_what_reading_everything_gives(furnished: Database, steps: list[Any]) -> None:
    with pytest.raises(Undo):
        async with furnished.write() as session:
            for key, step in steps:
                await apply(session, key, step)
                await refresh(session, [key])
            followed = await stored(session)
            await refresh(session, None)
            assert await stored(session) == followed
            deals = await session.execute(select(Opportunity).where(Opportunity.deleted_at.is_(None)))
            by_key = {deal.id: deal for deal in deals.scalars()}
            assert {row[0] for row in followed} == set(by_key)
            await agrees(session, by_key)
            raise Undo


async def agrees(session: WriteSession, deals: dict[int, Opportunity]) -> None:
    """What follows the record is what the record says now."""
    for fact in (await session.execute(select(DealFact))).scalars():
        deal = deals[fact.opportunity_id]
        assert (fact.owner_id, fact.team_id, fact.amount_minor) == (deal.owner_id, deal.team_id, deal.amount_minor)
        assert fact.outcome == facts.OUTCOME_CODES[Outcome(deal.outcome)]
        closed = deal.closed_on if deal.outcome != Outcome.OPEN else None
        assert fact.closed_day == (None if closed is None else (closed - date(1970, 1, 1)).days)
        assert fact.created_day == (None if deal.created_on is None else (deal.created_on - date(1970, 1, 1)).days)
        assert fact.account_id == deal.account_id


async def test_segments_stay_as_they_were_at_closing(furnished: Database) -> None:
    async with furnished.write() as session:
        await apply(session, 1, {"outcome": "won", "closed_on": DAY, "region": "EMEA", "owner_id": 101})
        await refresh(session, [1])
        await apply(session, 1, {"region": "APAC", "owner_id": 102, "amount_minor": 500, "currency": "EUR"})
        await refresh(session, [1])
        found = (await frame(session)).frame
        assert found.select("region", "owner", "team", "amount").row(0) == ("EMEA", "Rep 101", "North", 5.0)
        await session.run_sync(lambda sync: facts.refresh(sync.connection(), [1], anew=True))
        assert (await frame(session)).frame.select("region", "team").row(0) == ("APAC", "South")


async def test_a_deleted_deal_leaves_the_figures(furnished: Database) -> None:
    async with furnished.write() as session:
        await apply(session, 1, {"outcome": "won", "closed_on": DAY})
        await apply(session, 2, {"outcome": "lost", "closed_on": DAY})
        await refresh(session, None)
        await apply(session, 1, "delete")
        await refresh(session, [1])
        assert (await frame(session)).frame["outcome"].to_list() == [0]


async def test_more_deals_than_a_statement_has_room_for(furnished: Database) -> None:
    async with furnished.write() as session:
        rows = [{"id": key, "name": "D", "stage": "Won", "outcome": "won", "closed_on": DAY} for key in range(1, 7_001)]
        await session.execute(insert(Opportunity), rows)
        await refresh(session, list(range(1, 70_001)))
        assert (await frame(session)).frame.height == 7_000


@many
@given(rows=st.lists(st.fixed_dictionaries(VALUES), max_size=6))
async def test_the_frame_says_what_the_rows_say(furnished: Database, rows: list[dict[str, Any]]) -> None:
    with pytest.raises(Undo):
        async with furnished.write() as session:
            for key, row in enumerate(rows, start=1):
                await apply(session, key, row)
            await refresh(session, None)
            found = (await frame(session)).frame.cast(dict.fromkeys(SEGMENTS, pl.String))
            # In which order a table is read is the database's own affair.
            assert_frame_equal(found, await slowly(session), check_row_order=False)
            raise Undo


async def slowly(session: WriteSession) -> pl.DataFrame:
    """The same frame by the obvious way: row by row through Python."""
    labels = {(v.dimension, v.code): v.label for v in (await session.execute(select(DimensionValue))).scalars()}
    found = (await session.execute(select(DealFact).order_by(DealFact.opportunity_id))).scalars().all()
    used = [labels["currency", fact.currency] for fact in found if fact.currency]
    main = min(used, key=lambda one: (-used.count(one), one), default=None)
    accounts = sorted({fact.account_id for fact in found if fact.account_id is not None})
    epoch = date(1970, 1, 1)

    def day(number: int | None) -> date | None:
        return None if number is None else epoch + timedelta(days=number)

    rows = [
        {
            "outcome": fact.outcome, "close_date": day(fact.closed_day), "created_date": day(fact.created_day),
            "amount": fact.amount_minor / 100
            if fact.amount_minor is not None and labels.get(("currency", fact.currency)) == main else None,
            "account": None if fact.account_id is None else accounts.index(fact.account_id) + 1,
            **{name: labels.get((name, getattr(fact, name))) for name in SEGMENTS},
        }
        for fact in found
    ]  # fmt: skip
    kinds = {
        "outcome": pl.Int8,
        "close_date": pl.Date,
        "created_date": pl.Date,
        "amount": pl.Float64,
        "account": pl.UInt32,
    }
    return pl.DataFrame(rows, schema=kinds | dict.fromkeys(SEGMENTS, pl.String))


async def test_extreme_days_and_amounts_survive(furnished: Database) -> None:
    async with furnished.write() as session:
        for key, closed, amount in ((1, date.min, 0), (2, date.max, 2**53), (3, date(1969, 12, 31), -5)):
            values = {"outcome": "won", "closed_on": closed, "amount_minor": amount}
            await apply(session, key, values)
        await refresh(session, None)
        found = (await frame(session)).frame.sort("close_date")
        assert found["close_date"].to_list() == [date.min, date(1969, 12, 31), date.max]
        assert found["amount"].to_list() == [0.0, -0.05, 2**53 / 100]


async def test_filters_and_since_choose_deals(furnished: Database) -> None:
    async with furnished.write() as session:
        for key, region in enumerate(("EMEA", "APAC", None), start=1):
            closed = DAY + timedelta(days=key)
            await apply(session, key, {"outcome": "won", "closed_on": closed, "region": region})
        await refresh(session, None)
        repository = FactRepository(session, BOSS)
        assert (await repository.columns(filters={"region": ["APAC"]})).frame["region"].to_list() == ["APAC"]
        assert (await repository.columns(filters={"region": ["Nowhere"]})).frame.height == 0
        assert (await repository.columns(since=DAY + timedelta(days=2))).frame.height == 2


async def test_without_deals_the_columns_are_there(database: Database) -> None:
    async with database.write() as session:
        await session.execute(delete(DealFact))
        found = await frame(session)
        assert found.frame.height == 0 and found.currency is None and set(SEGMENTS) <= set(found.frame.columns)


async def test_two_writers_do_not_give_one_number_to_two_labels(database: Database) -> None:
    import anyio

    async def add(key: int) -> None:
        async with database.write() as session:
            values = {"outcome": "won", "closed_on": DAY, "region": f"Region {key}", "competitor": "Same"}
            await apply(session, key, values)
            await refresh(session, [key])

    async with anyio.create_task_group() as group:
        for key in range(1, 9):
            group.start_soon(add, key)
    async with database.read() as session:
        assert await DimensionRepository(session, BOSS).labels("region") == tuple(
            f"Region {key}" for key in range(1, 9)
        )
        assert await DimensionRepository(session, BOSS).labels("competitor") == ("Same",)
