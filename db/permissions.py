"""What each role may do: permissions for what there is once, and a matrix of role, kind of record and action.

The matrix here is the usual one. A workspace may depart from it, in data (`record_grants`), and hide fields from a role
(`hidden_fields`); `db.access.Actor` carries what holds for its person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from db.models import Role, Scope


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


class RecordAction(StrEnum):
    """What can be done with a record, each allowed or not for a role."""

    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Grant:
    """One cell of the matrix: an action with a kind of record."""

    kind: str
    action: RecordAction

    def __str__(self) -> str:
        return f"{self.kind}.{self.action}"


RESTS_ON: Mapping[Permission, Grant] = {
    Permission.LEADS_READ: Grant("lead", RecordAction.READ),
    Permission.OPPORTUNITIES_READ: Grant("opportunity", RecordAction.READ),
    Permission.TASKS_READ: Grant("task", RecordAction.READ),
    Permission.TASKS_WRITE: Grant("task", RecordAction.CREATE),
}
"""Permissions that are about one kind of record: where a workspace denies that, it denies them too."""
_ALL = frozenset(RecordAction)
_READ_ONLY = frozenset({RecordAction.READ, RecordAction.EXPORT})
_OWN_WORK = frozenset(
    {
        "account", "contact", "lead", "opportunity", "interaction", "email", "call", "meeting", "sms", "whatsapp",
        "note", "memory", "task", "learner", "enrolment", "objection_use", "campaign_member", "qualification_answer",
    }
)  # fmt: skip
_KEPT_BY_LEADS = frozenset(
    {
        "campaign", "template", "objection", "quota", "trainer", "course", "batch", "assignment_rule",
        "assignment_plan", "qualification_criterion",
    }
)  # fmt: skip
KEPT_BY_US = frozenset({"stage_change", "lead_score", "lifecycle_change"})
"""What the program keeps itself; no workspace can let anybody write it."""


def usually(role: Role, grant: Grant) -> bool:
    """Whether the role may, where the workspace says nothing else.

    Reps keep their own work; managers and executives also keep what a team shares; administrators set the pipeline and
    the price list. What the program keeps itself is read only for everybody.
    """
    if grant.kind in KEPT_BY_US or grant.action in _READ_ONLY:
        return grant.action in _READ_ONLY
    if grant.kind in _OWN_WORK or role is Role.ADMIN:
        return True
    return grant.kind in _KEPT_BY_LEADS and role in (Role.MANAGER, Role.EXECUTIVE)


def within(scope: Scope, grant: Grant) -> bool:
    """Whether a credential of this scope may ask for it; only `full` carries anything out at once."""
    if scope is Scope.READ:
        return grant.action is RecordAction.READ
    return scope is not Scope.CHAT or grant.action is not RecordAction.EXPORT
