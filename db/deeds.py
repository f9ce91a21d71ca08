"""What an audit entry may say was done, and how it names what that was about. Nothing else enters the chain."""

from __future__ import annotations

from enum import StrEnum
from typing import NewType


class Deed(StrEnum):
    """The closed set of actions. A value stays once it was written: digests rest on it."""

    APPLIED = "change.applied"
    UNDONE = "change.undone"
    REDONE = "change.redone"
    PROPOSED = "proposal.made"
    APPROVED = "proposal.approved"
    DECLINED = "proposal.declined"
    SETTLED = "proposal.settled"
    EXPIRED = "proposal.expired"
    POLICY = "policy.set"
    AWAY = "person.away"
    BACK = "person.back"
    ERASED = "person.erased"
    PURGED = "records.purged"
    PERSON_ADDED = "user.added"
    ROLE_CHANGED = "user.role_changed"
    TEAM_CHANGED = "user.team_changed"
    DISABLED = "user.disabled"
    ENABLED = "user.enabled"
    TEAM_ADDED = "team.added"
    TOKEN_CREATED = "token.created"  # noqa: S105 - an action, no secret
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 - an action, no secret
    LINK_MADE = "link.made"
    PASSWORD_SET = "password.set"  # noqa: S105 - an action, no secret
    SIGNED_IN = "session.begun"
    SIGNED_OUT = "session.ended"
    REFUSED = "session.refused"
    HELD_OFF = "session.held_off"
    IMPORTED = "records.imported"
    IMPORT_UNDONE = "import.undone"
    EXPORTED = "records.exported"
    MIGRATED = "workspace.migrated"
    BACKED_UP = "workspace.backed_up"
    RESTORED = "workspace.restored"


class Kind(StrEnum):
    """What an entry may be about."""

    USER = "user"
    CONTACT = "contact"
    LEAD = "lead"
    TEAM = "team"
    POLICY = "policy"
    RULE = "rule"
    PROPOSAL = "proposal"
    CHANGE = "change"


_SAYS_ITS_KIND = (Kind.PROPOSAL, Kind.CHANGE)
Subject = NewType("Subject", str)
"""As `about` writes it, and in no other spelling."""


def about(kind: Kind, key: int | str) -> Subject:
    """`user:47`; the id of a proposal or change stands alone, because it begins with its kind (`pr_…`, `ch_…`).

    Entries of before may have it otherwise (`user 47`): they stay as they are, since their digests rest on it.
    """
    return Subject(str(key) if kind in _SAYS_ITS_KIND else f"{kind}:{key}")
