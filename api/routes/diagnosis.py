"""The win-rate diagnosis over the deals of the person who asks."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import CurrentActor, CurrentRuntime
from api.schemas import DiagnosisShape

router = APIRouter(prefix="/ai", tags=["analysis"])


class DiagnoseRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    period: Literal["quarter", "month", "year"] = "quarter"
    at: str | None = None
    versus: str | None = None
    filters: Annotated[dict[str, list[str]], Field(default_factory=dict)]


@router.post("/diagnose", summary="Why the win rate moved")
async def diagnose(ask: DiagnoseRequest, actor: CurrentActor, runtime: CurrentRuntime) -> DiagnosisShape:
    """The diagnosis as JSON, over the deals this person may see."""
    found = await runtime.diagnose(actor, grain=ask.period, at=ask.at, versus=ask.versus, filters=ask.filters)
    return DiagnosisShape.model_validate(found)
