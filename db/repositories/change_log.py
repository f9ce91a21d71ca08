"""What was changed, by whom and when, as far as a person sees the records it was done to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, false, func, or_, select

from db.access import Grant, RecordAction, visible, visible_users
from db.acting import works_unscoped
from db.models import Change, ImportBatch, Proposal, ProposalStatus, Turn, User
from db.record_images import TABLES
from db.records import KINDS
from db.repositories.base import RecordRef
from db.repositories.changes import ChangeLine, ChangeRepository, line


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes.

    Attributes:
        record: those of this record, and of what hangs on it.
        since, until: when they were made; `until` is not included.
        users: by these people; None means by anybody whose records one sees.
    """

    record: RecordRef | None = None
    since: datetime | None = None
    until: datetime | None = None
    conversation: str | None = None
    users: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One change, and who made it."""

    change: ChangeLine
    user_id: int
    user: str
    proposal_id: str | None


@dataclass(frozen=True, slots=True)
class SentLine:
    """A message that went out: nothing takes it back."""

    at: datetime
    subject: str
    to: RecordRef


@dataclass(frozen=True, slots=True)
class ImportLine:
    at: datetime
    kind: str
    file_name: str
    created: int
    updated: int


class ChangeLogRepository(ChangeRepository):
    @works_unscoped  # Of a record in sight the changes of everybody are told; what is in sight `_seen` says.
    async def made(self, wanted: Wanted, *, limit: int) -> list[LogLine]:
        """Changes of records that the person sees, the latest first."""
        where = self._where(wanted)
        kinds = (await self.session.scalars(select(Change.record_kind).where(*where).distinct())).all()
        statement = (
            select(Change, User.name)
            .join(User, User.id == Change.user_id)
            .where(*where, self._seen(kinds))
            .order_by(Change.created_at.desc(), Change.id.desc())
            .limit(limit)
        )
        return [
            LogLine(line(one), one.user_id, name, one.proposal_id)
            for one, name in await self.session.execute(statement)
        ]

    @works_unscoped  # A change stays one's own when its record, or what it hangs on, is out of sight by now.
    async def standing_calls(self, wanted: Wanted, *, limit: int) -> list[list[ChangeLine]]:
        """The person's own changes that have not been taken back, call by call, the latest first.

        A call of which one change is wanted comes with all of its changes, the last operation first.

        Args:
            limit: the most calls.
        """
        where = [Change.user_id == self.actor.user_id, Change.undone_at.is_(None)]
        chosen = (
            select(Change.turn_id, Change.step)
            .where(*self._where(wanted), *where)
            .group_by(Change.turn_id, Change.step)
            .order_by(func.max(Change.created_at).desc(), Change.turn_id.desc(), Change.step.desc())
            .limit(limit)
            .subquery()
        )
        statement = (
            select(Change)
            .join(chosen, and_(Change.turn_id == chosen.c.turn_id, Change.step == chosen.c.step))
            .where(*where)
            .order_by(Change.created_at.desc(), Change.turn_id.desc(), Change.step.desc(), Change.part.desc())
        )
        calls: dict[tuple[str, int], list[ChangeLine]] = {}
        for one in (await self.session.execute(statement)).scalars():
            calls.setdefault((one.turn_id, one.step), []).append(line(one))
        return [sorted(call, key=lambda one: one.part, reverse=True) for call in calls.values()]

    async def sent(self, wanted: Wanted, *, limit: int = 20) -> list[SentLine]:
        """The person's own messages that went out, the latest first."""
        statement = (
            select(Proposal)
            .where(Proposal.asked_by == self.actor.user_id, Proposal.status == ProposalStatus.APPLIED)
            .where(Proposal.effect == "OUTWARD", *self._when(Proposal.decided_at, wanted))
            .order_by(Proposal.decided_at.desc())
            .limit(200)
        )
        if wanted.conversation is not None:
            turns = select(Turn.id).where(Turn.conversation_id == wanted.conversation)
            statement = statement.where(Proposal.turn_id.in_(turns))
        found = []
        for one in (await self.session.execute(statement)).scalars():
            message = one.arguments.get("message")
            if not message or one.decided_at is None:
                continue
            to = RecordRef(message["to"]["kind"], int(message["to"]["id"]), message["to"]["name"])
            if wanted.record is None or (to.kind, to.id) == (wanted.record.kind, wanted.record.id):
                found.append(SentLine(one.decided_at, message["subject"], to))
        return found[:limit]

    async def imports(self, wanted: Wanted, *, limit: int = 10) -> list[ImportLine]:
        """Files that were read in: one's own, or for those who see everything anybody's. For a record, the one that
        touched it last."""
        statement = select(ImportBatch).where(*self._when(ImportBatch.created_at, wanted))
        if not self.actor.sees_all:
            statement = statement.where(ImportBatch.user_id == self.actor.user_id)
        if wanted.record is not None:
            table = TABLES[wanted.record.kind]
            own = (table.id == wanted.record.id, visible(self.actor, table))
            statement = statement.where(ImportBatch.id.in_(select(table.run_id).where(*own)))
        statement = statement.order_by(ImportBatch.created_at.desc()).limit(limit)
        return [
            ImportLine(one.created_at, one.kind, one.file_name, one.created, one.updated)
            for one in (await self.session.execute(statement)).scalars()
        ]

    def _where(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        where = self._when(Change.created_at, wanted)
        if wanted.conversation is not None:
            where.append(Change.conversation_id == wanted.conversation)
        if wanted.users is not None:
            where.append(Change.user_id.in_(wanted.users))
        if wanted.record is None:
            # Whose changes one may list; those of a record one sees are told whoever made them.
            where.append(Change.user_id.in_(select(User.id).where(visible_users(self.actor))))
        else:
            where.append(_concerns(wanted.record))
        return where

    def _when(self, column: SQLColumnExpression[Any], wanted: Wanted) -> list[ColumnElement[bool]]:
        where: list[ColumnElement[bool]] = []
        if wanted.since is not None:
            where.append(column >= wanted.since)
        if wanted.until is not None:
            where.append(column < wanted.until)
        return where

    def _seen(self, kinds: Sequence[str]) -> ColumnElement[bool]:
        """Of records in sight, deleted ones included: that something was deleted is a change too."""
        tests = [
            and_(Change.record_kind == kind, Change.record_id.in_(_ids(kind, visible(self.actor, TABLES[kind]))))
            for kind in kinds
            if kind in TABLES and self.actor.may(Grant(kind, RecordAction.READ))
        ]
        return or_(false(), *tests)


def _concerns(record: RecordRef) -> ColumnElement[bool]:
    """Changes of the record itself, and of records that point at it."""
    own = and_(Change.record_kind == record.kind, Change.record_id == record.id)
    hanging = [
        and_(
            Change.record_kind == kind.name,
            Change.record_id.in_(_ids(kind.name, getattr(kind.table, column) == record.id)),
        )
        for kind in KINDS.values()
        for column, to in kind.links.items()
        if to == record.kind
    ]  # fmt: skip
    return or_(own, *hanging)


def _ids(kind: str, where: ColumnElement[bool]) -> Select[int]:
    return select(TABLES[kind].id).where(where)
