"""New values for one record, or for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from db.errors import NotFound
from db.record_images import plain
from db.records import RecordKind
from db.records.choices import Outcome
from db.records.conditions import Condition, Test
from db.records.values import typed
from db.repositories.records import MOST, RecordLine, RecordRepository, Wanted
from tools.contract import Action, Ask, Operation, Person, Proposed, RecordArgument, ToolContext
from tools.errors import BadArgument, NeedsChoice, NothingToChange, Unanswerable
from tools.people import each_once
from tools.records.asks import Chosen
from tools.records.choosing import with_own_fields
from tools.records.consequences import follows_each, of_changing
from tools.records.reach import reach_of
from tools.records.reading import Reading, read_fields
from tools.records.selection import Selection, selected
from tools.records.values import said
from tools.records.wording import people_in
from tools.wording import clean, plural

_OFFERED = 6


async def change(kind: RecordKind, ask: Ask, at: ToolContext) -> Proposed:
    """What one record would become."""
    declared = await with_own_fields(kind, at)
    line = await _meant(declared, getattr(ask, "record"), at)  # noqa: B009 - the ask is made from the declaration
    given = (await _given(declared, ask, at)).changes(line)
    if not given.values:
        raise NothingToChange(_titled(kind, line))
    columns = {name: plain(value) for name, value in _columns(given, line, at).items()}
    after = await of_changing(declared, [line], columns, at)
    what = given.compared(line, at)
    name = _titled(kind, line)
    return Proposed(
        said=f"I would change {name}: {what}.",
        done=f"{name[:1].upper()}{name[1:]} changed: {what}.",
        arguments={"record": {"kind": kind.name, "id": line.id, "name": line.name}} | given.arguments(),
        operations=(
            Operation(Action.UPDATE, kind.name, dict(after.values) | columns, line.id, line.version),
            *after.operations,
        ),
        focus=(line.ref,),
        people=each_once([*people_in(declared, line), *(Person(ref) for ref in given.refs)]),
    )


async def _meant(kind: RecordKind, argument: RecordArgument, at: ToolContext) -> RecordLine:
    """The record, or for a deal that is called by its account the open one there."""
    records = RecordRepository(at.session, at.actor, kind)
    if argument.kind == kind.name:
        return await records.get(argument.id)
    if (kind.name, argument.kind) != ("opportunity", "account"):
        raise BadArgument("record", f"this changes {kind.many}, not {argument.kind}s")
    still = Condition("outcome", Test.IS, (Outcome.OPEN,))
    on_it = Condition("account", Test.IS, (argument.id,))
    total, lines = await records.find(Wanted((on_it, still), limit=_OFFERED))
    name = clean(argument.name, most=80) or "this account"
    if not lines:
        raise Unanswerable(f"There is no open deal on {name} among those you see.")
    if total > 1:
        raise NeedsChoice(f"Which deal on {name} do you mean?", tuple(one.name for one in lines), argument="record")
    return lines[0]


async def change_all(kind: RecordKind, ask: Chosen, at: ToolContext) -> Proposed:
    """What many records would become alike."""
    declared = await with_own_fields(kind, at)
    given = await _given(declared, ask, at)
    if not given.values:
        raise BadArgument("values", f"say what the {kind.many} are to become")
    chosen = await selected(declared, ask, at, concerns=tuple(given.values))
    lines = await _lines(declared, chosen, at) if _each_by_itself(declared, given) else []
    columns = {
        name: plain(value) for name, value in typed(declared, given.values, currency=at.workspace.currency).items()
    }
    after = await of_changing(declared, lines, columns, at)
    what = given.in_words(at, besides=set()).removeprefix(": ") or "emptied"
    many = f"{len(chosen.ids):,} {plural(len(chosen.ids), kind.one, kind.many)}{chosen.words}"
    return Proposed(
        said=f"I would set {what} on {many}.{chosen.left_out_in_words()}",
        done=f"{many[:1].upper()}{many[1:]} changed: {what}.{chosen.left_out_in_words()}",
        arguments={**given.arguments(), **chosen.arguments()},
        operations=(*_updates(declared, given, chosen, lines, dict(after.values) | columns, at), *after.operations),
        people=each_once([*chosen.people, *(Person(ref) for ref in given.refs)]),
        reach=await reach_of(declared, chosen, at, given=given),
    )


async def _given(kind: RecordKind, ask: Ask, at: ToolContext) -> Reading:
    empty: Sequence[str] = getattr(ask, "empty", ())
    return await read_fields(kind, said(ask, kind, empty=empty), at)


def _columns(given: Reading, line: RecordLine, at: ToolContext) -> dict[str, object]:
    """Columns to write; the workspace's own fields keep what was not named."""
    columns = typed(given.kind, given.values, currency=at.workspace.currency)
    if "custom" in columns:
        kept = {one.name: line.values.get(one.name) for one in given.kind.fields if one.custom}
        columns["custom"] = {name: value for name, value in (kept | columns["custom"]).items() if value is not None}
    return columns


def _each_by_itself(kind: RecordKind, given: Reading) -> bool:
    """Whether what follows depends on each record: its history, or its other values of the workspace's own fields."""
    return follows_each(kind, given.values) or any(kind.field(name).custom for name in given.values)


def _updates(
    kind: RecordKind, given: Reading, chosen: Selection, lines: Sequence[RecordLine], values: dict[str, Any],
    at: ToolContext,
) -> list[Operation]:  # fmt: skip
    if "custom" not in values:
        return [Operation(Action.UPDATE, kind.name, values, ids=chosen.ids)]
    return [
        Operation(
            Action.UPDATE, kind.name, values | {"custom": _columns(given, line, at)["custom"]}, line.id, line.version
        )
        for line in lines
    ]


async def _lines(kind: RecordKind, chosen: Selection, at: ToolContext) -> list[RecordLine]:
    _, lines = await RecordRepository(at.session, at.actor, kind).find(Wanted(ids=chosen.ids, limit=MOST))
    if len(lines) != len(chosen.ids):
        raise NotFound(kind.one, "of these")
    return lines


def _titled(kind: RecordKind, line: RecordLine) -> str:
    return f"{kind.one} {clean(line.name, most=120)}"
