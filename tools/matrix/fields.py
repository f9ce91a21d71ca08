"""Adding a field to a kind of record, renaming it or taking it away: a proposal for an administrator."""

from __future__ import annotations

from pydantic import Field

from db.access import Permission
from db.errors import BadField, NotFound
from db.record_images import FIELD
from db.records import FieldType
from db.repositories.custom_fields import CustomFieldRepository, FieldLine, require_choices
from tools.contract import Action, Area, Ask, Effect, Operation, Proposed, ToolContext, tool
from tools.errors import NothingToChange, Unanswerable
from tools.matrix.field_words import SaidField, field_said, key_of
from tools.wording import clean, plural


class SetCustomField(Ask):
    instruction: str = Field(min_length=3, max_length=2_000)
    """What to do: “add a field seats (whole number) to accounts”, “rename the field seats of accounts to licences”,
    “remove the field seats from accounts”; choices as “(choice: gold, silver)”."""


@tool(
    area=Area.AUTOMATION,
    effect=Effect.POLICY,
    requires=Permission.POLICY_MANAGE,
    doing="preparing a field",
    examples=(
        "add a field seats to accounts",
        "add a custom field contract end (date) to deals",
        "add a field tier (choice: gold, silver, bronze) to accounts",
        "create a new field budget owner for leads",
        "rename the field seats of accounts to licences",
        "remove the field tier from accounts",
        "drop the custom field contract end from deals",
        "change the field seats of accounts to a whole number",
    ),
)
async def set_custom_field(ask: SetCustomField, at: ToolContext) -> Proposed:
    """Add a field of one's own to a kind of record, rename it, or take it away.

    A field that is taken away keeps its values in the records until those are erased; it comes back with them. Refuses
    another type for a field that has values.
    """
    said = field_said(ask.instruction)
    fields = CustomFieldRepository(at.session, at.actor)
    if said.doing == "add":
        return await _added(said, fields)
    held = await _held(said, fields)
    match said.doing:
        case "rename":
            return await _renamed(said, held, fields)
        case "remove":
            return await _removed(said, held, fields)
        case _:
            return await _retyped(said, held, fields)


async def _added(said: SaidField, fields: CustomFieldRepository) -> Proposed:
    kind, name = said.kind, said.name
    await fields.require_free(kind.name, name, said.type, label=said.label, choices=said.choices)
    kept, before = await fields.filled(kind.name, name), await fields.removed(kind.name, name)
    if kept and before is not None and before.type is not said.type:
        raise _other_type(said, before.type, kept)
    back = f" {_many(kept, said)} still hold a value from before, which comes back with it." if kept else ""
    what = f"the field {clean(said.label, most=80)} ({_type(said)}) to {kind.many}"
    return Proposed(
        said=f"I would add {what}.{back}",
        done=f"Added {what}.{back}",
        arguments={"instruction": f"add a field {said.label} ({_type(said)}) to {kind.many}"},
        operations=(
            Operation(
                Action.CREATE, FIELD,
                {
                    "kind": kind.name, "name": name, "label": said.label.replace("_", " "), "type": said.type.value,
                    "choices": list(said.choices) or None,
                },
            ),
        ),
    )  # fmt: skip


async def _renamed(said: SaidField, held: FieldLine, fields: CustomFieldRepository) -> Proposed:
    if held.label == said.new:
        raise NothingToChange(f"The field {clean(held.label)}")
    taken = {key_of(one.label) for one in await fields.lines(said.kind.name) if one.id != held.id}
    taken |= {key_of(one.words) for one in said.kind.fields}
    if key_of(said.new) in taken:
        raise BadField(said.kind.name, said.new[:40], f"{said.kind.many} have a field of this name already")
    what = f"the field {clean(held.label, most=80)} of {said.kind.many}"
    return Proposed(
        said=f"I would rename {what} to {clean(said.new, most=80)}. Its values stay.",
        done=f"Renamed {what} to {clean(said.new, most=80)}.",
        arguments={"instruction": f"rename the field {held.name} of {said.kind.many} to {said.new}"},
        operations=(Operation(Action.UPDATE, FIELD, {"label": said.new}, held.id, held.version),),
    )


async def _removed(said: SaidField, held: FieldLine, fields: CustomFieldRepository) -> Proposed:
    kept = await fields.filled(said.kind.name, held.name)
    stays = (
        f" {_many(kept, said)} keep the value they hold, unseen, until they are erased; adding the field again, or "
        "undoing this, brings it back." if kept else ""
    )  # fmt: skip
    what = f"the field {clean(held.label, most=80)} from {said.kind.many}"
    return Proposed(
        said=f"I would remove {what}.{stays}",
        done=f"Removed {what}.{stays}",
        arguments={"instruction": f"remove the field {held.name} from {said.kind.many}"},
        operations=(Operation(Action.DELETE, FIELD, {}, ids=(held.id,)),),
    )


async def _retyped(said: SaidField, held: FieldLine, fields: CustomFieldRepository) -> Proposed:
    if (held.type, held.choices) == (said.type, said.choices):
        raise NothingToChange(f"The field {clean(held.label)}")
    wider = held.type is said.type and set(held.choices) <= set(said.choices)
    kept = await fields.filled(said.kind.name, held.name)
    if kept and not wider:
        raise _other_type(said, held.type, kept)
    require_choices(said.kind.name, held.name, said.type, said.choices)
    what = f"the field {clean(held.label, most=80)} of {said.kind.many}"
    values = {"type": said.type.value, "choices": list(said.choices) or None}
    return Proposed(
        said=f"I would change {what} to {_type(said)}.",
        done=f"Changed {what} to {_type(said)}.",
        arguments={"instruction": f"change the field {held.name} of {said.kind.many} to {_type(said)}"},
        operations=(Operation(Action.UPDATE, FIELD, values, held.id, held.version),),
    )


async def _held(said: SaidField, fields: CustomFieldRepository) -> FieldLine:
    """The field in force that is meant, by the key or the label. Raises `NotFound`, `Unanswerable`."""
    lines = await fields.lines(said.kind.name)
    found = next((one for one in lines if said.name in (one.name, key_of(one.label))), None)
    if found is not None:
        return found
    if said.name in said.kind.by_name:
        raise Unanswerable(f"{clean(said.label)} comes with every workspace; only fields of your own can be changed.")
    raise NotFound(f"field of {said.kind.many}", said.label[:40])


def _other_type(said: SaidField, held: FieldType, kept: int) -> Unanswerable:
    was, now = (one.value.replace("_", " ") for one in (held, said.type))
    return Unanswerable(
        f"{_many(kept, said)} hold a value of the field {clean(said.label, most=80)} as {was}, which may be no {now}. "
        "Empty them first, or add a field of another name."
    )


def _many(count: int, said: SaidField) -> str:
    return f"{count:,} {plural(count, said.kind.one, said.kind.many)}"


def _type(said: SaidField) -> str:
    words = said.type.value.replace("_", " ")
    return f"{words}: {', '.join(said.choices)}" if said.choices else words
