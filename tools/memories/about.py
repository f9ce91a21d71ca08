"""The record a memory is about, as the person sees it, and what is remembered of it."""

from __future__ import annotations

from db.access import Grant, RecordAction
from db.records import KINDS
from db.repositories.memories import MemoryLine
from db.repositories.records import RecordLine, RecordRepository
from tools.contract import Person, RecordArgument, ToolContext
from tools.errors import BadArgument
from tools.people import each_once, of_colleague
from tools.records.wording import people_in
from tools.wording import clean, quoted, said_on

ABOUT = ("contact", "lead", "account", "opportunity")


async def about(argument: RecordArgument, at: ToolContext) -> RecordLine:
    """The record. Raises `NotFound`, or `BadArgument` for kinds of which nothing is remembered."""
    if argument.kind not in ABOUT:
        raise BadArgument("record", "I remember things about contacts, leads, accounts and deals")
    return await RecordRepository(at.session, at.actor, KINDS[argument.kind]).get(argument.id)


def tells(at: ToolContext) -> bool:
    """Whether the text of memories is shown to this person at all."""
    return at.actor.sees("memory", "body") and at.actor.may(Grant("memory", RecordAction.READ))


def told(line: MemoryLine, at: ToolContext) -> str:
    """`“She prefers short mails” (Ann Lee, 21 May 2025, from a note)`: what is remembered and where it is from."""
    parts = []
    if line.speaker is not None and at.actor.sees("memory", "speaker"):
        parts.append(f"said by {clean(line.speaker.name, most=80)}")
    if line.author and at.actor.sees("memory", "author"):
        parts.append(clean(line.author, most=80))
    parts.append(said_on(line.said_at, at.now))
    if line.note_id is not None:
        parts.append("from a note")
    if line.interaction_id is not None:
        parts.append("from an exchange")
    if line.private:
        parts.append("only for you")
    return f"{quoted(line.body, most=300)} ({', '.join(parts)})"


def people_of(line: RecordLine, memories: list[MemoryLine]) -> tuple[Person, ...]:
    named = list(people_in(KINDS[line.kind], line))
    for one in memories:
        named += of_colleague(one.author_id, one.author)
        if one.speaker is not None:
            named.append(Person(one.speaker))
    return each_once(named)
