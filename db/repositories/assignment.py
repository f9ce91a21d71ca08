"""Who may get leads: colleagues who are there, what they have open, what they won, and the workspace's rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from db.access import Role, visible_leads, visible_users
from db.many_ids import among
from db.models import AssignmentPlan, AssignmentRule, Lead, LeadStatus, Opportunity, Outcome, StandIn, User
from db.repositories.base import Repository

_WORKED = (LeadStatus.NEW, LeadStatus.CONTACTED, LeadStatus.QUALIFIED)


@dataclass(frozen=True, slots=True)
class RepLine:
    """A colleague. `closed` by industry: (won, won and lost)."""

    id: int
    name: str
    team_id: int | None
    away: bool
    open: int
    closed: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class RuleLine:
    name: str
    region: str | None
    country: str | None
    industry: str | None
    source: str | None
    user_id: int | None
    team_id: int | None


@dataclass(frozen=True, slots=True)
class PlanLine:
    """`turn` is who got the last lead that a tie was broken for."""

    id: int
    version: int
    territory: int
    skill: int
    load: int
    most_open: int | None
    turn: int | None


@dataclass(frozen=True, slots=True)
class LeadToAssign:
    id: int
    version: int
    name: str
    region: str | None
    country: str | None
    industry: str | None
    source: str | None
    team_id: int | None
    owner_id: int | None


class AssignmentRepository(Repository):
    async def reps(self, *, now: datetime) -> list[RepLine]:
        """The active reps whose rows the actor sees: for a manager those of the team tree, for a rep oneself."""
        statement = select(User).where(
            visible_users(self.actor), User.active, User.deleted_at.is_(None), User.role == Role.REP
        )
        users = (await self.session.execute(statement.order_by(User.id))).scalars().all()
        ids = [user.id for user in users]
        away, loads, closed = await self._away(ids, now), await self._open(ids), await self._closed(ids)
        return [
            RepLine(one.id, one.name, one.team_id, one.id in away, loads.get(one.id, 0), closed.get(one.id, {}))
            for one in users
        ]

    async def rules(self) -> list[RuleLine]:
        statement = select(AssignmentRule).where(AssignmentRule.deleted_at.is_(None)).order_by(AssignmentRule.id)
        return [
            RuleLine(one.name, one.region, one.country, one.industry, one.lead_source, one.user_id, one.team_id)
            for one in (await self.session.execute(statement)).scalars()
        ]

    async def plan(self) -> PlanLine | None:
        """That of the actor's own team, else the one for everybody."""
        teams = AssignmentPlan.team_id
        statement = (
            select(AssignmentPlan)
            .where(AssignmentPlan.deleted_at.is_(None), teams.is_(None) | (teams == (self.actor.team_id or -1)))
            .order_by(teams.is_(None), AssignmentPlan.id)
            .limit(1)
        )
        one = (await self.session.execute(statement)).scalar()
        if one is None:
            return None
        return PlanLine(
            one.id, one.version, one.territory_weight, one.skill_weight, one.load_weight, one.most_open, one.turn_id
        )

    async def leads(self, ids: Sequence[int]) -> list[LeadToAssign]:
        """Those of them that the actor sees, the oldest first."""
        chosen = among(Lead.id, ids, self.session.get_bind().dialect)
        statement = select(Lead).where(chosen, visible_leads(self.actor), Lead.deleted_at.is_(None))
        rows = (await self.session.execute(statement.order_by(Lead.arrived_at, Lead.id))).scalars()
        return [
            LeadToAssign(
                one.id, one.version, one.name, one.region, one.country, one.industry, one.lead_source, one.team_id,
                one.owner_id,
            )
            for one in rows
        ]  # fmt: skip

    async def _away(self, ids: Sequence[int], now: datetime) -> set[int]:
        statement = select(StandIn.user_id).where(StandIn.user_id.in_(ids), StandIn.since <= now, StandIn.until > now)
        return set((await self.session.execute(statement)).scalars())

    async def _open(self, ids: Sequence[int]) -> dict[int, int]:
        """Open leads and deals of each."""
        leads = (
            select(Lead.owner_id, func.count())
            .where(Lead.owner_id.in_(ids), Lead.status.in_(_WORKED), Lead.deleted_at.is_(None))
            .group_by(Lead.owner_id)
        )
        deals = (
            select(Opportunity.owner_id, func.count())
            .where(Opportunity.owner_id.in_(ids), Opportunity.outcome == Outcome.OPEN)
            .where(Opportunity.deleted_at.is_(None))
            .group_by(Opportunity.owner_id)
        )
        found: dict[int, int] = defaultdict(int)
        for statement in (leads, deals):
            for owner, count in await self.session.execute(statement):
                found[int(owner or 0)] += count
        return dict(found)

    async def _closed(self, ids: Sequence[int]) -> dict[int, dict[str, tuple[int, int]]]:
        won = func.sum(case((Opportunity.outcome == Outcome.WON, 1), else_=0))
        statement = (
            select(Opportunity.owner_id, Opportunity.industry, won, func.count())
            .where(Opportunity.owner_id.in_(ids), Opportunity.outcome != Outcome.OPEN)
            .where(Opportunity.industry.is_not(None), Opportunity.deleted_at.is_(None))
            .group_by(Opportunity.owner_id, Opportunity.industry)
        )
        found: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
        for owner, industry, wins, count in await self.session.execute(statement):
            found[owner][industry.casefold()] = (int(wins), int(count))
        return dict(found)
