"""Who decides, and what a decision is bound to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import anyio
import pytest
from sqlalchemy import text, update

from db.errors import AnotherDecides, AskerLeft, Conflict, Forbidden, NobodyDecides, NotFound, NotInDoubt, StoreError
from db.models import Account, Proposal, User
from db.proposal_lines import call_digest
from db.repositories.proposals import ProposalLine, ProposalRepository, ProposalStatus
from db.repositories.writing import WriteRepository
from tests.tools.effects.office import Office
from tools import absences, effects
from tools.contract import Proposed
from tools.effects import set_rule
from tools.errors import AlreadySent

pytestmark = pytest.mark.anyio


async def rule(office: Office, effect: str, wanted: str, **more: str) -> None:
    await set_rule(office.database, office.cast.actors["admin"], effect, wanted, **more)


async def asked(office: Office, effect: str = "OUTWARD", **more: str) -> ProposalLine:
    await rule(office, effect, "four_eyes", **more)
    return await office.propose(office.message() if effect == "OUTWARD" else office.task("Call"))


async def active(office: Office, who: str, *, there: bool) -> None:
    async with office.plain.write() as session:
        found = update(User).where(User.id == office.cast.actors[who].user_id)
        await session.execute(found.values(active=there))


async def away(office: Office, who: str, stand_in: str) -> None:
    now, people = datetime.now(UTC), office.cast.actors
    await absences.away(
        office.database, people["admin"], people[who].email, since=now, until=now + timedelta(days=1),
        stand_in=people[stand_in].email,
    )  # fmt: skip


async def test_who_asked_reads_whom_it_waits_for_and_may_not_approve(office: Office) -> None:
    proposal = await asked(office)
    manager = office.cast.actors["manager"].name
    assert (proposal.waits_for, proposal.mine) == ((manager,), False)
    with pytest.raises(AnotherDecides, match=f"waits for {manager}"):
        await office.approve("dach", proposal)


async def test_the_manager_approves_and_it_is_done_on_behalf_of_who_asked(office: Office) -> None:
    proposal = await asked(office)
    done = await office.approve("manager", proposal, shown=proposal.digest)
    assert done.status is ProposalStatus.APPLIED
    assert office.outbox.sent == [(proposal.id, office.rep.email)]


async def test_a_change_the_manager_approved_is_the_askers_to_take_back(office: Office) -> None:
    proposal = await asked(office, "WRITE")
    await office.approve("manager", proposal)
    await effects.undo_proposal(office.database, office.rep, proposal.id)
    assert await office.counts() == (0, 1)


async def test_who_asked_can_always_take_it_back(office: Office) -> None:
    assert (await office.decline("dach", await asked(office))).status is ProposalStatus.DECLINED


@pytest.mark.parametrize("who", ["admin", "americas", "emea", "former"])
async def test_for_everybody_else_there_is_nothing_to_decide(office: Office, who: str) -> None:
    proposal = await asked(office)
    for decide in (office.approve, office.decline):
        with pytest.raises(NotFound):
            await decide(who, proposal)
    assert office.outbox.sent == []


async def test_a_stand_in_sees_and_decides_it_only_while_the_manager_is_away(office: Office) -> None:
    proposal = await asked(office)
    with pytest.raises(NotFound):
        await office.seen("americas", proposal)
    await away(office, "manager", "americas")
    async with office.plain.read() as session:
        listed = await ProposalRepository(session, office.cast.actors["americas"]).visible()
    assert [(one.id, one.mine, one.asker) for one in listed] == [(proposal.id, True, office.rep.name)]
    assert (await office.approve("americas", proposal)).outcome == "sent to j@x.example"


async def test_a_stand_in_who_asked_it_does_not_decide_it(office: Office) -> None:
    await away(office, "manager", "dach")
    proposal = await asked(office)
    assert proposal.waits_for == (office.cast.actors["executive"].name,)


async def test_where_nobody_is_left_it_says_so(office: Office) -> None:
    for who in ("manager", "executive"):
        await active(office, who, there=False)
    proposal = await asked(office)
    with pytest.raises(NobodyDecides, match="an administrator can name"):
        await office.approve("dach", proposal)


async def test_a_rule_made_stricter_holds_for_what_waits_and_a_looser_one_does_not(office: Office) -> None:
    before = await office.propose(office.message("One"))
    strict = await asked(office)
    with pytest.raises(AnotherDecides):
        await office.approve("dach", before)
    await rule(office, "OUTWARD", "propose")
    await office.approve("dach", before)
    async with office.plain.write() as session:
        await session.execute(update(Proposal).where(Proposal.id == strict.id).values(rule="four_eyes"))
    with pytest.raises(StoreError):
        await office.approve("dach", strict)


async def test_what_the_policy_rules_out_is_neither_proposed_nor_approved(office: Office) -> None:
    proposal = await office.propose(office.message())
    await rule(office, "OUTWARD", "forbid", tool="send_email")
    with pytest.raises(Forbidden, match="send email"):
        await office.approve("dach", proposal)
    with pytest.raises(Forbidden):
        await office.carry_out(office.message("Two"), await office.turn(), 0)


async def test_nothing_is_carried_out_for_somebody_who_left(office: Office) -> None:
    proposal = await asked(office)
    await active(office, "dach", there=False)
    with pytest.raises(AskerLeft):
        await office.approve("manager", proposal)
    with pytest.raises(NotFound):
        await office.decline("dach", proposal)


@pytest.mark.parametrize("effect", ["OUTWARD", "WRITE"])
async def test_of_many_clicks_by_two_people_one_counts(office: Office, effect: str) -> None:
    proposal, won = await asked(office, effect), list[ProposalStatus]()

    async def click(number: int) -> None:
        decide = office.approve if number % 2 else office.decline
        try:
            won.append((await decide("manager" if number % 3 else "dach", proposal)).status)
        except StoreError:
            return

    async with anyio.create_task_group() as group:
        for number in range(24):
            group.start_soon(click, number)
    approved = won == [ProposalStatus.APPLIED]
    assert len(won) == 1
    tasks, _ = await office.counts()
    assert len(office.outbox.sent) + tasks == (1 if approved else 0)


SPOILT = (
    "arguments = '{\"operations\": []}'", "preview = '{}'", "versions = '{\"lead:1\": 1}'", "tool = 'another'",
    "effect = 'BULK'", "rule = 'forbid'", "expires_at = '2099-01-01 00:00:00+00:00'", "step = 9", "read_before = '[1]'",
)  # fmt: skip


async def test_a_row_that_was_tampered_with_is_refused(office: Office) -> None:
    for number, change in enumerate(SPOILT):
        proposal = await office.propose(office.task(f"Call {number}"))
        async with office.plain.write() as session:
            await session.execute(text(f"UPDATE proposals SET {change} WHERE id = '{proposal.id}'"))  # noqa: S608
        with pytest.raises(StoreError):
            await office.approve("dach", proposal)
    assert (await office.counts())[0] == 0


async def test_what_was_not_shown_is_refused(office: Office) -> None:
    proposal = await office.propose(office.message())
    with pytest.raises(Conflict):
        await office.approve("dach", proposal, shown="another")
    assert office.outbox.sent == []


async def linked(office: Office) -> tuple[ProposalLine, int]:
    account = office.cast.ids["account", "dach"]
    return await office.propose(office.task("Call", account_id=account)), account


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"city": "Ulm", "version": 1}, {"deleted_at": datetime.now(UTC)}, {"owner_id": None}]
)
async def test_a_record_it_points_at_must_be_as_it_was(office: Office, change: dict[str, object]) -> None:
    proposal, account = await linked(office)
    if "owner_id" in change:
        # Out of sight takes its deals and leads along.
        async with office.plain.write() as session:
            for table in ("opportunities", "leads"):
                await session.execute(text(f"UPDATE {table} SET owner_id = NULL, team_id = NULL"))  # noqa: S608
    async with office.plain.write() as session:
        await session.execute(update(Account).where(Account.id == account).values(**change))
    with pytest.raises(Conflict):
        await office.approve("dach", proposal)
    assert (await office.counts())[0] == 0


async def test_a_proposal_of_several_records_is_taken_back_whole(office: Office) -> None:
    first, second = office.task("One"), office.task("Two")
    both = Proposed("I would", "Done", {"n": 2}, (*first.operations, *second.operations))
    done = await office.approve("dach", await office.propose(both))
    assert (len(done.changes), await office.counts()) == (2, (2, 1))
    await effects.undo_proposal(office.database, office.rep, done.id)
    assert await office.counts() == (0, 1)


async def test_of_two_proposals_of_the_same_message_one_goes_out(office: Office) -> None:
    twins = [await office.propose(office.message()) for _ in range(2)]
    assert twins[0].id == twins[1].id
    async with office.plain.write() as session:
        # As if both had been made at the same time.
        await session.execute(update(Proposal).values(call=None))
    other = await office.propose(office.message())
    async with office.plain.write() as session:
        call = call_digest(other.tool, other.arguments)
        await session.execute(update(Proposal).values(call=call))
    won = list[str]()

    async def click(proposal: ProposalLine) -> None:
        try:
            won.append((await office.approve("dach", proposal)).id)
        except (StoreError, AlreadySent):
            return

    async with anyio.create_task_group() as group:
        for proposal in (twins[0], other):
            group.start_soon(click, proposal)
    assert (len(won), len(office.outbox.sent)) == (1, 1)


async def in_doubt(office: Office) -> ProposalLine:
    proposal = await office.propose(office.message())
    async with office.plain.write() as session:
        proposals = ProposalRepository(session, office.rep)
        return await proposals.claim(proposal.id, ProposalStatus.APPROVED, bound_to=proposal.digest, door="test")


@pytest.mark.parametrize(("arrived", "status"), [(True, "applied"), (False, "failed")])
async def test_a_message_in_doubt_is_settled_once_by_who_found_out(
    office: Office, status: str, *, arrived: bool
) -> None:
    proposal = await in_doubt(office)
    with pytest.raises(NotFound):
        await effects.settle(office.database, office.cast.actors["admin"], proposal.id, arrived=arrived)
    assert (await effects.settle(office.database, office.rep, proposal.id, arrived=arrived)).status == status
    with pytest.raises(NotInDoubt):
        await effects.settle(office.database, office.rep, proposal.id, arrived=arrived)
    assert office.entries[-1].details == {"arrived": arrived}


async def test_what_is_not_in_doubt_cannot_be_settled(office: Office) -> None:
    for proposal in (await office.propose(office.task("Call")), await office.propose(office.message())):
        with pytest.raises(NotInDoubt):
            await effects.settle(office.database, office.rep, proposal.id, arrived=True)


async def test_an_absence_is_noted_by_oneself_or_an_administrator(office: Office) -> None:
    now, people = datetime.now(UTC), office.cast.actors
    span = {"since": now, "until": now + timedelta(days=1)}
    await absences.away(office.database, office.rep, office.rep.email, stand_in=people["emea"].email, **span)
    for email, stand_in, until in (
        (people["manager"].email, office.rep.email, span["until"]),
        (office.rep.email, office.rep.email, span["until"]),
        (office.rep.email, people["former"].email, span["until"]),
        (office.rep.email, people["emea"].email, now - timedelta(days=1)),
    ):
        with pytest.raises(StoreError):
            await absences.away(office.database, office.rep, email, since=now, until=until, stand_in=stand_in)


async def test_a_circle_of_stand_ins_is_refused_when_it_is_made(office: Office) -> None:
    await away(office, "manager", "emea")
    with pytest.raises(StoreError, match="choose somebody else"):
        await away(office, "emea", "manager")


async def test_who_is_back_decides_again(office: Office) -> None:
    await away(office, "manager", "americas")
    await absences.back(office.database, office.cast.actors["admin"], office.cast.actors["manager"].email)
    proposal = await asked(office)
    assert proposal.waits_for == (office.cast.actors["manager"].name,)
    with pytest.raises(NotFound):
        await absences.back(office.database, office.cast.actors["admin"], office.cast.actors["manager"].email)


async def test_it_is_bound_to_the_state_of_what_it_points_at(office: Office) -> None:
    proposal, account = await linked(office)
    async with office.plain.read() as session:
        state = await WriteRepository(session, office.rep).state_of("account", account)
    assert proposal.versions == {f"account:{account}": state}
