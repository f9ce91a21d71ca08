"""A record that is entered twice: who it looks like is said, and a sure one waits for a person."""

from dataclasses import replace

import pytest

from db.models import Account, Contact, Lead
from db.repositories.likeness import Entered, LikenessRepository
from tests.db.cast import NOON
from tests.tools.lead.conftest import Desk
from tools.registry import by_name

pytestmark = pytest.mark.anyio
CREATE, UPDATE = by_name("create_contact"), by_name("update_contact")


async def miller(desk: Desk, **more: object) -> Contact:
    usual = {"first_name": "Jane", "last_name": "Miller", "email": "jane@acme.test", "phone": "+49 30 901820"}
    jane = Contact(**usual | {"owner_id": desk.actor("dach").user_id} | more)
    await desk.add(jane)
    return jane


async def test_the_same_address_in_another_spelling_waits_for_a_person(desk):
    jane = await miller(desk)
    done = await desk.carry_out(CREATE, first_name="J.", last_name="Miller", email="Jane+crm@ACME.test")
    assert done.proposal is not None and not done.changes
    assert "looks like the contact Jane Miller (same e-mail" in done.proposed.said
    assert done.proposal.preview["looks_like"][0]["id"] == jane.id
    assert "Create it anyway" in done.proposed.said


async def test_even_so_it_is_created_at_once(desk):
    await miller(desk)
    done = await desk.carry_out(CREATE, last_name="Miller", email="jane@acme.test", even_so=True)
    assert done.changes and done.proposal is None


async def test_the_same_number_written_otherwise_and_a_mistyped_name_are_found(desk):
    await miller(desk)
    found = await desk.ask(CREATE, first_name="Jane", last_name="Miler", phone="030/901820")
    assert found.held and "Jane Miller" in found.said


async def test_a_namesake_alone_is_told_and_holds_nothing_up(desk):
    await miller(desk, first_name="Zoltan", last_name="Quistgaard", email=None, phone=None)
    done = await desk.carry_out(CREATE, first_name="Zoltan", last_name="Quistgaard")
    assert done.changes and "say so if they are the same" in done.proposed.done


async def test_somebody_new_looks_like_nobody(desk):
    await miller(desk)
    found = await desk.ask(CREATE, first_name="Otto", last_name="Braun", email="otto@acme.test")
    assert not found.held and "looks like" not in found.said + found.done


async def test_a_hidden_record_is_not_told_of(desk):
    await miller(desk, owner_id=desk.actor("americas").user_id)
    found = await desk.ask(CREATE, first_name="Jane", last_name="Miller", email="jane@acme.test")
    assert not found.held and "looks like" not in found.said + found.done and not found.reach


async def test_a_field_hidden_from_the_role_is_not_compared(desk):
    await miller(desk, first_name="Zoe", last_name="Quist", phone=None)
    blind = replace(desk.actor("dach"), hidden=frozenset({("contact", "email")}))
    async with desk.at() as at:
        assert await LikenessRepository(at.session, blind).near("contact", Entered(email="jane@acme.test")) == []
        assert await LikenessRepository(at.session, at.actor).near("contact", Entered(email="jane@acme.test"))


async def test_an_address_changed_to_that_of_another_waits_too(desk):
    await miller(desk)
    other = desk.cast.ids["contact", "dach"]
    record = {"kind": "contact", "id": other, "name": "x"}
    assert (await desk.carry_out(UPDATE, record=record, email="jane@acme.test")).proposal is not None
    assert (await desk.carry_out(UPDATE, record=record, title="COO")).changes


async def test_a_lead_who_is_a_contact_already_is_told_and_created(desk):
    await miller(desk)
    done = await desk.carry_out(by_name("create_lead"), first_name="Jane", last_name="Miller", email="jane@acme.test")
    assert done.changes and "the contact Jane Miller" in done.proposed.done


async def test_a_company_is_found_by_its_domain_and_by_its_name_without_legal_form(desk):
    acme = Account(name="Acme Industrial GmbH", domain="acme.test", owner_id=desk.actor("dach").user_id)
    await desk.add(acme)
    create = by_name("create_account")
    by_domain = await desk.ask(create, name="Acme Industrial", domain="https://www.acme.test/about")
    by_name_alone = await desk.ask(create, name="ACME Industrial Ltd")
    elsewhere = await desk.ask(create, name="Acme Industrial", domain="acme-industrial.test")
    assert by_domain.held and by_name_alone.held
    assert not elsewhere.held and "the account Acme Industrial GmbH" in elsewhere.done
    assert not (await desk.ask(create, name="Initech")).reach


async def test_the_look_up_follows_a_record_that_changes_and_goes(desk):
    jane = await miller(desk)
    record = {"kind": "contact", "id": jane.id, "name": "Jane Miller"}
    await desk.carry_out(UPDATE, record=record, email="jane@globex.test", phone="+49 40 555777")
    assert not (await desk.ask(CREATE, first_name="Al", last_name="Gray", email="jane@acme.test")).reach
    assert (await desk.ask(CREATE, first_name="Al", last_name="Gray", email="jane@globex.test")).reach


async def test_leads_are_held_against_leads(desk):
    await desk.add(
        Lead(
            first_name="Nora", last_name="Blum", email="nora@blum.test", owner_id=desk.actor("dach").user_id,
            arrived_at=NOON,
        )
    )  # fmt: skip
    found = await desk.ask(by_name("create_lead"), first_name="Nora", last_name="Blum", email="nora@blum.test")
    assert found.held
