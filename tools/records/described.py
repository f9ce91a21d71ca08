"""The one record that an argument means: by number, by what is said of it, or a deal by the account it is on."""

from __future__ import annotations

from collections.abc import Sequence

from db.records import RecordKind
from db.records.choices import Outcome
from db.records.conditions import Condition, Test
from db.repositories.records import RecordLine, RecordRepository, Wanted
from tools.contract import RecordArgument, ToolContext
from tools.errors import BadArgument, NeedsChoice, Unanswerable
from tools.records.asks import Described, Pick
from tools.records.choosing import in_words, read_conditions
from tools.records.wording import shown
from tools.wording import clean

_OFFERED = 6


async def meant(kind: RecordKind, argument: RecordArgument | Described, at: ToolContext) -> RecordLine:
    """The record as the person sees it.

    Raises:
        NotFound: there is none of that number in sight.
        Unanswerable: nothing fits the description.
        NeedsChoice: several records fit.
        BadArgument: it is a record of another kind.
    """
    records = RecordRepository(at.session, at.actor, kind)
    if isinstance(argument, Described):
        return await _described(kind, argument, records, at)
    if argument.kind == kind.name:
        return await records.get(argument.id)
    if (kind.name, argument.kind) == ("opportunity", "account"):
        return await _open_deal(argument, records)
    raise BadArgument("record", f"this is about {kind.many}, not {clean(argument.kind, most=40)}s")


async def _described(
    kind: RecordKind, argument: Described, records: RecordRepository, at: ToolContext
) -> RecordLine:  # fmt: skip
    if argument.kind != kind.name:
        raise BadArgument("record", f"this is about {kind.many}, not {clean(argument.kind, most=40)}s")
    conditions = await read_conditions(kind, argument.where, at)
    if argument.pick is Pick.NEXT:
        conditions = (*conditions, *_ahead(kind, at))
    backwards = None if argument.pick is Pick.ONLY else argument.pick is Pick.LATEST
    total, lines = await records.find(Wanted(conditions, order=_when(kind), descending=backwards, limit=_OFFERED))
    said = in_words(kind, argument.where, at)
    if not lines:
        raise Unanswerable(f"There is no {kind.one}{said} among those you see.")
    if total > 1 and argument.pick is Pick.ONLY:
        choices = tuple(_told(kind, line, at) for line in lines)
        more = "" if total <= len(lines) else f" There are {total:,}; these are the first."
        raise NeedsChoice(
            f"Which {kind.one}{said} do you mean?{more}", choices, argument="record",
            records=tuple(line.ref for line in lines),
        )  # fmt: skip
    return lines[0]


def _when(kind: RecordKind) -> str | None:
    """The field that tells which of several is the latest or the next."""
    usual = kind.order.removeprefix("-")
    if usual in kind.by_name and kind.by_name[usual].ordered:
        return usual
    return "created_at" if "created_at" in kind.by_name else None


def _ahead(kind: RecordKind, at: ToolContext) -> tuple[Condition, ...]:
    name = _when(kind)
    if name is None:
        return ()
    field = kind.field(name)
    moment = at.today if field.type.value == "date" else at.now
    return (Condition(name, Test.AT_LEAST, (moment,)),)


def _told(kind: RecordKind, line: RecordLine, at: ToolContext) -> str:
    """A record among its like: its name with when it is, or what it belongs to."""
    name = _when(kind)
    when = shown(line.values.get(name), at) if name else ""
    linked = next((clean(ref.name, most=60) for ref in line.links.values() if ref.kind != "user"), "")
    beside = ", ".join(part for part in (line.detail, linked, when) if part)
    title = clean(line.name, most=80)
    return f"{title} ({beside})" if beside else title


async def _open_deal(argument: RecordArgument, records: RecordRepository) -> RecordLine:
    """The open deal on an account, which people call by the account's name."""
    conditions = (Condition("account", Test.IS, (argument.id,)), Condition("outcome", Test.IS, (Outcome.OPEN,)))
    total, lines = await records.find(Wanted(conditions, limit=_OFFERED))
    name = clean(argument.name, most=80) or "this account"
    if not lines:
        raise Unanswerable(f"There is no open deal on {name} among those you see.")
    if total > 1:
        raise NeedsChoice(
            f"Which deal on {name} do you mean?", tuple(one.name for one in lines), argument="record",
            records=tuple(one.ref for one in lines),
        )  # fmt: skip
    return lines[0]


async def each_meant(
    kind: RecordKind, arguments: Sequence[RecordArgument | Described], at: ToolContext
) -> tuple[int, ...]:
    """Ids of the records meant, each once. Raises what `meant` raises."""
    found: list[int] = []
    for one in arguments:
        if isinstance(one, RecordArgument) and one.kind == kind.name:
            found.append(one.id)
        else:
            found.append((await meant(kind, one, at)).id)
    return tuple(dict.fromkeys(found))
