"""Being away, and who decides in the meantime."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import CurrentActor, CurrentRuntime
from db.doors import Door
from db.repositories.absences import Absence, AbsenceRepository
from tools import absences as noting

router = APIRouter(prefix="/absences", tags=["absences"])
DOOR = Door.HTTP


class AbsenceWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    until: date
    """The last day."""
    stand_in: str = Field(max_length=254)
    since: date | None = None
    """The first day; left out, now."""


class AbsenceState(BaseModel):
    email: str
    stand_in: str
    since: str
    until: str


@router.get("", summary="Absences of one's own and where one stands in; for administrators all")
async def absences(actor: CurrentActor, runtime: CurrentRuntime) -> list[AbsenceState]:
    async with runtime.database.read() as session:
        return [_state(one) for one in await AbsenceRepository(session, actor).all()]


@router.put("/{email}", summary="Note an absence and a stand-in")
async def away(email: str, wanted: AbsenceWanted, actor: CurrentActor, runtime: CurrentRuntime) -> AbsenceState:
    since, until = noting.days(wanted.since, wanted.until, zone=(await runtime.now(actor)).tzinfo)
    noted = await noting.away(
        runtime.recorded(actor, DOOR), actor, email, since=since, until=until, stand_in=wanted.stand_in
    )
    return _state(noted)


@router.delete("/{email}", summary="Note that the person is back")
async def back(email: str, actor: CurrentActor, runtime: CurrentRuntime) -> dict[str, str]:
    await noting.back(runtime.recorded(actor, DOOR), actor, email)
    return {"status": "back"}


def _state(one: Absence) -> AbsenceState:
    return AbsenceState(
        email=one.email, stand_in=one.stand_in, since=one.since.isoformat(), until=one.until.isoformat()
    )
