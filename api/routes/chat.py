"""Asking a question: as JSON, or as a stream of events that can be taken up again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from agent.runtime import Runtime
from agent.schema import TurnAnswer
from api.dependencies import CurrentActor, CurrentRuntime
from db.access import Actor

router = APIRouter(tags=["chat"])
EVENT_STREAM = "text/event-stream"


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid")

    message: Annotated[str, Field(min_length=1)]
    conversation: str | None = None
    idempotency_key: Annotated[str | None, Field(max_length=120)] = None


@router.post(
    "/chat",
    response_model=TurnAnswer,
    responses={200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}},
    summary="Ask a question",
)
async def chat(question: Question, request: Request, actor: CurrentActor, runtime: CurrentRuntime) -> Response:
    """Answer a message. With `Accept: text/event-stream` the events of the turn come as they happen."""
    turn = await runtime.ask(
        actor, question.message, door="http", conversation=question.conversation, key=question.idempotency_key
    )
    if EVENT_STREAM in request.headers.get("accept", ""):
        return _stream(runtime, actor, turn.id, after=0)
    answer = await runtime.answer(actor, turn.id)
    return JSONResponse(answer.model_dump(mode="json"))


@router.get("/turns/{turn_id}", response_model=TurnAnswer, summary="The answer of a turn")
async def turn_answer(turn_id: str, actor: CurrentActor, runtime: CurrentRuntime) -> TurnAnswer:
    return await runtime.answer(actor, turn_id)


@router.get("/turns/{turn_id}/events", summary="The events of a turn, from where a reader left off")
async def events(
    turn_id: str,
    actor: CurrentActor,
    runtime: CurrentRuntime,
    last_event_id: Annotated[int, Header(ge=0)] = 0,
) -> StreamingResponse:
    await runtime.turn(actor, turn_id)
    return _stream(runtime, actor, turn_id, after=last_event_id)


def _stream(runtime: Runtime, actor: Actor, turn_id: str, *, after: int) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        async for event in runtime.events(actor, turn_id, after=after):
            data = json.dumps(event.data, ensure_ascii=False)
            yield f"id: {event.number}\nevent: {event.kind}\ndata: {data}\n\n"

    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no", "X-Turn": turn_id}
    return StreamingResponse(lines(), media_type=EVENT_STREAM, headers=headers)
