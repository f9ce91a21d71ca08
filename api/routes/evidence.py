"""The figure behind a citation: rule, parameters, rows, and whether it still holds."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from agent.runtime import Opened
from api.dependencies import CurrentActor, CurrentRuntime

router = APIRouter(prefix="/evidence", tags=["evidence"])


class EvidenceShape(BaseModel):
    id: str
    label: str
    rule: str
    tool: str
    parameters: dict[str, Any]
    value: dict[str, Any]
    at: str
    rows: list[dict[str, Any]]
    scope: str


class VerifiedShape(EvidenceShape):
    now: dict[str, Any] | None
    holds: bool


def _shape(opened: Opened) -> dict[str, Any]:
    line = opened.line
    return {
        "id": line.id, "label": line.label, "rule": line.rule, "tool": line.tool, "parameters": line.arguments,
        "value": line.value, "at": line.at.isoformat() if line.at else "", "rows": list(opened.rows),
        "scope": opened.rows_said,
    }  # fmt: skip


@router.get("/{evidence_id}", summary="Open a figure")
async def show(evidence_id: str, actor: CurrentActor, runtime: CurrentRuntime) -> EvidenceShape:
    return EvidenceShape(**_shape(await runtime.evidence(actor, evidence_id)))


@router.post("/{evidence_id}/verify", summary="Compute a figure again")
async def verify(evidence_id: str, actor: CurrentActor, runtime: CurrentRuntime) -> VerifiedShape:
    opened = await runtime.evidence(actor, evidence_id, verify=True)
    return VerifiedShape(**_shape(opened), now=opened.now, holds=bool(opened.holds))
