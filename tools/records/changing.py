"""New values for one record, or for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from db.errors import NotFound
from db.record_images import plain
from db.records import RecordKind
from db.records.values import typed
from db.repositories.records import MOST, RecordLine, RecordRepository, Wanted
from tools.contract import Action, Ask, Operation, Person, Proposed, ToolContext
from tools.errors import BadArgument, NothingToChange, Unanswerable
from tools.people import each_once
from tools.records.asks import Chosen
from tools.records.choosing import with_own_fields
from tools.records.consequences import follows_each, of_changing
from tools.records.described import meant
from tools.records.reach import reach_of
from tools.records.reading import Reading, read_fields
from tools.records.reminding import with_reminder
from tools.records.resembling import resembling
from tools.records.selection import Selection, selected
from tools.records.shifting import Shifted
from tools.records.values import said
from tools.records.wording import people_in
from tools.wording import clean, listed, plural


async def change(kind: RecordKind, ask: Ask, at: ToolContext) -> Proposed:
    """What one record would become."""
    declared = await with_own_fields(kind, at)
    line = await meant(declared, getattr(ask, "record"), at)  # noqa: B009 - the ask is made from the declaration
    given = _moved(await _given(declared, ask, at), line, at).changes(line)
    if not given.values:
        raise NothingToChange(_titled(kind, line))
    columns = {name: plain(value) for name, value in _columns(given, line, at).items()}
    after = await of_changing(declared, [line], columns, at)
    what = given.compared(line, at)
    name = _titled(kind, line)
    even_so = bool(getattr(ask, "even_so", False))
    likeness = await resembling(declared, given.values, at, before=line)
    return Proposed(
        said=f"{likeness.warning}I would change {name}: {what}.{likeness.offer('Change it')}",
        done=f"{name[:1].upper()}{name[1:]} changed: {what}.{likeness.remark}",
        arguments={"record": {"kind": kind.name, "id": line.id, "name": line.name}}
        | given.arguments()
        | ({"even_so": True} if even_so else {}),
        operations=(
            Operation(Action.UPDATE, kind.name, dict(after.values) | columns, line.id, line.version),
            *after.operations,
        ),
        focus=(line.ref,),
        people=each_once([*people_in(declared, line), *(Person(ref) for ref in given.refs), *likeness.people]),
        reach=likeness.reach(),
        held=likeness.holds and not even_so,
    )


async def change_all(kind: RecordKind, ask: Chosen, at: ToolContext) -> Proposed:
    """What many records would become alike."""
    declared = await with_own_fields(kind, at)
    given = await _given(declared, ask, at)
    if not given.values:
        raise BadArgument("values", f"say what the {kind.many} are to become")
    if given.relative and follows_each(declared, given.values):
        raise BadArgument("values", "move dates and amounts in one step, and the rest in another")
    chosen = await selected(declared, ask, at, concerns=tuple(given.values))
    lines = await _lines(declared, chosen, at) if _each_by_itself(declared, given) else []
    if given.relative:
        lines = [line for line in lines if _holds(line, given)]
        chosen = chosen.only([line.id for line in lines], without=_moving(given))
    columns = {} if given.relative else _plain(typed(declared, given.values, currency=at.workspace.currency))
    after = await of_changing(declared, lines, columns, at)
    what = given.in_words(at, besides=set()).removeprefix(": ") or "emptied"
    many = f"{len(chosen.ids):,} {plural(len(chosen.ids), kind.one, kind.many)}{chosen.words}"
    return Proposed(
        said=f"I would change {many}: {what}.{chosen.left_out_in_words()}",
        done=f"{many[:1].upper()}{many[1:]} changed: {what}.{chosen.left_out_in_words()}",
        arguments={**given.arguments(), **chosen.arguments()},
        operations=(*_updates(declared, given, chosen, lines, dict(after.values) | columns, at), *after.operations),
        people=each_once([*chosen.people, *(Person(ref) for ref in given.refs)]),
        reach=await reach_of(declared, chosen, at, given=given),
    )


async def _given(kind: RecordKind, ask: Ask, at: ToolContext) -> Reading:
    empty: Sequence[str] = getattr(ask, "empty", ())
    for name in empty:
        if name in kind.by_name and not kind.may_be_empty(name):
            raise BadArgument(kind.by_name[name].words, f"a {kind.one} cannot be without it")
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
    own = any(kind.field(name).custom for name in given.values)
    return given.relative or own or follows_each(kind, given.values)


def _moved(given: Reading, line: RecordLine, at: ToolContext) -> Reading:
    """The values this record gets. Raises `Unanswerable` where it holds none of what is to be moved."""
    if not _holds(line, given):
        raise Unanswerable(f"{_titled(given.kind, line)} has no {_moving(given)}, so there is nothing to move.")
    return with_reminder(given.of(line, at), line)


def _holds(line: RecordLine, given: Reading) -> bool:
    """Whether the record holds a value of everything that is to be moved."""
    moving = (name for name, value in given.values.items() if isinstance(value, Shifted))
    return all(line.values.get(name) is not None for name in moving)


def _moving(given: Reading) -> str:
    return listed([value.field.words for value in given.values.values() if isinstance(value, Shifted)])


def _updates(
    kind: RecordKind, given: Reading, chosen: Selection, lines: Sequence[RecordLine], values: dict[str, Any],
    at: ToolContext,
) -> list[Operation]:  # fmt: skip
    if given.relative:
        return [
            Operation(
                Action.UPDATE,
                kind.name,
                _plain(_columns(with_reminder(given.of(line, at), line), line, at)),
                line.id,
                line.version,
            )
            for line in lines
        ]
    if "custom" not in values:
        return [Operation(Action.UPDATE, kind.name, values, ids=chosen.ids)]
    return [
        Operation(
            Action.UPDATE, kind.name, values | {"custom": _columns(given, line, at)["custom"]}, line.id, line.version
        )
        for line in lines
    ]


def _plain(columns: dict[str, object]) -> dict[str, Any]:
    return {name: plain(value) for name, value in columns.items()}


async def _lines(kind: RecordKind, chosen: Selection, at: ToolContext) -> list[RecordLine]:
    _, lines = await RecordRepository(at.session, at.actor, kind).find(Wanted(ids=chosen.ids, limit=MOST))
    if len(lines) != len(chosen.ids):
        raise NotFound(kind.one, "of these")
    return lines


def _titled(kind: RecordKind, line: RecordLine) -> str:
    return f"{kind.one} {clean(line.name, most=120)}"
