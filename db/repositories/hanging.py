"""What hangs on records: every row of every table that points at one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from db.access import Grant, RecordAction, visible
from db.acting import unscoped
from db.many_ids import among
from db.models import Base, LeadScore, Record
from db.records import KINDS, RecordKind
from db.repositories.base import Repository


@dataclass(frozen=True, slots=True)
class Hanging:
    """`everything` by (kind, column), beyond the person's sight too; `seen` is what may be told, by noun."""

    everything: Mapping[tuple[str, str], tuple[int, ...]]
    seen: Mapping[str, int]


class HangingRepository(Repository):
    async def on(self, kind: str, ids: Sequence[int]) -> Hanging:
        """The living rows that point at these records."""
        everything: dict[tuple[str, str], tuple[int, ...]] = {}
        seen: Counter[str] = Counter()
        for child, column in pointing_at(KINDS[kind]):
            link = getattr(child.table, column)
            pointing = among(link, ids, self.session.get_bind().dialect)
            rows = select(child.table.id).where(pointing, child.table.deleted_at.is_(None)).order_by(child.table.id)
            with unscoped(self.session):
                found = tuple((await self.session.scalars(rows)).all())
            if not found:
                continue
            everything[child.name, column] = found
            if not self.actor.may(Grant(child.name, RecordAction.READ)):
                continue
            shown = (await self.session.scalars(rows.where(visible(self.actor, child.table)))).all()
            if shown:
                seen[child.one if len(shown) == 1 else child.many] += len(shown)
        return Hanging(everything, seen)


def pointing_at(kind: RecordKind) -> list[tuple[RecordKind, str]]:
    """The kinds with a column that points at this one, each table once. The scores of a lead stay its own."""
    tables = {one.table: one for one in reversed(list(KINDS.values())) if not one.fixed}
    mapped: list[type[Record]] = [one.class_ for one in Base.registry.mappers if issubclass(one.class_, Record)]
    return [
        (tables[table], column.key)
        for table in sorted(mapped, key=lambda one: one.__tablename__)
        if table in tables and table is not LeadScore
        for column in table.__table__.columns
        if any(key.column.table.name == kind.table.__tablename__ for key in column.foreign_keys)
    ]
