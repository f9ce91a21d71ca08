"""Many changes taken back together: what goes, what stays and why, and all of it done again."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from db.models import Account, Note, Opportunity, Task
from db.repositories.proposals import ProposalStatus
from tests.tools.desk import Desk
from tools import effects
from tools.contract import Proposed
from tools.errors import NeedsChoice, NothingToRedo, Unanswerable

pytestmark = pytest.mark.anyio


async def worked(desk: Desk) -> None:
    """A deal moved twice, a task made, an account renamed."""
    await desk.do("update_opportunity", record=desk.record("opportunity"), stage="Negotiation")
    await desk.do("update_opportunity", record=desk.record("opportunity"), amount="5000")
    await desk.do("create_task", title="Call the Palewater people")
    await desk.do("update_account", record=desk.record("account"), city="Lyon")


async def state(desk: Desk) -> dict[str, object]:
    async with desk.office.plain.read() as session:
        deal = await session.get_one(Opportunity, desk.record("opportunity")["id"])
        account = await session.get_one(Account, desk.record("account")["id"])
        tasks = select(Task.title).where(Task.title.contains("Palewater"), Task.deleted_at.is_(None))
        made = list(await session.scalars(tasks))
    return {"stage": deal.stage, "amount": deal.amount_minor, "city": account.city, "tasks": made}


async def test_everything_of_a_conversation_goes_back_and_can_be_done_again(desk: Desk) -> None:
    before = await state(desk)
    await worked(desk)
    after = await state(desk)
    done = await desk.do("undo_changes", within="conversation")
    assert done.proposal is not None
    assert await state(desk) == after
    approved = await desk.approve(done)
    assert (approved.status, await state(desk)) == (ProposalStatus.APPLIED, before)
    await effects.redo(desk.office.database, desk.office.rep, done.proposal.turn_id)
    assert await state(desk) == after
    with pytest.raises(NothingToRedo):
        await effects.redo(desk.office.database, desk.office.rep, done.proposal.turn_id)


async def test_undoing_the_proposal_does_the_changes_again(desk: Desk) -> None:
    await worked(desk)
    after = await state(desk)
    approved = await desk.approve(await desk.do("undo_changes", within="conversation"))
    await effects.undo_proposal(desk.office.database, desk.office.rep, approved.id)
    assert await state(desk) == after


async def test_the_last_two_are_the_last_two_requests(desk: Desk) -> None:
    await worked(desk)
    await desk.approve(await desk.do("undo_changes", limit=2))
    found = await state(desk)
    assert (found["stage"], found["amount"], found["city"], found["tasks"]) == ("Negotiation", 500_000, None, [])


async def test_only_what_was_done_on_a_record_goes_back(desk: Desk) -> None:
    await worked(desk)
    await desk.approve(await desk.do("undo_changes", record=desk.record("opportunity")))
    found = await state(desk)
    assert (found["stage"], found["city"], len(found["tasks"])) == ("Proposal", "Lyon", 1)  # type: ignore[arg-type]


async def test_what_somebody_edited_since_is_named_left_out_and_the_rest_is_offered(desk: Desk) -> None:
    await worked(desk)
    manager = desk.office.cast.actors["manager"]
    await desk.do("update_account", by=manager, record=desk.record("account"), city="Paris")
    proposed = await desk.run("undo_changes", within="conversation")
    assert isinstance(proposed, Proposed)
    assert "Left out: the city of the account" in proposed.said
    assert manager.name in proposed.said
    done = await desk.approve(await desk.do("undo_changes", within="conversation"))
    found = await state(desk)
    assert (done.status, found["city"], found["stage"]) == (ProposalStatus.APPLIED, "Paris", "Proposal")


async def test_a_record_that_something_hangs_on_by_now_stays(desk: Desk) -> None:
    made = await desk.do("create_account", name="Palewater Works")
    key = made.changes[0].record_id
    async with desk.office.plain.write() as session:
        session.add(Note(body="Met them.", account_id=key, author_id=desk.office.rep.user_id))
    with pytest.raises(Unanswerable, match="something was linked to it since"):
        await desk.run("undo_changes", within="conversation")


async def test_a_record_and_what_was_hung_on_it_in_the_same_day_go_back_together(desk: Desk) -> None:
    made = await desk.do("create_account", name="Palewater Works")
    account = {"kind": "account", "id": made.changes[0].record_id}
    await desk.do("create_contact", last_name="Quillon", account=account)
    await desk.approve(await desk.do("undo_changes", within="conversation"))
    async with desk.office.plain.read() as session:
        gone = await session.get_one(Account, made.changes[0].record_id)
    assert gone.deleted_at is not None


async def test_a_message_that_was_sent_stays_sent_and_says_so(desk: Desk) -> None:
    sent = await desk.office.propose(desk.office.message("Offer"))
    await desk.office.approve("dach", sent)
    await worked(desk)
    proposed = await desk.run("undo_changes", within="conversation")
    assert isinstance(proposed, Proposed)
    assert "The message “Offer” to Jane was sent and cannot be taken back." in proposed.said


async def test_an_edit_between_preview_and_approval_changes_nothing(desk: Desk) -> None:
    await worked(desk)
    done = await desk.do("undo_changes", within="conversation")
    async with desk.office.plain.write() as session:
        key = desk.record("account")["id"]
        await session.execute(update(Account).where(Account.id == key).values(city="Rome"))
    after = await state(desk)
    with pytest.raises(Exception, match="edited since"):
        await desk.approve(done)
    assert await state(desk) == after


async def test_everything_without_a_when_or_where_is_asked_about(desk: Desk) -> None:
    with pytest.raises(NeedsChoice):
        await desk.run("undo_changes")


async def test_nobody_elses_changes_are_taken_back(desk: Desk) -> None:
    await worked(desk)
    with pytest.raises(Unanswerable, match="nothing of yours"):
        await desk.run("undo_changes", by=desk.office.cast.actors["manager"], record=desk.record("opportunity"))
