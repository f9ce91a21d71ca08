"""Carrying out operations in the caller's transaction: all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from db.access import Actor, Permission
from db.deeds import Deed, Kind, about
from db.repositories.changes import ChangeLine, Made
from db.repositories.undoing import UndoRepository
from db.repositories.writing import Progress, WriteRepository
from db.session import WriteSession
from tools.contract import CREATED, Action, Operation, Proposed
from tools.effects.stored import call_of
from tools.recording import proposing, record
from tools.scoring import qualified, rescore


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
    changes = UndoRepository(session, actor)
    call = call or call_of(tool, proposed)
    if step is not None:
        await changes.hold(turn)
        if known := await changes.of_call(turn, step, call, taken=taken):
            return known
    made = Made(turn, conversation, tool, await changes.free_step(turn, step), call=call)
    done = await carry_on(session, changes, proposed.operations, made)
    if done:
        await record(session, proposing(Deed.APPLIED, about(Kind.CHANGE, done[0].id), tool, proposed))
    return done


async def carry_on(
    session: WriteSession,
    records: UndoRepository,
    operations: tuple[Operation, ...],
    made: Made,
    *,
    progress: Progress = lambda _done: None,
) -> tuple[ChangeLine, ...]:
    """Write them, score the leads they are about, and write what follows from the scores as parts of the same call."""
    done = await carry(records, operations, made, progress=progress)
    further = await qualified(session, await rescore(session, done))
    return (*done, *await carry(records, further, replace(made, part=len(done)))) if further else done


async def carry(
    records: UndoRepository,
    operations: tuple[Operation, ...],
    made: Made,
    *,
    progress: Progress = lambda _done: None,
) -> tuple[ChangeLine, ...]:
    """Write them in order; each record is a part of the call. `progress` is told how many records are done."""
    done: list[ChangeLine] = []
    for operation in operations:
        placed, written = replace(made, part=made.part + len(done)), _with_created(operation, done)
        if operation.ids or operation.action is Action.UNDO:
            done += await _write_all(records, written, placed, partial(_further, progress, len(done)))
        else:
            done.append(await _write(records, written, placed))
            progress(len(done))
    return tuple(done)


def _with_created(operation: Operation, done: Sequence[ChangeLine]) -> Operation:
    """With the ids of records that the same call has just made in the place of the references to them."""
    values = {
        name: done[value[CREATED]].record_id if isinstance(value, dict) and CREATED in value else value
        for name, value in operation.values.items()
    }
    return replace(operation, values=values)


def _further(progress: Progress, before: int, done: int) -> None:
    progress(before + done)


async def _write(records: WriteRepository, operation: Operation, made: Made) -> ChangeLine:
    match operation.action:
        case Action.CREATE:
            return await records.create(operation.kind, operation.values, made, whole=operation.whole)
        case Action.UPDATE:
            if operation.id is None or operation.version is None:
                raise ValueError("an update names its record and version")
            return await records.update(operation.kind, operation.id, operation.version, operation.values, made)
        case _:
            raise ValueError(f"{operation.action} is done to a list of records")


async def _write_all(
    records: UndoRepository, operation: Operation, made: Made, progress: Progress
) -> Sequence[ChangeLine]:
    kind, ids, whole = operation.kind, operation.ids, operation.whole
    match operation.action:
        case Action.UPDATE:
            return await records.change_all(kind, ids, operation.values, made, whole=whole, progress=progress)
        case Action.DELETE:
            gone = {**operation.values, "deleted_at": datetime.now(UTC).isoformat()}
            return await records.change_all(kind, ids, gone, made, whole=whole, progress=progress)
        case Action.RESTORE:
            back = {**operation.values, "deleted_at": None}
            return await records.change_all(kind, ids, back, made, deleted=True, whole=whole, progress=progress)
        case Action.UNDO:
            return await records.undo_all(operation.values["changes"], marked=made.turn, progress=progress)
        case _:
            raise ValueError("records are created one by one")
