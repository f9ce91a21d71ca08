"""Events of running turns: the turn writes, any number of readers follow, each from where it left off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.repositories.turns import EventLine

LAST = frozenset({"done", "error"})
_PER_RUN = 100_000


def before_run(attempt: int) -> int:
    """The number before the first event of the nth run of a turn."""
    return _PER_RUN * max(0, attempt - 1)


@dataclass(slots=True)
class Channel:
    """The events of one turn in this process, and a bell for those who wait.

    Attributes:
        user_id: whose turn it is; nobody else may follow it here.
        result: the answer once it is stored as the turn's result.
        before: the number before the first event. Each run of a turn counts from a place of its own, so that a
            reader who saw a run that was cut off reads the next one from its beginning.
    """

    user_id: int
    before: int = 0
    events: list[EventLine] = field(default_factory=list)
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False
    result: dict[str, Any] | None = None

    def emit(self, kind: str, data: dict[str, Any]) -> None:
        self.events += self.numbered([(kind, data)])
        self._ring()

    def numbered(self, events: Sequence[tuple[str, dict[str, Any]]]) -> list[EventLine]:
        """Events as they will be published after those there are."""
        first = self.before + len(self.events) + 1
        return [EventLine.of(number, kind, data) for number, (kind, data) in enumerate(events, start=first)]

    def publish(self, events: Sequence[EventLine]) -> None:
        self.events += events
        self._ring()

    def close(self) -> None:
        self.closed = True
        self._ring()

    def _ring(self) -> None:
        self.bell.set()
        self.bell = asyncio.Event()

    async def follow(self, after: int = 0) -> AsyncIterator[EventLine]:
        """Events after a number, as they happen, until the turn has ended."""
        at = max(0, after - self.before)
        while True:
            bell = self.bell
            while at < len(self.events):
                yield self.events[at]
                at += 1
            if self.closed:
                return
            await bell.wait()
