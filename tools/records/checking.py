"""Whether one record meets conditions, with the values that say so."""

from __future__ import annotations

from db.records import Field, RecordKind
from db.repositories.records import RecordLine, RecordRepository, Wanted
from tools.contract import Found, ToolContext
from tools.errors import BadArgument
from tools.evidence import Figures, RowsBehind
from tools.records.asks import Check
from tools.records.choosing import field_of, in_words, read_conditions, with_own_fields
from tools.records.described import meant
from tools.records.finding import scope_of
from tools.records.wording import people_in, row, worded
from tools.wording import clean, listed

_RULE = "as stored on the record"


async def check(kind: RecordKind, tool: str, ask: Check, at: ToolContext) -> Found:
    """Yes or no; the record is in focus only where it is yes, so that what hangs on it can wait for that."""
    if not ask.where:
        raise BadArgument("where", "say what is to be checked")
    declared = await with_own_fields(kind, at)
    line = await meant(declared, ask.record, at)
    wanted = Wanted(await read_conditions(declared, ask.where, at), ids=(line.id,))
    total, _ = await RecordRepository(at.session, at.actor, declared).find(wanted)
    figures = Figures(_RULE, RowsBehind(f"read_{kind.name}", {"record": {"kind": kind.name, "id": line.id}}))
    name = f"{kind.one} {clean(line.name, most=120)}"
    values = listed(await _values(declared, ask, line, figures, at))
    asked = in_words(declared, ask.where, at).strip()
    verdict = f"Yes, {name} is one {asked}" if total else f"No, {name} is not one {asked}"
    left = "" if total or not ask.decides else " So I leave it at that."
    said = f"{verdict}{f' ({values})' if values else ''}.{left}"
    people, scope = tuple(people_in(declared, line)), await scope_of(kind, at)
    focus = (line.ref,) if total else ()
    return Found((said,), figures.all, (row(declared, line),), focus=focus, people=people, scope=scope)


async def _values(kind: RecordKind, ask: Check, line: RecordLine, figures: Figures, at: ToolContext) -> list[str]:
    """What the record itself holds in the fields asked about."""
    own: list[Field] = []
    for one in ask.where:
        if "." not in one.field and one.field in kind.by_name:
            own.append((await field_of(kind, one.field, at))[1])
    return [text for field in dict.fromkeys(own) if (text := worded(field, line, figures, at))]
