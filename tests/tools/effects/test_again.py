"""A turn that was cut off and is run again does nothing twice: run twice = run once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.deeds import Deed
from db.errors import AlreadyUndone, Expired
from db.models import AuditEntry, Proposal
from db.proposal_lines import digest
from db.repositories.changes import ChangeRepository
from db.repositories.proposals import ProposalRepository, ProposalStatus
from tests.tools.effects.office import Office
from tools import effects

pytestmark = pytest.mark.anyio


async def run(office: Office, turn: str, calls: list[tuple[int, bool]]) -> list[str]:
    """One run of a turn: what each call came to, by the id of its change or proposal."""
    met = set[str]()
    for place, (title, own_words) in enumerate(calls):
        done = await office.carry_out(
            office.task(f"Task {title}"), turn, 100 * place, own_words=own_words, taken=frozenset(met)
        )
        met |= {done.changes[0].id if done.changes else done.proposal.id if done.proposal else ""}
    return sorted(met)


calls = st.lists(st.integers(1, 3).map(lambda number: (number, number % 2 == 0)), min_size=1, max_size=4)


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(calls.flatmap(lambda made: st.tuples(st.just(made), st.permutations(made), st.integers(0, len(made)))))
async def test_a_run_cut_off_anywhere_and_run_again_in_any_order_is_one_run(office: Office, case: Any) -> None:
    first, second, cut = case
    turn, before = await office.turn(), await office.counts()
    await run(office, turn, first[:cut])
    once = await run(office, turn, second)
    assert len(once) == len(first)
    assert await run(office, turn, first) == once
    tasks, proposals = await office.counts()
    applied = sum(own_words for _, own_words in first)
    assert (tasks - before[0], proposals - before[1]) == (applied, len(first) - applied)


async def test_two_runs_at_the_same_time_are_one(office: Office) -> None:
    turn, found = await office.turn(), list[list[str]]()

    async def running() -> None:
        found.append(await run(office, turn, [(1, False), (2, True), (2, True)]))

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(running)
    assert len({tuple(one) for one in found}) == 1
    assert await office.counts() == (2, 1)


async def test_what_somebody_took_back_meanwhile_is_not_done_again(office: Office) -> None:
    turn = await office.turn()
    (change,) = await run(office, turn, [(2, True)])
    await effects.undo(office.database, office.rep, change)
    assert await run(office, turn, [(2, True)]) == [change]
    assert await office.counts() == (0, 0)


async def test_what_was_approved_meanwhile_is_not_proposed_again(office: Office) -> None:
    turn = await office.turn()
    done = await office.carry_out(office.message(), turn, 0)
    assert done.proposal is not None
    await office.approve("dach", done.proposal)
    again = await office.carry_out(office.message(), turn, 0)
    assert again.proposal is not None and again.proposal.id == done.proposal.id
    assert len(office.outbox.sent) == 1


async def undo_in_words(office: Office, turn: str) -> str:
    """What “undo that” does: the last change that stands is taken back."""
    async with office.plain.read() as session:
        latest = await ChangeRepository(session, office.rep).latest(office.conversation)
    assert latest is not None
    return (await effects.undo(office.database, office.rep, latest.id, turn=turn)).id


async def test_an_undo_in_words_that_is_run_again_takes_back_nothing_else(office: Office) -> None:
    for number in (2, 4):
        await run(office, await office.turn(), [(number, True)])
    turn = await office.turn()
    first = await undo_in_words(office, turn)
    assert await undo_in_words(office, turn) == first
    assert (await office.counts(), office.deeds.count(Deed.UNDONE)) == ((1, 0), 1)
    assert await undo_in_words(office, await office.turn()) != first


async def test_an_undo_at_a_card_is_refused_the_second_time(office: Office) -> None:
    (change,) = await run(office, await office.turn(), [(2, True)])
    await effects.undo(office.database, office.rep, change)
    with pytest.raises(AlreadyUndone):
        await effects.undo(office.database, office.rep, change)


async def test_of_many_undos_one_counts(office: Office) -> None:
    (change,) = await run(office, await office.turn(), [(2, True)])
    undone = list[str]()

    async def click() -> None:
        try:
            undone.append((await effects.undo(office.database, office.rep, change)).id)
        except AlreadyUndone:
            return

    async with anyio.create_task_group() as group:
        for _ in range(12):
            group.start_soon(click)
    assert (undone, await office.counts()) == ([change], (0, 0))


async def test_a_no_in_words_that_is_run_again_declines_nothing_else(office: Office) -> None:
    older, newer = await office.propose(office.message("One")), await office.propose(office.message("Two"))
    turn = await office.turn()
    for proposal in (newer, older):
        declined = await effects.decline(office.database, office.rep, proposal.id, door="chat", turn=turn)
        assert declined.id == newer.id
    assert (await office.seen("dach", older)).status is ProposalStatus.WAITING
    assert office.deeds.count(Deed.DECLINED) == 1


async def test_a_correction_that_is_run_again_corrects_once(office: Office) -> None:
    await office.carry_out(office.task("At ten"), await office.turn(), 0, own_words=True)
    turn = await office.turn()
    first = await office.carry_out(office.task("At eleven"), turn, 0, own_words=True, corrects=True)
    again = await office.carry_out(office.task("At eleven"), turn, 0, own_words=True, corrects=True)
    assert [one.id for one in again.changes] == [one.id for one in first.changes]
    assert (first.proposed.done, again.proposed.done) == ("Changed", "Changed")
    assert await office.counts() == (1, 0)


async def test_a_correction_of_what_waits_that_is_run_again_leaves_its_own_form(office: Office) -> None:
    await office.carry_out(office.task("At ten"), await office.turn(), 0)
    turn = await office.turn()
    for _ in range(2):
        await office.carry_out(office.task("At eleven"), turn, 0, corrects=True)
    async with office.plain.read() as session:
        waiting = await ProposalRepository(session, office.rep).waiting("create_task", office.conversation)
    assert waiting is not None and waiting.arguments["title"] == "At eleven"
    assert (await office.counts())[1] == 2


async def test_a_correction_that_waits_is_a_change_of_what_was_made(office: Office) -> None:
    made = await office.carry_out(office.task("At ten"), await office.turn(), 0, own_words=True)
    waits = await office.carry_out(office.task("At eleven"), await office.turn(), 0, corrects=True)
    assert waits.proposal is not None
    await office.approve("dach", waits.proposal)
    assert await office.counts() == (1, 1)
    assert made.changes


async def test_a_decision_that_comes_too_late_closes_the_proposal_once_and_enters_that(office: Office) -> None:
    late = await office.propose(office.task("At ten"))
    async with office.plain.write() as session:
        # What it is bound to has its expiry in it, so that the stored moment is moved under a fitting digest.
        row = await session.get_one(Proposal, late.id)
        row.expires_at = datetime.now(UTC) - timedelta(minutes=1)
        row.digest = digest(row)
    for decide in (office.approve, office.decline, office.decline):
        with pytest.raises(Expired):
            await decide("dach", late)
    async with office.plain.read() as session:
        assert (await session.get_one(Proposal, late.id)).status == ProposalStatus.EXPIRED
        found = await session.execute(select(AuditEntry.action, AuditEntry.subject, AuditEntry.actor_id))
        assert found.all() == [(Deed.EXPIRED, late.id, None)]
