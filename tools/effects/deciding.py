"""A person decides: a proposal is claimed once, and carried out on behalf of who asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from db.access import Actor, Permission
from db.deeds import Deed, Kind, about
from db.doors import Door
from db.errors import AskerLeft, Conflict, Expired, Forbidden, NotFound
from db.proposal_lines import call_digest
from db.repositories import upkeep
from db.repositories.approvers import ApproverRepository
from db.repositories.changes import Made
from db.repositories.enrichment import EnrichmentRepository
from db.repositories.policies import PolicyRepository
from db.repositories.proposals import ProposalLine, ProposalRepository, ProposalStatus
from db.repositories.undoing import UndoRepository
from db.repositories.writing import Progress, WriteRepository
from db.session import Database, WriteSession
from tools.contract import LOOK_UP, Effect, Message, Operation
from tools.delivery import Delivery
from tools.effects.applying import carry_on
from tools.effects.policy import Asked, Verdict, decide
from tools.effects.proposing import states
from tools.effects.stored import message_in, operations_in
from tools.errors import AlreadySent, ToolError
from tools.recording import Entry, record
from tools.wording import plural

ARRIVED, NOT_ARRIVED = "sent; a person found that it arrived", "a person found that it did not arrive"


async def approve(
    database: Database,
    actor: Actor,
    proposal_id: str,
    *,
    door: Door,
    delivery: Delivery,
    shown: str | None = None,
    progress: Progress = lambda _done: None,
) -> ProposalLine:
    """Decide for it and carry it out, as who asked for it.

    Refused when it was decided before, has expired or changed, when a record it rests on was edited since, and when
    it is not this person's to approve.

    Args:
        shown: digest of what the person was shown; left out, what is stored now counts as shown.
        progress: told how many records are done, where there are many.
    """
    actor.require(Permission.EFFECTS_DECIDE)
    async with _closing_what_ran_out(database, proposal_id), database.write() as session:
        proposals = ProposalRepository(session, actor)
        bound_to = shown or (await proposals.get(proposal_id)).digest
        claimed = await proposals.claim(proposal_id, ProposalStatus.APPROVED, bound_to=bound_to, door=door)
        asker = await _asker(session, actor, claimed)
        await _unchanged(session, asker, claimed)
        message = message_in(claimed.arguments)
        if message is not None:
            delivery.require(actor.role, channel=message.channel)
            # The recipient's record is held, so that of two proposals of the same message one goes first.
            await _not_sent_before(session, asker, claimed)
        await record(
            session, Entry(Deed.APPROVED, about(Kind.PROPOSAL, proposal_id), details={"digest": claimed.digest})
        )
        await _write(session, asker, claimed, progress)
        if message is None:
            await proposals.settle(proposal_id, ProposalStatus.APPLIED, outcome="done")
    if message is not None:
        await _deliver(database, actor, asker, claimed, message, delivery)
    async with database.read() as session:
        return await ProposalRepository(session, actor).get(proposal_id)


async def decline(
    database: Database, actor: Actor, proposal_id: str, *, door: Door, turn: str | None = None
) -> ProposalLine:
    """Decide against it; who asked for it takes it back.

    Args:
        turn: the turn whose words decline it. Run again, it is given what it declined and declines nothing else.
    """
    actor.require(Permission.EFFECTS_DECIDE)
    async with _closing_what_ran_out(database, proposal_id), database.write() as session:
        proposals = ProposalRepository(session, actor)
        shown = await proposals.get(proposal_id)
        if turn is not None:
            await WriteRepository(session, actor).hold(turn)
            if known := await proposals.decided_in(turn, shown.tool):
                return known
        declined = await proposals.claim(
            proposal_id, ProposalStatus.DECLINED, bound_to=shown.digest, door=door, turn=turn
        )
        await record(session, Entry(Deed.DECLINED, about(Kind.PROPOSAL, proposal_id)))
    return declined


async def settle(database: Database, actor: Actor, proposal_id: str, *, arrived: bool) -> ProposalLine:
    """What a person found out about a message whose sending was cut off."""
    actor.require(Permission.EFFECTS_DECIDE)
    status, outcome = (ProposalStatus.APPLIED, ARRIVED) if arrived else (ProposalStatus.FAILED, NOT_ARRIVED)
    async with database.write() as session:
        settled = await ProposalRepository(session, actor).settle_doubt(proposal_id, status, outcome=outcome)
        await record(session, Entry(Deed.SETTLED, about(Kind.PROPOSAL, proposal_id), details={"arrived": arrived}))
    return settled


@asynccontextmanager
async def _closing_what_ran_out(database: Database, proposal_id: str) -> AsyncIterator[None]:
    """The decision is undone as a whole, so that its proposal ran out is noted in a transaction of its own."""
    try:
        yield
    except Expired:
        async with database.write() as session:
            await upkeep.expire_one(session, proposal_id, datetime.now(UTC))
        raise


async def _asker(session: WriteSession, actor: Actor, claimed: ProposalLine) -> Actor:
    """Who asked, as the workspace knows them now; what they may no longer ask for is not carried out."""
    asker = await ApproverRepository(session, actor).present(claimed.asked_by)
    if asker is None:
        raise AskerLeft(claimed.id)
    policies = await PolicyRepository(session, actor).policies()
    if decide(Asked(Effect(claimed.effect), claimed.tool, asker.role), policies) is Verdict.FORBID:
        raise Forbidden(claimed.tool.replace("_", " "))
    return asker


async def _unchanged(session: WriteSession, asker: Actor, claimed: ProposalLine) -> None:
    """Every record is as it was when the proposal was made, and stays so until the end. Raises `Conflict`."""
    changes = WriteRepository(session, asker)
    operations = operations_in(claimed.arguments)
    for key, state in sorted(claimed.versions.items()):
        kind, _, record_id = key.partition(":")
        if isinstance(state, Mapping):
            await _unchanged_set(changes, operations[int(key)], state)
            continue
        try:
            now = await changes.state_of(kind, int(record_id), to_stay=True)
        except NotFound as gone:
            # Removed, or no longer in sight of who asked.
            raise Conflict(kind, int(record_id)) from gone
        if now != state:
            raise Conflict(kind, int(record_id))


async def _unchanged_set(changes: WriteRepository, operation: Operation, bound: Mapping[str, str]) -> None:
    try:
        now = await states(changes, operation, to_stay=True)
    except NotFound as gone:
        raise Conflict(operation.kind, gone.key) from gone
    moved = [key for key, state in now.items() if bound.get(str(key)) != state]
    if moved or len(now) != len(bound):
        raise Conflict(operation.kind, moved[0] if moved else len(bound))


async def _not_sent_before(session: WriteSession, asker: Actor, claimed: ProposalLine) -> None:
    for one in await ProposalRepository(session, asker).same(call_digest(claimed.tool, claimed.arguments)):
        if one.id != claimed.id and one.status is not ProposalStatus.WAITING:
            raise AlreadySent(one.id)


async def _write(session: WriteSession, asker: Actor, claimed: ProposalLine, progress: Progress) -> None:
    operations = operations_in(claimed.arguments)
    if operations:
        made = Made(claimed.turn_id, "", claimed.tool, claimed.step, proposal=claimed.id)
        await carry_on(session, UndoRepository(session, asker), operations, made, progress=progress)


async def _deliver(
    database: Database, actor: Actor, asker: Actor, proposal: ProposalLine, message: Message, delivery: Delivery
) -> None:
    if message.channel == LOOK_UP:
        await _look_up(database, actor, asker, proposal, message, delivery)
        return
    status = ProposalStatus.APPLIED
    try:
        outcome = await delivery.send(message, sender=asker, key=proposal.id)
    except ToolError as error:
        status, outcome = ProposalStatus.FAILED, str(error)
    async with database.write() as session:
        await ProposalRepository(session, actor).settle(proposal.id, status, outcome=outcome)


async def _look_up(
    database: Database, actor: Actor, asker: Actor, proposal: ProposalLine, question: Message, delivery: Delivery
) -> None:
    """Ask the provider; what it answers is kept beside the record and changes nothing of it."""
    status, answer = ProposalStatus.APPLIED, None
    try:
        answer = await delivery.look_up(question)
        count = len(answer.values)
        outcome = f"{question.address} answered with {count} {plural(count, 'suggestion')}"
    except ToolError as error:
        status, outcome = ProposalStatus.FAILED, str(error)
    async with database.write() as session:
        if answer is not None:
            await EnrichmentRepository(session, asker).keep(
                question.to, provider=answer.provider, at=datetime.now(UTC), asked_with=answer.asked_with,
                values=answer.values,
            )  # fmt: skip
        await ProposalRepository(session, actor).settle(proposal.id, status, outcome=outcome)
