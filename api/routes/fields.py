"""The fields that a workspace added to its records, and the fields that are hidden from a role."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from agent.turns.requested import Wanted
from api.dependencies import CurrentActor, CurrentRuntime
from api.routes.permissions import PolicyProposed
from api.routes.rules import outcome
from db.access import Permission, Role
from db.doors import Door
from db.records import kind_named
from tools.contract import Tool
from tools.matrix import set_custom_field, set_field_shown
from tools.matrix.telling import hidden_rows, own_rows

router = APIRouter(prefix="/fields", tags=["permissions"])
DOOR = Door.HTTP
KindOf = Annotated[str, Path(max_length=40)]
NameOf = Annotated[str, Path(max_length=60)]
_WORD = r"^[^()\"“”\r\n]{1,60}$"


class OwnField(BaseModel):
    kind: str
    name: str
    label: str
    type: str
    choices: list[str]


class HiddenFieldState(BaseModel):
    role: Role
    kind: str
    field: str


class FieldsState(BaseModel):
    """`hidden` is told to administrators only."""

    fields: list[OwnField]
    hidden: list[HiddenFieldState]


class FieldWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str = Field(pattern=_WORD)
    name: str = Field(pattern=_WORD)
    type: str = Field(default="text", pattern=_WORD)
    choices: list[str] = Field(default_factory=list, max_length=50)


class FieldRenamed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    label: str = Field(pattern=_WORD)


class FieldShown(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Role
    shown: bool


@router.get("", summary="The workspace's own fields")
async def fields(actor: CurrentActor, runtime: CurrentRuntime) -> FieldsState:
    actor.require(Permission.ANALYTICS_READ)
    async with runtime.database.read() as session:
        at = await runtime.context(actor, session)
        own, hidden = await own_rows(at), await hidden_rows(at)
    return FieldsState.model_validate({"fields": own, "hidden": hidden})


@router.post("", summary="Add a field to a kind of record")
async def add(wanted: FieldWanted, actor: CurrentActor, runtime: CurrentRuntime) -> PolicyProposed:
    said = f"{wanted.type}: {', '.join(wanted.choices)}" if wanted.choices else wanted.type
    words = f"add a field {_plain(wanted.name)} ({_plain(said)}) to {_kind(wanted.kind)}"
    return await _proposed(set_custom_field, words, actor, runtime)


@router.patch("/{kind}/{name}", summary="Rename a field of one's own")
async def rename(
    kind: KindOf, name: NameOf, wanted: FieldRenamed, actor: CurrentActor, runtime: CurrentRuntime
) -> PolicyProposed:
    words = f"rename the field {_plain(name)} of {_kind(kind)} to {wanted.label}"
    return await _proposed(set_custom_field, words, actor, runtime)


@router.delete("/{kind}/{name}", summary="Take a field of one's own away; its values stay until they are erased")
async def remove(kind: KindOf, name: NameOf, actor: CurrentActor, runtime: CurrentRuntime) -> PolicyProposed:
    return await _proposed(
        set_custom_field, f"remove the field {_plain(name)} from {_kind(kind)}", actor, runtime
    )  # fmt: skip


@router.put("/{kind}/{name}/shown", summary="Hide a field from a role, or show it again")
async def show(
    kind: KindOf, name: NameOf, wanted: FieldShown, actor: CurrentActor, runtime: CurrentRuntime
) -> PolicyProposed:
    verb, to = ("show", "to") if wanted.shown else ("hide", "from")
    words = f"{verb} the {_plain(name)} of {_kind(kind)} {to} {wanted.role.value}"
    return await _proposed(set_field_shown, words, actor, runtime)


async def _proposed(tool: Tool, words: str, actor: CurrentActor, runtime: CurrentRuntime) -> PolicyProposed:
    actor.require(tool.requires)
    ask = tool.ask.model_validate({"instruction": words})
    done = await runtime.decided(actor, Wanted(tool, ask, DOOR, "fields"))
    return PolicyProposed(said=done.said, **outcome(done))


def _kind(name: str) -> str:
    """Raises `UnknownKind`."""
    return kind_named(name).name.replace("_", " ")


def _plain(name: str) -> str:
    return name.replace("_", " ")
