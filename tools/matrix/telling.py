"""What the roles may do here, and which fields there are."""

from __future__ import annotations

from typing import Any, Literal

from db.access import Permission, RecordAction, Role
from db.records import KINDS
from db.repositories.custom_fields import CustomFieldRepository, FieldLine
from db.repositories.matrix import GrantLine, MatrixRepository
from tools.contract import Area, Ask, Effect, Found, ToolContext, tool
from tools.wording import clean, listed


class ListPermissions(Ask):
    role: Literal["rep", "manager", "executive", "admin"] | None = None
    """Whose; left out, one's own. Those of other roles are for administrators."""


@tool(
    area=Area.AUTOMATION,
    effect=Effect.READ,
    requires=Permission.ANALYTICS_READ,
    doing="looking up permissions",
    examples=(
        "what may reps do",
        "what am I allowed to do",
        "show the permissions of managers",
        "list the permission matrix",
        "who may export contacts",
        "which permissions do executives have",
        "what are my permissions",
    ),
)
async def list_permissions(ask: ListPermissions, at: ToolContext) -> Found:
    """Tell what a role may do with which records, where that differs from what is usual, and which fields it sees."""
    role = Role(ask.role) if ask.role else at.actor.role
    if role is not at.actor.role:
        at.actor.require(Permission.POLICY_MANAGE)
    matrix = MatrixRepository(at.session, at.actor)
    lines = [line for (of, _), line in (await matrix.grants()).items() if of is role]
    hidden = [one for one in await matrix.hidden() if one.role is role and one.id is not None]
    said = [f"What {role.value}s may do:", *_grouped(lines)]
    set_here = [f"{one.grant.action} {KINDS[one.grant.kind].many}" for one in lines if one.id is not None]
    if set_here:
        said.append(f"Set otherwise in this workspace: {listed(set_here)}.")
    if hidden and at.actor.may(Permission.POLICY_MANAGE):
        named = [f"{one.field.replace('_', ' ')} of {KINDS[one.kind].many}" for one in hidden]
        said.append(f"Not shown to {role.value}s: {listed(named)}.")
    rows = tuple(
        {
            "kind": kind,
            **{one.grant.action.value: one.allowed for one in lines if one.grant.kind == kind},
        }
        for kind in KINDS
    )
    return Found(("\n".join(said),), rows=rows, scope="the workspace")


def _grouped(lines: list[GrantLine]) -> list[str]:
    """Kinds with the same actions on one line."""
    may: dict[str, list[RecordAction]] = {}
    for line in lines:
        may.setdefault(line.grant.kind, []).extend([line.grant.action] if line.allowed else [])
    groups: dict[tuple[RecordAction, ...], list[str]] = {}
    for kind, actions in may.items():
        groups.setdefault(tuple(actions), []).append(KINDS[kind].many)
    return [f"- {listed(list(actions)) or 'nothing'}: {listed(kinds)}" for actions, kinds in groups.items()]


class ListFields(Ask):
    pass


@tool(
    area=Area.AUTOMATION,
    effect=Effect.READ,
    requires=Permission.ANALYTICS_READ,
    doing="looking up fields",
    examples=(
        "which custom fields do we have",
        "list our own fields",
        "what fields did we add to accounts",
        "show the custom fields",
        "which fields are hidden",
        "are there any fields of our own on deals",
    ),
)
async def list_fields(ask: ListFields, at: ToolContext) -> Found:
    """List the fields that this workspace added to its records; for administrators also what is hidden from whom."""
    own = await _own(at)
    said = [f"- {clean(one.label, most=80)} of {KINDS[one.kind].many}: {_type(one)}" for one in own]
    said = ["Fields of your own:", *said] if said else ["This workspace has added no fields of its own."]
    if at.actor.may(Permission.POLICY_MANAGE):
        hidden = [one for one in await MatrixRepository(at.session, at.actor).hidden() if one.id is not None]
        said += [
            f"- {one.field.replace('_', ' ')} of {KINDS[one.kind].many}: hidden from {one.role}s" for one in hidden
        ]
    return Found(("\n".join(said),), rows=tuple(map(_row, own)), scope="the workspace")


def _type(one: FieldLine) -> str:
    choices = f" ({clean(', '.join(one.choices), most=400)})" if one.choices else ""
    return f"{one.type.value.replace('_', ' ')}{choices}"


async def _own(at: ToolContext) -> list[FieldLine]:
    lines = await CustomFieldRepository(at.session, at.actor).lines()
    return [one for one in lines if at.actor.sees(one.kind, one.name)]


def _row(one: FieldLine) -> dict[str, Any]:
    return {
        "kind": one.kind, "name": one.name, "label": one.label, "type": one.type.value, "choices": list(one.choices),
    }  # fmt: skip


async def own_rows(at: ToolContext) -> list[dict[str, Any]]:
    """The workspace's own fields that the person sees, for programs."""
    return [_row(one) for one in await _own(at)]


async def hidden_rows(at: ToolContext) -> list[dict[str, str]]:
    """What is hidden from whom, for administrators; nothing for everybody else."""
    if not at.actor.may(Permission.POLICY_MANAGE):
        return []
    hidden = await MatrixRepository(at.session, at.actor).hidden()
    return [{"role": one.role.value, "kind": one.kind, "field": one.field} for one in hidden if one.id is not None]
