"""What each role may do with which records, and which fields it gets to see."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from agent.turns.requested import Wanted
from api.dependencies import CurrentActor, CurrentRuntime
from api.routes.rules import outcome
from db.access import Permission, RecordAction, Role
from db.doors import Door
from db.errors import NotFound
from db.repositories.matrix import MatrixRepository
from tools.matrix import set_permission
from tools.matrix.reading import cell_words

router = APIRouter(prefix="/permissions", tags=["permissions"])
DOOR = Door.HTTP
_WORDS = {
    "allow": "{role} may {action} {kind}", "deny": "{role} may not {action} {kind}",
    "usual": "reset: {role} may {action} {kind}",
}  # fmt: skip


class PermissionState(BaseModel):
    """One cell of the matrix; `usual` is what holds where the workspace sets nothing."""

    role: Role
    kind: str
    action: RecordAction
    allowed: bool
    usual: bool


class PermissionWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str = Field(min_length=1, max_length=40)
    action: RecordAction
    permission: Literal["allow", "deny", "usual"]


class PolicyProposed(BaseModel):
    """`status` is `applied`, or `waiting` where the policy wants another person to approve it."""

    said: str
    proposal: str | None
    status: str | None


@router.get("", summary="The permission matrix of the workspace")
async def permissions(actor: CurrentActor, runtime: CurrentRuntime) -> list[PermissionState]:
    actor.require(Permission.POLICY_MANAGE)
    async with runtime.database.read() as session:
        lines = (await MatrixRepository(session, actor).grants()).values()
    return [
        PermissionState(
            role=one.role, kind=one.grant.kind, action=one.grant.action, allowed=one.allowed, usual=one.usual
        )
        for one in lines
    ]


@router.put("/{role}", summary="Set what a role may do with a kind of record")
async def set_one(role: str, wanted: PermissionWanted, actor: CurrentActor, runtime: CurrentRuntime) -> PolicyProposed:
    actor.require(set_permission.requires)
    if role not in set(Role):
        raise NotFound("role", role[:40])
    words = cell_words(_WORDS[wanted.permission], role, wanted.kind, wanted.action)
    ask = set_permission.ask.model_validate({"instruction": words})
    done = await runtime.decided(actor, Wanted(set_permission, ask, DOOR, "PUT permissions"))
    return PolicyProposed(said=done.said, **outcome(done))
