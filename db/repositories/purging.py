"""Erasing for good what was deleted long ago: the row, what changes and figures kept of it, and its index.

A row that others still point at stays as an empty shell, so that they keep their place; nothing of it is left but its
number. The audit chain stays: it never held more than placeholders.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, and_, cast, delete, exists, inspect, or_, select, update

from db.copies import forget_copies
from db.many_ids import among
from db.models import Base, Change, Evidence, Notification, Proposal, ProposalStatus, Record
from db.record_images import TABLES
from db.repositories.writing import in_step
from db.session import WriteSession

PURGED = "purged"
"""What an emptied row says of who touched it last."""
_KEPT = frozenset({"id", "version", "created_at", "updated_at", "deleted_at", "run_id"})


async def purge(session: WriteSession, kind: str, before: datetime, *, most: int) -> int:
    """Erase records of a kind that were deleted before that moment; how many, at most `most`."""
    table = TABLES[kind]
    old = select(table.id).where(table.deleted_at < before, or_(table.run_id.is_(None), table.run_id != PURGED))
    ids = list((await session.execute(old.order_by(table.deleted_at, table.id).limit(most))).scalars())
    if not ids:
        return 0
    await _forget_images(session, kind, ids)
    await forget_copies(session, kind, ids)
    await _forget_figures(session, kind, ids)
    await _remove(session, table, ids)
    await session.run_sync(in_step, kind, ids)
    return len(ids)


async def _forget_images(session: WriteSession, kind: str, ids: Sequence[int]) -> None:
    """What changes kept of them goes, that there was one stays. What waits and would touch them is closed."""
    dialect = session.get_bind().dialect
    mine = and_(Change.record_kind == kind, among(Change.record_id, ids, dialect))
    proposals = select(Change.proposal_id).where(mine, Change.proposal_id.is_not(None))
    await session.execute(_quiet(update(Proposal).where(Proposal.id.in_(proposals)).values(preview={}, arguments={})))
    await session.execute(_quiet(update(Change).where(mine).values(before={}, after={})))
    waiting = (await session.execute(select(Proposal).where(Proposal.status == ProposalStatus.WAITING))).scalars()
    for one in waiting:
        if any(f"{kind}:{key}" in one.versions for key in ids):
            one.status, one.outcome = ProposalStatus.DECLINED, "The record it was about has been erased."
            one.preview, one.arguments = {}, {}


async def _forget_figures(session: WriteSession, kind: str, ids: Sequence[int]) -> None:
    """Figures that were told of exactly these records."""
    named = [
        cast(column, Text).contains(f'"kind": "{kind}"') & cast(column, Text).contains(f'"id": {key}{end}')
        for key in ids for column in (Evidence.arguments, Evidence.records) for end in (",", "}")
    ]  # fmt: skip
    keyed = [Evidence.key.startswith(f"deal.{key}.") for key in ids] if kind == "opportunity" else []
    for start in range(0, len(named), 200):
        await session.execute(_quiet(delete(Evidence).where(or_(*named[start : start + 200]))))
    if keyed:
        await session.execute(_quiet(delete(Evidence).where(or_(*keyed))))


async def _remove(session: WriteSession, table: type[Record], ids: Sequence[int]) -> None:
    """The rows that nothing points at, and what the others hold."""
    these = among(table.id, ids, session.get_bind().dialect)
    if table.__tablename__ == "tasks":
        await session.execute(_quiet(delete(Notification).where(Notification.task_id.in_(ids))))
    pointed = [
        exists().where(column == table.__table__.c.id)
        for other in Base.metadata.tables.values() for column in other.columns
        if any(key.column is table.__table__.c.id for key in column.foreign_keys)
    ]  # fmt: skip
    alone = select(table.id).where(these, *(~one for one in pointed))
    gone = list((await session.execute(alone)).scalars())
    if gone:
        await session.execute(_quiet(delete(table).where(among(table.id, gone, session.get_bind().dialect))))
    if set(ids) - set(gone):
        await session.execute(_quiet(update(table).where(these).values(**_empty(table), run_id=PURGED)))


def _empty(table: type[Record]) -> dict[str, Any]:
    """Nothing in every field; where a text is required, no characters."""
    values: dict[str, Any] = {}
    for column in inspect(table).columns:
        if column.key in _KEPT:
            continue
        if column.nullable:
            values[column.key] = None
        elif column.type.python_type is str and not column.foreign_keys and column.default is None:
            values[column.key] = ""
    return values


def _quiet(statement: Any) -> Any:  # noqa: ANN401 - an update or a delete, as it came
    return statement.execution_options(synchronize_session=False)
