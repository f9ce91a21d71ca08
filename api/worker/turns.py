"""Turns whose process died are answered by the worker, whether or not a server runs."""

from __future__ import annotations

from api.worker.sweeps import Place
from db.repositories.turn_queue import LEASE_SECONDS, lost_turns


async def answer_lost_turns(place: Place) -> int:
    """Run them again and wait until they are answered; how many."""
    # Only to see whether it is worth loading what answers a turn; the runtime looks again.
    async with place.database.read() as session:
        if not await lost_turns(session, seconds=LEASE_SECONDS, limit=1):
            return 0
    return await place.runtime().recover(wait=True)
