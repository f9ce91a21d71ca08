"""Taking back what was carried out."""

from __future__ import annotations

from db.access import Actor, Permission
from db.deeds import Deed, Kind, about
from db.doors import Door
from db.repositories.changes import ChangeLine
from db.repositories.proposals import ProposalRepository, ProposalStatus
from db.repositories.undoing import UndoRepository
from db.session import Database
from tools.errors import MessageWasSent, NothingChanged
from tools.recording import Entry, record

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
        chosen = next(one for one in undone if one.id == change_id)
        await record(session, Entry(Deed.UNDONE, about(Kind.CHANGE, change_id), chosen.tool))
    return chosen


async def undo_proposal(database: Database, actor: Actor, proposal_id: str, *, door: Door | None = None) -> ChangeLine:
    """Take back everything an approved proposal changed; a sent message cannot be taken back."""
    actor.require(Permission.EFFECTS_DECIDE)
    async with database.read() as session:
        proposal = await ProposalRepository(session, actor).get(proposal_id)
    if not proposal.changes:
        raise (MessageWasSent if proposal.status is ProposalStatus.APPLIED else NothingChanged)(proposal_id)
    return await undo(database, actor, proposal.changes[0], door=door)
