"""Carrying out operations in the caller's transaction: all of them or none."""

from __future__ import annotations

from db.access import Actor, Permission
from db.deeds import Deed, Kind, about
from db.repositories.changes import ChangeLine, ChangeRepository, Made
from db.session import WriteSession
from tools.contract import Action, Operation, Proposed
from tools.effects.stored import call_of
from tools.errors import CannotDelete
from tools.recording import proposing, record


async def apply(
    session: WriteSession,
    actor: Actor,
    proposed: Proposed,
    *,
    tool: str,
    turn: str,
    conversation: str,
    step: int | None = None,
    call: str | None = None,
    taken: frozenset[str] = frozenset(),
) -> tuple[ChangeLine, ...]:
    """Carry out the operations, with one entry for them.

    Args:
        step: position of the call in its turn. With it, a turn that is run again is given what its earlier run did.
        call: what the call is recognised by, where it is not what is carried out (a correction).
        taken: changes of this turn that this run has met already.
    """
    actor.require(Permission.EFFECTS_APPLY)
    changes = ChangeRepository(session, actor)
    call = call or call_of(tool, proposed)
    if step is not None:
        await changes.hold(turn)
        if known := await changes.of_call(turn, step, call, taken=taken):
            return known
    made = Made(turn, conversation, tool, await changes.free_step(turn, step), call=call)
    done = await carry(changes, proposed.operations, made)
    if done:
        await record(session, proposing(Deed.APPLIED, about(Kind.CHANGE, done[0].id), tool, proposed))
    return done


async def carry(changes: ChangeRepository, operations: tuple[Operation, ...], made: Made) -> tuple[ChangeLine, ...]:
    """Write them in order, each as a part of its call."""
    done = []
    for part, operation in enumerate(operations):
        done.append(await _write(changes, operation, Made(
            made.turn, made.conversation, made.tool, made.step, part, made.call, made.proposal
        )))  # fmt: skip
    return tuple(done)


async def _write(changes: ChangeRepository, operation: Operation, made: Made) -> ChangeLine:
    match operation.action:
        case Action.CREATE:
            return await changes.create(operation.kind, operation.values, made)
        case Action.UPDATE:
            if operation.id is None or operation.version is None:
                raise ValueError("an update names its record and version")
            return await changes.update(operation.kind, operation.id, operation.version, operation.values, made)
        case Action.DELETE:
            raise CannotDelete(operation.kind)
