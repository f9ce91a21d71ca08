"""Who may do what, and who sees which row. Every access decision goes through this module.

| record                     | rep                               | manager              | executive, admin |
|----------------------------|-----------------------------------|----------------------|------------------|
| lead, opportunity          | own; unassigned leads of own team | owner in team tree   | all              |
| account                    | owned, or own lead or deal on it  | any of these in tree | all              |
| contact, interaction, task | on visible records, or own        | same over the tree   | all              |
| note                       | the same; private ones: author    | same                 | same             |
| figures                    | own rows                          | team tree            | all              |

What hangs on a deal (or, without one, on a lead) is seen where that is, whatever account or contact it names beside.
A former colleague keeps the last team, so the rows stay with that team's manager.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from db.errors import NotPermitted
from db.models import (
    Account,
    Contact,
    DealFact,
    Interaction,
    Lead,
    Linked,
    Note,
    Opportunity,
    Record,
    Role,
    Scope,
    Task,
    Team,
    User,
)  # fmt: skip


class Permission(StrEnum):
    LEADS_READ = "leads.read"
    ACCOUNTS_READ = "accounts.read"
    OPPORTUNITIES_READ = "opportunities.read"
    ANALYTICS_READ = "analytics.read"
    TASKS_READ = "tasks.read"
    TASKS_WRITE = "tasks.write"
    MESSAGES_DRAFT = "messages.draft"
    MESSAGES_SEND = "messages.send"
    IMPORT = "records.import"
    EFFECTS_PROPOSE = "effects.propose"
    EFFECTS_APPLY = "effects.apply"
    EFFECTS_DECIDE = "effects.decide"
    TRACES_READ_OWN = "traces.read_own"
    TRACES_READ_ALL = "traces.read_all"
    AUDIT_READ = "audit.read"
    USERS_MANAGE = "users.manage"
    POLICY_MANAGE = "policy.manage"
    PEOPLE_ERASE = "people.erase"


_EVERYONE = frozenset(
    {
        Permission.LEADS_READ, Permission.ACCOUNTS_READ, Permission.OPPORTUNITIES_READ, Permission.ANALYTICS_READ,
        Permission.TASKS_READ, Permission.TASKS_WRITE, Permission.MESSAGES_DRAFT, Permission.MESSAGES_SEND,
        Permission.EFFECTS_PROPOSE, Permission.EFFECTS_APPLY, Permission.EFFECTS_DECIDE, Permission.TRACES_READ_OWN,
    }
)  # fmt: skip
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.REP: _EVERYONE,
    Role.MANAGER: _EVERYONE,
    Role.EXECUTIVE: _EVERYONE,
    Role.ADMIN: frozenset(Permission),
}
_READING = frozenset(
    {
        Permission.LEADS_READ, Permission.ACCOUNTS_READ, Permission.OPPORTUNITIES_READ, Permission.ANALYTICS_READ,
        Permission.TASKS_READ, Permission.MESSAGES_DRAFT, Permission.TRACES_READ_OWN, Permission.TRACES_READ_ALL,
        Permission.AUDIT_READ,
    }
)  # fmt: skip
_ASKING = _READING | {Permission.TASKS_WRITE, Permission.MESSAGES_SEND, Permission.EFFECTS_PROPOSE}
SCOPES: dict[Scope, frozenset[Permission]] = {
    Scope.FULL: frozenset(Permission),
    Scope.PROGRAM: _ASKING | {Permission.IMPORT},
    Scope.CHAT: _ASKING - {Permission.TRACES_READ_ALL, Permission.AUDIT_READ},
    Scope.READ: _READING,
}
"""What a credential leaves of the role: only `full` changes anything at once, decides, and manages people."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The person on whose behalf something is done. `teams` is the own team and every team below it.

    `scope` is what the credential they came with leaves of their role.
    """

    user_id: int
    email: str
    name: str
    role: Role
    team_id: int | None
    time_zone: str = "UTC"
    teams: tuple[int, ...] = ()
    scope: Scope = Scope.FULL

    @property
    def sees_all(self) -> bool:
        return self.role in (Role.EXECUTIVE, Role.ADMIN)

    def may(self, permission: Permission) -> bool:
        return permission in GRANTS[self.role] & SCOPES[self.scope]

    def require(self, permission: Permission) -> None:
        if not self.may(permission):
            scope = self.scope if permission in GRANTS[self.role] else None
            raise NotPermitted(permission, self.role, scope=scope)


async def actor_of(session: AsyncSession, user: User, *, scope: str = Scope.FULL) -> Actor:
    """The person with the teams below the own one, as they are now."""
    tree = select(Team.id).where(Team.id == user.team_id).cte("team_tree", recursive=True)
    below = select(Team.id).join(tree, Team.parent_id == tree.c.id)
    # UNION drops repetitions, so a circle of teams ends too.
    teams = (await session.execute(select(tree.union(below).c.id))).scalars()
    return Actor(
        user.id, user.email, user.name, Role(user.role), user.team_id, user.time_zone, tuple(sorted(set(teams))),
        Scope(scope),
    )  # fmt: skip


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


def visible_leads(actor: Actor) -> ColumnElement[bool]:
    if actor.sees_all:
        return true()
    return or_(_owned(actor, Lead.owner_id), _unowned(actor, Lead.owner_id, Lead.team_id))


def visible_opportunities(actor: Actor) -> ColumnElement[bool]:
    return _owned_or_of_team(actor, Opportunity.owner_id, Opportunity.team_id)


def visible_facts(actor: Actor) -> ColumnElement[bool]:
    """The rows of the fact table that go into the actor's figures."""
    return _owned_or_of_team(actor, DealFact.owner_id, DealFact.team_id)


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


def visible_interactions(actor: Actor) -> ColumnElement[bool]:
    if actor.sees_all:
        return true()
    return or_(_owned(actor, Interaction.user_id), _hangs_on_visible(actor, Interaction))


def visible_tasks(actor: Actor) -> ColumnElement[bool]:
    if actor.sees_all:
        return true()
    return or_(_owned(actor, Task.owner_id), Task.created_by == actor.user_id, _hangs_on_visible(actor, Task))


def visible_notes(actor: Actor) -> ColumnElement[bool]:
    public = true() if actor.sees_all else or_(_owned(actor, Note.author_id), _hangs_on_visible(actor, Note))
    return or_(Note.author_id == actor.user_id, and_(Note.private.is_(False), public))


_VISIBLE: dict[type[Record], Callable[[Actor], ColumnElement[bool]]] = {
    Account: visible_accounts,
    Contact: visible_contacts,
    Interaction: visible_interactions,
    Lead: visible_leads,
    Note: visible_notes,
    Opportunity: visible_opportunities,
    Task: visible_tasks,
}


def visible(actor: Actor, table: type[Record]) -> ColumnElement[bool]:
    """Which rows of a table the actor sees, for callers that hold any kind of record."""
    return _VISIBLE[table](actor)
