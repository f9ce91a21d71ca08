"""What an administrator sets holds for the others from the next question on, and goes when it is taken back."""

from __future__ import annotations

import pytest

from agent.runtime import Runtime
from agent.turns.requested import Requested, Wanted
from db.access import Actor, Grant, Permission, RecordAction, Role
from db.doors import Door
from db.errors import AlreadyThere, NotPermitted
from db.hiding import always_shown
from db.models import Account
from db.permissions import GRANTS
from db.records import KINDS
from db.repositories.custom_fields import CustomFieldRepository
from db.repositories.matrix import MatrixRepository
from db.repositories.proposals import ProposalStatus
from tests.agent.conftest import person
from tools.contract import Tool
from tools.errors import Unanswerable, UnsafePolicy
from tools.matrix import set_custom_field, set_field_shown, set_permission

pytestmark = pytest.mark.anyio
EXPORT = Grant("contact", RecordAction.EXPORT)


async def done(runtime: Runtime, admin: Actor, tool: Tool, words: str) -> Requested:
    wanted = Wanted(tool, tool.ask.model_validate({"instruction": words}), Door.TERMINAL, "matrix")
    found = await runtime.decided(admin, wanted)
    assert found.proposal is not None
    assert found.proposal.status is ProposalStatus.APPLIED
    return found


async def test_a_permission_holds_until_it_is_taken_back(runtime: Runtime) -> None:
    admin = await person(runtime, "admin")
    set_ = await done(runtime, admin, set_permission, "reps may not export contacts")
    assert not (await person(runtime, "rep")).may(EXPORT)
    assert (await person(runtime, "manager")).may(EXPORT)
    assert set_.proposal is not None
    await runtime.undo_proposal(admin, set_.proposal.id, door=Door.TERMINAL)
    assert (await person(runtime, "rep")).may(EXPORT)
    await done(runtime, admin, set_permission, "reps may not export contacts")
    await done(runtime, admin, set_permission, "reps may export contacts")
    assert (await person(runtime, "rep")).departures == {}


async def test_a_field_is_hidden_until_it_is_shown_again(runtime: Runtime) -> None:
    admin = await person(runtime, "admin")
    await done(runtime, admin, set_field_shown, "hide the amount of deals from reps")
    rep = await person(runtime, "rep")
    assert not rep.sees("opportunity", "amount")
    turn = await runtime.ask(rep, "what is my pipeline", door=Door.HTTP)
    answer = await runtime.answer(rep, turn.id)
    assert "amount of deals is not shown to your role" in answer.answer
    await done(runtime, admin, set_field_shown, "show the amount of deals to reps again")
    assert (await person(runtime, "rep")).sees("opportunity", "amount")


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        (set_permission, "administrators may not read accounts"),
        (set_field_shown, "hide the amount of deals from administrators"),
        (set_field_shown, "hide the name of accounts from reps"),
    ],
)
async def test_what_would_lock_out_or_blind_everybody_is_refused(runtime: Runtime, tool: Tool, words: str) -> None:
    with pytest.raises(UnsafePolicy):
        await done(runtime, await person(runtime, "admin"), tool, words)


def test_no_cell_of_the_matrix_takes_from_an_administrator_what_undoing_needs() -> None:
    everything = {Grant(kind, action): False for kind in KINDS for action in RecordAction}
    admin = Actor(1, "a@x.example", "A", Role.ADMIN, None, departures=everything)
    needed = (Permission.POLICY_MANAGE, Permission.EFFECTS_PROPOSE, Permission.EFFECTS_DECIDE, Permission.EFFECTS_APPLY)
    assert all(admin.may(one) for one in needed)
    assert set(needed) <= GRANTS[Role.ADMIN]


def test_every_kind_keeps_what_it_is_named_by() -> None:
    assert "name" in always_shown("account")
    assert {"opted_out", "do_not_contact", "first_name", "last_name"} <= always_shown("contact")


async def test_only_administrators_set_them(runtime: Runtime) -> None:
    for tool in (set_permission, set_field_shown, set_custom_field):
        with pytest.raises(NotPermitted):
            await done(runtime, await person(runtime, "manager"), tool, "reps may not export contacts")


async def test_a_removed_field_keeps_its_values_and_brings_them_back(runtime: Runtime) -> None:
    admin = await person(runtime, "admin")
    await done(runtime, admin, set_custom_field, "add a field seats (whole number) to accounts")
    async with runtime.database.write() as session:
        session.add(Account(name="Acme Seats", custom={"seats": 12}))
    with pytest.raises(AlreadyThere):
        await done(runtime, admin, set_custom_field, "add a field seats to accounts")
    removed = await done(runtime, admin, set_custom_field, "remove the field seats from accounts")
    assert "1 account keep the value" in removed.said
    with pytest.raises(Unanswerable, match="hold a value"):
        await done(runtime, admin, set_custom_field, "add a field seats (date) to accounts")
    back = await done(runtime, admin, set_custom_field, "add a field seats (whole) to accounts")
    assert "comes back" in back.said


async def test_another_type_is_refused_where_there_are_values(runtime: Runtime) -> None:
    admin = await person(runtime, "admin")
    await done(runtime, admin, set_custom_field, "add a field seats to accounts")
    await done(runtime, admin, set_custom_field, "change the field seats of accounts to a whole number")
    await done(runtime, admin, set_custom_field, "rename the field seats of accounts to licences")
    async with runtime.database.write() as session:
        session.add(Account(name="Acme Seats", custom={"seats": 12}))
    with pytest.raises(Unanswerable, match="hold a value"):
        await done(runtime, admin, set_custom_field, "change the field licences of accounts to a date")
    async with runtime.database.read() as session:
        (line,) = await CustomFieldRepository(session, admin).lines("account")
        assert (line.name, line.label, line.type.value) == ("seats", "licences", "whole")
        assert await MatrixRepository(session, admin).hidden() == []


async def test_what_a_role_may_not_read_is_not_there(runtime: Runtime) -> None:
    admin = await person(runtime, "admin")
    await done(runtime, admin, set_permission, "reps may not read leads")
    rep = await person(runtime, "rep")
    turn = await runtime.ask(rep, "show me my leads", door=Door.HTTP)
    answer = await runtime.answer(rep, turn.id)
    assert answer.citations == []
    assert not rep.may(Permission.LEADS_READ)
