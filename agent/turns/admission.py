"""One conversation answers one turn at a time, in order of arrival, across processes; a run can be asked to stop.

A run holds the conversation's lease in the database and renews it. A lease that ran out means that the process is gone:
whoever waits behind that turn has it run again. Inside one process only the first in line looks at the database.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from agent.errors import ConversationBusy, TurnStopped
from db.access import Actor
from db.errors import StoreError
from db.repositories.turn_queue import Place, TurnQueue, holder_of
from db.repositories.turns import TurnLine
from db.session import Database

_RENEWALS = 7
"""How often a lease is renewed before it would run out: some may fail on a busy database."""
_QUEUE_SECONDS = 60.0
_LONGEST_PAUSE = 0.25

T = TypeVar("T")


class Line:
    """The turns of this process that wait in their conversations or are being answered."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[int, asyncio.Event]] = defaultdict(dict)

    @asynccontextmanager
    async def place(self, turn: TurnLine) -> AsyncIterator[asyncio.Event]:
        """A place in line; the event is set while no earlier turn of the conversation is in this process."""
        waiting = self._numbers[turn.conversation_id]
        first = waiting[turn.number] = asyncio.Event()
        self._call(turn.conversation_id)
        try:
            yield first
        finally:
            waiting.pop(turn.number, None)
            self._call(turn.conversation_id)

    def _call(self, conversation: str) -> None:
        waiting = self._numbers[conversation]
        if not waiting:
            del self._numbers[conversation]
            return
        earliest = min(waiting)
        for number, event in waiting.items():
            # A turn that was lost and is run again here goes before those that wait already.
            event.set() if number == earliest else event.clear()


@dataclass(slots=True)
class Stop:
    """Whether a run was asked to stop; it ends at the next border of a step and never in the middle of an effect."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def check(self) -> None:
        if self.asked.is_set():
            raise TurnStopped

    async def unless(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of something that may be given up, such as waiting for a model."""
        if self.asked.is_set():
            work.close()
            raise TurnStopped
        doing, stopping = asyncio.ensure_future(work), asyncio.ensure_future(self.asked.wait())
        try:
            await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                return doing.result()
            raise TurnStopped
        finally:
            stopping.cancel()
            if not doing.done():
                doing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await doing


@dataclass(frozen=True, slots=True)
class Admission:
    """Gets one turn its place.

    Attributes:
        process: names this process in leases.
        lease: seconds after its last sign at which a process counts as gone.
        holds: the turn was opened here with the lease in hand.
        lost: has earlier turns whose process is gone run again.
    """

    database: Database
    actor: Actor
    turn: TurnLine
    process: str
    stop: Stop
    lease: float
    holds: bool
    lost: Callable[[list[TurnLine]], Awaitable[None]]

    @property
    def _holder(self) -> str:
        return holder_of(self.process, self.turn.id)

    async def admitted(self, first: asyncio.Event) -> bool:
        """Wait for the lease; False when the turn is over already, because another process answered it.

        Raises:
            ConversationBusy: nothing moved in the line for a minute.
            TurnStopped: the person asked for it while it waited.
        """
        if self.holds:
            return True
        clock, pause, ahead = asyncio.get_running_loop().time, 0.01, -1
        until = clock() + _QUEUE_SECONDS
        while True:
            await self._earlier_here(first)
            place = await self._look()
            if place.over:
                return False
            if place.stops:
                raise TurnStopped
            if place.ahead == 0 and not place.taken and await self._claim():
                return True
            if place.ahead and place.lost:
                await self._resume_earlier()
            if place.ahead != ahead:
                # The line moves, however long it is.
                ahead, until = place.ahead, clock() + _QUEUE_SECONDS
            if clock() > until:
                raise ConversationBusy(_QUEUE_SECONDS)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    async def _earlier_here(self, first: asyncio.Event) -> None:
        asked = asyncio.ensure_future(self.stop.asked.wait())
        turn = asyncio.ensure_future(first.wait())
        await asyncio.wait({asked, turn}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        turn.cancel()
        self.stop.check()

    async def _look(self) -> Place:
        async with self.database.read() as session:
            return await TurnQueue(session, self.actor).place(self.turn.id, seconds=self.lease)

    async def _claim(self) -> bool:
        async with self.database.write() as session:
            return await TurnQueue(session, self.actor).claim(self.turn.id, self._holder, seconds=self.lease)

    async def _resume_earlier(self) -> None:
        async with self.database.read() as session:
            earlier = await TurnQueue(session, self.actor).ahead_of(self.turn.id)
        await self.lost(earlier)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Keep the lease while the block runs, and hear of a wish to stop that came in elsewhere."""
        ended = asyncio.Event()
        keeping = asyncio.create_task(self._keep(ended))
        try:
            yield
        finally:
            ended.set()
            await keeping

    async def _keep(self, ended: asyncio.Event) -> None:
        while not await _within(self.lease / _RENEWALS, ended):
            with contextlib.suppress(StoreError):  # the lease outlasts several renewals
                async with self.database.write() as session:
                    stops = await TurnQueue(session, self.actor).renew(self.turn.id, self._holder, seconds=self.lease)
                if stops:
                    self.stop.asked.set()


async def _within(seconds: float, event: asyncio.Event) -> bool:
    """Whether the event comes in this time."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
