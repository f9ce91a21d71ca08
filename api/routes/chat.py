"""Asking a question: as JSON, or as a stream of events that can be taken up again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from agent.runtime import Runtime
from agent.schema import TurnAnswer
from api.dependencies import CurrentActor, CurrentRuntime
from db.access import Actor
from db.doors import Door
from db.repositories.turns import TurnLine

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
        actor, question.message, door=Door.HTTP, conversation=question.conversation, key=question.idempotency_key
    )
    return await _answered(request, runtime, actor, turn)


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


@router.post("/turns/{turn_id}/stop", summary="Ask a running turn to end")
async def stop(turn_id: str, actor: CurrentActor, runtime: CurrentRuntime) -> dict[str, bool]:
    """It ends between two steps. `stopping` is false when it was over already."""
    return {"stopping": await runtime.stop(actor, turn_id)}


@router.post("/turns/{turn_id}/retry", response_model=TurnAnswer, summary="Ask the same once more")
async def retry(turn_id: str, request: Request, actor: CurrentActor, runtime: CurrentRuntime) -> Response:
    """A new turn at the end of the conversation, answered like a question."""
    return await _answered(request, runtime, actor, await runtime.retry(actor, turn_id, door=Door.HTTP))


async def _answered(request: Request, runtime: Runtime, actor: Actor, turn: TurnLine) -> Response:
    if EVENT_STREAM in request.headers.get("accept", ""):
        return _stream(runtime, actor, turn.id, after=0)
    answer = await runtime.answer(actor, turn.id)
    return JSONResponse(answer.model_dump(mode="json"))


def _stream(runtime: Runtime, actor: Actor, turn_id: str, *, after: int) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        async for event in runtime.events(actor, turn_id, after=after):
            yield f"id: {event.number}\nevent: {event.kind}\ndata: {event.body}\n\n"

    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no", "X-Turn": turn_id}
    return StreamingResponse(lines(), media_type=EVENT_STREAM, headers=headers)
