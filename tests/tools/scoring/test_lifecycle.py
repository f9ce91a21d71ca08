"""From new to customer: by calls, by conversion, by a deal that is won; and how long each took."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.models import Account, Contact, Interaction, Lead, LifecycleChange, Opportunity, Task
from tests.db.cast import NOON
from tests.tools.scoring.conftest import Desk
from tools.contract import Found, Proposed
from tools.errors import Unanswerable

pytestmark = pytest.mark.anyio
TABLES = (
    "leads", "accounts", "contacts", "opportunities", "stage_history", "lifecycle_history", "interactions", "notes",
    "tasks", "campaign_members",
)  # fmt: skip


async def stays(desk: Desk) -> list[tuple[str, str | None, bool]]:
    async with desk.office.plain.read() as session:
        own = select(LifecycleChange).where(LifecycleChange.lead_id == desk.lead["id"])
        living = own.where(LifecycleChange.deleted_at.is_(None)).order_by(LifecycleChange.id)
        return [(one.status, one.reason, one.left_at is None) for one in await session.scalars(living)]


async def test_the_first_call_makes_a_new_lead_a_contacted_one(desk: Desk) -> None:
    await desk.call()
    await desk.call()
    assert (await desk.stored()).status == "contacted"
    assert await stays(desk) == [("contacted", "first contact: call", True)]


@pytest.mark.parametrize("more", [{"direction": "in"}, {"at": (NOON + timedelta(days=1)).isoformat()}])
async def test_a_call_from_them_or_one_that_lies_ahead_is_no_contact(desk: Desk, more: dict[str, str]) -> None:
    await desk.call(**more)
    assert (await desk.stored()).status == "new"


async def test_converting_and_taking_it_back_leaves_every_row_as_it_was(desk: Desk) -> None:
    await desk.call()
    before = await desk.rows(*TABLES)
    done = await desk.do("convert_lead", record=desk.lead, title="Brightworks pilot", amount="40000")
    assert await desk.rows(*TABLES) != before
    await desk.undo(done)
    assert await desk.rows(*TABLES) == before


async def test_what_hangs_on_a_lead_hangs_on_what_it_becomes(desk: Desk) -> None:
    await desk.do("convert_lead", record=desk.lead, title="Brightworks pilot", amount="40000")
    async with desk.office.plain.read() as session:
        lead = await session.get_one(Lead, desk.lead["id"])
        deal = await session.get_one(Opportunity, lead.opportunity_id)
        account = await session.get_one(Account, lead.account_id)
        linked = [
            (await session.scalars(select(table).where(table.lead_id == lead.id))).all()
            for table in (Task, Interaction)
        ]
    assert (deal.name, deal.amount_minor, deal.account_id, deal.contact_id) == (
        "Brightworks pilot", 4_000_000, account.id, lead.contact_id,
    )  # fmt: skip
    assert (account.name, account.domain, lead.status) == ("Brightworks", "brightworks.example", "opportunity")
    assert {row.opportunity_id for rows in linked for row in rows} == {deal.id}


async def test_a_contact_with_the_same_address_is_used_and_named(desk: Desk) -> None:
    async with desk.office.plain.write() as session:
        contact = await session.get_one(Contact, desk.office.cast.ids["contact", "dach"])
        contact.email = "J@Brightworks.example"
    proposed = await desk.ask("convert_lead", record=desk.lead)
    assert isinstance(proposed, Proposed)
    assert "the same e-mail address" in proposed.said
    await desk.do("convert_lead", record=desk.lead)
    assert (await desk.stored()).contact_id == contact.id


async def test_a_lead_is_converted_once(desk: Desk) -> None:
    await desk.do("convert_lead", record=desk.lead)
    with pytest.raises(Unanswerable, match="was converted into the deal Brightworks before"):
        await desk.ask("convert_lead", record=desk.lead)


async def test_a_deal_that_is_won_makes_customers_of_its_lead_and_account_whoever_owns_them(desk: Desk) -> None:
    await desk.do("convert_lead", record=desk.lead)
    lead = await desk.stored()
    async with desk.office.plain.write() as session:
        (await session.get_one(Lead, lead.id)).owner_id = desk.office.cast.actors["americas"].user_id
    before = await desk.rows(*TABLES)
    deal = {"kind": "opportunity", "id": lead.opportunity_id, "name": "d"}
    done = await desk.do("update_opportunity", record=deal, stage="Won")
    async with desk.office.plain.read() as session:
        assert (await session.get_one(Lead, lead.id)).status == "customer"
        assert (await session.get_one(Account, lead.account_id)).status == "customer"
    assert (await stays(desk))[-1] == ("customer", "the deal was won", True)
    await desk.undo(done)
    assert await desk.rows(*TABLES) == before


async def test_how_long_leads_stay_is_measured_over_those_that_left(desk: Desk) -> None:
    async with desk.office.plain.write() as session:
        for days, status in ((2, "new"), (4, "new"), (9, "new"), (None, "contacted")):
            entered = NOON - timedelta(days=20)
            left = None if days is None else entered + timedelta(days=days)
            session.add(LifecycleChange(lead_id=desk.lead["id"], status=status, entered_at=entered, left_at=left))
    found = await desk.ask("lead_lifecycle")
    assert isinstance(found, Found)
    assert found.rows == (
        {"status": "new", "moved on": 3, "median days": 4.0, "average days": 5.0, "in it now": 0,
         "average days so far": None},
        {"status": "contacted", "moved on": 0, "median days": None, "average days": None, "in it now": 1,
         "average days so far": 20.0},
    )  # fmt: skip


async def test_who_wants_no_contact_was_just_called_or_is_put_off_waits_in_no_queue(desk: Desk) -> None:
    async def queued() -> set[int]:
        found = await desk.ask("prioritise_leads")
        assert isinstance(found, Found)
        return {row["id"] for row in found.rows}

    async with desk.office.plain.write() as session:
        lead = await session.get_one(Lead, desk.lead["id"])
        lead.last_contacted_at = None
    own = await queued()
    assert lead.id in own
    done = await desk.do(
        "create_task", title="Call again", record=desk.lead, due=(NOON + timedelta(days=3)).isoformat()
    )
    assert own - await queued() == {lead.id}
    await desk.undo(done)
    done = await desk.do("update_lead", record=desk.lead, do_not_contact=True)
    assert own - await queued() == {lead.id}
    await desk.undo(done)
    await desk.call()
    assert own - await queued() == {lead.id}
