"""Every effect and every decision is recorded in the transaction it happens in, so that neither is kept without the
other. Who opens the database says how (`recorded`); a session that nobody records is refused.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from db.deeds import Deed, Subject
from db.session import Database, WriteSession
from tools.contract import Person, Proposed

_KEY = "recorder"


@dataclass(frozen=True, slots=True)
class Entry:
    """One effect or decision.

    Attributes:
        subject: the change, the proposal, or what else it is about.
        tool: the tool and `arguments` it was asked with, where something new was done or proposed.
        people: everybody named in the arguments, so that names can be hidden.
        details: what is kept as it is, because it names nobody.
    """

    deed: Deed
    subject: Subject
    tool: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    people: tuple[Person, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


Recorder = Callable[[WriteSession, Entry], Awaitable[None]]
"""Writes the entry with this session and no other; what it raises undoes the effect."""


class NotRecorded(RuntimeError):
    """An effect was asked for on a database that was opened without a recorder."""

    def __init__(self, deed: Deed) -> None:
        self.deed = deed
        super().__init__(f"{deed} needs a database that records what happens")


def recorded(database: Database, recorder: Recorder) -> Database:
    """The same database, whose write sessions record effects with `recorder`."""
    return database.carrying({_KEY: recorder})


@contextmanager
def recording_with(session: WriteSession, recorder: Recorder) -> Iterator[None]:
    """Record effects of this one session with `recorder`: for jobs, whose sessions are opened for them."""
    session.info[_KEY] = recorder
    try:
        yield
    finally:
        del session.info[_KEY]


async def record(session: WriteSession, entry: Entry) -> None:
    if _KEY not in session.info:
        raise NotRecorded(entry.deed)
    await cast("Recorder", session.info[_KEY])(session, entry)


def proposing(deed: Deed, subject: Subject, tool: str, proposed: Proposed, **details: str) -> Entry:
    """The entry of something done or proposed. The text of a message stays in its proposal."""
    texts = () if proposed.message is None else (proposed.message.subject, proposed.message.body)
    arguments = {name: value for name, value in proposed.arguments.items() if value not in texts}
    return Entry(deed, subject, tool, arguments, proposed.people, details)
