"""Scores of leads, of those that the person who asks may see."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from agent.runtime import Runtime
from api.dependencies import CurrentActor, CurrentRuntime
from db.access import Actor, Permission
from tools.lead.score_shape import shape
from tools.lead.scores import scores_of

router = APIRouter(prefix="/ai/leads", tags=["leads"])
MOST = 500
"""The most leads that one request scores."""


class Factor(BaseModel):
    """`weight` is in points of the score, `most` what it could give; not `known`: an average lead stands in."""

    factor: str
    component: str
    text: str
    weight: int
    most: int
    known: bool


class Factors(BaseModel):
    """The weights of both lists add up to the score."""

    positive: list[Factor]
    negative: list[Factor]


class SuggestedAction(BaseModel):
    """`gain`: the most points it could add."""

    text: str
    gain: int


class ScoringModel(BaseModel):
    """What scored: today rules, which were not trained and are not calibrated."""

    kind: str
    version: str
    trained_on: str | None
    auc: float | None
    calibrated: bool


class LeadScoreShape(BaseModel):
    lead_id: int
    score: int = Field(ge=0, le=100)
    tier: Literal["hot", "warm", "cold"]
    grade: Literal["A", "B", "C", "D"]
    confidence: float = Field(ge=0, le=1)
    factors: Factors
    suggested_actions: list[SuggestedAction]
    remarks: list[str]
    model: ScoringModel
    next_rescore: str | None


class LeadsWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    lead_ids: Annotated[list[Annotated[int, Field(ge=1, lt=2**63)]], Field(max_length=MOST)]


@router.get("/{lead_id}/score", summary="The score of a lead, with its reasons")
async def one(lead_id: int, actor: CurrentActor, runtime: CurrentRuntime) -> LeadScoreShape:
    """As of now: the score with what speaks for and against, and what would raise it."""
    return LeadScoreShape.model_validate((await _scored([lead_id], actor, runtime))[0])


@router.post("/score", summary="The scores of several leads")
async def several(wanted: LeadsWanted, actor: CurrentActor, runtime: CurrentRuntime) -> list[LeadScoreShape]:
    """In the order asked for. One that does not exist refuses all of them."""
    return [LeadScoreShape.model_validate(found) for found in await _scored(wanted.lead_ids, actor, runtime)]


async def _scored(ids: list[int], actor: Actor, runtime: Runtime) -> list[dict[str, Any]]:
    actor.require(Permission.LEADS_READ)
    async with runtime.database.read() as session:
        return [shape(answer) for answer in await scores_of(ids, await runtime.context(actor, session))]
