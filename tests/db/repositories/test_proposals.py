from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest

from db.access import Actor
from db.errors import Conflict, NotFound
from db.repositories.conversations import ConversationRepository
from db.repositories.evidence import EvidenceLine, EvidenceRepository
from db.repositories.proposals import ProposalLine, ProposalRepository, ProposalStatus
from db.repositories.traces import SpanLine, TraceRepository, keep
from db.repositories.turns import TurnRepository
from db.session import Database, WriteSession
from tests.db.cast import ACTORS, Cast

pytestmark = pytest.mark.anyio

SOON = timedelta(hours=1)


async def turn_of(session: WriteSession, actor: Actor) -> str:
    conversation = await ConversationRepository(session, actor).start("web")
    return (await TurnRepository(session, actor).open(conversation.id, "…", trace_id="t", key=None))[0].id


async def proposed(
    session: WriteSession, actor: Actor, *, turn: str | None = None, expires: timedelta = SOON
) -> ProposalLine:
    line, _ = await ProposalRepository(session, actor).add(
        turn=turn or await turn_of(session, actor), step=1, tool="send_email", effect="OUTWARD",
        arguments={"to": "x@y.example"}, preview={}, versions={"lead:1": 1}, read_before=[],
        expires_at=datetime.now(UTC) + expires,
    )  # fmt: skip
    return line


async def test_of_fifty_decisions_one_counts(database: Database, cast: Cast) -> None:
    dach, won = cast.actors["dach"], []
    async with database.write() as session:
        proposal = await proposed(session, dach)

    async def decide(number: int) -> None:
        decision = ProposalStatus.APPROVED if number % 2 else ProposalStatus.DECLINED
        try:
            async with database.write() as session:
                claim = ProposalRepository(session, dach).claim
                won.append(await claim(proposal.id, decision, bound_to=proposal.digest, door="web"))
        except Conflict:
            return

    async with anyio.create_task_group() as group:
        for number in range(50):
            group.start_soon(decide, number)
    (winner,) = won
    async with database.read() as session:
        assert (await ProposalRepository(session, dach).get(proposal.id)).status is winner.status


@pytest.mark.parametrize(
    ("expires", "bound_to"), [(-SOON, None), (SOON, "another digest")], ids=["expired", "other arguments"]
)
async def test_what_was_not_shown_or_has_expired_is_refused(
    database: Database, cast: Cast, expires: timedelta, bound_to: str | None
) -> None:
    dach = cast.actors["dach"]
    async with database.write() as session:
        proposal = await proposed(session, dach, expires=expires)
        repository = ProposalRepository(session, dach)
        with pytest.raises(Conflict):
            await repository.claim(
                proposal.id, ProposalStatus.APPROVED, bound_to=bound_to or proposal.digest, door="web"
            )
        assert (await repository.get(proposal.id)).status is proposal.status


async def test_a_manager_reads_a_proposal_of_the_team_but_who_asked_decides(database: Database, cast: Cast) -> None:
    readers = {"dach", "manager", "admin", "executive"}
    async with database.write() as session:
        proposal = await proposed(session, cast.actors["dach"])
        for who in ACTORS:
            repository = ProposalRepository(session, cast.actors[who])
            listed = [one.id for one in await repository.visible()]
            assert listed == ([proposal.id] if who in readers else []), who
            if who != "dach":
                with pytest.raises(NotFound):
                    await repository.claim(proposal.id, ProposalStatus.APPROVED, bound_to=proposal.digest, door="web")
                await repository.settle(proposal.id, ProposalStatus.APPLIED, outcome="stolen")
        assert (await ProposalRepository(session, cast.actors["dach"]).get(proposal.id)).outcome is None


async def test_a_turn_that_is_run_again_finds_its_own_proposal(database: Database, cast: Cast) -> None:
    dach, found = cast.actors["dach"], set()
    async with database.write() as session:
        turn = await turn_of(session, dach)

    async def run() -> None:
        async with database.write() as session:
            found.add((await proposed(session, dach, turn=turn)).id)

    async with anyio.create_task_group() as group:
        for _ in range(6):
            group.start_soon(run)
    assert len(found) == 1


async def test_conversations_turns_evidence_and_traces_are_ones_own(database: Database, cast: Cast) -> None:
    dach, line = cast.actors["dach"], EvidenceLine("t", {}, "k", "secret", "r", {}, None)
    async with database.write() as session:
        conversation = await ConversationRepository(session, dach).start("web")
        turn, _ = await TurnRepository(session, dach).open(conversation.id, "secret", trace_id="tr", key="key")
        (evidence,) = await EvidenceRepository(session, dach).keep(turn.id, [line])
        await keep(session, [SpanLine("s1", "tr", None, dach.user_id, "turn", 1, 2, "ok", {})])
        for who in ACTORS:
            if who == "dach":
                continue
            actor = cast.actors[who]
            conversations, turns = ConversationRepository(session, actor), TurnRepository(session, actor)
            reads: list[Any] = [
                conversations.get(conversation.id), conversations.vault(conversation.id), turns.get(turn.id),
                turns.events(turn.id), EvidenceRepository(session, actor).get(evidence),
                turns.open(conversation.id, "intruding", trace_id="x", key=None),
            ]  # fmt: skip
            reads += [TraceRepository(session, actor).spans("tr")] if who != "admin" else []
            for read in reads:
                with pytest.raises(NotFound):
                    await read
            assert await conversations.recent() == [] and await turns.of(conversation.id) == []
            assert [one.trace_id for one in await TraceRepository(session, actor).recent()] == (
                ["tr"] if who == "admin" else []
            )


async def test_what_nobody_can_decide_any_more_is_listed_as_expired_before_a_worker_closes_it(
    database: Database, cast: Cast
) -> None:
    dach = cast.actors["dach"]
    async with database.write() as session:
        await proposed(session, dach, expires=-SOON)
        await proposed(session, dach)
    async with database.read() as session:
        lines = await ProposalRepository(session, dach).visible()
    assert [(one.status, one.waits_for == (one.asker,)) for one in lines] == [
        (ProposalStatus.WAITING, True),
        (ProposalStatus.EXPIRED, False),
    ]
