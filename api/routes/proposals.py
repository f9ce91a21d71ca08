"""Changes that wait for a decision, and taking a change back."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import CurrentActor, CurrentRuntime
from db.doors import Door
from db.errors import AlreadyDecided
from db.repositories.changes import ChangeLine
from db.repositories.proposals import ProposalLine
from tools.communication.send import decided_before, told_of

router = APIRouter(tags=["proposals"])
DOOR = Door.HTTP


class ProposalState(BaseModel):
    """A proposal as this person sees it: `mine` says whether they may approve it, `reason` why the asker may not."""

    id: str
    tool: str
    effect: str
    args: dict[str, Any]
    preview: dict[str, Any]
    status: str
    expires_at: str
    change: str | None
    changes: list[str]
    outcome: str | None
    digest: str
    rule: str
    asked_by: str
    waits_for: list[str]
    mine: bool
    reason: str


class Shown(BaseModel):
    """What was decided on."""

    model_config = ConfigDict(extra="forbid")

    digest: str | None = Field(default=None, min_length=1, max_length=64)
    """`digest` of the proposal as it was shown; another one is refused."""


class Found(BaseModel):
    """What became of a message whose sending was cut off."""

    model_config = ConfigDict(extra="forbid")

    arrived: bool


class ChangeState(BaseModel):
    id: str
    record: str
    undone: bool


def state_of(line: ProposalLine) -> ProposalState:
    return ProposalState(
        id=line.id, tool=line.tool, effect=line.effect, args=line.shown_arguments,
        preview=line.shown_preview, status=line.status,
        expires_at=line.expires_at.isoformat(), change=line.change_id, changes=list(line.changes),
        outcome=told_of(line), digest=line.digest, rule=line.rule, asked_by=line.asker,
        waits_for=list(line.waits_for), mine=line.mine, reason=line.reason,
    )  # fmt: skip


def change_of(line: ChangeLine) -> ChangeState:
    return ChangeState(id=line.id, record=f"{line.kind}:{line.record_id}", undone=line.undone_at is not None)


@router.get("/proposals", summary="Proposals this person may see, those that wait for them first")
async def proposals(actor: CurrentActor, runtime: CurrentRuntime) -> list[ProposalState]:
    return [state_of(line) for line in await runtime.proposals(actor)]


@router.post("/proposals/{proposal_id}/approve", summary="Carry a proposal out")
async def approve(
    proposal_id: str, actor: CurrentActor, runtime: CurrentRuntime, shown: Shown | None = None
) -> ProposalState:
    """Give `digest` so that nothing else than what was shown is carried out."""
    digest = shown.digest if shown else None
    try:
        return state_of(await runtime.approve(actor, proposal_id, door=DOOR, shown=digest))
    except AlreadyDecided as refused:
        raise await decided_before(runtime.database, actor, proposal_id) from refused


@router.post("/proposals/{proposal_id}/decline", summary="Decline a proposal")
async def decline(proposal_id: str, actor: CurrentActor, runtime: CurrentRuntime) -> ProposalState:
    try:
        return state_of(await runtime.decline(actor, proposal_id, door=DOOR))
    except AlreadyDecided as refused:
        raise await decided_before(runtime.database, actor, proposal_id) from refused


@router.post("/proposals/{proposal_id}/settle", summary="Say what became of a message in doubt")
async def settle(proposal_id: str, found: Found, actor: CurrentActor, runtime: CurrentRuntime) -> ProposalState:
    return state_of(await runtime.settle(actor, proposal_id, arrived=found.arrived, door=DOOR))


@router.post("/proposals/{proposal_id}/undo", summary="Take back everything a proposal changed")
async def undo_proposal(proposal_id: str, actor: CurrentActor, runtime: CurrentRuntime) -> ChangeState:
    return change_of(await runtime.undo_proposal(actor, proposal_id, door=DOOR))


@router.post("/changes/{change_id}/undo", summary="Take a change back")
async def undo(change_id: str, actor: CurrentActor, runtime: CurrentRuntime) -> ChangeState:
    return change_of(await runtime.undo(actor, change_id, door=DOOR))
