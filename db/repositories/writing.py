"""Writing records with a before-image: one, or many that get the same values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from db import facts, likeness_index, name_index
from db.access import Permission, visible
from db.acting import unscoped
from db.errors import Conflict, NotFound
from db.many_ids import among, chunks
from db.models import Change, Opportunity, Outcome, Record, Turn, new_id
from db.record_images import SET_BY_ADMINISTRATORS, TABLES, columns_of, image, links, plain, state, typed
from db.records import KINDS
from db.repositories.changes import ChangeLine, ChangeRepository, Made, line, locked

_CHUNK = 500
"""Records written with one statement; between two chunks who watches is told how far it is."""
Progress = Callable[[int], None]


class WriteRepository(ChangeRepository):
    """Facts and names follow every write, in the same transaction. A record that is linked to must be visible too."""

    async def create(self, kind: str, values: Mapping[str, Any], made: Made, *, whole: bool = False) -> ChangeLine:
        """A new record. `whole`: it may point at what is beyond the person's sight, as the history of a lead does."""
        self._require_office(kind)
        table = TABLES[kind]
        fields = typed(table, values)
        if not whole:
            await self._require_links(kind, fields)
        record = table(**fields, run_id=made.turn)
        self.session.add(record)
        with unscoped(self.session) if whole else self._handing(kind, fields, new=True):
            await self.flushed(kind, [record])
        return await self._note(kind, record, None, made)

    async def update(
        self, kind: str, record_id: int, version: int, values: Mapping[str, Any], made: Made
    ) -> ChangeLine:
        """Change fields of one record that is still at `version`."""
        self._require_office(kind)
        record = await self._get(kind, record_id, to_write=True)
        if record.version != version:
            raise Conflict(kind, record_id)
        before = image(record)
        fields = typed(type(record), values)
        await self._require_links(kind, {name: key for name, key in fields.items() if getattr(record, name) != key})
        for name, value in fields.items():
            setattr(record, name, value)
        record.run_id = made.turn
        with self._handing(kind, fields):
            await self.flushed(kind, [record])
        return await self._note(kind, record, before, made)

    async def change_all(
        self,
        kind: str,
        ids: Sequence[int],
        values: Mapping[str, Any],
        made: Made,
        *,
        deleted: bool = False,
        whole: bool = False,
        progress: Progress = lambda _done: None,
    ) -> list[ChangeLine]:
        """Give many records the same values.

        Args:
            deleted: they are ones that were deleted (to restore them).
            whole: those beyond the person's sight too, for what hangs on a record that is merged into another.
            progress: told after each chunk how many are done.

        Raises:
            NotFound: one of them is not there, or not visible; then none is changed.
        """
        self._require_office(kind)
        fields = typed(TABLES[kind], values)
        await self._require_links(kind, fields)
        lines: list[ChangeLine] = []
        for chunk in chunks(ids, _CHUNK):
            found = await self._stored(kind, chunk, list(fields), deleted=deleted, whole=whole)
            with unscoped(self.session) if whole else self._handing(kind, fields):
                await self._give(kind, chunk, fields, made)
            lines += await self._note_all(kind, found, fields, made, part=made.part + len(lines))
            progress(len(lines))
        await self.session.run_sync(in_step, kind, list(ids))
        return lines

    async def image_of(self, kind: str, record_id: int) -> dict[str, Any]:
        """The record's fields as JSON, as a change would keep them."""
        return image(await self._get(kind, record_id))

    async def version_of(self, kind: str, record_id: int) -> int:
        return (await self._get(kind, record_id)).version

    async def state_of(self, kind: str, record_id: int, *, version: int | None = None, to_stay: bool = False) -> str:
        """What a decision about the record is bound to.

        Args:
            version: the one it was read at; another one by now is a conflict.
            to_stay: nobody changes the record until this transaction ends.
        """
        record = await self._get(kind, record_id, to_write=to_stay)
        if version is not None and record.version != version:
            raise Conflict(kind, record_id)
        return state(record.version, image(record))

    async def states_of(
        self, kind: str, ids: Sequence[int], *, deleted: bool = False, whole: bool = False, to_stay: bool = False
    ) -> dict[int, str]:
        """The same for many records at once, shortened. Raises `NotFound`."""
        columns = columns_of(TABLES[kind])
        found: dict[int, str] = {}
        for chunk in chunks(ids, _CHUNK):
            rows = await self._stored(kind, chunk, columns, deleted=deleted, whole=whole, to_stay=to_stay)
            for row in rows:
                fields = dict(zip(columns, map(plain, row[2:]), strict=True))
                found[row[0]] = state(row[1], fields).split(":")[1][:_SHORT]
        return found

    async def _get(self, kind: str, record_id: int, *, to_write: bool = False, to_read: bool = False) -> Record:
        table = TABLES[kind]
        statement = select(table).where(table.id == record_id, visible(self.actor, table), table.deleted_at.is_(None))
        if to_write or to_read:
            statement = locked(statement, shared=to_read)
        found = await self.session.scalar(statement)
        if found is None:
            raise NotFound(kind, record_id)
        return found

    async def _stored(
        self,
        kind: str,
        ids: Sequence[int],
        columns: Sequence[str],
        *,
        deleted: bool,
        whole: bool,
        to_stay: bool = True,
    ) -> Sequence[Any]:
        """(id, version, columns ...) of all of these, held until this transaction ends."""
        table = TABLES[kind]
        there = table.deleted_at.is_not(None) if deleted else table.deleted_at.is_(None)
        statement = select(table.id, table.version, *(getattr(table, name) for name in columns)).where(
            among(table.id, ids, self.session.get_bind().dialect), there
        )
        if not whole:
            statement = statement.where(visible(self.actor, table))
        statement = statement.order_by(table.id)
        with unscoped(self.session) if whole else nullcontext():
            rows: Sequence[Any] = (await self.session.execute(locked(statement) if to_stay else statement)).all()
        if len(rows) < len(set(ids)):
            raise NotFound(kind, min(set(ids) - {row[0] for row in rows}))
        return rows

    async def _give(self, kind: str, ids: Sequence[int], fields: Mapping[str, Any], made: Made) -> None:
        table = TABLES[kind]
        statement = (
            update(table)
            .where(among(table.id, ids, self.session.get_bind().dialect))
            .values(**fields, version=table.version + 1, run_id=made.turn)
            .execution_options(synchronize_session=False)
        )
        await self.session.execute(statement)

    def _require_office(self, kind: str) -> None:
        """What administrators set is written and taken back by them only, also where a proposal or a change outlasted
        somebody's office.
        """
        if kind in SET_BY_ADMINISTRATORS:
            self.actor.require(Permission.POLICY_MANAGE)

    def _handing(self, kind: str, fields: Mapping[str, Any], *, new: bool = False) -> AbstractContextManager[None]:
        """Around a write that the database need not hold to the person's sight of the row as it is then: one that
        gives a record to somebody, or lets it hang on something else. What it was before, the person sees.
        """
        owner = KINDS[kind].owner if kind in KINDS else None
        if new:
            handed = owner is not None and fields.get(owner) != self.actor.user_id
        else:
            columns = TABLES[kind].__table__.columns
            handed = any(name == "private" or columns[name].foreign_keys for name in fields)
        return unscoped(self.session) if handed else nullcontext()

    async def _require_links(self, kind: str, values: Mapping[str, Any]) -> None:
        for to, key in links(kind, values):
            await self._get(to, key, to_read=True)

    async def flushed(self, kind: str, records: Sequence[Record]) -> None:
        """Send them to the database and bring what is derived from them in step."""
        keys = [record.id for record in records]
        try:
            await self.session.flush()
        except StaleDataError as error:
            raise Conflict(kind, keys[0]) from error
        except IntegrityError as error:
            if kind not in SET_BY_ADMINISTRATORS:
                raise
            # Another administrator set the same one at the same time.
            raise Conflict(kind, "of this name") from error
        await self.session.run_sync(in_step, kind, [record.id for record in records])

    async def _note(self, kind: str, record: Record, before: dict[str, Any] | None, made: Made) -> ChangeLine:
        change = Change(**await self._row(kind, made), part=made.part, record_id=record.id, before=before,
                        after=image(record), version_after=record.version)  # fmt: skip
        self.session.add(change)
        await self.session.flush()
        return line(change)

    async def _note_all(
        self, kind: str, found: Sequence[Any], fields: Mapping[str, Any], made: Made, *, part: int
    ) -> list[ChangeLine]:
        """One change each; before and after hold what was written and no more."""
        shared = await self._row(kind, made)
        after = {name: plain(value) for name, value in fields.items()}
        rows = [
            shared
            | {
                "id": new_id("ch"), "part": part + place, "record_id": row[0], "version_after": row[1] + 1,
                "before": dict(zip(fields, map(plain, row[2:]), strict=True)), "after": after,
            }
            for place, row in enumerate(found)
        ]  # fmt: skip
        changes = await self.session.scalars(insert(Change).returning(Change, sort_by_parameter_order=True), rows)
        return [line(change) for change in changes.all()]

    async def _row(self, kind: str, made: Made) -> dict[str, Any]:
        step = made.step if made.step is not None else await self.free_step(made.turn, None)
        # A proposal is decided outside the conversation it came from; its turn knows it.
        known = made.conversation or await self.session.scalar(select(Turn.conversation_id).where(Turn.id == made.turn))
        return {
            "id": new_id("ch"), "turn_id": made.turn, "conversation_id": known, "user_id": self.actor.user_id,
            "tool": made.tool, "step": step, "call": made.call, "proposal_id": made.proposal, "record_kind": kind,
        }  # fmt: skip


_SHORT = 12
"""Characters of a state kept for one of many: enough that a change is not overlooked, and 5,000 fit into a proposal."""


def in_step(session: Session, kind: str, ids: Sequence[int]) -> None:
    """Bring names, likenesses and facts in step with these records, also those of what the writer need not see."""
    with unscoped(session):
        _follow(session, kind, ids)


def _follow(session: Session, kind: str, ids: Sequence[int]) -> None:
    connection = session.connection()
    if named := name_index.named_kind(kind):
        name_index.refresh(connection, named, ids)
    likeness_index.refresh(connection, kind, ids)
    if kind == "opportunity":
        facts.refresh(connection, ids)
    if kind == "account":
        # Open deals without a region or industry of their own take those of the account.
        mine = among(Opportunity.account_id, ids, connection.dialect)
        deals = select(Opportunity.id).where(mine, Opportunity.outcome == Outcome.OPEN)
        facts.refresh(connection, list(connection.execute(deals).scalars()))
