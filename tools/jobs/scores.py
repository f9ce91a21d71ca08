"""The job that keeps scores of leads in step with time, and scores what imports brought."""

from __future__ import annotations

from db.lead_scores import with_scores
from db.session import WriteSession
from tools.jobs.job import Moment
from tools.scoring import rescore_due


async def rescore_leads(session: WriteSession, at: Moment) -> int:
    """Score the leads whose behaviour has faded by now, or that nobody has scored; a block of them at a time."""
    return await with_scores(session, lambda scores: rescore_due(scores, at.now))
