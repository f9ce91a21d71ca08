"""Deleting records, which is soft, and bringing them back."""

from __future__ import annotations

from db.records import RecordKind
from tools.contract import Action, Operation, Proposed, ToolContext
from tools.people import each_once
from tools.records.asks import Chosen
from tools.records.choosing import with_own_fields
from tools.records.reach import reach_of
from tools.records.selection import Selection, counted, selected
from tools.records.stages import require_removable
from tools.wording import clean


async def delete(kind: RecordKind, ask: Chosen, at: ToolContext) -> Proposed:
    """What would be deleted, and what would be left out and why."""
    declared = await with_own_fields(kind, at)
    chosen = await selected(declared, ask, at, removes=True)
    if kind.name == "stage":
        await require_removable(chosen.ids, at)
    what = _what(chosen)
    return Proposed(
        said=f"I would delete {what}.{chosen.left_out_in_words()} It can be undone.",
        done=f"{what[:1].upper()}{what[1:]} deleted.{chosen.left_out_in_words()} “Undo that” brings everything back.",
        arguments=chosen.arguments(),
        operations=(Operation(Action.DELETE, kind.name, {}, ids=chosen.ids),),
        focus=tuple(line.ref for line in chosen.first) if len(chosen.ids) == 1 else (),
        people=each_once(chosen.people),
        reach=await reach_of(declared, chosen, at),
    )


async def restore(kind: RecordKind, ask: Chosen, at: ToolContext) -> Proposed:
    """What would be brought back."""
    declared = await with_own_fields(kind, at)
    chosen = await selected(declared, ask, at, deleted=True)
    what = _what(chosen)
    return Proposed(
        said=f"I would restore {what}.",
        done=f"{what[:1].upper()}{what[1:]} restored.",
        arguments=chosen.arguments(),
        operations=(Operation(Action.RESTORE, kind.name, {}, ids=chosen.ids),),
        people=each_once(chosen.people),
        reach=await reach_of(declared, chosen, at, back=True),
    )


def _what(chosen: Selection) -> str:
    """`the lead Jane Doe`, or `12 leads whose region is EMEA`."""
    if len(chosen.ids) == 1:
        return f"the {chosen.kind.one} {clean(chosen.first[0].name, most=120).rstrip('.')}"
    return f"{counted(chosen.kind, len(chosen.ids))}{chosen.words}"
