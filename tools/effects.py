"""Carrying out what a tool proposed: at once, or after a person decided; and taking it back.

A proposal is bound to its exact arguments and to the versions of the records it touches. Deciding claims it with one
guarded update, so of a hundred simultaneous clicks one wins. A message goes out at most once: the claim is committed
before the mail server is spoken to, and a message cut off in between stays marked as in doubt. Each effect and each
decision is recorded in its own transaction; a database that does not record (`recording.recorded`) is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from db.access import Actor
from db.errors import Conflict
from db.repositories.base import RecordRef
from db.repositories.changes import ChangeLine, ChangeRepository
from db.repositories.proposals import ProposalLine, ProposalRepository, ProposalStatus, digest
from db.repositories.turns import TurnRepository
from db.session import Database, WriteSession
from tools.contract import Action, Effect, Message, Operation, Proposed
from tools.delivery import Delivery
from tools.errors import AlreadySent, CannotDelete, MessageWasSent, NothingChanged, ToolError
from tools.recording import Deed, Entry, proposing, record

LIFETIME = timedelta(days=7)


async def apply(
    session: WriteSession, actor: Actor, proposed: Proposed, *, tool: str, turn: str, conversation: str
) -> tuple[ChangeLine, ...]:
    """Carry out the operations inside the caller's transaction; all of them or none, with one entry for them."""
    done = await _apply(session, actor, proposed, tool=tool, turn=turn, conversation=conversation)
    if done:
        await record(session, proposing(Deed.APPLIED, done[0].id, tool, proposed))
    return done


async def _apply(
    session: WriteSession, actor: Actor, proposed: Proposed, *, tool: str, turn: str, conversation: str
) -> tuple[ChangeLine, ...]:
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
                raise CannotDelete(operation.kind)
    return tuple(done)


async def correcting(
    session: WriteSession, actor: Actor, proposed: Proposed, *, tool: str, conversation: str, at_once: bool
) -> Proposed | None:
    """A request that corrects the last one of its tool ("make it 11"), as a change of the record that one created.

    None where there is no such record, or the correction may not be carried out at once; a proposal of the tool that
    still waits is declined then, so that its corrected form stands alone.
    """
    changes, proposals = ChangeRepository(session, actor), ProposalRepository(session, actor)
    latest = await changes.latest(conversation)
    waiting = await proposals.waiting(tool, conversation)
    if waiting is not None and (latest is None or latest.turn_id != waiting.turn_id):
        await proposals.claim(waiting.id, ProposalStatus.DECLINED, bound_to=waiting.digest, door="correction")
        await record(session, Entry(Deed.DECLINED, waiting.id))
        return None
    if latest is None or latest.tool != tool or not at_once or len(proposed.operations) != 1:
        return None
    (wanted,) = proposed.operations
    if wanted.action is not Action.CREATE or wanted.kind != latest.kind:
        return None
    # Held against what the last change left, so that what somebody else edited since stays as it is.
    made = latest.after or {}
    values = {name: value for name, value in wanted.values.items() if made.get(name) != value}
    version = await changes.version_of(latest.kind, latest.record_id)
    update = Operation(Action.UPDATE, latest.kind, values, latest.record_id, version)
    return replace(proposed, operations=(update,), done=proposed.corrected or proposed.done)


def preview(proposed: Proposed, images: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Before and after of what would be touched, for the approval card.

    Args:
        images: for each operation the record's fields as they are now; empty for a record that is new.
    """
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for operation, image in zip(proposed.operations, images, strict=True):
        for name, value in operation.values.items():
            if name in image:
                before[f"{operation.kind}.{name}"] = image[name]
            # A new record's empty field is nothing to decide on; a field that is emptied is.
            if name in image or value is not None:
                after[f"{operation.kind}.{name}"] = value
    if proposed.message is not None:
        message = proposed.message
        after |= {"to": message.address, "subject": message.subject, "body": message.body}
    records = len(proposed.operations) + (1 if proposed.message else 0)
    return {"before": before, "after": after, "records": records}


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
            raise AlreadySent(same.id)
    line, fresh = await proposals.add(
        turn=turn,
        step=step,
        tool=tool,
        effect=effect,
        arguments=arguments,
        preview=preview(proposed, await _images(session, actor, proposed)),
        versions=versions,
        read_before=read_before,
        expires_at=datetime.now(UTC) + LIFETIME,
    )
    if fresh:
        await record(session, proposing(Deed.PROPOSED, line.id, tool, proposed))
    return line


async def _images(session: WriteSession, actor: Actor, proposed: Proposed) -> list[Mapping[str, Any]]:
    changes = ChangeRepository(session, actor)
    return [
        await changes.image_of(one.kind, one.id) if one.action is Action.UPDATE and one.id is not None else {}
        for one in proposed.operations
    ]


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
        await record(session, Entry(Deed.APPROVED, proposal_id))
        operations = tuple(_restored(one) for one in claimed.arguments["operations"])
        if operations:
            conversation = (await TurnRepository(session, actor).get(claimed.turn_id)).conversation_id
            done = await _apply(
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
        declined = await proposals.claim(proposal_id, ProposalStatus.DECLINED, bound_to=shown.digest, door=door)
        await record(session, Entry(Deed.DECLINED, proposal_id))
    return declined


async def undo(database: Database, actor: Actor, change_id: str) -> ChangeLine:
    async with database.write() as session:
        return await _undo(session, actor, change_id)


async def _undo(session: WriteSession, actor: Actor, change_id: str) -> ChangeLine:
    undone = await ChangeRepository(session, actor).undo(change_id)
    await record(session, Entry(Deed.UNDONE, change_id))
    return undone


async def undo_proposal(database: Database, actor: Actor, proposal_id: str) -> ChangeLine:
    """Take back what an approved proposal changed; a sent message cannot be taken back."""
    async with database.read() as session:
        proposal = await ProposalRepository(session, actor).get(proposal_id)
    if proposal.change_id is None:
        raise (MessageWasSent if proposal.status is ProposalStatus.APPLIED else NothingChanged)(proposal_id)
    return await undo(database, actor, proposal.change_id)


async def _unchanged(session: WriteSession, actor: Actor, versions: Mapping[str, Any]) -> None:
    changes = ChangeRepository(session, actor)
    for key, version in versions.items():
        kind, _, record_id = key.partition(":")
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
