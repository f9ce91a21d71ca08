"""Traces of turns: the own ones, or all for administrators."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from api.dependencies import CurrentActor, CurrentRuntime

router = APIRouter(prefix="/traces", tags=["traces"])


@router.get("", summary="Recent traces")
async def recent(actor: CurrentActor, runtime: CurrentRuntime) -> list[dict[str, Any]]:
    return [asdict(trace) for trace in await runtime.traces(actor)]


@router.get("/{trace_id}", summary="The spans of a trace, oldest first")
async def show(trace_id: str, actor: CurrentActor, runtime: CurrentRuntime) -> list[dict[str, Any]]:
    return [asdict(span) for span in await runtime.spans(actor, trace_id)]
