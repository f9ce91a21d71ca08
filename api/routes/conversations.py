"""A person's own conversations."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import CurrentActor, CurrentRuntime

router = APIRouter(prefix="/conversations", tags=["conversations"])


class ConversationShape(BaseModel):
    id: str
    title: str | None
    door: str
    updated_at: str


class TurnShape(BaseModel):
    turn: str
    message: str
    status: str
    answer: dict[str, Any] | None


@router.get("", summary="Recent conversations")
async def recent(actor: CurrentActor, runtime: CurrentRuntime) -> list[ConversationShape]:
    return [
        ConversationShape(id=one.id, title=one.title, door=one.door, updated_at=one.updated_at.isoformat())
        for one in await runtime.conversations(actor)
    ]


@router.get("/{conversation_id}", summary="The turns of a conversation")
async def turns(conversation_id: str, actor: CurrentActor, runtime: CurrentRuntime) -> list[TurnShape]:
    return [
        TurnShape(turn=one.id, message=one.text, status=one.status, answer=one.result)
        for one in await runtime.turns(actor, conversation_id)
    ]
