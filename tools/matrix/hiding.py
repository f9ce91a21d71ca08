"""Hiding a field from a role, or showing it again: a proposal for an administrator."""

from __future__ import annotations

import re

from pydantic import Field

from db.access import Permission, Role
from db.hiding import always_shown
from db.permissions import KEPT_BY_US
from db.record_images import HIDDEN
from db.repositories.matrix import HiddenLine, MatrixRepository
from tools.contract import Action, Area, Ask, Effect, Operation, Proposed, ToolContext, tool
from tools.errors import NothingToChange, UnsafePolicy
from tools.matrix.reading import field_in, kinds_said, roles_in
from tools.records.choosing import with_own_fields
from tools.wording import listed

_SHOW = re.compile(r"\b(?:show|unhide|reveal|visible|see)\b", re.I)
_HIDE = re.compile(r"\b(?:hid(?:e|den)|not|never|no longer|cannot|can't|invisible|conceal|mask|from)\b", re.I)


class SetFieldShown(Ask):
    instruction: str = Field(min_length=3, max_length=400)
    """Which field is hidden from whom, or shown again: “hide the amount of deals from reps”."""


@tool(
    area=Area.AUTOMATION,
    effect=Effect.POLICY,
    requires=Permission.POLICY_MANAGE,
    doing="preparing which fields are shown",
    examples=(
        "hide the amount of deals from reps",
        "reps should not see the phone number of contacts",
        "hide the lead score from managers",
        "show the amount of deals to reps again",
        "make the loss reason of deals visible to reps",
        "executives must not see notes: hide their text",
        "unhide the annual revenue of accounts for managers",
        "keep the budget of leads from reps",
    ),
)
async def set_field_shown(ask: SetFieldShown, at: ToolContext) -> Proposed:
    """Hide a field of a kind of record from a role, or show it again.

    What is hidden is not shown, filtered by, ordered by, counted into figures or used in drafts for that role. Refuses
    fields without which records cannot be spoken of, and hiding anything from administrators.
    """
    hide, roles = _hides(ask.instruction), roles_in(ask.instruction)
    kinds = [await with_own_fields(kind, at) for kind in kinds_said(ask.instruction, besides=KEPT_BY_US)]
    kind, field = field_in(ask.instruction, kinds)
    if hide:
        _require_hideable(kind.name, field.name, f"The {field.words} of {kind.many}", roles)
    lines = {(one.role, one.kind, one.field): one for one in await MatrixRepository(at.session, at.actor).hidden()}
    operations = [
        made for role in roles if (made := _written(role, kind.name, field.name, lines, hide=hide)) is not None
    ]
    whom, what = listed([f"{one.value}s" for one in roles]), f"the {field.words} of {kind.many}"
    if not operations:
        raise NothingToChange(f"What is shown to {whom} ({what} is {'hidden' if hide else 'shown'})")
    said = f"{what} is hidden from {whom}" if hide else f"{what} is shown to {whom} again"
    return Proposed(
        said=f"I would set that {said}, from the next question on.",
        done=f"From now on {said}." + (" What was answered before stays in the conversations." if hide else ""),
        arguments={"instruction": f"{'hide' if hide else 'show'} {what} {'from' if hide else 'to'} {whom}"},
        operations=tuple(operations),
        reach={"examples": [said]},
    )


def _hides(words: str) -> bool:
    text = words.replace("’", "'").strip()
    first = text.split()[0].casefold()
    if first in ("show", "unhide", "reveal"):
        return False
    return _HIDE.search(text) is not None or _SHOW.search(text) is None


def _require_hideable(kind: str, name: str, what: str, roles: tuple[Role, ...]) -> None:
    if name in always_shown(kind):
        raise UnsafePolicy(what, "stays shown: records are named, found or protected by it")
    if Role.ADMIN in roles:
        raise UnsafePolicy(what, "is not hidden from administrators: they set and undo what holds here")


def _written(
    role: Role, kind: str, field: str, lines: dict[tuple[Role, str, str], HiddenLine], *, hide: bool
) -> Operation | None:
    held = lines.get((role, kind, field))
    if hide:
        values = {"role": role.value, "kind": kind, "field": field}
        return None if held is not None else Operation(Action.CREATE, HIDDEN, values)
    if held is None:
        return None
    if held.id is None:
        raise UnsafePolicy("This field", "is hidden with another that tells the same; show that one")
    return Operation(Action.DELETE, HIDDEN, {}, ids=(held.id,))
