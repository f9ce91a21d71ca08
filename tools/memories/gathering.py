"""Keeping what notes and exchanges say of a relationship, as memories that name their source."""

from __future__ import annotations

from db.access import Grant, RecordAction
from db.records.choices import MemorySource
from db.repositories.memories import MemoryRepository
from db.repositories.records import RecordLine
from tools.contract import Action, Area, Ask, Effect, Operation, Proposed, RecordArgument, ToolContext, tool
from tools.errors import Unanswerable
from tools.memories.about import about, people_of
from tools.memories.found import Read, read_from_texts
from tools.memories.topics import IN_WORDS
from tools.people import each_once
from tools.wording import clean, plural, quoted


class GatherMemories(Ask):
    record: RecordArgument
    """The contact, lead, account or deal whose notes and exchanges are read."""


@tool(
    area=Area.COMMUNICATION,
    effect=Effect.BULK,
    requires=Grant("memory", RecordAction.CREATE),
    doing="reading notes for what is worth remembering",
    examples=(
        "remember what the notes say about Jane",
        "collect what we know about Acme from the notes",
        "go through the history of Globex and keep what matters",
        "learn her preferences from the mails",
        "read the notes on Otto and remember the important bits",
        "save the facts from our exchanges with Hooli",
    ),
)
async def gather_memories(ask: GatherMemories, at: ToolContext) -> Proposed:
    """Propose to remember what notes and exchanges say of a contact, lead, account or deal, with their source.

    Only sentences as they stand there, found by fixed rules; a person looks at each before it is kept.
    """
    line = await about(ask.record, at)
    known = await MemoryRepository(at.session, at.actor).of(line.ref, today=at.today, past=True)
    read = await read_from_texts(line, known, at)
    name = clean(line.name, most=120)
    if not read:
        raise Unanswerable(f"The notes and exchanges of {name} say nothing lasting that is not remembered yet.")
    shown = [f"{IN_WORDS[one.what.topic]}: {quoted(one.what.text, most=200)}" for one in read]
    many = f"{len(read)} {plural(len(read), 'sentence')} from notes and exchanges of {name}"
    return Proposed(
        said=f"I would remember {many}: {'; '.join(shown[:5])}{' …' if len(shown) > 5 else ''}.",
        done=f"{many} remembered.",
        arguments={"record": {"kind": line.kind, "id": line.id, "name": line.name}},
        operations=tuple(_operation(one, line, at) for one in read),
        focus=(line.ref,),
        people=each_once([*people_of(line, []), *(person for one in read for person in one.people)]),
        reach={"records": len(read), "examples": shown},
    )


def _operation(one: Read, line: RecordLine, at: ToolContext) -> Operation:
    where = {"note_id": one.note_id} if one.note_id is not None else {"interaction_id": one.interaction_id}
    source = MemorySource.NOTE if one.note_id is not None else MemorySource.EXCHANGE
    values = {
        f"{line.kind}_id": line.id, "topic": one.what.topic, "body": one.what.text, "author_id": at.actor.user_id,
        "speaker_id": one.speaker.id if one.speaker else None, "said_at": one.at.isoformat(), "source": source,
        "private": one.private, **where,
    }  # fmt: skip
    return Operation(Action.CREATE, "memory", values)
