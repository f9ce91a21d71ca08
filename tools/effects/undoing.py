"""Taking back what was carried out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from db.access import Actor, Permission
from db.deeds import Deed, Kind, about
from db.doors import Door
from db.repositories.changes import ChangeLine
from db.repositories.proposals import ProposalRepository, ProposalStatus
from db.repositories.undoing import UndoRepository
from db.session import Database
from tools.contract import Action
from tools.effects.stored import operations_in
from tools.errors import MessageWasSent, NothingChanged, NothingToRedo
from tools.recording import Entry, record
from tools.scoring import rescore

_BY_HAND = "by hand"


async def undo(
    database: Database, actor: Actor, change_id: str, *, door: Door | None = None, turn: str | None = None
) -> ChangeLine:
    """Take back the call a change belongs to, all of its records or none; the change that was asked for.

    Args:
        door: where somebody decided it, left on the rows as what touched them last.
        turn: the turn whose words take it back. Run again, it is given what it took back and takes back nothing else.
    """
    actor.require(Permission.EFFECTS_DECIDE)
    async with database.write() as session:
        changes = UndoRepository(session, actor)
        if turn is not None:
            await changes.hold(turn)
            if known := await changes.undone_in(turn):
                return known[-1]
        undone = await changes.undo(change_id, marked=turn or door or _BY_HAND, turn=turn)
        await rescore(session, undone)
        chosen = next(one for one in undone if one.id == change_id)
        await record(session, Entry(Deed.UNDONE, about(Kind.CHANGE, change_id), chosen.tool))
    return chosen


async def undo_together(
    database: Database, actor: Actor, change_ids: Sequence[str], *, turn: str
) -> tuple[ChangeLine, ...]:
    """Take back several calls in words, the latest first; all of them or none.

    Args:
        change_ids: a change of each call, that of the latest call first.
        turn: the turn whose words take them back. Run again, it is given what it took back.
    """
    actor.require(Permission.EFFECTS_DECIDE)
    async with database.write() as session:
        changes = UndoRepository(session, actor)
        await changes.hold(turn)
        if known := await changes.undone_in(turn):
            return known
        undone = await changes.undo_all(change_ids, marked=turn)
        await rescore(session, undone)
        tools = {one.id: one.tool for one in undone}
        for change_id in change_ids:
            await record(session, Entry(Deed.UNDONE, about(Kind.CHANGE, change_id), tools[change_id]))
    return undone


async def undo_proposal(database: Database, actor: Actor, proposal_id: str, *, door: Door | None = None) -> ChangeLine:
    """Take back everything an approved proposal changed; a sent message cannot be taken back.

    Of a proposal that took changes back itself: they are done again.
    """
    actor.require(Permission.EFFECTS_DECIDE)
    async with database.read() as session:
        proposal = await ProposalRepository(session, actor).get(proposal_id)
    if proposal.status is ProposalStatus.APPLIED and _takes_back(proposal.arguments):
        return (await redo(database, actor, proposal.turn_id, door=door))[0]
    if not proposal.changes:
        raise (MessageWasSent if proposal.status is ProposalStatus.APPLIED else NothingChanged)(proposal_id)
    return await undo(database, actor, proposal.changes[0], door=door)


async def redo(
    database: Database, actor: Actor, taken_back_in: str, *, door: Door | None = None, turn: str | None = None
) -> tuple[ChangeLine, ...]:
    """Do again what was taken back together, all of it or nothing.

    Args:
        taken_back_in: the turn whose proposal took it back.
        turn: the turn whose words ask for it.

    Raises:
        NothingToRedo: it was done again already.
        EditedSince: somebody edited one of the records since.
    """
    actor.require(Permission.EFFECTS_DECIDE)
    async with database.write() as session:
        changes = UndoRepository(session, actor)
        if turn is not None:
            await changes.hold(turn)
        gone = await changes.undone_in(taken_back_in)
        if not gone:
            raise NothingToRedo
        done = await changes.redo_all([one.id for one in gone], marked=turn or door or _BY_HAND)
        await rescore(session, done)
        await record(session, Entry(Deed.REDONE, about(Kind.CHANGE, done[0].id), done[0].tool))
    return done


def _takes_back(arguments: Mapping[str, Any]) -> bool:
    return any(one.action is Action.UNDO for one in operations_in(arguments))
