"""A request that corrects the one before it ("make it 11")."""

from __future__ import annotations

from dataclasses import replace

from db.access import Actor
from db.deeds import Deed, Kind, about
from db.doors import Door
from db.repositories.proposals import ProposalRepository, ProposalStatus
from db.repositories.writing import WriteRepository
from db.session import WriteSession
from tools.contract import Action, Operation, Proposed
from tools.recording import Entry, record

_MOST_OF_A_TURN = 20


async def correcting(
    session: WriteSession,
    actor: Actor,
    proposed: Proposed,
    *,
    tool: str,
    conversation: str,
    turn: str | None = None,
) -> Proposed | None:
    """A request that corrects the last one of its tool, as a change of the record that one created.

    None where there is no such record; a proposal of the tool that still waits is declined then, so that its corrected
    form stands alone. What the person's words did not lead to is nothing that they correct.

    Args:
        turn: the turn that corrects; what it did itself is not corrected again when it is run a second time.
    """
    changes, proposals = WriteRepository(session, actor), ProposalRepository(session, actor)
    standing = await changes.standing(conversation, limit=_MOST_OF_A_TURN)
    # A turn may have changed several records; the one that its request of this tool made is meant.
    of_turn = [one for one in standing if one.turn_id == standing[0].turn_id]
    latest = next((one for one in of_turn if one.tool == tool), next(iter(of_turn), None))
    waiting = await proposals.waiting(tool, conversation, besides=turn)
    # Identifiers grow with time.
    later = waiting is not None and (latest is None or waiting.turn_id > latest.turn_id)
    if waiting is not None and later and waiting.preview.get("own_words", True):
        await proposals.claim(
            waiting.id, ProposalStatus.DECLINED, bound_to=waiting.digest, door=Door.CORRECTION, turn=turn
        )
        await record(session, Entry(Deed.DECLINED, about(Kind.PROPOSAL, waiting.id)))
        return None
    if latest is None or latest.tool != tool or len(proposed.operations) != 1:
        return None
    (wanted,) = proposed.operations
    if wanted.action is not Action.CREATE or wanted.kind != latest.kind:
        return None
    # Held against what the last change left, so that what somebody else edited since stays as it is.
    made = latest.after or {}
    values = {name: value for name, value in wanted.values.items() if made.get(name) != value}
    version = await changes.version_of(latest.kind, latest.record_id)
    update = Operation(Action.UPDATE, latest.kind, values, latest.record_id, version)
    said, done = proposed.corrects or proposed.said, proposed.corrected or proposed.done
    return replace(proposed, operations=(update,), said=said, done=done)
