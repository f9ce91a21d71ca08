"""What is remembered of a record, as a section of its brief."""

from __future__ import annotations

from db.repositories.base import RecordRef
from db.repositories.memories import MemoryRepository
from tools.contract import Person, ToolContext
from tools.memories.about import tells, told
from tools.people import of_colleague

_SHOWN = 5


async def remembered(about: RecordRef, at: ToolContext) -> tuple[list[str], list[Person]]:
    """The latest few that hold today, and everybody they name."""
    if not tells(at):
        return [], []
    known = await MemoryRepository(at.session, at.actor).of(about, today=at.today, limit=_SHOWN + 1)
    if not known:
        return [], []
    more = ["- and more; ask what I remember"] if len(known) > _SHOWN else []
    people = [person for one in known for person in of_colleague(one.author_id, one.author)]
    people += [Person(one.speaker) for one in known if one.speaker is not None]
    return ["Remembered:", *(f"- {told(one, at)}" for one in known[:_SHOWN]), *more], people
