"""One record: the fields that were asked for, or all that are filled in."""

from __future__ import annotations

from db.errors import BadField
from db.records import Field, FieldType, RecordKind
from db.repositories.records import RecordLine
from tools.contract import Found, ToolContext
from tools.evidence import Figures, RowsBehind
from tools.records.asks import Show
from tools.records.choosing import with_own_fields
from tools.records.described import meant
from tools.records.finding import scope_of
from tools.records.wording import people_in, row, worded
from tools.wording import clean, listed, quoted

_RULE = "as stored on the record"


async def show(kind: RecordKind, tool: str, ask: Show, at: ToolContext) -> Found:
    """What the record holds. Raises `BadField` for what is no field, or is not shown to the person."""
    declared = await with_own_fields(kind, at)
    line = await meant(declared, ask.record, at)
    fields = [_seen(declared, name, at) for name in dict.fromkeys(ask.fields)]
    behind = RowsBehind(tool, {"record": {"kind": kind.name, "id": line.id}, "fields": ask.fields})
    figures = Figures(_RULE, behind)
    name = f"{kind.one} {clean(line.name, most=120)}"
    said = _asked(fields, line, name, figures, at) if fields else _everything(declared, line, name, figures, at)
    scope = await scope_of(kind, at)
    people = tuple(people_in(declared, line))
    return Found(tuple(said), figures.all, (row(declared, line),), focus=(line.ref,), people=people, scope=scope)


def _seen(kind: RecordKind, name: str, at: ToolContext) -> Field:
    field = kind.field(name)
    if not at.actor.sees(kind.name, name):
        raise BadField(kind.name, field.words, "is not shown to you")
    return field


def _asked(fields: list[Field], line: RecordLine, name: str, figures: Figures, at: ToolContext) -> list[str]:
    """`The phone of contact Jane Roe is +49 …`; what is not filled in is said."""
    told = {field.words: text for field in fields if (text := _value(field, line, figures, at))}
    said = [f"{words[:1].upper()}{words[1:]} of {name}: {text}." for words, text in told.items()]
    lacking = [field.words for field in fields if field.words not in told]
    if lacking:
        said.append(f"{name[:1].upper()}{name[1:]} has no {listed(lacking, last='or')} on record.")
    return said


def _everything(kind: RecordKind, line: RecordLine, name: str, figures: Figures, at: ToolContext) -> list[str]:
    titled = {*kind.title}
    parts = [
        f"- {field.words}: {text}"
        for field in kind.fields
        if field.stored not in titled and field.name in line.values and (text := _value(field, line, figures, at))
    ]
    head = f"{name[:1].upper()}{name[1:]}"
    return ["\n".join([f"{head}:", *parts])] if parts else [f"{head}: nothing else is filled in."]


def _value(field: Field, line: RecordLine, figures: Figures, at: ToolContext) -> str:
    """A value without the field's name before it; empty where nothing is filled in."""
    value = line.values.get(field.name)
    if field.type is FieldType.FLAG:
        return "yes" if value else "no"
    if field.type is FieldType.LONG_TEXT and value:
        return quoted(str(value), most=_LONGEST)
    return worded(field, line, figures, at).removeprefix(f"{field.words} ")


_LONGEST = 600
