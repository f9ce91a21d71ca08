"""Leads: lists by condition, and one lead as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from db.access import Actor, visible_leads
from db.errors import NotFound
from db.many_ids import among
from db.models import Campaign, Lead, LeadScore, LeadStatus, Task, TaskStatus, User
from db.money import Money, stored
from db.records.conditions import Conditions, Scope
from db.repositories.base import Repository
from db.shown import as_shown, require_shown


class LeadOrder(StrEnum):
    """`score`: the highest first. `last_contacted`: the latest first. `longest_silent`: the latest last.

    `any`: by number, for whoever does not see what leads are ordered by otherwise.
    """

    SCORE = "score"
    LOWEST_SCORE = "lowest_score"
    NEWEST = "newest"
    OLDEST = "oldest"
    LAST_CONTACTED = "last_contacted"
    LONGEST_SILENT = "longest_silent"
    ANY = "any"


class LeadColumn(StrEnum):
    """Columns a list of leads can be narrowed by."""

    STATUS = "status"
    SOURCE = "source"
    COUNTRY = "country"
    REGION = "region"
    INDUSTRY = "industry"


_COLUMNS: dict[LeadColumn, InstrumentedAttribute[Any]] = {
    LeadColumn.STATUS: Lead.status,
    LeadColumn.SOURCE: Lead.lead_source,
    LeadColumn.COUNTRY: Lead.country,
    LeadColumn.REGION: Lead.region,
    LeadColumn.INDUSTRY: Lead.industry,
}


@dataclass(frozen=True, slots=True)
class LeadFilter:
    statuses: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    owners: tuple[int, ...] = ()
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    created: tuple[datetime, datetime] | None = None
    uncontacted: bool = False
    min_score: int | None = None
    max_score: int | None = None
    silent_since: datetime | None = None
    """Contacted before, and not since then."""
    unowned: bool = False
    further: Conditions | None = None
    """On any fields of a lead."""


@dataclass(frozen=True, slots=True)
class LeadLine:
    id: int
    name: str
    company: str | None
    title: str | None
    email: str | None
    phone: str | None
    country: str | None
    status: str
    source: str | None
    campaign: str | None
    score: int | None
    grade: str | None
    owner_id: int | None
    owner: str | None
    account_id: int | None
    arrived_at: datetime | None
    last_contacted_at: datetime | None
    pain_points: tuple[str, ...]
    opted_out: bool
    version: int
    region: str | None = None
    industry: str | None = None
    employees: int | None = None
    budget: Money | None = None
    decision_timeline: str | None = None
    preferred_channel: str | None = None
    opportunity_id: int | None = None
    tier: str | None = None
    do_not_contact: bool = False


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A score from one moment on: the points of each component, what moved, and by which rules."""

    id: int
    at: datetime
    score: int
    grade: str
    points: tuple[str, ...]
    reason: str | None
    rules: str


class LeadRepository(Repository):
    STATUSES = tuple(status.value for status in LeadStatus)

    async def find(
        self, where: LeadFilter, *, order: LeadOrder = LeadOrder.NEWEST, limit: int = 20
    ) -> tuple[int, list[LeadLine]]:
        """How many match, and the first `limit` of them."""
        require_shown(self.actor, "lead", *_ORDERED_BY[order])
        conditions = self._conditions(where)
        total = await self.session.scalar(select(func.count(Lead.id)).where(*conditions))
        statement = self._lines().where(*conditions).order_by(*self._order(order), Lead.id).limit(limit)
        return int(total or 0), [self._line(row) for row in await self.session.execute(statement)]

    async def get(self, lead_id: int) -> LeadLine:
        row = (await self.session.execute(self._lines().where(*self._base(), Lead.id == lead_id))).first()
        if row is None:
            raise NotFound("lead", lead_id)
        return self._line(row)

    async def lines(self, ids: Sequence[int]) -> list[LeadLine]:
        """These leads in the order asked for. Raises `NotFound` where one of them is not there, or not visible."""
        chosen = among(Lead.id, ids, self.session.get_bind().dialect)
        rows = await self.session.execute(self._lines().where(*self._base(), chosen))
        found = {line.id: line for line in (self._line(row) for row in rows)}
        if missing := [key for key in ids if key not in found]:
            raise NotFound("lead", missing[0])
        return [found[key] for key in ids]

    async def queue(
        self, *, owners: Sequence[int], now: datetime, until: datetime, touched: datetime, limit: int
    ) -> tuple[int, list[LeadLine]]:
        """Leads to reach out to, the highest score first; how many there are.

        Left out are those that want no contact, that are customers, deals or unqualified by now, that were contacted
        since `touched`, or that an open task puts off until after `until`. Raises `NotShown` where the actor does not
        see what the order rests on.
        """
        require_shown(self.actor, "lead", *CALLED_FIRST)
        planned = select(Task.lead_id).where(
            Task.lead_id.is_not(None), Task.status == TaskStatus.OPEN, Task.deleted_at.is_(None), Task.due_at > until
        )
        answered = or_(Lead.last_contacted_at.is_(None), Lead.last_contacted_at < touched)
        where = [
            *self._base(), Lead.status.in_((LeadStatus.NEW, LeadStatus.CONTACTED, LeadStatus.QUALIFIED)),
            Lead.opted_out.is_(False), Lead.do_not_contact.is_(False), answered, Lead.id.not_in(planned),
            Lead.arrived_at <= now,
        ]  # fmt: skip
        if owners:
            where.append(or_(Lead.owner_id.in_(owners), Lead.owner_id.is_(None)))
        total = await self.session.scalar(select(func.count(Lead.id)).where(*where))
        statement = self._lines().where(*where).order_by(*_ORDER[LeadOrder.SCORE], Lead.id).limit(limit)
        return int(total or 0), [self._line(row) for row in await self.session.execute(statement)]

    async def scores(self, lead_id: int, *, limit: int) -> tuple[int, list[ScoreLine]]:
        """How often the score of a lead changed, and the last of these changes, the latest first."""
        require_shown(self.actor, "lead_score", "score", "grade", "reasons")
        await self.get(lead_id)
        own = (LeadScore.lead_id == lead_id, LeadScore.deleted_at.is_(None))
        total = await self.session.scalar(select(func.count(LeadScore.id)).where(*own))
        latest = select(LeadScore).where(*own).order_by(LeadScore.at.desc(), LeadScore.id.desc()).limit(limit)
        lines = [
            ScoreLine(one.id, one.at, one.score, one.grade, tuple(one.reasons), one.reason, one.rules)
            for one in await self.session.scalars(latest)
        ]
        return int(total or 0), lines

    async def labels(self, name: LeadColumn) -> tuple[str, ...]:
        """The values of a column among the leads the actor sees."""
        if not self.actor.sees("lead", name.value):
            return ()
        column = _COLUMNS[name]
        statement = select(column).where(*self._base(), column.is_not(None)).distinct().order_by(column)
        return tuple((await self.session.execute(statement)).scalars())

    def _order(self, order: LeadOrder) -> tuple[SQLColumnExpression[Any], ...]:
        """Leads of one score by arrival, where that is shown."""
        by_score = order in (LeadOrder.SCORE, LeadOrder.LOWEST_SCORE)
        return _ORDER[order][: 2 if by_score and not self.actor.sees("lead", "arrived_at") else None]

    def _line(self, row: Any) -> LeadLine:  # noqa: ANN401 - a result row has no static type
        line = as_shown(_line(row, self.session.currency), self.actor, "lead", _KEPT_IN)
        return replace(line, name=name_of_lead(self.actor, row[0]))

    def _base(self) -> list[ColumnElement[bool]]:
        return [visible_leads(self.actor), Lead.deleted_at.is_(None)]

    def _lines(self) -> Select[*tuple[Any, ...]]:
        return (
            select(Lead, User.name, Campaign.name)
            .outerjoin(User, Lead.owner_id == User.id)
            .outerjoin(Campaign, Lead.campaign_id == Campaign.id)
        )

    def _conditions(self, where: LeadFilter) -> list[ColumnElement[bool]]:
        require_shown(self.actor, "lead", *_rests_on(where))
        wanted = self._base()
        for column, values in (
            (Lead.status, where.statuses),
            (Lead.lead_source, where.sources),
            (Lead.owner_id, where.owners),
            (Lead.country, where.countries),
            (Lead.region, where.regions),
            (Lead.industry, where.industries),
        ):
            if values:
                wanted.append(column.in_(values))
        if where.unowned:
            wanted.append(Lead.owner_id.is_(None))
        if where.created:
            wanted += [Lead.arrived_at >= where.created[0], Lead.arrived_at < where.created[1]]
        if where.uncontacted:
            wanted.append(Lead.last_contacted_at.is_(None))
        if where.min_score is not None:
            wanted.append(Lead.score >= where.min_score)
        if where.max_score is not None:
            wanted.append(Lead.score <= where.max_score)
        if where.silent_since is not None:
            wanted.append(Lead.last_contacted_at < where.silent_since)
        if where.further:
            wanted += where.further.as_sql(Scope(self.actor, self.session.currency))
        return wanted


CALLED_FIRST = ("score", "status", "last_contacted_at", "arrived_at")
"""The fields by which leads are put in the order of whom to call first."""
_KEPT_IN = {
    "company": "company", "title": "title", "email": "email", "phone": "phone", "country": "country",
    "status": "status", "source": "source", "campaign": "campaign", "score": "score", "grade": "grade",
    "owner_id": "owner", "owner": "owner", "account_id": "account", "arrived_at": "arrived_at",
    "last_contacted_at": "last_contacted_at", "pain_points": "pain_points", "region": "region", "industry": "industry",
    "employees": "employees", "budget": "budget", "decision_timeline": "decision_timeline",
    "preferred_channel": "preferred_channel", "opportunity_id": "opportunity", "tier": "tier",
}  # fmt: skip
"""Attribute of a line -> the field it shows."""


def _rests_on(where: LeadFilter) -> Iterator[str]:
    """The fields that a filter narrows by. Whose leads they are is asked for by who resolves the names."""
    for used, name in (
        (where.statuses, "status"), (where.sources, "source"), (where.countries, "country"),
        (where.regions, "region"), (where.industries, "industry"), (where.created, "arrived_at"),
        (where.uncontacted or where.silent_since, "last_contacted_at"),
        (where.min_score is not None or where.max_score is not None, "score"),
    ):  # fmt: skip
        if used:
            yield name


_ORDERED_BY: dict[LeadOrder, tuple[str, ...]] = {
    LeadOrder.SCORE: ("score",),
    LeadOrder.LOWEST_SCORE: ("score",),
    LeadOrder.NEWEST: ("arrived_at",),
    LeadOrder.OLDEST: ("arrived_at",),
    LeadOrder.LAST_CONTACTED: ("last_contacted_at",),
    LeadOrder.LONGEST_SILENT: ("last_contacted_at",),
    LeadOrder.ANY: (),
}
_ORDER: dict[LeadOrder, tuple[SQLColumnExpression[Any], ...]] = {
    LeadOrder.ANY: (Lead.id.desc(),),
    LeadOrder.SCORE: (Lead.score.is_(None), Lead.score.desc(), Lead.arrived_at.desc()),
    LeadOrder.LOWEST_SCORE: (Lead.score.is_(None), Lead.score, Lead.arrived_at.desc()),
    LeadOrder.NEWEST: (Lead.arrived_at.desc(),),
    LeadOrder.OLDEST: (Lead.arrived_at,),
    LeadOrder.LAST_CONTACTED: (Lead.last_contacted_at.is_(None), Lead.last_contacted_at.desc()),
    LeadOrder.LONGEST_SILENT: (Lead.last_contacted_at.is_(None), Lead.last_contacted_at),
}


def name_of_lead(actor: Actor, lead: Lead) -> str:
    """A lead without a name is called after its company, where that is shown."""
    if actor.sees("lead", "company"):
        return lead.name
    return " ".join(part for part in (lead.first_name, lead.last_name) if part) or f"lead {lead.id}"


def _line(row: Any, usual: str) -> LeadLine:  # noqa: ANN401 - a result row has no static type
    lead: Lead
    lead, owner, campaign = row
    return LeadLine(
        lead.id, lead.name, lead.company, lead.title, lead.email, lead.phone, lead.country, lead.status,
        lead.lead_source, campaign, lead.score, lead.grade, lead.owner_id, owner, lead.account_id, lead.arrived_at,
        lead.last_contacted_at, tuple(lead.pain_points or ()), lead.opted_out, lead.version,
        lead.region, lead.industry, lead.employees, stored(lead.budget_minor, lead.currency, usual=usual),
        lead.decision_timeline, lead.preferred_channel, lead.opportunity_id,
        lead.tier, lead.do_not_contact,
    )  # fmt: skip
