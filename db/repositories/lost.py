"""Deals that were lost for a reason that is no decision between us and a competitor."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select

from db.models import Opportunity, Outcome


def lost_for(reasons: Sequence[str]) -> Select[int]:
    """Ids of the deals that were lost for one of these reasons, however it is capitalised."""
    # Spelt out, so that the index on the reason is used: over a million deals, folding each would take a second.
    spelt = sorted({way for one in reasons for way in (one, one.lower(), one.upper(), one.capitalize(), one.title())})
    return select(Opportunity.id).where(Opportunity.outcome == Outcome.LOST, Opportunity.loss_reason.in_(spelt))
