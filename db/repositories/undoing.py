"""Taking back what one call changed: all of its records, or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm.attributes import set_committed_value

from db.access import visible
from db.acting import works_unscoped
from db.errors import AlreadyUndone, EditedSince, LinkedSince, NotFound
from db.many_ids import among, chunks
from db.models import Base, Change, LeadScore, Proposal, ProposalStatus, Record, Turn, User
from db.record_images import TABLES, columns_of, image, typed
from db.records import KINDS
from db.repositories.changes import ChangeLine, line, locked
from db.repositories.writing import Progress, WriteRepository

_CHUNK = 500
TAKES_BACK = "undo_changes"
"""The tool that proposes to take many changes back together."""
_FOLLOWING = (LeadScore,)
"""What the program writes about a record by itself keeps nobody from taking the record back."""
_NOUNS = {kind.table: kind.one for kind in KINDS.values() if not kind.fixed}


class UndoRepository(WriteRepository):
    async def undo(self, change_id: str, *, marked: str, turn: str | None = None) -> tuple[ChangeLine, ...]:
        """Put back what was there before the call this change belongs to, the last operation first.

        A field that somebody edited since, or a record that something was linked to, is named and nothing is touched.

        Args:
            marked: what took it back, left on each row as its run: a turn or a door.
            turn: the turn in which somebody asked for it in words.
        """
        asked = await self.own(change_id, to_write=True)
        if asked.undone_at is not None:
            raise AlreadyUndone(change_id)
        statement = (
            select(Change)
            .where(Change.turn_id == asked.turn_id, Change.step == asked.step, Change.undone_at.is_(None))
            .where(Change.user_id == self.actor.user_id)
            .order_by(Change.part.desc())
        )
        changes = (await self.session.execute(locked(statement))).scalars().all()
        for together in _apart(changes):
            await self._put_back(together, marked, turn)
        return tuple(line(one) for one in changes)

    async def undo_all(
        self, change_ids: Sequence[str], *, marked: str, progress: Progress = lambda _done: None
    ) -> tuple[ChangeLine, ...]:
        """Put back several calls, the latest first; what was undone meanwhile is left as it is."""
        undone: list[ChangeLine] = []
        for change_id in change_ids:
            if change_id in {one.id for one in undone} or (await self.own(change_id)).undone_at is not None:
                continue
            undone += await self.undo(change_id, marked=marked, turn=marked)
            progress(len(undone))
        return tuple(undone)

    async def redo_all(
        self, change_ids: Sequence[str], *, marked: str, progress: Progress = lambda _done: None
    ) -> tuple[ChangeLine, ...]:
        """Do again what was taken back, the earliest first; what is done again already is left as it is.

        Raises:
            EditedSince: a field has another value than taking it back left.
        """
        wanted = set(change_ids)
        statement = select(Change).where(Change.id.in_(wanted), Change.user_id == self.actor.user_id)
        chosen = (await self.session.execute(statement)).scalars().all()
        if len(chosen) < len(wanted):
            raise NotFound("change", min(wanted - {one.id for one in chosen}))
        redone: list[ChangeLine] = []
        for first in sorted(chosen, key=lambda one: (one.created_at, one.turn_id, one.step)):
            redone += await self._redo(first, marked)
            progress(len(redone))
        return tuple(redone)

    async def _redo(self, asked: Change, marked: str) -> list[ChangeLine]:
        statement = (
            select(Change)
            .where(Change.turn_id == asked.turn_id, Change.step == asked.step, Change.undone_at.is_not(None))
            .where(Change.user_id == self.actor.user_id)
            .order_by(Change.part)
        )
        changes = (await self.session.execute(locked(statement))).scalars().all()
        for together in _apart(changes):
            await self._do_again(together, marked)
        return [line(one) for one in changes]

    @works_unscoped  # So is, on the other side, what taking it back took away.
    async def _do_again(self, changes: Sequence[Change], marked: str) -> None:
        kind = changes[0].record_kind
        self._require_office(kind)
        records = await self._stored_now(kind, changes)
        for change in changes:
            record, after = records[change.record_id], change.after or {}
            if change.before is None:
                expected = {name: after[name] for name in after if name != "deleted_at"}
                values: Mapping[str, Any] = {"deleted_at": None}
            else:
                expected = {name: change.before[name] for name in written(change)}
                values = {name: after[name] for name in written(change)}
            now = image(record)
            edited = tuple(sorted(name for name, value in expected.items() if now.get(name) != value))
            if edited or (change.before is None and record.deleted_at is None):
                raise EditedSince(kind, record.id, edited or ("deleted_at",), by=None, at=record.updated_at)
            for name, value in typed(type(record), values).items():
                setattr(record, name, value)
            record.run_id = marked
        await self._mark(changes, undone_at=None, undone_by=None, undone_in=None)
        await self.flushed(kind, list(records.values()))
        for change in changes:
            change.version_after = records[change.record_id].version
        await self.session.flush()

    async def _stored_now(self, kind: str, changes: Sequence[Change]) -> dict[int, Record]:
        table = TABLES[kind]
        found: dict[int, Record] = {}
        for ids in chunks([change.record_id for change in changes], _CHUNK):
            statement = select(table).where(among(table.id, ids, self.session.get_bind().dialect))
            found |= {record.id: record for record in await self.session.scalars(locked(statement))}
        for change in changes:
            if change.record_id not in found:
                raise NotFound(kind, change.record_id)
        return found

    async def undone_in(self, turn: str) -> tuple[ChangeLine, ...]:
        """What this turn took back already, the last operation first."""
        statement = (
            select(Change)
            .where(Change.undone_in == turn, Change.user_id == self.actor.user_id)
            .order_by(Change.part.desc())
        )
        return tuple(line(one) for one in (await self.session.execute(statement)).scalars())

    async def last_together(self, conversation_id: str) -> tuple[ChangeLine, ...]:
        """What an approved proposal of this conversation took back together last, and nobody did again."""
        asked = (
            select(Proposal.turn_id)
            .join(Turn, Turn.id == Proposal.turn_id)
            .where(Turn.conversation_id == conversation_id, Proposal.asked_by == self.actor.user_id)
            .where(Proposal.tool == TAKES_BACK, Proposal.status == ProposalStatus.APPLIED)
        )
        latest = (
            select(Change.undone_in)
            .where(Change.undone_in.in_(asked), Change.user_id == self.actor.user_id)
            .order_by(Change.undone_at.desc())
            .limit(1)
        )
        turn = await self.session.scalar(latest)
        return await self.undone_in(turn) if turn else ()

    async def last_undone(self, conversation_id: str) -> ChangeLine | None:
        """The person's change of this conversation that was taken back last."""
        statement = (
            select(Change)
            .where(Change.conversation_id == conversation_id, Change.user_id == self.actor.user_id)
            .where(Change.undone_at.is_not(None))
            .order_by(Change.undone_at.desc(), Change.id.desc())
            .limit(1)
        )
        found = await self.session.scalar(statement)
        return line(found) if found is not None else None

    @works_unscoped  # What a change gave away is out of the person's sight.
    async def _put_back(self, changes: Sequence[Change], marked: str, turn: str | None) -> None:
        """Put back records of one kind, none of them twice."""
        kind = changes[0].record_kind
        self._require_office(kind)
        records = await self._as_left(kind, changes)
        now = datetime.now(UTC)
        for change in changes:
            record = records[change.record_id]
            if change.before is None:
                await self._nothing_linked(kind, record)
                record.deleted_at = now
            else:
                earlier = {name: change.before[name] for name in written(change)}
                for name, value in typed(type(record), earlier).items():
                    setattr(record, name, value)
            record.run_id = marked
        await self._mark(changes, undone_at=now, undone_by=self.actor.user_id, undone_in=turn)
        await self.flushed(kind, list(records.values()))

    async def _mark(self, changes: Sequence[Change], **values: Any) -> None:  # noqa: ANN401 - columns of a change
        """Say of the changes that they were taken back: the same of all, so that it is not one statement for each."""
        ids = [change.id for change in changes]
        for start in range(0, len(ids), _CHUNK):
            statement = update(Change).where(Change.id.in_(ids[start : start + _CHUNK])).values(**values)
            await self.session.execute(statement.execution_options(synchronize_session=False))
        for change in changes:
            for name, value in values.items():
                set_committed_value(change, name, value)

    async def _as_left(self, kind: str, changes: Sequence[Change]) -> dict[int, Record]:
        """The records as the changes left them, by id.

        A change itself may have taken its record out of the person's sight (given away, removed); then it is still
        found, as long as nobody has edited it since.
        """
        found = await self._stored_now(kind, changes)
        for change in changes:
            await self._unedited(change, found[change.record_id])
        return found

    async def _unedited(self, change: Change, record: Record) -> None:
        now, after = image(record), change.after or {}
        edited = tuple(sorted(name for name in written(change) if now.get(name) != after[name]))
        if edited:
            await self._get(change.record_kind, change.record_id)
            by, at = await self._editor(change, record, {name: now.get(name) for name in edited})
            raise EditedSince(change.record_kind, change.record_id, edited, by=by, at=at)

    async def _editor(
        self, change: Change, record: Record, now: Mapping[str, Any]
    ) -> tuple[str | None, datetime | None]:
        """Who gave these fields their present values, and when: a later change tells both, the record only when."""
        statement = (
            select(Change, User.name)
            .join(User, User.id == Change.user_id)
            .where(Change.record_kind == change.record_kind, Change.record_id == change.record_id)
            .where(Change.undone_at.is_(None), Change.version_after > change.version_after)
            .order_by(Change.version_after.desc())
        )
        for later, name in (await self.session.execute(statement)).all():
            touched = written(later) & set(now)
            if touched and all((later.after or {}).get(field) == now[field] for field in touched):
                return name, later.created_at
        return None, record.updated_at

    async def _nothing_linked(self, kind: str, record: Record) -> None:
        """Refuse to remove a record that something else hangs on; what the person does not see is not named."""
        hidden = False
        seen = []
        for table in referring(type(record)):
            if table in _FOLLOWING:
                continue
            pointing = [
                column for column in table.__table__.columns
                if any(key.column.table.name == type(record).__tablename__ for key in column.foreign_keys)
            ]  # fmt: skip
            for column in pointing:
                rows = select(table.id).where(column == record.id, table.deleted_at.is_(None)).limit(1)
                if await self.session.scalar(rows) is None:
                    continue
                hidden = True
                if table in _NOUNS and await self.session.scalar(rows.where(visible(self.actor, table))):
                    seen.append(f"{'an' if _NOUNS[table][0] in 'aeiou' else 'a'} {_NOUNS[table]}")
        if hidden:
            raise LinkedSince(kind, record.id, tuple(dict.fromkeys(seen)))


def _apart(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    """Neighbours of one kind together, in their order, as long as no record comes twice."""
    together: list[Change] = []
    met: set[int] = set()
    for change in changes:
        if together and (change.record_kind != together[0].record_kind or change.record_id in met):
            yield together
            together, met = [], set()
        together.append(change)
        met.add(change.record_id)
    if together:
        yield together


def written(change: Change | ChangeLine) -> set[str]:
    """The fields the change set: all of a new record, else those that differ. What the program keeps is none."""
    after: Mapping[str, Any] = change.after or {}
    kind = change.kind if isinstance(change, ChangeLine) else change.record_kind
    before, fields = change.before, set(after) & set(columns_of(TABLES[kind]))
    return fields if before is None else {name for name in fields if before.get(name) != after[name]}


def referring(table: type[Record]) -> list[type[Record]]:
    """The tables of records with a column that points at this one."""
    mapped = (mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Record))
    return sorted(
        (
            one for one in mapped
            if any(key.column.table.name == table.__tablename__ for key in one.__table__.foreign_keys)
        ),
        key=lambda one: one.__tablename__,
    )  # fmt: skip
