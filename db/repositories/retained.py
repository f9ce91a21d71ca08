"""Whom a retention is proposed to, and the turn that such a proposal belongs to."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import select

from db.access import Actor, actor_of
from db.doors import Door
from db.models import Proposal, ProposalStatus, Role, Turn, TurnStatus, User
from db.repositories.conversations import REQUEST, ConversationRepository
from db.repositories.proposals import ProposalLine
from db.repositories.turns import Remembered, TurnRepository
from db.session import WriteSession
from db.workspace import LOCAL_ADMIN


async def administrator(session: WriteSession) -> Actor | None:
    """The first active administrator, before the one of the terminal, which nobody signs in as."""
    statement = (
        select(User)
        .where(User.role == Role.ADMIN, User.active, User.deleted_at.is_(None))
        .order_by(User.email == LOCAL_ADMIN, User.id)
        .limit(1)
    )
    user = await session.scalar(statement)
    return await actor_of(session, user) if user is not None else None


async def waits(session: WriteSession, title: str) -> bool:
    """Whether a proposal of this title has not been decided yet."""
    open_ = (
        select(Proposal.id)
        .join(Turn, Turn.id == Proposal.turn_id)
        .where(Proposal.status == ProposalStatus.WAITING, Turn.text == title)
        .limit(1)
    )
    return await session.scalar(open_) is not None


async def open_turn(session: WriteSession, actor: Actor, title: str) -> str:
    """A turn of a conversation of its own, which no list of conversations shows."""
    started = await ConversationRepository(session, actor).start(Door.WORKER)
    turn, _ = await TurnRepository(session, actor).open(started.id, title, trace_id=secrets.token_hex(16), key=None)
    return turn.id


async def close_turn(
    session: WriteSession, actor: Actor, turn: str, said: str, proposal: ProposalLine, area: str
) -> None:
    """Finish it in the published shape of an answer."""
    turns = TurnRepository(session, actor)
    line = await turns.get(turn)
    step = {"agent": area, "tool": proposal.tool, "args": {}, "effect": proposal.effect, "ok": True, "error": None}
    result: dict[str, Any] = {
        "answer": said, "agents": [area], "conversation": line.conversation_id, "turn": turn,
        "trace_id": line.trace_id, "steps": [step | {"change": None}], "citations": [], "proposals": [], "charts": [],
        "clarify": None, "refused": None,
        "usage": {"input_tokens": 0, "output_tokens": 0, "cost_usd": "0.00", "model": "local"},
    }  # fmt: skip
    await turns.finish(turn, result, status=TurnStatus.DONE, remembered=Remembered({REQUEST: line.text}, line.text))
