"""Carrying out what a tool proposed: at once, or after a person decided; and taking it back.

A proposal is bound to its exact arguments and to the versions of the records it touches. Deciding claims it with one
guarded update, so of a hundred simultaneous clicks one wins. A message goes out at most once: the claim is committed
before the mail server is spoken to, and a message cut off in between stays marked as in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from db.access import Actor
from db.errors import Conflict
from db.repositories.base import RecordRef
from db.repositories.changes import ChangeLine, ChangeRepository
from db.repositories.conversations import TurnRepository
from db.repositories.proposals import ProposalLine, ProposalRepository, ProposalStatus, digest
from db.session import Database, WriteSession
from tools.contract import Action, Effect, Message, Operation, Proposed
from tools.delivery import Delivery
from tools.errors import CannotBeUndone, ToolError

LIFETIME = timedelta(days=7)


async def apply(
    session: WriteSession, actor: Actor, proposed: Proposed, *, tool: str, turn: str, conversation: str
) -> tuple[ChangeLine, ...]:
    """Carry out the operations inside the caller's transaction; all of them or none."""
    changes = ChangeRepository(session, actor)
    done = []
    for operation in proposed.operations:
        match operation.action:
            case Action.CREATE:
                done.append(
                    await changes.create(
                        operation.kind, operation.values, turn=turn, conversation=conversation, tool=tool
                    )
                )
            case Action.UPDATE:
                if operation.id is None or operation.version is None:
                    raise ValueError("an update names its record and version")
                done.append(
                    await changes.update(
                        operation.kind, operation.id, operation.version, operation.values,
                        turn=turn, conversation=conversation, tool=tool,
                    )
                )  # fmt: skip
            case Action.DELETE:
                raise ToolError("Deleting records is not available yet.")
    return tuple(done)


async def take_place(
    session: WriteSession, actor: Actor, *, tool: str, conversation: str, at_once: bool
) -> ChangeLine | None:
    """Make room for a request that corrects the last one of its tool ("make it 11"), in the caller's transaction.

    The last change of the conversation is taken back where the correction may be carried out at once; a proposal that
    still waits is declined. None when no change was taken back.

    Raises:
        Conflict: the record was edited since.
    """
    changes, proposals = ChangeRepository(session, actor), ProposalRepository(session, actor)
    latest = await changes.latest(conversation)
    waiting = await proposals.waiting(tool, conversation)
    if waiting is not None and (latest is None or latest.turn_id != waiting.turn_id):
        await proposals.claim(waiting.id, ProposalStatus.DECLINED, bound_to=waiting.digest, door="correction")
        return None
    if latest is None or latest.tool != tool or not at_once:
        return None
    return await changes.undo(latest.id)


def preview(proposed: Proposed) -> dict[str, Any]:
    """Before and after of what would be touched, for the approval card."""
    after: dict[str, Any] = {}
    for operation in proposed.operations:
        after |= {f"{operation.kind}.{name}": value for name, value in operation.values.items() if value is not None}
    if proposed.message is not None:
        message = proposed.message
        after |= {"to": message.address, "subject": message.subject, "body": message.body}
    records = len(proposed.operations) + (1 if proposed.message else 0)
    return {"before": {}, "after": after, "records": records}


async def propose(
    session: WriteSession,
    actor: Actor,
    proposed: Proposed,
    *,
    tool: str,
    effect: Effect,
    turn: str,
    step: int,
    read_before: list[str],
) -> ProposalLine:
    """Store it for a person to decide."""
    arguments = dict(proposed.arguments) | {"operations": [_stored(one) for one in proposed.operations]}
    if proposed.message is not None:
        message = proposed.message
        arguments["message"] = {
            "channel": message.channel,
            "to": {"kind": message.to.kind, "id": message.to.id, "name": message.to.name},
            "address": message.address,
            "subject": message.subject,
            "body": message.body,
        }
    versions = {f"{one.kind}:{one.id}": one.version for one in proposed.operations if one.id is not None}
    if proposed.message is not None:
        to = proposed.message.to
        versions[f"{to.kind}:{to.id}"] = await ChangeRepository(session, actor).version_of(to.kind, to.id)
    proposals = ProposalRepository(session, actor)
    if effect is Effect.OUTWARD and (same := await proposals.same(tool, digest(tool, arguments, versions))):
        if same.status is ProposalStatus.WAITING and same.expires_at > datetime.now(UTC):
            return same
        if same.status in (ProposalStatus.APPROVED, ProposalStatus.APPLIED):
            raise ToolError("Exactly this message was sent before. Change the draft if you want to send another one.")
    return await proposals.add(
        turn=turn,
        step=step,
        tool=tool,
        effect=effect,
        arguments=arguments,
        preview=preview(proposed),
        versions=versions,
        read_before=read_before,
        expires_at=datetime.now(UTC) + LIFETIME,
    )


async def approve(database: Database, actor: Actor, proposal_id: str, *, door: str, delivery: Delivery) -> ProposalLine:
    """Decide for it and carry it out. Refused when decided before, expired, changed, or a record was edited since."""
    async with database.write() as session:
        proposals = ProposalRepository(session, actor)
        shown = await proposals.get(proposal_id)
        if shown.asked_by == actor.user_id and shown.status is ProposalStatus.WAITING:
            await _unchanged(session, actor, shown.versions)
            if shown.arguments.get("message"):
                delivery.require()
        claimed = await proposals.claim(proposal_id, ProposalStatus.APPROVED, bound_to=shown.digest, door=door)
        operations = tuple(_restored(one) for one in claimed.arguments["operations"])
        if operations:
            conversation = (await TurnRepository(session, actor).get(claimed.turn_id)).conversation_id
            done = await apply(
                session, actor, Proposed("", "", {}, operations), tool=claimed.tool, turn=claimed.turn_id,
                conversation=conversation,
            )  # fmt: skip
            await proposals.settle(proposal_id, ProposalStatus.APPLIED, change=done[0].id, outcome="done")
    message = claimed.arguments.get("message")
    if message:
        await _deliver(database, actor, claimed, message, delivery)
    async with database.read() as session:
        return await ProposalRepository(session, actor).get(proposal_id)


async def decline(database: Database, actor: Actor, proposal_id: str, *, door: str) -> ProposalLine:
    async with database.write() as session:
        proposals = ProposalRepository(session, actor)
        shown = await proposals.get(proposal_id)
        return await proposals.claim(proposal_id, ProposalStatus.DECLINED, bound_to=shown.digest, door=door)


async def undo(database: Database, actor: Actor, change_id: str) -> ChangeLine:
    async with database.write() as session:
        return await ChangeRepository(session, actor).undo(change_id)


async def undo_proposal(database: Database, actor: Actor, proposal_id: str) -> ChangeLine:
    """Take back what an approved proposal changed; a sent message cannot be taken back."""
    async with database.read() as session:
        proposal = await ProposalRepository(session, actor).get(proposal_id)
    if proposal.change_id is None:
        reason = (
            "was sent; a sent message cannot be taken back"
            if proposal.status is ProposalStatus.APPLIED
            else "changed nothing"
        )
        raise CannotBeUndone(f"Proposal {proposal_id} {reason}.")
    return await undo(database, actor, proposal.change_id)


async def _unchanged(session: WriteSession, actor: Actor, versions: Mapping[str, Any]) -> None:
    changes = ChangeRepository(session, actor)
    for record, version in versions.items():
        kind, _, record_id = record.partition(":")
        if await changes.version_of(kind, int(record_id)) != version:
            raise Conflict(kind, int(record_id))


async def _deliver(
    database: Database, actor: Actor, proposal: ProposalLine, message: Mapping[str, Any], delivery: Delivery
) -> None:
    status, outcome = ProposalStatus.APPLIED, "sent"
    try:
        outcome = await delivery.send(
            Message(message["channel"], _ref(message["to"]), message["address"], message["subject"], message["body"]),
            sender=actor, key=proposal.id,
        )  # fmt: skip
    except ToolError as error:
        status, outcome = ProposalStatus.FAILED, str(error)
    async with database.write() as session:
        await ProposalRepository(session, actor).settle(proposal.id, status, change=None, outcome=outcome)


def _stored(one: Operation) -> dict[str, Any]:
    return {"action": one.action, "kind": one.kind, "values": dict(one.values), "id": one.id, "version": one.version}


def _restored(stored: Mapping[str, Any]) -> Operation:
    return Operation(Action(stored["action"]), stored["kind"], stored["values"], stored["id"], stored["version"])


def _ref(stored: Mapping[str, Any]) -> RecordRef:
    return RecordRef(stored["kind"], stored["id"], stored["name"])
