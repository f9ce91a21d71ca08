"""Whether the process lives and can work."""

from __future__ import annotations

from fastapi import APIRouter

from api.dependencies import CurrentRuntime
from db.workspace import require_current

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="The process lives")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz", summary="The database can be read and is up to date")
async def readyz(runtime: CurrentRuntime) -> dict[str, str]:
    await require_current(runtime.database)
    return {"status": "ready"}
