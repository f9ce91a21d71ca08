"""What follows when many records were written at once: every look-up that is kept beside them. The one place for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, null, select, update

from db import facts, likeness_index, name_index
from db.many_ids import among
from db.models import Interaction, Lead, Opportunity, Outcome

MANY = 5_000
"""From here on a look-up is made anew as a whole; that is quicker than by id."""


def follow(
    connection: Connection,
    kind: str,
    ids: Sequence[int],
    *,
    corrected: Sequence[int] = (),
    also: Mapping[str, Sequence[int]],
) -> None:
    """Names, facts and whatever else is looked up instead of the records themselves.

    Args:
        ids: every record of the kind that was written; `corrected` are those among them that were there before.
        also: records of other kinds that came with them.
    """
    for name, keys in {kind: ids, **also}.items():
        if keys and (named := name_index.named_kind(name)):
            name_index.refresh(connection, named, None if len(keys) > MANY else keys)
        likeness_index.refresh(connection, name, None if len(keys) > MANY else keys)
    _score_anew(connection, kind, ids)
    if kind == "opportunity":
        # A corrected source corrects the segments of a closed deal too.
        facts.refresh(connection, corrected, anew=True)
        made = sorted(set(ids) - set(corrected))
        facts.refresh(connection, None if len(made) > MANY else made)
    if kind == "account" and corrected:
        # Open deals without a region or industry of their own take those of the account.
        mine = among(Opportunity.account_id, corrected, connection.dialect)
        deals = select(Opportunity.id).where(mine, Opportunity.outcome == Outcome.OPEN)
        facts.refresh(connection, list(connection.execute(deals).scalars()))


def _score_anew(connection: Connection, kind: str, ids: Sequence[int]) -> None:
    """Leads that were written, or that something happened with, wait for the next scoring."""
    leads: Select[Any] = select(Lead.id).where(among(Lead.id, ids, connection.dialect))
    if kind in _BEHAVIOUR:
        leads = select(Interaction.lead_id).where(among(Interaction.id, ids, connection.dialect))
    elif kind != "lead":
        return
    waiting = update(Lead).where(Lead.id.in_(leads)).values(rescore_at=null(), updated_at=Lead.updated_at)
    connection.execute(waiting)


_BEHAVIOUR = frozenset({"interaction", "email", "call", "meeting", "sms", "whatsapp"})
