"""Jobs that keep a workspace in order: reminders reach their people, old proposals close, old traces go."""

from __future__ import annotations

from datetime import timedelta

from db.repositories import upkeep, usage
from db.repositories.signing_in import WINDOW
from db.session import WriteSession
from tools.jobs.job import BATCH, Moment

_READ_KEPT = timedelta(days=90)
"""How long a notification is kept once it was read."""
_LINK_KEPT = timedelta(days=30)
"""How long a used or expired link is kept, for who looks into what became of an invitation."""


async def deliver_reminders(session: WriteSession, at: Moment) -> int:
    """Tell people of tasks whose reminder is due; each time of a task once."""
    return await upkeep.remind(session, at.now, most=BATCH)


async def expire_proposals(session: WriteSession, at: Moment) -> int:
    """Close proposals nobody decided in time, and tell who asked for them."""
    return await upkeep.expire(session, at.now, most=BATCH)


async def sweep_budgets(session: WriteSession, at: Moment) -> int:
    """Settle what processes that died in a model call left set aside."""
    return await usage.sweep(session, at.now, most=BATCH)


async def prune(session: WriteSession, at: Moment) -> int:
    """Remove what nobody comes back to: browser sessions and attempts to sign in that are over, links a month after
    their end, traces older than they are kept, and notifications read long ago."""
    before = upkeep.Horizon(
        spans=at.now - timedelta(days=at.settings.trace_days), read=at.now - _READ_KEPT, links=at.now - _LINK_KEPT,
        tries=at.now - WINDOW,
    )  # fmt: skip
    return await upkeep.forget(session, at.now, before, most=BATCH)
