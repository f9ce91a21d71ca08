"""What the workspace decides for itself: its rules, and its dated rates of exchange."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from agent.turns.requested import Requested, Wanted
from api.dependencies import CurrentActor, CurrentRuntime
from db.access import Permission
from db.doors import Door
from db.exchange import Rate
from db.repositories.exchange import RateRepository
from db.repositories.rules import RuleLine
from db.rules import rule_named
from tools.rules import set_exchange_rate, set_rule
from tools.rules.rates import MOST

router = APIRouter(prefix="/rules", tags=["rules"])
rates_router = APIRouter(prefix="/rates", tags=["rules"])
DOOR = Door.HTTP


class WorkspaceRuleState(BaseModel):
    """A rule in force; `variable` is the environment variable it overrides, null where there is none."""

    rule: str
    value: str
    shown: str
    source: str
    variable: str | None
    about: str
    set_at: str | None


class WorkspaceRuleWanted(BaseModel):
    """`default` as the value takes the rule back."""

    model_config = ConfigDict(extra="forbid")

    value: str = Field(min_length=1, max_length=400)


class WorkspaceRuleSet(BaseModel):
    """What holds now. `status` is `applied`, or `waiting` where the policy wants another person to approve it."""

    rule: WorkspaceRuleState
    before: str
    proposal: str | None
    status: str | None


class RateState(BaseModel):
    """One unit of `currency` is worth `rate` units of `against` from that day on, until the next rate begins."""

    model_config = ConfigDict(populate_by_name=True)

    currency: str
    rate: str
    against: str
    since: date = Field(serialization_alias="from")
    source: str | None


class RateWanted(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    currency: str = Field(pattern=r"^[A-Z]{3}$")
    rate: Decimal = Field(gt=0, max_digits=20, decimal_places=10)
    since: date | None = Field(default=None, alias="from")
    source: str | None = Field(default=None, max_length=80, pattern=r"^[^()\r\n]*$")


class RatesWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rates: list[RateWanted] = Field(min_length=1, max_length=MOST)


class RatesStored(BaseModel):
    said: str
    proposal: str | None
    status: str | None


@router.get("", summary="Every rule of the workspace")
async def rules(actor: CurrentActor, runtime: CurrentRuntime) -> list[WorkspaceRuleState]:
    actor.require(Permission.ANALYTICS_READ)
    return [_state(line) for line in await runtime.rules(actor)]


@router.put("/{rule}", summary="Set a rule of the workspace")
async def set_one(
    rule: str, wanted: WorkspaceRuleWanted, actor: CurrentActor, runtime: CurrentRuntime
) -> WorkspaceRuleSet:
    actor.require(set_rule.requires)
    key = rule_named(rule).key
    before = await _line(actor, runtime, key)
    ask = set_rule.ask.model_validate({"rule": key, "instruction": wanted.value})
    done = await runtime.decided(actor, Wanted(set_rule, ask, DOOR, f"PUT rules/{key}"))
    return WorkspaceRuleSet(rule=_state(await _line(actor, runtime, key)), before=before.value, **outcome(done))


@rates_router.get("", summary="The stored rates of exchange", response_model_by_alias=True)
async def rates(actor: CurrentActor, runtime: CurrentRuntime, currency: str | None = None) -> list[RateState]:
    actor.require(Permission.ANALYTICS_READ)
    async with runtime.database.read() as session:
        found = await RateRepository(session, actor).lines(currency.upper() if currency else None, limit=1_000)
    return [_rate(one) for one in found]


@rates_router.post("", summary="Store rates of exchange")
async def store(wanted: RatesWanted, actor: CurrentActor, runtime: CurrentRuntime) -> RatesStored:
    actor.require(set_exchange_rate.requires)
    lines = "\n".join(_written(one) for one in wanted.rates)
    ask = set_exchange_rate.ask.model_validate({"instruction": lines})
    done = await runtime.decided(actor, Wanted(set_exchange_rate, ask, DOOR, "POST rates"))
    return RatesStored(said=done.said, **outcome(done))


async def _line(actor: CurrentActor, runtime: CurrentRuntime, key: str) -> RuleLine:
    return next(line for line in await runtime.rules(actor) if line.rule.key == key)


def _written(one: RateWanted) -> str:
    since = f" from {one.since.isoformat()}" if one.since else ""
    return f"1 {one.currency} = {one.rate:f}{since}" + (f" ({one.source})" if one.source else "")


def outcome(done: Requested) -> dict[str, str | None]:
    proposal = done.proposal
    return {"proposal": proposal.id if proposal else None, "status": proposal.status.value if proposal else None}


def _state(line: RuleLine) -> WorkspaceRuleState:
    return WorkspaceRuleState(
        rule=line.rule.key, value=line.value, shown=line.text, source=line.source.value,
        variable=line.rule.variable or None, about=line.rule.about,
        set_at=line.changed_at.isoformat() if line.changed_at else None,
    )  # fmt: skip


def _rate(one: Rate) -> RateState:
    return RateState(
        currency=one.currency, rate=f"{one.rate.normalize():f}", against=one.against, since=one.valid_from,
        source=one.source,
    )  # fmt: skip
