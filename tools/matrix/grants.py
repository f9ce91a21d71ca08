"""Letting a role do something with a kind of record, or not: a proposal for an administrator."""

from __future__ import annotations

from pydantic import Field

from db.access import Grant, Permission, RecordAction, Role
from db.permissions import KEPT_BY_US
from db.record_images import GRANT
from db.records import KINDS
from db.repositories.matrix import GrantLine, MatrixRepository
from tools.contract import Action, Area, Ask, Effect, Operation, Proposed, ToolContext, tool
from tools.errors import BadArgument, NothingToChange, UnsafePolicy
from tools.matrix.reading import actions_in, allowed_in, kinds_said, roles_in
from tools.wording import listed


class SetPermission(Ask):
    instruction: str = Field(min_length=3, max_length=400)
    """Who may or may not do what with which records: “reps may not export contacts”; “reset” takes it back."""


@tool(
    area=Area.AUTOMATION,
    effect=Effect.POLICY,
    requires=Permission.POLICY_MANAGE,
    doing="preparing a permission",
    examples=(
        "reps may not export contacts",
        "managers may delete campaigns",
        "forbid reps to delete accounts",
        "allow reps to change products",
        "nobody may export leads",
        "reset what reps may do with contacts: exporting",
        "executives cannot edit quotas",
        "let managers create pipeline stages",
    ),
)
async def set_permission(ask: SetPermission, at: ToolContext) -> Proposed:
    """Set what a role may do with a kind of record: read, create, update, delete or export.

    It holds from the next question on. Refuses to take reading from administrators, and writing of what the program
    keeps itself.
    """
    allowed, roles = allowed_in(ask.instruction), roles_in(ask.instruction)
    kinds, actions = kinds_said(ask.instruction), actions_in(ask.instruction)
    cells = [(role, Grant(kind.name, action)) for role in roles for kind in kinds for action in actions]
    held = await MatrixRepository(at.session, at.actor).grants()
    for role, grant in cells:
        _require_safe(role, grant, allowed)
    wanted = {cell: held[cell].usual if allowed is None else allowed for cell in cells}
    changed = [(held[cell], value) for cell, value in wanted.items() if _differs(held[cell], value)]
    what = (
        f"{listed([f'{one.value}s' for one in roles])} may{{}} {listed([*actions])} {listed([k.many for k in kinds])}"
    )
    if not changed:
        raise NothingToChange(f"The permission ({_said(what, wanted[cells[0]])})")
    said = _said(what, wanted[cells[0]])
    usual = ", as is usual" if allowed is None else ""
    return Proposed(
        said=f"I would set that {said}{usual}, from the next question on.",
        done=f"From now on {said}{usual}.",
        arguments={"instruction": f"reset: {said}" if allowed is None else said},
        operations=tuple(_written(line, value) for line, value in changed),
        reach={"examples": [f"{one.role}: {one.grant} {'allowed' if value else 'denied'}" for one, value in changed]},
    )


def _said(what: str, allowed: bool) -> str:
    return what.format("" if allowed else " not")


def _differs(line: GrantLine, value: bool) -> bool:
    """What is stored as usual is taken away, so that the usual matrix may change beneath it."""
    return line.allowed != value


def _written(line: GrantLine, value: bool) -> Operation:
    if line.id is None:
        cell = {"role": line.role.value, "kind": line.grant.kind, "action": line.grant.action.value}
        return Operation(Action.CREATE, GRANT, {**cell, "allowed": value})
    # There are two values, and the other one is the usual.
    return Operation(Action.DELETE, GRANT, {}, ids=(line.id,))


def _require_safe(role: Role, grant: Grant, allowed: bool | None) -> None:
    if role is Role.ADMIN and grant.action is RecordAction.READ and allowed is False:
        raise UnsafePolicy("Reading", "is not taken from administrators: they set and undo what holds here")
    if grant.kind in KEPT_BY_US and grant.action not in (RecordAction.READ, RecordAction.EXPORT) and allowed:
        raise BadArgument("kind", f"{KINDS[grant.kind].many} are kept by the program and can only be read")
