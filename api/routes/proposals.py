"""Changes that wait for a decision, and taking a change back."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import CurrentActor, CurrentRuntime
from db.errors import AlreadyDecided
from db.repositories.changes import ChangeLine
from db.repositories.proposals import ProposalLine
from tools.communication.send import decided_before, told_of

router = APIRouter(tags=["proposals"])
DOOR = "http"


class ProposalState(BaseModel):
    id: str
    tool: str
    effect: str
    args: dict[str, Any]
    preview: dict[str, Any]
    status: str
    expires_at: str
    change: str | None
    outcome: str | None


class ChangeState(BaseModel):
    id: str
    record: str
    undone: bool


def state_of(line: ProposalLine) -> ProposalState:
    return ProposalState(
        id=line.id, tool=line.tool, effect=line.effect, args=line.arguments, preview=line.preview, status=line.status,
        expires_at=line.expires_at.isoformat(), change=line.change_id, outcome=told_of(line),
    )  # fmt: skip


def change_of(line: ChangeLine) -> ChangeState:
    return ChangeState(id=line.id, record=f"{line.kind}:{line.record_id}", undone=line.undone_at is not None)


@router.get("/proposals", summary="Proposals this person may see")
async def proposals(actor: CurrentActor, runtime: CurrentRuntime) -> list[ProposalState]:
    return [state_of(line) for line in await runtime.proposals(actor)]


@router.post("/proposals/{proposal_id}/approve", summary="Carry a proposal out")
async def approve(proposal_id: str, actor: CurrentActor, runtime: CurrentRuntime) -> ProposalState:
    try:
        return state_of(await runtime.approve(actor, proposal_id, door=DOOR))
    except AlreadyDecided as refused:
        raise await decided_before(runtime.database, actor, proposal_id) from refused


@router.post("/proposals/{proposal_id}/decline", summary="Decline a proposal")
async def decline(proposal_id: str, actor: CurrentActor, runtime: CurrentRuntime) -> ProposalState:
    try:
        return state_of(await runtime.decline(actor, proposal_id, door=DOOR))
    except AlreadyDecided as refused:
        raise await decided_before(runtime.database, actor, proposal_id) from refused


@router.post("/changes/{change_id}/undo", summary="Take a change back")
async def undo(change_id: str, actor: CurrentActor, runtime: CurrentRuntime) -> ChangeState:
    return change_of(await runtime.undo(actor, change_id, door=DOOR))
