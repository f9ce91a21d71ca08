"""Who sees what is no record and belongs to a person: conversations, figures, proposals, changes, news, traces.

Each condition is the actor's whole sight of a table. Records have theirs in `db.access`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from db.access import Actor, Permission, visible, visible_users
from db.models import (
    Account,
    Base,
    Change,
    Contact,
    Conversation,
    EnrichmentAnswer,
    Evidence,
    ImportBatch,
    Lead,
    Notification,
    Proposal,
    Span,
    SpokenOf,
    SpokenTopic,
    Turn,
    TurnEvent,
    Usage,
    User,
    VaultEntry,
)

_Sight = Callable[[Actor], ColumnElement[bool]]


def own_or_colleagues_proposals(actor: Actor) -> ColumnElement[bool]:
    """Asked by the actor or by somebody whose rows the actor sees, or decided by the actor."""
    theirs = select(User.id).where(visible_users(actor))
    # Compared with nobody where nobody has decided, so that the opposite of this holds then.
    decided = func.coalesce(Proposal.decided_by, 0) == actor.user_id
    return or_(Proposal.asked_by == actor.user_id, decided, Proposal.asked_by.in_(theirs))


def proposals_changes(actor: Actor) -> ColumnElement[bool]:
    """Own changes, and those that a proposal the actor sees came to."""
    seen = select(Proposal.id).where(own_or_colleagues_proposals(actor))
    return or_(Change.user_id == actor.user_id, Change.proposal_id.in_(seen))


def own_or_all_spans(actor: Actor) -> ColumnElement[bool]:
    """Own traces; all of them for whoever reviews traces."""
    return true() if actor.may(Permission.TRACES_READ_ALL) else Span.user_id == actor.user_id


def own_or_all_imports(actor: Actor) -> ColumnElement[bool]:
    """Files one read in; all of them for whoever sees everything."""
    return true() if actor.sees_all else ImportBatch.user_id == actor.user_id


def answers_about_seen(actor: Actor) -> ColumnElement[bool]:
    """What providers answered, where one asked them or sees the record they were asked about."""
    if actor.sees_all:
        return true()
    about = (
        and_(
            EnrichmentAnswer.kind == kind, EnrichmentAnswer.record_id.in_(select(table.id).where(visible(actor, table)))
        )
        for kind, table in (("account", Account), ("contact", Contact), ("lead", Lead))
    )
    return or_(EnrichmentAnswer.user_id == actor.user_id, *about)


def _in_own_conversation(column: InstrumentedAttribute[str]) -> _Sight:
    return lambda actor: column.in_(select(Conversation.id).where(Conversation.user_id == actor.user_id))


def _own(column: InstrumentedAttribute[Any]) -> _Sight:
    return lambda actor: column == actor.user_id


PERSONAL: dict[type[Base], _Sight] = {
    Change: proposals_changes,
    Conversation: _own(Conversation.user_id),
    EnrichmentAnswer: answers_about_seen,
    Evidence: _own(Evidence.user_id),
    ImportBatch: own_or_all_imports,
    Notification: _own(Notification.user_id),
    Proposal: own_or_colleagues_proposals,
    Span: own_or_all_spans,
    SpokenOf: _in_own_conversation(SpokenOf.conversation_id),
    SpokenTopic: _in_own_conversation(SpokenTopic.conversation_id),
    Turn: _own(Turn.user_id),
    TurnEvent: lambda actor: TurnEvent.turn_id.in_(select(Turn.id).where(Turn.user_id == actor.user_id)),
    Usage: _own(Usage.user_id),
    VaultEntry: _in_own_conversation(VaultEntry.conversation_id),
}
