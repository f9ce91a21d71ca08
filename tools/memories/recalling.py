"""What is known of a relationship: fields, memories and what notes and exchanges say, each with its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from db.access import Grant, RecordAction
from db.records import KINDS
from db.repositories.memories import MemoryLine, MemoryRepository
from db.repositories.records import RecordLine
from tools.contract import Area, Ask, Effect, Found, RecordArgument, ToolContext, tool
from tools.evidence import Figures, RowsBehind
from tools.memories.about import about, people_of, tells, told
from tools.memories.found import Read, read_from_texts
from tools.memories.topics import IN_WORDS, topic_asked_for, words_of
from tools.people import each_once
from tools.wording import clean, listed, plain, plural, quoted, said_on

_SHOWN = 12
_FIELDS = ("preferred_channel", "preferred_time", "pain_points", "interests")
_TOPIC_OF_FIELD = {
    "preferred_channel": "preference", "preferred_time": "preference", "pain_points": "pain_point",
    "interests": "interest",
}  # fmt: skip


class Recall(Ask):
    record: RecordArgument
    """The contact, lead, account or deal."""
    instruction: str | None = None
    """What of it is asked about (family, promises, price), in the person's own words."""


@tool(
    area=Area.COMMUNICATION,
    effect=Effect.READ,
    requires=Grant("memory", RecordAction.READ),
    doing="looking up what is remembered",
    examples=(
        "what do you remember about Jane",
        "what are Jane Miller's preferences",
        "how does she like to be contacted",
        "what did Jane promise us",
        "what objections did Acme raise",
        "anything personal I should know about Otto",
    ),
)
async def recall(ask: Recall, at: ToolContext) -> Found:
    """Tell what is remembered of a contact, lead, account or deal: preferences, pain points, interests,
    commitments, objections, personal details; who said each, when, and where it stands."""
    line = await about(ask.record, at)
    known = await MemoryRepository(at.session, at.actor).of(line.ref, today=at.today)
    if not tells(at):
        known = []
    read = await read_from_texts(line, known, at)
    fields = _fields(line)
    if ask.instruction:
        fields, known, read = _asked_for(ask.instruction, line, fields, known, read)
    name = clean(line.name, most=120)
    reference = {"record": {"kind": line.kind, "id": line.id}}
    behind = reference | ({"instruction": ask.instruction} if ask.instruction else {})
    figures = Figures("memories that hold today, counted", RowsBehind("recall", behind))
    people = each_once([*people_of(line, known), *(person for one in read for person in one.people)])
    said = _said(name, fields, known, read, figures, at, asked=ask.instruction)
    rows = (*_field_rows(fields), *map(_row, known), *map(_read_row, read))
    return Found((said,), figures.all, rows, focus=(line.ref,), people=people)


def _fields(line: RecordLine) -> dict[str, Any]:
    return {name: value for name in _FIELDS if (value := line.values.get(name))}


def _asked_for(
    words: str, line: RecordLine, fields: dict[str, Any], known: list[MemoryLine], read: list[Read]
) -> tuple[dict[str, Any], list[MemoryLine], list[Read]]:
    """What belongs to the topic that is named, else what shares a word with the question; else everything."""
    topic = topic_asked_for(words)
    wanted = words_of(words, besides=line.name)

    def fits(of: str, text: str) -> bool:
        return of == topic if topic else bool(wanted & words_of(text, besides=line.name))

    chosen = (
        {name: value for name, value in fields.items() if fits(_TOPIC_OF_FIELD[name], str(value))},
        [one for one in known if fits(one.topic, one.body)],
        [one for one in read if fits(one.what.topic, one.what.text)],
    )
    return chosen if any(chosen) or topic else (fields, known, read)


def _said(
    name: str, fields: Mapping[str, Any], known: Sequence[MemoryLine], read: Sequence[Read], figures: Figures,
    at: ToolContext, *, asked: str | None,
) -> str:  # fmt: skip
    if not (fields or known or read):
        return f"I remember nothing{' like that' if asked else ''} about {name}. Tell me: “remember that …”."
    lines = []
    if known:
        count = figures.count("memories", len(known), f"memories of {name}")
        lines.append(f"{name}: {count} {plural(len(known), 'thing')} remembered.")
    else:
        lines.append(f"What the records say of {name}:")
    lines += [f"- {_words(field)}: {_value(value)}" for field, value in fields.items()]
    for topic, heading in IN_WORDS.items():
        lines += [f"- {heading}: {told(one, at)}" for one in known[:_SHOWN] if one.topic == topic]
    if read:
        lines.append("Read in notes and exchanges, not yet remembered:")
        lines += [f"- {IN_WORDS[one.what.topic]}: {_where(one, at)}" for one in read[:_SHOWN]]
    return "\n".join(lines)


def _words(field: str) -> str:
    words = KINDS["contact"].field(field).words
    return words[:1].upper() + words[1:]


def _value(value: object) -> str:
    return listed([clean(str(one), most=120) for one in (value if isinstance(value, list) else [value])])


def _where(one: Read, at: ToolContext) -> str:
    who = one.speaker.name if one.speaker else one.author
    kind = "note" if one.note_id is not None else "exchange"
    by = f", {clean(who, most=80)}" if who else ""
    return f"{quoted(one.what.text, most=300)} ({kind} of {said_on(one.at, at.now)}{by})"


def _field_rows(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"what": name, "text": _value(value), "topic": _TOPIC_OF_FIELD[name]} for name, value in fields.items()]


def _row(one: MemoryLine) -> dict[str, Any]:
    return {
        "what": "memory", "id": one.id, "topic": one.topic, "text": clean(one.body, most=400),
        "said": plain(one.said_at),
        "by": one.speaker.name if one.speaker else one.author, "source": one.source, "private": one.private,
    }  # fmt: skip


def _read_row(one: Read) -> dict[str, Any]:
    return {
        "what": "note" if one.note_id is not None else "exchange", "id": one.note_id or one.interaction_id,
        "topic": one.what.topic, "text": one.what.text, "said": plain(one.at),
        "by": one.speaker.name if one.speaker else one.author,
    }  # fmt: skip
