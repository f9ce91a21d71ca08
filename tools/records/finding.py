"""Lists of records of one kind, by any conditions on their fields."""

from __future__ import annotations

from db.records import Field, FieldType, RecordKind
from db.repositories.people import PeopleRepository
from db.repositories.records import RecordLine, RecordRepository, Wanted
from tools.contract import Found, ToolContext
from tools.evidence import Figures, RowsBehind
from tools.listing import Listing
from tools.records.asks import Find
from tools.records.choosing import in_words, read_conditions, with_own_fields
from tools.records.wording import people_in, row, worded
from tools.wording import clean, plural

_MOST_SHOWN = 4
_LISTED = 200


async def find(kind: RecordKind, tool: str, ask: Find, at: ToolContext) -> Found:
    """The records that meet every condition, the first of them in words and all of them as rows."""
    declared = await with_own_fields(kind, at)
    records = RecordRepository(at.session, at.actor, declared)
    wanted = Wanted(
        await read_conditions(declared, ask.where, at),
        order=ask.order, descending=ask.descending, limit=ask.limit, deleted=ask.deleted,
    )  # fmt: skip
    total, lines = await records.find(wanted)
    scope = await scope_of(kind, at)
    what = f"{'deleted ' if ask.deleted else ''}{plural(total, kind.one, kind.many)}{in_words(declared, ask.where, at)}"
    if not lines:
        return Found((f"There are no {what} in {scope}.",), scope=scope)
    rule = f"{kind.many} that meet every condition"
    figures = Figures(rule, RowsBehind(tool, ask.model_dump(mode="json") | {"limit": _LISTED}))
    listing = Listing(total, lines, figures, kind.many, scope)
    fields = _telling(declared, lines, asked={one.field for one in ask.where} | {ask.order or ""})
    head = listing.head(what, order=_order(declared, ask))
    return listing.found(
        [head, *listing.numbered(lambda number, line: _line(number, line, fields, figures, at))],
        row=lambda line: row(declared, line),
        focus=lambda line: line.ref,
        people=lambda line: people_in(declared, line),
    )


async def scope_of(kind: RecordKind, at: ToolContext) -> str:
    """In words, among whose records an answer was found."""
    return "the workspace" if kind.shared else await PeopleRepository(at.session, at.actor).scope(kind.many)


def _order(kind: RecordKind, ask: Find) -> str:
    name = ask.order or kind.order.removeprefix("-")
    return kind.by_name[name].words if name in kind.by_name else "number"


def _telling(kind: RecordKind, lines: list[RecordLine], *, asked: set[str]) -> list[Field]:
    """The fields worth a place in a line: those asked about, then the first ones that anybody filled in."""
    named = {*kind.title}
    filled = [
        one
        for one in kind.fields
        if one.stored not in named and one.type is not FieldType.LONG_TEXT and any(_filled(line, one) for line in lines)
    ]
    first = [one for one in filled if one.name in asked]
    return [*first, *(one for one in filled if one not in first)][: max(_MOST_SHOWN, len(first))]


def _filled(line: RecordLine, field: Field) -> bool:
    return line.values.get(field.name) not in (None, "", [], False)


def _line(number: int, line: RecordLine, fields: list[Field], figures: Figures, at: ToolContext) -> str:
    said = [text for field in fields if (text := worded(field, line, figures, at))]
    return f"{number}. {clean(line.name, most=120)}{': ' if said else ''}{', '.join(said)}"
