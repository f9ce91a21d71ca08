"""Scores for the demo company, by the function that scores everybody's leads."""

from __future__ import annotations

from datetime import datetime, timedelta

from db.lead_scores import Scorebook
from tools.scoring.rescoring import rescore_all, rescore_block

WEEKS = 6
"""Recent leads have a history of so many weeks."""


def score_company(scores: Scorebook, at: datetime) -> None:
    """Every lead as of the moment; those that arrived in the last weeks week by week before."""
    for weeks in range(WEEKS, 0, -1):
        then = at - timedelta(weeks=weeks)
        rescore_block(scores, scores.arrived(at - timedelta(weeks=WEEKS + 1), then), then)
    rescore_all(scores, at)
