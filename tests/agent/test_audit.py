"""The audit chain of turns and decisions: one entry for each effect, without names."""

import pytest
from sqlalchemy import select

from agent.runtime import Runtime
from db.doors import Door
from db.models import AuditEntry, Task
from db.repositories import audit
from tests.agent.conftest import Ask, person
from tests.agent.turns.test_turn import _own_account, _own_contact

pytestmark = pytest.mark.anyio
REMINDER = "remind me to prepare the offer on Thursday at 10"


async def entries(runtime: Runtime) -> list[AuditEntry]:
    async with runtime.database.read() as session:
        return list((await session.execute(select(AuditEntry).order_by(AuditEntry.number))).scalars())


async def test_a_reminder_and_its_taking_back_have_one_entry_each(ask: Ask, runtime: Runtime) -> None:
    made = await ask("rep", REMINDER)
    await ask("rep", "undo that", after=made)
    found = [(one.action, one.subject) for one in await entries(runtime)]
    assert found == [("change.applied", made.steps[0].change), ("change.undone", made.steps[0].change)]


async def test_a_correction_has_one_entry(ask: Ask, runtime: Runtime) -> None:
    made = await ask("rep", REMINDER)
    moved = await ask("rep", "no, make it 11", after=made)
    found = [(one.action, one.subject) for one in (await entries(runtime))[1:]]
    assert found == [("change.applied", moved.steps[0].change)]


async def test_an_entry_names_turn_and_tool_and_hides_people(ask: Ask, runtime: Runtime) -> None:
    actor = await person(runtime, "rep")
    made = await ask("rep", REMINDER)
    (entry,) = await entries(runtime)
    assert (entry.details["turn"], entry.details["tool"]) == (made.turn, "create_task")
    assert entry.details["arguments"]["title"] == made.steps[0].args["title"]
    assert actor.name not in str(entry.details)


async def test_a_reminder_whose_entry_cannot_be_written_is_not_made(
    ask: Ask, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: object, **__: object) -> None:
        raise InterruptedError

    # The process may end between any two statements; here it does while the entry is written.
    monkeypatch.setattr(audit, "record", breaks)
    answer = await ask("rep", REMINDER)
    async with runtime.database.read() as session:
        made = (await session.execute(select(Task.id).where(Task.run_id == answer.turn))).all()
    assert answer.refused is not None
    assert made == []


async def test_a_decision_at_a_door_has_one_entry_with_the_door(ask: Ask, runtime: Runtime) -> None:
    actor = await person(runtime, "rep")
    made = await ask("rep", REMINDER)
    await runtime.undo(actor, made.steps[0].change or "", door=Door.HTTP)
    (undone,) = (await entries(runtime))[1:]
    assert (undone.action, undone.details["door"], undone.details["tool"]) == ("change.undone", "http", "create_task")


async def test_an_entry_hides_the_person_a_task_is_about(ask: Ask, runtime: Runtime) -> None:
    name = await _own_contact(runtime)
    made = await ask("rep", f"remind me to call {name} on Thursday at 10")
    (entry,) = await entries(runtime)
    assert name in str(made.steps[0].args) or made.proposals
    assert name not in str(entry.details)


async def test_an_entry_of_a_message_holds_neither_its_text_nor_its_address(ask: Ask, runtime: Runtime) -> None:
    draft = await ask("rep", f"draft a follow up to {await _own_account(runtime)} and send it")
    (entry,) = await entries(runtime)
    assert (entry.action, entry.subject) == ("proposal.made", draft.proposals[0].id)
    after = draft.proposals[0].preview.after
    assert not {after["to"], after["body"], after["subject"]} & set(map(str, entry.details["arguments"].values()))
