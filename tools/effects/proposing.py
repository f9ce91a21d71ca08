"""Storing what would be done for a person to decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from db.access import Actor, Permission
from db.deeds import Deed, Kind, about
from db.policy import Rule
from db.record_images import links
from db.repositories.proposals import ProposalLine, ProposalRepository, ProposalStatus
from db.repositories.writing import WriteRepository
from db.session import WriteSession
from tools.contract import Action, Effect, Operation, Proposed
from tools.effects.stored import arguments_of, call_of
from tools.errors import AlreadySent
from tools.recording import proposing, record

LIFETIME = timedelta(days=7)


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
    rule: Rule = Rule.PROPOSE,
    taken: frozenset[str] = frozenset(),
    own_words: bool = True,
) -> ProposalLine:
    """Store it with everything it is bound to; a turn that is run again is given its own.

    Args:
        rule: what the policy says at this moment.
        taken: proposals of this turn that this run has met already.
        own_words: whether the person's own words led to it; the preview says so, and what was read before.
    """
    actor.require(Permission.EFFECTS_PROPOSE)
    proposals, changes = ProposalRepository(session, actor), WriteRepository(session, actor)
    call = call_of(tool, proposed)
    await changes.hold(turn)
    if known := await proposals.of_call(turn, step, call, taken=taken):
        return known
    versions = await bound_versions(changes, proposed)
    if effect is Effect.OUTWARD and (waiting := _unsent(await proposals.same(call), versions)):
        return waiting
    line, _ = await proposals.add(
        turn=turn,
        step=await changes.free_step(turn, step),
        tool=tool,
        effect=effect,
        arguments=arguments_of(proposed),
        preview=preview(proposed, await _images(changes, proposed))
        | {"own_words": own_words, "read_before": read_before},
        versions=versions,
        read_before=read_before,
        expires_at=datetime.now(UTC) + LIFETIME,
        call=call,
        rule=rule,
    )
    await record(session, proposing(Deed.PROPOSED, about(Kind.PROPOSAL, line.id), tool, proposed, digest=line.digest))
    return line


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
    records = sum(len(one.ids) or 1 for one in proposed.operations) + (1 if proposed.message else 0)
    return {"before": before, "after": after, "records": records, **proposed.reach}


async def bound_versions(changes: WriteRepository, proposed: Proposed) -> dict[str, Any]:
    """The records it would change, point at or write to, each with the state it is in now.

    Many that get the same stand together under the place of their operation: `{"2": {"17": "5f0c…", …}}`.
    """
    records: dict[tuple[str, int], int | None] = {}
    for one in proposed.operations:
        if one.action is not Action.UNDO and not one.whole:
            records |= {linked: None for linked in links(one.kind, one.values) if linked not in records}
        if one.id is not None:
            records[one.kind, one.id] = one.version
    if proposed.message is not None:
        to = proposed.message.to
        records.setdefault((to.kind, to.id), None)
    bound: dict[str, Any] = {
        f"{kind}:{key}": await changes.state_of(kind, key, version=version)
        for (kind, key), version in records.items()
    }  # fmt: skip
    for place, one in enumerate(proposed.operations):
        if one.ids:
            bound[str(place)] = {str(key): state for key, state in (await states(changes, one)).items()}
    return bound


async def states(changes: WriteRepository, operation: Operation, *, to_stay: bool = False) -> dict[int, str]:
    """The state of each record an operation on many is about."""
    return await changes.states_of(
        operation.kind, operation.ids, deleted=operation.action is Action.RESTORE, whole=operation.whole,
        to_stay=to_stay,
    )  # fmt: skip


def _unsent(same: Sequence[ProposalLine], versions: Mapping[str, Any]) -> ProposalLine | None:
    """The one that waits already; refused where exactly this message went out or may have."""
    for one in same:
        if one.status in (ProposalStatus.APPROVED, ProposalStatus.APPLIED):
            raise AlreadySent(one.id)
    return next((one for one in same if one.expires_at > datetime.now(UTC) and one.versions == versions), None)


async def _images(changes: WriteRepository, proposed: Proposed) -> list[Mapping[str, Any]]:
    return [
        await changes.image_of(one.kind, one.id) if one.action is Action.UPDATE and one.id is not None else {}
        for one in proposed.operations
    ]
