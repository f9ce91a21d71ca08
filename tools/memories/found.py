"""What notes and exchanges tell of a record beyond what is remembered: read by rules, with its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.access import Grant, RecordAction
from db.repositories.activity import InteractionLine, NoteLine
from db.repositories.base import RecordRef
from db.repositories.memories import MemoryLine, MemoryRepository
from db.repositories.records import RecordLine
from tools.contract import Person, ToolContext
from tools.memories.drawing import Drawn, drawn
from tools.memories.topics import likeness, words_of
from tools.people import of_colleague

_MOST = 20
_SAME = 0.7


@dataclass(frozen=True, slots=True)
class Read:
    """One sentence of a note or an exchange.

    Attributes:
        speaker: the contact who wrote it; None for what a colleague noted.
        private: it stands in a private note.
    """

    what: Drawn
    at: datetime
    author_id: int | None
    author: str | None
    speaker: RecordRef | None = None
    note_id: int | None = None
    interaction_id: int | None = None
    private: bool = False

    @property
    def people(self) -> tuple[Person, ...]:
        return (*of_colleague(self.author_id, self.author), *((Person(self.speaker),) if self.speaker else ()))


async def read_from_texts(line: RecordLine, known: Sequence[MemoryLine], at: ToolContext) -> list[Read]:
    """The latest first; what is remembered already is left out."""
    memories = MemoryRepository(at.session, at.actor)
    found: list[Read] = []
    if _reads("note", at):
        found += [one for note in await memories.unread_notes(line.ref) for one in _of_note(note, line.name)]
    if _reads("interaction", at):
        exchanges = await memories.unread_exchanges(line.ref)
        found += [one for exchange in exchanges for one in _of_exchange(exchange, line.name)]
    have = [words_of(one.body, besides=line.name) for one in known]
    fresh: list[Read] = []
    for one in sorted(found, key=lambda one: one.at, reverse=True):
        said = words_of(one.what.text, besides=line.name)
        if all(likeness(said, other) < _SAME for other in have):
            fresh.append(one)
            have.append(said)
    return fresh[:_MOST]


def _reads(kind: str, at: ToolContext) -> bool:
    return at.actor.may(Grant(kind, RecordAction.READ)) and at.actor.sees(kind, "body")


def _of_note(note: NoteLine, name: str) -> list[Read]:
    return [
        Read(one, note.at, note.author_id, note.author, note_id=note.id, private=note.private)
        for one in drawn(note.body, names=name)
    ]


def _of_exchange(exchange: InteractionLine, name: str) -> list[Read]:
    theirs = exchange.direction == "in" and exchange.contact_id is not None
    speaker = RecordRef("contact", exchange.contact_id, exchange.contact or "") if theirs else None  # type: ignore[arg-type]  # `theirs` says that it is there
    return [
        Read(one, exchange.at, exchange.user_id, exchange.user, speaker, interaction_id=exchange.id)
        for one in drawn(exchange.body or "", names=name)
    ]
