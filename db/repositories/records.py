"""Records of any declared kind: one, a list by conditions, and figures over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, select

from db.access import Actor, Grant, RecordAction, visible
from db.errors import BadField, NotFound
from db.many_ids import among
from db.models import Record, Team, User
from db.money import stored
from db.records.conditions import Condition, Scope, expression, fulfilled
from db.records.declaration import Field, FieldType, RecordKind
from db.records.roster import KINDS
from db.repositories.base import RecordRef, Repository
from db.session import ReadSession

MOST = 10_000
"""The most records one list or one bulk change takes."""
_PEOPLE: dict[str, tuple[type[Record], tuple[str, ...]]] = {"user": (User, ("name",)), "team": (Team, ("name",))}


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record as the person sees it: values by field name, and what it points at where they see that too."""

    kind: str
    id: int
    version: int
    name: str
    detail: str
    values: Mapping[str, Any]
    links: Mapping[str, RecordRef]
    deleted_at: datetime | None = None

    @property
    def ref(self) -> RecordRef:
        return RecordRef(self.kind, self.id, self.name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records, and in which order.

    Attributes:
        order: a field; None takes the one that the declaration names.
        deleted: only those that were deleted, in place of those that are there.
        ids: only among these.
    """

    conditions: tuple[Condition, ...] = ()
    order: str | None = None
    descending: bool | None = None
    limit: int = 20
    offset: int = 0
    deleted: bool = False
    ids: tuple[int, ...] | None = None


class RecordRepository(Repository):
    """Records of one kind. Built with the workspace's own fields where it has some (`kind.with_fields`)."""

    def __init__(self, session: ReadSession, actor: Actor, kind: RecordKind) -> None:
        super().__init__(session, actor)
        self.kind = kind
        actor.require(Grant(kind.name, RecordAction.READ))

    async def get(self, record_id: int, *, deleted: bool = False) -> RecordLine:
        """One record. Raises `NotFound` for what is not there, deleted or not visible."""
        statement = select(self.kind.table).where(*self._base(deleted=deleted), self.kind.table.id == record_id)
        row = (await self.session.execute(self._with_derived(statement))).first()
        if row is None:
            raise NotFound(self.kind.one, record_id)
        return (await self._lines([row]))[0]

    async def find(self, wanted: Wanted) -> tuple[int, list[RecordLine]]:
        """How many match, and those asked for."""
        where = self.matching(wanted)
        total = await self.session.scalar(select(func.count(self.kind.table.id)).where(*where))
        statement = self._with_derived(select(self.kind.table).where(*where).order_by(*self._order(wanted)))
        rows = (await self.session.execute(statement.limit(min(wanted.limit, MOST)).offset(wanted.offset))).all()
        return int(total or 0), await self._lines(rows)

    async def page(self, wanted: Wanted, *, after: int, limit: int) -> list[RecordLine]:
        """Those that match, in the order they were made, beyond a record: for going through any number of them."""
        table = self.kind.table
        statement = self._with_derived(select(table).where(*self.matching(wanted), table.id > after).order_by(table.id))
        return await self._lines((await self.session.execute(statement.limit(limit))).all())

    async def count(self, wanted: Wanted) -> int:
        """How many match."""
        return int(await self.session.scalar(select(func.count(self.kind.table.id)).where(*self.matching(wanted))) or 0)

    async def ids(self, wanted: Wanted) -> list[tuple[int, int]]:
        """(id, version) of all that match, up to one more than a bulk change may take."""
        statement = select(self.kind.table.id, self.kind.table.version).where(*self.matching(wanted))
        rows = await self.session.execute(statement.order_by(self.kind.table.id).limit(MOST + 1))
        return [(record_id, version) for record_id, version in rows]

    async def labels(self, name: str, *, most: int = 200) -> tuple[str, ...]:
        """The different values of a field of few values, among what the person sees."""
        column = expression(self.kind, self.shown(name))
        statement = select(column).where(*self._base(), column.is_not(None)).distinct().order_by(column).limit(most)
        return tuple(str(value) for value in (await self.session.execute(statement)).scalars())

    async def named(self, kind: str, ids: set[int]) -> dict[int, str]:
        """Names of records and colleagues by id, where the person sees them."""
        return {key: name for (_, key), name in (await self._named(kind, ids)).items()} if ids else {}

    def matching(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        """What the rows have to meet. Raises `BadField`."""
        scope = Scope(self.actor, self.session.currency)
        where = self._base(deleted=wanted.deleted)
        where += [fulfilled(self.kind, condition, scope) for condition in wanted.conditions]
        if wanted.ids is not None:
            where.append(among(self.kind.table.id, wanted.ids, self.session.get_bind().dialect))
        return where

    def shown(self, name: str) -> Field:
        """A field that the person sees. Raises `BadField`."""
        field = self.kind.field(name)
        if not self.actor.sees(self.kind.name, name):
            raise BadField(self.kind.name, field.words, "is not shown to you")
        return field

    def _base(self, *, deleted: bool = False) -> list[ColumnElement[bool]]:
        table = self.kind.table
        there = table.deleted_at.is_not(None) if deleted else table.deleted_at.is_(None)
        fixed = [getattr(table, column) == value for column, value in self.kind.fixed.items()]
        return [visible(self.actor, table), there, *fixed]

    def _order(self, wanted: Wanted) -> list[SQLColumnExpression[Any]]:
        table = self.kind.table
        usual = self.kind.order
        if not wanted.order and (not usual or not self.actor.sees(self.kind.name, usual.removeprefix("-"))):
            return [table.id.desc()]
        field = self.shown(wanted.order or usual.removeprefix("-"))
        column = expression(self.kind, field)
        down = wanted.descending
        if down is None:
            down = field.ordered if wanted.order else usual.startswith("-")
        return [column.is_(None), column.desc() if down else column.asc(), table.id]

    def _derived(self) -> list[Field]:
        return [one for one in self.kind.fields if one.derived and self.actor.sees(self.kind.name, one.name)]

    def _with_derived(self, statement: Select[Any]) -> Select[Any]:
        return statement.add_columns(*(expression(self.kind, one).label(one.name) for one in self._derived()))

    async def _lines(self, rows: Sequence[Any]) -> list[RecordLine]:
        names = await self._names(row[0] for row in rows)
        return [self._line(row, names) for row in rows]

    def _line(self, row: Any, names: Mapping[tuple[str, int], str]) -> RecordLine:  # noqa: ANN401 - a result row
        record: Record = row[0]
        values: dict[str, Any] = {}
        links: dict[str, RecordRef] = {}
        reckoned = {one.name: row[place] for place, one in enumerate(self._derived(), start=1)}
        for field in self.kind.fields:
            if not self.actor.sees(self.kind.name, field.name):
                continue
            value = reckoned[field.name] if field.derived else self._value(record, field)
            if field.type is not FieldType.LINK:
                values[field.name] = value
            elif value is not None and (name := names.get((field.to, int(value)))) is not None:
                links[field.name] = RecordRef(field.to, int(value), name)
                values[field.name] = int(value)
            else:
                values[field.name] = None
        name = _joined(record, self._told(self.kind.title)) or f"{self.kind.one} {record.id}"
        detail = _joined(record, self._told(self.kind.detail), between=", ")
        return RecordLine(self.kind.name, record.id, record.version, name, detail, values, links, record.deleted_at)

    def _told(self, columns: Sequence[str], kind: RecordKind | None = None) -> list[str]:
        """Those columns of a name that no hidden field is kept in."""
        of = kind or self.kind
        hidden = {one.stored for one in of.fields if not self.actor.sees(of.name, one.name)}
        return [column for column in columns if column not in hidden]

    def _value(self, record: Record, field: Field) -> Any:  # noqa: ANN401 - by the field
        if field.custom:
            return (getattr(record, "custom", None) or {}).get(field.name)
        value = getattr(record, field.stored)
        if field.type is FieldType.MONEY:
            return stored(value, getattr(record, "currency", None), usual=self.session.currency)
        return value

    async def _names(self, records: Iterable[Record]) -> dict[tuple[str, int], str]:
        """Names of what the records point at, where the person sees it; by (kind, id)."""
        pointed: dict[str, set[int]] = defaultdict(set)
        for record in records:
            for field in self.kind.fields:
                if field.type is FieldType.LINK and (key := self._value(record, field)) is not None:
                    pointed[field.to].add(int(key))
        return {key: name for kind, ids in pointed.items() for key, name in (await self._named(kind, ids)).items()}

    async def _named(self, kind: str, ids: set[int]) -> dict[tuple[str, int], str]:
        table, title = (KINDS[kind].table, KINDS[kind].title) if kind in KINDS else _PEOPLE[kind]
        # Who owns a record may be told to whoever sees the record.
        seen = [] if kind in _PEOPLE else [visible(self.actor, table), table.deleted_at.is_(None)]
        if kind in KINDS:
            if not self.actor.may(Grant(kind, RecordAction.READ)):
                return {}
            title = tuple(self._told(title, KINDS[kind]))
        columns = [getattr(table, name) for name in title]
        chosen = among(table.id, sorted(ids), self.session.get_bind().dialect)
        rows = await self.session.execute(select(table.id, *columns).where(and_(chosen, *seen)))
        return {(kind, row[0]): " ".join(str(part) for part in row[1:] if part) or f"{kind} {row[0]}" for row in rows}


def _joined(record: Record, columns: Sequence[str], *, between: str = " ") -> str:
    return shortened(between.join(str(value) for name in columns if (value := getattr(record, name))))


def shortened(said: str) -> str:
    """A name as it is shown: a note is called by the beginning of its text."""
    return said if len(said) <= _LONGEST_NAME else f"{said[: _LONGEST_NAME - 1]}…"


_LONGEST_NAME = 120
