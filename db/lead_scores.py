"""Scores of leads and their history, for one lead or a block of thousands. No edit of a person's is touched.

A score belongs to the program: it is read and kept here for everybody alike, whoever may see the lead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, func, insert, select, update

from db import lead_facts
from db.acting import unscoped
from db.lead_facts import LeadRows
from db.many_ids import among
from db.models import Base, CampaignMember, Interaction, Lead, LeadScore, LeadStatus, LifecycleChange, ScoringRules
from db.record_images import TABLES
from db.session import ReadSession

_LEADS = Base.metadata.tables[Lead.__tablename__]
_SCORES = Base.metadata.tables[LeadScore.__tablename__]
_RULES = Base.metadata.tables[ScoringRules.__tablename__]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history: `reasons` are the points of each component in words, `reason` is what changed."""

    lead_id: int
    score: int
    grade: str
    reasons: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a lead is worth now, and when time alone will have changed that. `confidence` is in thousandths."""

    lead_id: int
    score: int
    grade: str
    tier: str
    confidence: int
    rescore_at: datetime


_COUNTED = (Interaction, CampaignMember)
_T = TypeVar("_T")


class Scorebook:
    """The scores of a workspace, on one connection.

    Args:
        currency: of the workspace; budgets are read in it.
    """

    def __init__(self, connection: Connection, currency: str) -> None:
        self._connection = connection
        self._currency = currency

    def facts(self, ids: Sequence[int], *, on: date, to_write: bool = False) -> LeadRows:
        """What these leads are scored by.

        Args:
            on: the day whose rates of exchange count.
            to_write: nobody else scores them until this transaction ends.
        """
        return lead_facts.read(self._connection, ids, self._currency, on=on, to_write=to_write)

    def due(self, at: datetime, most: int) -> list[int]:
        """Leads whose score has to be reckoned anew by now, at most so many."""
        return lead_facts.due(self._connection, at, most)

    def block(self, after: int, size: int) -> list[int]:
        """The next leads behind an id, for a walk over all of them."""
        return lead_facts.block(self._connection, after, size)

    def arrived(self, since: datetime, before: datetime) -> list[int]:
        """The leads that arrived between two moments."""
        between = (Lead.arrived_at >= since, Lead.arrived_at < before, Lead.deleted_at.is_(None))
        return list(self._connection.execute(select(Lead.id).where(*between).order_by(Lead.id)).scalars())

    def contacted(self, ids: Sequence[int], least: int) -> list[int]:
        """Those of these leads that are contacted and score at least so much."""
        where = (Lead.status == LeadStatus.CONTACTED, Lead.score >= least, Lead.deleted_at.is_(None))
        chosen = among(Lead.id, ids, self._connection.dialect)
        return list(self._connection.execute(select(Lead.id).where(chosen, *where).order_by(Lead.id)).scalars())

    def open_stays(self, ids: Sequence[int]) -> list[int]:
        """The stays that these leads are in at the moment."""
        own = among(LifecycleChange.lead_id, ids, self._connection.dialect)
        living = (LifecycleChange.left_at.is_(None), LifecycleChange.deleted_at.is_(None))
        return list(self._connection.execute(select(LifecycleChange.id).where(own, *living)).scalars())

    def leads_behind(self, kind: str, ids: Sequence[int]) -> set[int]:
        """The leads whose score rests on these records: themselves, or what they hang on."""
        table = TABLES[kind]
        if table is Lead:
            return set(ids)
        if table not in _COUNTED:
            return set()
        links = select(table.lead_id).where(among(table.id, ids, self._connection.dialect))
        return {key for key in self._connection.execute(links).scalars() if key is not None}

    def keep(self, standing: Sequence[Standing], entries: Sequence[Entry], at: datetime, rules: str) -> None:
        """Write scores, and a line of history for each that became another one.

        Neither the version nor the time of the last edit moves: being scored is no edit, so that what waits for a
        decision about a lead, and taking it back, go on as if nothing had happened.
        """
        if standing:
            self._connection.execute(_UPDATE, [_columns(one) for one in standing])
        if entries:
            shared = {"at": at, "rules": rules, "version": 1, "created_at": at, "updated_at": at}
            self._connection.execute(insert(_SCORES), [_line(one) | shared for one in entries])

    def last(self, ids: Sequence[int]) -> dict[int, tuple[tuple[str, ...], str]]:
        """The reasons and the rules of the latest line of each lead that has one."""
        newest = select(func.max(_SCORES.c.id)).where(among(_SCORES.c.lead_id, ids, self._connection.dialect))
        newest = newest.where(_SCORES.c.deleted_at.is_(None)).group_by(_SCORES.c.lead_id)
        statement = select(_SCORES.c.lead_id, _SCORES.c.reasons, _SCORES.c.rules).where(_SCORES.c.id.in_(newest))
        return {lead: (tuple(reasons), rules) for lead, reasons, rules in self._connection.execute(statement)}

    def rules(self) -> tuple[int, Mapping[str, Any]] | None:
        """The latest rules of the workspace with their version; None where it has none of its own."""
        statement = select(_RULES.c.version, _RULES.c.body).order_by(_RULES.c.version.desc()).limit(1)
        found = self._connection.execute(statement).first()
        return None if found is None else (found[0], found[1])

    def add_rules(self, body: Mapping[str, Any], *, by: int | None, at: datetime) -> int:
        """A further version; which one it is."""
        version = int(self._connection.execute(select(func.max(_RULES.c.version))).scalar() or 0) + 1
        row = {"version": version, "body": dict(body), "changed_by": by, "changed_at": at}
        self._connection.execute(insert(_RULES), row)
        return version


async def with_scores(session: ReadSession, act: Callable[[Scorebook], _T]) -> _T:
    """What `act` makes of the scores, in the session's transaction."""
    with unscoped(session):  # A score rests on all that happened with a lead, whoever sees it.
        return await session.run_sync(lambda sync: act(Scorebook(sync.connection(), session.currency)))


_UPDATE = (
    update(_LEADS)
    .where(_LEADS.c.id == bindparam("b_id"))
    .values(
        score=bindparam("b_score"), grade=bindparam("b_grade"), tier=bindparam("b_tier"),
        score_confidence=bindparam("b_confidence"), rescore_at=bindparam("b_rescore_at"),
        updated_at=_LEADS.c.updated_at,
    )
)  # fmt: skip


def _columns(one: Standing) -> dict[str, Any]:
    return {
        "b_id": one.lead_id, "b_score": one.score, "b_grade": one.grade, "b_tier": one.tier,
        "b_confidence": Decimal(one.confidence).scaleb(-3), "b_rescore_at": one.rescore_at,
    }  # fmt: skip


def _line(one: Entry) -> dict[str, Any]:
    return {
        "lead_id": one.lead_id, "score": one.score, "grade": one.grade, "reasons": list(one.reasons),
        "reason": one.reason[:200],
    }  # fmt: skip
