"""Records of declared kinds: conditions, order and figures on both databases, and nothing of what is hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db.access import Actor, Grant, RecordAction
from db.errors import BadField, NotPermitted
from db.models import Account, Contact, Lead, Opportunity
from db.money import Money
from db.records import KINDS, Field, FieldType, RecordKind
from db.records.conditions import Condition
from db.records.conditions import Test as How
from db.repositories.record_figures import Group, Measure, RecordFigures
from db.repositories.records import RecordRepository, Wanted
from db.session import Database
from tests.db.cast import NOON, Cast

pytestmark = pytest.mark.anyio

OWN = (
    Field("seats", FieldType.WHOLE, custom=True), Field("vip", FieldType.FLAG, custom=True),
    Field("renewal", FieldType.DATE, custom=True), Field("motto", custom=True),
    Field("tags", FieldType.WORDS, custom=True), Field("share", FieldType.SHARE, custom=True),
)  # fmt: skip
EVENING = datetime(2025, 6, 1, 18, 29, tzinfo=UTC)
INDIA = ZoneInfo("Asia/Kolkata")


@pytest.fixture
async def rich(database: Database, cast: Cast) -> Cast:
    """Three leads of a rep that differ in every way a condition can ask about."""
    me = cast.actors["dach"]
    async with database.write() as session:
        (await session.get_one(Account, cast.ids["account", "dach"])).industry = "Öl & Gas"
        (await session.get_one(Contact, cast.ids["contact", "dach"])).pain_points = ["Rückläufer", "price"]
        shared: dict[str, Any] = {
            "owner_id": me.user_id,
            "team_id": me.team_id,
            "account_id": cast.ids["account", "dach"],
        }
        own = {"seats": 12, "vip": True, "renewal": "2025-09-01", "motto": "Für alle", "tags": ["Süd"], "share": "0.25"}
        session.add_all([
            Lead(last_name="MÜLLER", score=5, arrived_at=EVENING, custom=own, **shared),
            Lead(last_name="Weiß_1", score=9, arrived_at=datetime(2025, 6, 1, 18, 31, tzinfo=UTC), **shared),
        ])  # fmt: skip
    return cast


async def names(database: Database, actor: Actor, kind: RecordKind, *conditions: Condition) -> list[str]:
    async with database.read() as session:
        _, lines = await RecordRepository(session, actor, kind).find(Wanted(conditions, limit=100))
    return sorted(line.name.split()[0] for line in lines if not line.name.startswith("zz"))


CONDITIONS: list[tuple[str, How, Any, list[str]]] = [
    ("last_name", How.IS, "müller", ["MÜLLER"]), ("last_name", How.IS, "MÜLLER", ["MÜLLER"]),
    ("last_name", How.CONTAINS, "ÜLL", ["MÜLLER"]), ("last_name", How.STARTS_WITH, "weiß_", ["Weiß_1"]),
    ("last_name", How.CONTAINS, "%", []), ("last_name", How.IS_NOT, "Müller", ["Weiß_1"]),
    ("score", How.AT_LEAST, 9, ["Weiß_1"]), ("score", How.ABOVE, 9, []), ("score", How.AT_MOST, 5, ["MÜLLER"]),
    ("score", How.BELOW, 9, ["MÜLLER"]), ("score", How.FILLED, None, ["MÜLLER", "Weiß_1"]),
    ("score", How.EMPTY, None, []), ("account.industry", How.IS, "öl & gas", ["MÜLLER", "Weiß_1"]),
    ("last_activity", How.NOT_SINCE, NOON, ["MÜLLER", "Weiß_1"]),
    ("seats", How.ABOVE, Decimal(11), ["MÜLLER"]), ("vip", How.IS, True, ["MÜLLER"]),
    ("renewal", How.BELOW, date(2025, 10, 1), ["MÜLLER"]), ("motto", How.CONTAINS, "FÜR", ["MÜLLER"]),
    ("tags", How.IS, "süd", ["MÜLLER"]), ("share", How.AT_LEAST, Decimal("0.25"), ["MÜLLER"]),
    ("vip", How.EMPTY, None, ["Weiß_1"]), ("tags", How.EMPTY, None, ["Weiß_1"]),
]  # fmt: skip
LISTED: list[tuple[How, str, int]] = [
    (How.IS, "rückläufer", 1), (How.CONTAINS, "LÄUF", 1), (How.STARTS_WITH, "rück", 1), (How.IS, "rück", 0),
    (How.IS, "PRICE", 1), (How.STARTS_WITH, "läuf", 0),
]  # fmt: skip


async def test_a_condition_finds_exactly_what_meets_it(database: Database, rich: Cast) -> None:
    lead = KINDS["lead"].with_fields(OWN)
    for field, how, value, expected in CONDITIONS:
        condition = Condition(field, how, () if value is None else (value,))
        assert (condition, await names(database, rich.actors["dach"], lead, condition)) == (condition, expected)


async def test_a_word_of_a_list_is_found_with_its_umlauts(database: Database, rich: Cast) -> None:
    async with database.read() as session:
        records = RecordRepository(session, rich.actors["dach"], KINDS["contact"])
        for how, value, found in LISTED:
            wanted = Wanted((Condition("pain_points", how, (value,)),))
            assert (how, value, (await records.find(wanted))[0]) == (how, value, found)


async def test_money_is_compared_and_added_within_its_currency(database: Database, cast: Cast) -> None:
    me = cast.actors["dach"]
    async with database.write() as session:
        session.add(
            Opportunity(name="Dollars", owner_id=me.user_id, team_id=me.team_id, stage="Proposal", currency="USD",
                        amount_minor=500_000, created_on=date(2025, 3, 1))
        )  # fmt: skip
    async with database.read() as session:
        deals = RecordFigures(session, me, KINDS["opportunity"])
        dear = Condition("amount", How.AT_LEAST, (Money(100_000, "USD"),))
        assert [line.name for line in (await deals.find(Wanted((dear,))))[1]] == ["Dollars"]
        sums = await deals.measured(Wanted(), Measure.SUM, of="amount", zone=UTC)
        assert {one.value for one in sums} == {Money(200_000, "EUR"), Money(500_000, "USD")}
        means = await deals.measured(Wanted(), Measure.AVERAGE, of="amount", zone=UTC)
        assert {one.value for one in means} == {Money(100_000, "EUR"), Money(500_000, "USD")}


async def test_days_begin_at_midnight_of_a_zone_half_an_hour_off(database: Database, rich: Cast) -> None:
    async with database.read() as session:
        leads = RecordFigures(session, rich.actors["dach"], KINDS["lead"])
        high = Wanted((Condition("score", How.FILLED),))
        groups = await leads.measured(high, Measure.COUNT, by="arrived_at", zone=INDIA)
    assert [(one.label, one.records) for one in groups] == [("2025-06-01", 1), ("2025-06-02", 1)]


async def test_records_out_of_sight_are_one_group_without_a_number(database: Database, cast: Cast) -> None:
    me = cast.actors["dach"]
    async with database.write() as session:
        session.add_all(
            Contact(last_name="Lone", owner_id=me.user_id, account_id=cast.ids["account", position])
            for position in ("americas", "emea")
        )
    async with database.read() as session:
        contacts = RecordFigures(session, me, KINDS["contact"])
        groups = await contacts.measured(Wanted(), Measure.COUNT, by="account", zone=UTC)
    assert Group("others", 2, 0, None, None) in groups


async def test_a_hidden_field_is_not_shown_asked_ordered_or_grouped_by(database: Database, cast: Cast) -> None:
    hidden = frozenset({("lead", "email"), ("lead", "last_name"), ("lead", "status"), ("lead", "arrived_at")})
    me = replace(cast.actors["dach"], hidden=hidden)
    async with database.read() as session:
        leads = RecordFigures(session, me, KINDS["lead"])
        _, lines = await leads.find(Wanted(limit=5))
        assert lines and not {"email", "last_name", "status", "arrived_at"} & set(lines[0].values)
        assert "Person" not in repr(lines)
        for wanted in (Wanted((Condition("status", How.FILLED),)), Wanted(order="status")):
            with pytest.raises(BadField, match="not shown to you"):
                await leads.find(wanted)
        with pytest.raises(BadField, match="not shown to you"):
            await leads.measured(Wanted(), Measure.COUNT, by="status", zone=UTC)
        with pytest.raises(BadField, match="not shown to you"):
            await leads.labels("status")


async def test_a_kind_that_may_not_be_read_is_neither_named_nor_asked_about(database: Database, cast: Cast) -> None:
    me = replace(cast.actors["dach"], departures={Grant("account", RecordAction.READ): False})
    async with database.read() as session:
        with pytest.raises(NotPermitted):
            RecordRepository(session, me, KINDS["account"])
        leads = RecordRepository(session, me, KINDS["lead"])
        assert "zzaccount" not in repr(await leads.find(Wanted(limit=50)))
        with pytest.raises(NotPermitted):
            await leads.find(Wanted((Condition("account.industry", How.FILLED),)))


def test_a_field_of_ones_own_gives_way_to_one_that_is_declared() -> None:
    lead = KINDS["lead"].with_fields((Field("tier", FieldType.WHOLE, custom=True), Field("seats", custom=True)))
    assert [one.name for one in lead.fields].count("tier") == 1
    assert not lead.by_name["tier"].custom and lead.by_name["seats"].custom
