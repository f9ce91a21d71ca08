"""Two or more records that are the same one, made into one. It can be taken back as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from db.record_images import plain
from db.records import Field, FieldType, RecordKind
from db.records.values import typed
from db.repositories.hanging import HangingRepository
from db.repositories.records import RecordLine, RecordRepository
from tools.contract import Action, Operation, Proposed, RecordArgument, ToolContext
from tools.errors import BadArgument, Unanswerable
from tools.people import each_once
from tools.records.asks import Merge
from tools.records.choosing import with_own_fields
from tools.records.wording import people_in
from tools.wording import clean, listed

_STRICTER = frozenset({"opted_out", "do_not_contact", "in_dispute"})
"""Where one of them says so, the one that stays says so too: a wish not to be written to is not merged away."""


async def merge(kind: RecordKind, ask: Merge, at: ToolContext) -> Proposed:
    """The record that stays gets what it lacks and everything that hangs on the others; the others are deleted."""
    declared = await with_own_fields(kind, at)
    if not all(at.actor.sees(kind.name, field.name) for field in declared.fields):
        # What a role does not see would be lost without a word: a wish not to be written to, for one.
        raise Unanswerable(f"Your role does not see every field of {kind.many}; somebody who does has to merge them.")
    kept, gone = await _lines(declared, ask, at)
    columns = _filled(declared, kept, gone, ask.prefer, at)
    moving = await HangingRepository(at.session, at.actor).on(kind.name, [one.id for one in gone])
    moves = [
        Operation(Action.UPDATE, child, {column: kept.id}, ids=ids, whole=True)
        for (child, column), ids in moving.everything.items()
    ]
    update = [Operation(Action.UPDATE, kind.name, columns, kept.id, kept.version)] if columns else []
    names = listed([clean(one.name, most=80) for one in gone])
    with_it = f", with {listed([f'{count:,} {noun}' for noun, count in moving.seen.items()])}" if moving.seen else ""
    return Proposed(
        said=f"I would merge {names} into the {kind.one} {clean(kept.name, most=120)}{with_it}. It can be undone.",
        done=f"{names} merged into {clean(kept.name, most=120)}{with_it}. “Undo that” separates them again.",
        arguments={
            "keep": _reference(kept), "merge": [_reference(one) for one in gone],
            **({"prefer": list(ask.prefer)} if ask.prefer else {}),
        },
        operations=(
            *update, *moves, Operation(Action.DELETE, kind.name, {}, ids=tuple(one.id for one in gone))
        ),
        focus=(kept.ref,),
        people=each_once(person for line in (kept, *gone) for person in people_in(declared, line)),
        reach={"records": 1 + len(gone), "examples": [kept.name, *(one.name for one in gone)],
               "moves": [f"{count:,} {noun}" for noun, count in moving.seen.items()]},
    )  # fmt: skip


async def _lines(kind: RecordKind, ask: Merge, at: ToolContext) -> tuple[RecordLine, list[RecordLine]]:
    records = RecordRepository(at.session, at.actor, kind)
    ids = [_id(kind, one) for one in ask.merge]
    if _id(kind, ask.keep) in ids or len(set(ids)) != len(ids):
        raise BadArgument("merge", f"a {kind.one} cannot be merged with itself; name each of them once")
    return await records.get(ask.keep.id), [await records.get(one) for one in ids]


def _filled(
    kind: RecordKind, kept: RecordLine, gone: Sequence[RecordLine], prefer: Sequence[str], at: ToolContext
) -> dict[str, Any]:
    """Columns that the record that stays takes over: what it lacks, what is preferred, lists and wishes of all."""
    values: dict[str, Any] = {}
    for name in prefer:
        kind.field(name)
    for field in kind.written:
        value = merged_value(field, kept, gone, preferred=field.name in prefer)
        if value is not None and value != kept.values.get(field.name):
            values[field.name] = value
    columns = typed(kind, values, currency=at.workspace.currency)
    if "custom" in columns:
        own = {one.name: kept.values.get(one.name) for one in kind.fields if one.custom}
        columns["custom"] = {name: value for name, value in (own | columns["custom"]).items() if value is not None}
    return {name: plain(value) for name, value in columns.items()}


def unites(field: Field) -> bool:
    """Whether the merged record has what all of them say: wishes of the person, lists, and the latest contact."""
    return field.name in _STRICTER or field.type is FieldType.WORDS or field.name == "last_contacted_at"


def merged_value(field: Field, kept: RecordLine, gone: Sequence[RecordLine], *, preferred: bool = False) -> Any:  # noqa: ANN401 - by the field
    """What the record that stays takes over; None where its own value stays."""
    own = kept.values.get(field.name)
    others = [one.values[field.name] for one in gone if one.values.get(field.name) not in (None, "", [])]
    if field.name in _STRICTER:
        return bool(own) or any(others)
    if field.type is FieldType.WORDS and others:
        return list(dict.fromkeys([*(own or []), *(word for words in others for word in words)]))
    if field.type is FieldType.MOMENT and field.name == "last_contacted_at" and others:
        return max([*others, *([own] if own else [])])
    if own in (None, "", []) or preferred:
        return others[0] if others else None
    return None


def _id(kind: RecordKind, one: RecordArgument) -> int:
    if one.kind != kind.name:
        raise BadArgument("merge", f"only {kind.many} can be merged with a {kind.one}")
    return one.id


def _reference(line: RecordLine) -> dict[str, Any]:
    return {"kind": line.kind, "id": line.id, "name": line.name}
