"""Which effects need whose approval; for administrators."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import CurrentActor, CurrentRuntime
from db.doors import Door
from db.policy import Ruling
from db.repositories.policies import PolicyLine, PolicyRepository
from tools.effects import set_rule

router = APIRouter(prefix="/policy", tags=["policy"])
DOOR = Door.HTTP


class RuleState(BaseModel):
    """A rule in force; `tool` is empty for every tool of the effect, `set_by` null for a default."""

    effect: str
    tool: str
    rule: str
    approver: str
    set_by: str | None
    set_at: str | None


class RuleWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    effect: str = Field(max_length=40)
    rule: str = Field(max_length=40)
    tool: str = Field(default="", max_length=60)
    approver: str | None = Field(default=None, max_length=40)


class RulingState(BaseModel):
    rule: str
    approver: str


class RuleChange(BaseModel):
    """What held and what holds: setting `before` again takes it back."""

    effect: str
    tool: str
    before: RulingState
    after: RulingState


@router.get("", summary="The rule of every effect and tool")
async def rules(actor: CurrentActor, runtime: CurrentRuntime) -> list[RuleState]:
    async with runtime.database.read() as session:
        return [_state(line) for line in await PolicyRepository(session, actor).lines()]


@router.put("", summary="Set the rule of an effect or of one tool")
async def set_one(wanted: RuleWanted, actor: CurrentActor, runtime: CurrentRuntime) -> RuleChange:
    before, now = await set_rule(
        runtime.recorded(actor, DOOR), actor, wanted.effect, wanted.rule, tool=wanted.tool, approver=wanted.approver
    )
    return RuleChange(
        effect=wanted.effect.strip().upper(), tool=wanted.tool, before=_ruling(before), after=_ruling(now)
    )


def _ruling(one: Ruling) -> RulingState:
    return RulingState(rule=one.rule.value, approver=one.approver.value)


def _state(line: PolicyLine) -> RuleState:
    at = line.changed_at.isoformat() if line.changed_at else None
    return RuleState(
        effect=line.effect, tool=line.tool, rule=line.ruling.rule, approver=line.ruling.approver,
        set_by=line.changed_by, set_at=at,
    )  # fmt: skip
