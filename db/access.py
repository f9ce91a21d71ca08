"""Who may do what, and who sees which row. Every access decision goes through this module.

| record                     | rep                               | manager              | executive, admin |
|----------------------------|-----------------------------------|----------------------|------------------|
| lead, opportunity          | own; unassigned leads of own team | owner in team tree   | all              |
| account                    | owned, or own lead or deal on it  | any of these in tree | all              |
| contact, interaction, task | on visible records, or own        | same over the tree   | all              |
| note, memory               | the same; private ones: author    | same                 | same             |
| figures                    | own rows                          | team tree            | all              |

What hangs on a deal (or, without one, on a lead) is seen where that is, whatever account or contact it names beside.
A former colleague keeps the last team, so the rows stay with that team's manager.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, false, literal, not_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from db.acting import works_unscoped
from db.errors import NotPermitted
from db.hiding import spread
from db.models import (
    Account,
    AssignmentPlan,
    AssignmentRule,
    Batch,
    Campaign,
    CampaignMember,
    Contact,
    Course,
    CustomField,
    DealFact,
    Enrolment,
    ExchangeRate,
    HiddenField,
    Interaction,
    Lead,
    LeadScore,
    Learner,
    LifecycleChange,
    Linked,
    Memory,
    Note,
    Objection,
    ObjectionUse,
    Opportunity,
    Product,
    QualificationAnswer,
    QualificationCriterion,
    Quota,
    Record,
    RecordGrant,
    Role,
    Scope,
    Stage,
    StageChange,
    Task,
    Team,
    Template,
    Trainer,
    User,
    WorkspaceRule,
)
from db.permissions import GRANTS, RESTS_ON, SCOPES, Grant, Permission, RecordAction, usually, within
from db.records import KINDS, RecordKind

__all__ = ["GRANTS", "SCOPES", "VISIBLE", "Actor", "Grant", "Permission", "RecordAction", "actor_of", "visible"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The person on whose behalf something is done. `teams` is the own team and every team below it.

    `scope` is what the credential they came with leaves of their role. `departures` are the cells of the matrix that
    the workspace set otherwise for the role, `hidden` the (kind, field) pairs it does not show to it.
    """

    user_id: int
    email: str
    name: str
    role: Role
    team_id: int | None
    time_zone: str = "UTC"
    teams: tuple[int, ...] = ()
    scope: Scope = Scope.FULL
    departures: Mapping[Grant, bool] = field(default_factory=dict, compare=False)
    hidden: frozenset[tuple[str, str]] = frozenset()

    @property
    def sees_all(self) -> bool:
        return self.role in (Role.EXECUTIVE, Role.ADMIN)

    def may(self, wanted: Permission | Grant) -> bool:
        return self._granted(wanted) and self._in_scope(wanted)

    def require(self, wanted: Permission | Grant) -> None:
        if not self.may(wanted):
            scope = self.scope if self._granted(wanted) else None
            raise NotPermitted(str(wanted), self.role, scope=scope)

    def sees(self, kind: str, name: str) -> bool:
        """Whether a field of a kind of record is shown to this person."""
        return (kind, name) not in self.hidden

    def _granted(self, wanted: Permission | Grant) -> bool:
        if isinstance(wanted, Permission):
            rests_on = RESTS_ON.get(wanted)
            return wanted in GRANTS[self.role] and (rests_on is None or self._granted(rests_on))
        return self.departures.get(wanted, usually(self.role, wanted))

    def _in_scope(self, wanted: Permission | Grant) -> bool:
        return wanted in SCOPES[self.scope] if isinstance(wanted, Permission) else within(self.scope, wanted)


@works_unscoped
async def actor_of(session: AsyncSession, user: User, *, scope: str = Scope.FULL) -> Actor:
    """The person with the teams below the own one, as they are now."""
    tree = select(Team.id).where(Team.id == user.team_id).cte("team_tree", recursive=True)
    below = select(Team.id).join(tree, Team.parent_id == tree.c.id)
    # UNION drops repetitions, so a circle of teams ends too.
    teams = (await session.execute(select(tree.union(below).c.id))).scalars()
    departures, hidden = await _rules(session, Role(user.role))
    return Actor(
        user.id, user.email, user.name, Role(user.role), user.team_id, user.time_zone, tuple(sorted(set(teams))),
        Scope(scope), departures, hidden,
    )  # fmt: skip


async def _rules(session: AsyncSession, role: Role) -> tuple[dict[Grant, bool], frozenset[tuple[str, str]]]:
    """What the workspace set otherwise for a role, and what it hides from it."""
    grants = select(RecordGrant.kind, RecordGrant.action, RecordGrant.allowed).where(
        RecordGrant.role == role, RecordGrant.deleted_at.is_(None)
    )
    hidden = select(HiddenField.kind, HiddenField.field, literal(None, Boolean)).where(
        HiddenField.role == role, HiddenField.deleted_at.is_(None)
    )
    rows = (await session.execute(grants.union_all(hidden))).all()
    set_otherwise = {Grant(kind, RecordAction(name)): allowed for kind, name, allowed in rows if allowed is not None}
    return set_otherwise, spread((kind, name) for kind, name, allowed in rows if allowed is None)


_Visible = Callable[[Actor], ColumnElement[bool]]


def _unless_denied(table: type[Record]) -> Callable[[_Visible], _Visible]:
    """The rows that are seen, but for kinds of record that the workspace does not let the role read."""

    def declared(seen: _Visible) -> _Visible:
        @wraps(seen)
        def allowed(actor: Actor) -> ColumnElement[bool]:
            denied = _denied(actor, table)
            return and_(seen(actor), *denied) if denied else seen(actor)

        return allowed

    return declared


def _denied(actor: Actor, table: type[Record]) -> list[ColumnElement[bool]]:
    if not actor.departures:
        return []
    kinds = (one for one in _kinds_over(table) if not actor.may(Grant(one.name, RecordAction.READ)))
    return [_none_of(one) for one in kinds]


def _none_of(kind: RecordKind) -> ColumnElement[bool]:
    if not kind.fixed:
        return false()
    return not_(and_(*(getattr(kind.table, column) == value for column, value in kind.fixed.items())))


@cache
def _kinds_over(table: type[Record]) -> tuple[RecordKind, ...]:
    return tuple(one for one in KINDS.values() if one.table is table)


def visible_users(actor: Actor) -> ColumnElement[bool]:
    """Whose own rows the actor sees."""
    if actor.sees_all:
        return true()
    if actor.role is Role.MANAGER and actor.team_id is not None:
        return or_(User.id == actor.user_id, User.team_id.in_(actor.teams))
    return User.id == actor.user_id


def _owned(actor: Actor, owner: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    if actor.sees_all:
        return true()
    if actor.role is Role.MANAGER:
        return owner.in_(select(User.id).where(visible_users(actor)))
    return owner == actor.user_id


def _unowned(actor: Actor, owner: InstrumentedAttribute[Any], team: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Rows without an owner: the team's manager sees them (for leads, the team's reps too)."""
    if actor.team_id is None:
        return false()
    teams = team.in_(actor.teams) if actor.role is Role.MANAGER else team == actor.team_id
    return and_(owner.is_(None), teams)


def _owned_or_of_team(
    actor: Actor, owner: InstrumentedAttribute[Any], team: InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """Own rows; for a manager those of the team tree, with the ones nobody owns."""
    if actor.role is Role.MANAGER:
        return or_(_owned(actor, owner), _unowned(actor, owner, team))
    return _owned(actor, owner)


@_unless_denied(Lead)
def visible_leads(actor: Actor) -> ColumnElement[bool]:
    if actor.sees_all:
        return true()
    return or_(_owned(actor, Lead.owner_id), _unowned(actor, Lead.owner_id, Lead.team_id))


@_unless_denied(Opportunity)
def visible_opportunities(actor: Actor) -> ColumnElement[bool]:
    return _owned_or_of_team(actor, Opportunity.owner_id, Opportunity.team_id)


@_unless_denied(Opportunity)
def visible_facts(actor: Actor) -> ColumnElement[bool]:
    """The rows of the fact table that go into the actor's figures."""
    return _owned_or_of_team(actor, DealFact.owner_id, DealFact.team_id)


@_unless_denied(Account)
def visible_accounts(actor: Actor) -> ColumnElement[bool]:
    if actor.sees_all:
        return true()
    leads = select(Lead.account_id).where(
        _owned_or_of_team(actor, Lead.owner_id, Lead.team_id), Lead.account_id.is_not(None), Lead.deleted_at.is_(None)
    )
    deals = select(Opportunity.account_id).where(
        visible_opportunities(actor), Opportunity.account_id.is_not(None), Opportunity.deleted_at.is_(None)
    )
    return or_(_owned(actor, Account.owner_id), Account.id.in_(leads), Account.id.in_(deals))


@_unless_denied(Contact)
def visible_contacts(actor: Actor) -> ColumnElement[bool]:
    if actor.sees_all:
        return true()
    accounts = select(Account.id).where(visible_accounts(actor), Account.deleted_at.is_(None))
    deals = select(Opportunity.contact_id).where(
        visible_opportunities(actor), Opportunity.contact_id.is_not(None), Opportunity.deleted_at.is_(None)
    )
    return or_(_owned(actor, Contact.owner_id), Contact.account_id.in_(accounts), Contact.id.in_(deals))


def _hangs_on_visible(actor: Actor, table: type[Linked]) -> ColumnElement[bool]:
    """Rows on a visible record. The deal decides, else the lead, before the account and contact colleagues share."""
    closed_off = (
        table.opportunity_id.is_not(None)
        & table.opportunity_id.not_in(select(Opportunity.id).where(visible_opportunities(actor))),
        table.opportunity_id.is_(None)
        & table.lead_id.is_not(None)
        & table.lead_id.not_in(select(Lead.id).where(visible_leads(actor))),
    )
    on_visible = or_(
        table.account_id.in_(select(Account.id).where(visible_accounts(actor), Account.deleted_at.is_(None))),
        table.contact_id.in_(select(Contact.id).where(visible_contacts(actor), Contact.deleted_at.is_(None))),
        table.lead_id.in_(select(Lead.id).where(visible_leads(actor), Lead.deleted_at.is_(None))),
        table.opportunity_id.in_(
            select(Opportunity.id).where(visible_opportunities(actor), Opportunity.deleted_at.is_(None))
        ),
    )
    return and_(on_visible, not_(or_(*closed_off)))


@_unless_denied(Interaction)
def visible_interactions(actor: Actor) -> ColumnElement[bool]:
    if actor.sees_all:
        return true()
    return or_(_owned(actor, Interaction.user_id), _hangs_on_visible(actor, Interaction))


@_unless_denied(Task)
def visible_tasks(actor: Actor) -> ColumnElement[bool]:
    if actor.sees_all:
        return true()
    return or_(_owned(actor, Task.owner_id), Task.created_by == actor.user_id, _hangs_on_visible(actor, Task))


@_unless_denied(Note)
def visible_notes(actor: Actor) -> ColumnElement[bool]:
    return _unless_private(actor, Note)


@_unless_denied(Memory)
def visible_memories(actor: Actor) -> ColumnElement[bool]:
    return _unless_private(actor, Memory)


def _unless_private(actor: Actor, table: type[Note] | type[Memory]) -> ColumnElement[bool]:
    public = true() if actor.sees_all else or_(_owned(actor, table.author_id), _hangs_on_visible(actor, table))
    return or_(table.author_id == actor.user_id, and_(table.private.is_(False), public))


def _everybody(actor: Actor) -> ColumnElement[bool]:
    """What a whole workspace shares: its products, stages, templates and the like."""
    return true()


@_unless_denied(Learner)
def visible_learners(actor: Actor) -> ColumnElement[bool]:
    if actor.sees_all:
        return true()
    accounts = select(Account.id).where(visible_accounts(actor), Account.deleted_at.is_(None))
    return or_(_owned(actor, Learner.owner_id), Learner.account_id.in_(accounts))


@_unless_denied(Quota)
def visible_quotas(actor: Actor) -> ColumnElement[bool]:
    """One's own and one's team's; a manager's over the team tree."""
    if actor.sees_all:
        return true()
    theirs = Quota.team_id.in_(actor.teams) if actor.role is Role.MANAGER else Quota.team_id == actor.team_id
    return or_(_owned(actor, Quota.user_id), and_(Quota.team_id.is_not(None), theirs))


@_unless_denied(CampaignMember)
def visible_touches(actor: Actor) -> ColumnElement[bool]:
    """Touches of a campaign on what the actor sees."""
    if actor.sees_all:
        return true()
    return or_(
        _on(CampaignMember.lead_id, Lead, actor),
        _on(CampaignMember.contact_id, Contact, actor),
        _on(CampaignMember.opportunity_id, Opportunity, actor),
    )


def visible_answers(actor: Actor) -> ColumnElement[bool]:
    """What was settled about a lead or a deal, where that is seen."""
    if actor.sees_all:
        return true()
    on_deal = _on(QualificationAnswer.opportunity_id, Opportunity, actor)
    return or_(on_deal, _on(QualificationAnswer.lead_id, Lead, actor))


def _on(column: InstrumentedAttribute[Any], table: type[Record], actor: Actor) -> ColumnElement[bool]:
    """Rows whose link points at something the actor sees."""
    return column.in_(select(table.id).where(visible(actor, table), table.deleted_at.is_(None)))


VISIBLE: dict[type[Record], Callable[[Actor], ColumnElement[bool]]] = {
    Account: visible_accounts,
    AssignmentPlan: _everybody,
    AssignmentRule: _everybody,
    Batch: _everybody,
    Campaign: _everybody,
    CampaignMember: visible_touches,
    Contact: visible_contacts,
    Course: _everybody,
    Enrolment: lambda actor: true() if actor.sees_all else _on(Enrolment.learner_id, Learner, actor),
    CustomField: _everybody,
    ExchangeRate: _everybody,
    HiddenField: _everybody,
    Interaction: visible_interactions,
    Lead: visible_leads,
    LeadScore: lambda actor: true() if actor.sees_all else _on(LeadScore.lead_id, Lead, actor),
    Learner: visible_learners,
    LifecycleChange: lambda actor: true() if actor.sees_all else _on(LifecycleChange.lead_id, Lead, actor),
    Memory: visible_memories,
    Note: visible_notes,
    Objection: _everybody,
    ObjectionUse: lambda actor: true() if actor.sees_all else _on(ObjectionUse.opportunity_id, Opportunity, actor),
    Opportunity: visible_opportunities,
    Product: _everybody,
    QualificationAnswer: visible_answers,
    QualificationCriterion: _everybody,
    Quota: visible_quotas,
    RecordGrant: _everybody,
    Stage: _everybody,
    StageChange: lambda actor: true() if actor.sees_all else _on(StageChange.opportunity_id, Opportunity, actor),
    Task: visible_tasks,
    Team: _everybody,
    Template: _everybody,
    Trainer: _everybody,
    User: visible_users,
    WorkspaceRule: _everybody,
}


def visible(actor: Actor, table: type[Record]) -> ColumnElement[bool]:
    """Which rows of a table the actor sees, for callers that hold any kind of record."""
    seen = VISIBLE[table](actor)
    denied = _denied(actor, table)
    return and_(seen, *denied) if denied else seen
