"""Records found by the words in their texts, among those the actor sees and in the fields that are shown to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    true,
    union_all,
)

from db.access import Actor, Grant, RecordAction, visible
from db.errors import UnknownKind
from db.fulltext import postgres, sqlite
from db.fulltext.columns import CUSTOM, TABLES, WHOLE, Form, SearchedTable, TextColumn, searched, text_fields
from db.fulltext.order import Held, Snippet, relevance, snippet
from db.fulltext.question import Term, terms
from db.many_ids import among
from db.models import Interaction
from db.records import KINDS, RecordKind, kind_named
from db.repositories.base import RecordRef, Repository
from db.repositories.records import shortened

WINDOW = 200
"""So many of the best by place and time are put in order of relevance; what comes after them keeps that order."""
FURTHEST = 10_000
"""The last hit that may be asked for."""
_IN_NAME, _IN_TEXT = 0, 1


@dataclass(frozen=True, slots=True)
class Search:
    """`kinds`: only records of these kinds, by singular or plural name; none means all that the person may read."""

    text: str
    kinds: tuple[str, ...] = ()
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found, with what is shown of it.

    Attributes:
        detail: tells it from namesakes.
        at: when it happened or was entered.
        email, phone: of a person.
    """

    ref: RecordRef
    detail: str
    at: datetime
    snippet: Snippet | None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class _Group:
    """Kinds of one table in which the person sees the same columns."""

    searched: SearchedTable
    kinds: tuple[RecordKind, ...]
    hidden: frozenset[str]

    @property
    def parts(self) -> tuple[TextColumn, ...]:
        """The searched columns that are shown."""
        return tuple(one for one in self.searched.columns if one.name not in self.hidden)

    def detail(self, actor: Actor) -> tuple[str, ...]:
        """Columns that tell namesakes apart, but for those in which a hidden field is kept."""
        kind = self.kinds[0]
        hidden = {one.stored for one in kind.fields if not actor.sees(kind.name, one.name)}
        return tuple(name for name in kind.detail if name not in hidden)


@dataclass(frozen=True, slots=True)
class _Place:
    kind: str
    id: int
    place: int
    at: datetime


class FullTextRepository(Repository):
    async def search(self, wanted: Search) -> tuple[int, list[Hit]]:
        """How many records hold all the words, and those asked for: names first, then relevance, then the latest.

        Raises:
            UnknownKind: a kind that there is not, or whose records hold no texts.
            NotPermitted: a kind that the person may not read.
        """
        groups = self._groups(self._kinds(wanted.kinds))
        asked = terms(wanted.text)
        if not asked or not groups:
            return 0, []
        offset = min(max(wanted.offset, 0), FURTHEST)
        last = offset + max(wanted.limit, 0)
        met = await self._met(groups, asked)
        if not met:
            return 0, []
        total, places = await self._places(met, asked, max(WINDOW, last))
        places.sort(key=lambda one: (one.place, -one.at.timestamp(), one.kind, -one.id))
        window = places[:WINDOW]
        shown = await self._shown(met, window)
        page = [*_by_relevance(window, shown, asked), *places[WINDOW:]][offset:last]
        shown |= await self._shown(met, [one for one in page if (one.kind, one.id) not in shown])
        return total, [_hit(one, shown[one.kind, one.id], asked) for one in page]

    def _kinds(self, names: Sequence[str]) -> list[RecordKind]:
        if not names:
            # An interaction is found as what it was: an e-mail, a call.
            every = (kind for kind in KINDS.values() if searched(kind) and kind.name != "interaction")
            return [kind for kind in every if self.actor.may(Grant(kind.name, RecordAction.READ))]
        chosen = [kind_named(name) for name in dict.fromkeys(names)]
        for kind in chosen:
            if not searched(kind):
                raise UnknownKind(kind.name, tuple(one.plural for one in KINDS.values() if searched(one)))
            self.actor.require(Grant(kind.name, RecordAction.READ))
        if any(kind.name == "interaction" for kind in chosen):
            chosen = [kind for kind in chosen if kind.table is not Interaction or kind.name == "interaction"]
        return list({kind.name: kind for kind in chosen}.values())

    def _groups(self, kinds: Iterable[RecordKind]) -> list[_Group]:
        together: dict[tuple[str, frozenset[str]], list[RecordKind]] = defaultdict(list)
        for kind in kinds:
            together[kind.table.__tablename__, self._hidden(kind)].append(kind)
        groups = (_Group(TABLES[name], tuple(of), hidden) for (name, hidden), of in together.items())
        return [one for one in groups if one.parts]

    def _hidden(self, kind: RecordKind) -> frozenset[str]:
        """The searched columns that hold a field which is not shown; of a workspace's own fields all or none."""
        unseen = {name for of, name in self.actor.hidden if of == kind.name}
        columns = {field.stored for field in text_fields(kind) if field.name in unseen}
        own = {CUSTOM} if kind.customised and unseen - set(kind.by_name) else set[str]()
        return frozenset(columns | own)

    async def _met(self, groups: Sequence[_Group], asked: Sequence[Term]) -> list[_Group]:
        """The groups whose index holds the words at all, whoever may see them: most hold none, and scope costs time."""
        tests = [select(literal(place), self._any(group, asked)) for place, group in enumerate(groups)]
        rows = await self.session.execute(union_all(*tests))
        return [groups[place] for place, there in rows if there]

    def _any(self, group: _Group, asked: Sequence[Term]) -> ColumnElement[bool]:
        one = group.searched
        if self._server:
            index = table(one.index, column("words"))
            matched = index.c.words.op("@@")(postgres_question(asked, phones=bool(one.phones)))
        else:
            index = table(one.index, column(one.index))
            matched = index.c[one.index].op("MATCH")(sqlite_question(asked, sqlite.columns(one), one.phones))
        return select(literal_column("1")).select_from(index).where(matched).exists()

    async def _places(
        self, groups: Sequence[_Group], asked: Sequence[Term], most: int
    ) -> tuple[int, list[_Place]]:  # fmt: skip
        """How many there are, and of every group the first by place and time."""
        arms = [self._arm(group, asked, most) for group in groups]
        rows = (await self.session.execute(union_all(*arms))).all()
        totals = {row.arm: row.total for row in rows}
        return sum(totals.values()), [_Place(row.kind, row.id, row.place, row.at) for row in rows]

    def _arm(self, group: _Group, asked: Sequence[Term], most: int) -> Select[Any]:
        of = group.searched.table
        # Interactions of several channels have the names of their channels.
        kind = literal(group.kinds[0].name) if len(group.kinds) == 1 else of.channel  # type: ignore[attr-defined]
        fixed = [
            and_(true(), *(getattr(of, name) == value for name, value in one.fixed.items())) for one in group.kinds
        ]
        matched, place, joined = (self._on_server if self._server else self._in_file)(group, asked)
        at = of.at if of is Interaction else of.created_at
        name = f"{group.searched.name}:{group.kinds[0].name}"
        found = (
            select(
                literal(name).label("arm"), kind.label("kind"), of.id.label("id"), place.label("place"), at.label("at"),
                func.count().over().label("total"),
            )
            .select_from(joined)
            .where(matched, visible(self.actor, of), of.deleted_at.is_(None), or_(*fixed))
        )  # fmt: skip
        first = found.order_by("place", at.desc(), of.id.desc()).limit(most).subquery()
        return select(first)

    @property
    def _server(self) -> bool:
        return self.session.get_bind().dialect.name == "postgresql"

    def _in_file(
        self, group: _Group, asked: Sequence[Term]
    ) -> tuple[ColumnElement[bool], ColumnElement[int], Any]:  # fmt: skip
        """The condition, where the words stand, and the index joined to its table."""
        one = group.searched
        index = table(one.index, column("rowid"), column(one.index))
        shown = [name for name in sqlite.columns(one) if name not in group.hidden]
        names = [name for name in one.title if name not in group.hidden]
        if set(one.title) & group.hidden and WHOLE in shown:
            shown.remove(WHOLE)
        elif WHOLE in shown:
            names.append(WHOLE)
        phones = [name for name in one.phones if name in shown]
        match = index.c[one.index].op("MATCH", is_comparison=True)
        place: ColumnElement[int] = literal(_IN_TEXT)
        if names:
            # A table of its own in the inner query: the outer one is read row by row.
            again = table(one.index, column("rowid"), column(one.index)).alias("named")
            within = select(again.c.rowid).where(
                literal_column(f"named.{one.index}").op("MATCH")(sqlite_question(asked, names, ()))
            )
            place = case((index.c.rowid.in_(within), _IN_NAME), else_=_IN_TEXT)
        # The plus keeps SQLite from looking each row of the table up in the index.
        joined = index.join(one.table.__table__, one.table.id == literal_column(f"+{one.index}.rowid"))
        return match(sqlite_question(asked, shown, phones)), place, joined

    def _on_server(
        self, group: _Group, asked: Sequence[Term]
    ) -> tuple[ColumnElement[bool], ColumnElement[int], Any]:  # fmt: skip
        one = group.searched
        index = table(one.index, column("id"), column("words"))
        phones = [name for name in one.phones if name not in group.hidden]
        question = postgres_question(asked, phones=bool(phones))
        words: ColumnElement[Any] = index.c.words
        matched: ColumnElement[bool] = words.op("@@", is_comparison=True)(question)
        if group.hidden:
            # The stored words are those of all columns: what is shown has to hold them alone.
            words = literal_column(f"({postgres.vector(one, one.name, group.hidden)})")
            matched = and_(matched, words.op("@@")(question))
        named = func.ts_filter(words, literal_column("'{a}'::\"char\"[]"))
        place = case((named.op("@@")(question), _IN_NAME), else_=_IN_TEXT)
        return matched, place, index.join(one.table.__table__, one.table.id == index.c.id)

    async def _shown(
        self, groups: Sequence[_Group], places: Sequence[_Place]
    ) -> dict[tuple[str, int], _Shown]:  # fmt: skip
        """What is shown of these records, by kind and id."""
        found: dict[tuple[str, int], _Shown] = {}
        for group in groups:
            names = {kind.name for kind in group.kinds}
            if ids := {one.id: one.kind for one in places if one.kind in names}:
                rows = await self.session.execute(self._columns(group, sorted(ids)))
                found |= {(ids[row[0]], row[0]): _shown(ids[row[0]], group, row) for row in rows}
        return found

    def _columns(self, group: _Group, ids: Sequence[int]) -> Select[Any]:
        """(id, searched columns ..., columns that tell namesakes apart ...) that are shown."""
        of = group.searched.table
        names = [*(part.name for part in group.parts), *group.detail(self.actor)]
        return select(of.id, *(getattr(of, name).label(f"c{place}") for place, name in enumerate(names))).where(
            among(of.id, ids, self.session.get_bind().dialect)
        )


@dataclass(frozen=True, slots=True)
class _Shown:
    name: str
    detail: str
    texts: tuple[Held, ...]

    def text(self, field: str) -> str | None:
        return next((one.text for one in self.texts if one.field == field), None)


def _shown(kind: str, group: _Group, row: Sequence[Any]) -> _Shown:
    last = 1 + len(group.parts)
    texts = tuple(
        Held(part.name, text[: sqlite.LONGEST], part.title)
        for part, value in zip(group.parts, row[1:last], strict=True)
        if (text := _as_text(value, part.form))
    )
    by_field = {one.field: one.text for one in texts}
    name = " ".join(by_field[column] for column in KINDS[kind].title if column in by_field)
    return _Shown(
        shortened(name) or f"{KINDS[kind].one} {row[0]}",
        shortened(", ".join(str(value) for value in row[last:] if value)), texts,
    )  # fmt: skip


def _by_relevance(
    window: Sequence[_Place], shown: Mapping[tuple[str, int], _Shown], asked: Sequence[Term]
) -> list[_Place]:  # fmt: skip
    """Stable: of equals the latest stays first."""
    scores = relevance([shown[one.kind, one.id].texts for one in window], asked)
    ranked = sorted(zip(window, scores, strict=True), key=lambda pair: (pair[0].place, -round(pair[1], 6)))
    return [one for one, _ in ranked]


def _hit(one: _Place, shown: _Shown, asked: Sequence[Term]) -> Hit:
    ref = RecordRef(one.kind, one.id, shown.name)
    return Hit(ref, shown.detail, one.at, snippet(shown.texts, asked), shown.text("email"), shown.text("phone"))


def _as_text(value: Any, form: Form) -> str:  # noqa: ANN401 - a value of any searched column
    if form is Form.JSON:
        return " ".join(_leaves(value))
    return str(value) if value is not None else ""


def _leaves(value: Any) -> Iterable[str]:  # noqa: ANN401 - any JSON value
    match value:
        case str():
            yield value
        case dict():
            yield from (leaf for part in value.values() for leaf in _leaves(part))
        case list():
            yield from (leaf for part in value for leaf in _leaves(part))


def sqlite_question(asked: Sequence[Term], columns: Sequence[str], phones: Sequence[str]) -> ColumnElement[str]:
    """As FTS5 reads it: every text is quoted, so that nothing in it is an operator."""
    parts = [_fts5(term, phones) for term in asked]
    return literal(f"{_among(columns)} : ({' AND '.join(parts)})", String)


def _fts5(term: Term, phones: Sequence[str]) -> str:
    phrase = '"{}"{}'.format(term.text.replace('"', " "), " *" if term.begun else "")
    return f'({phrase} OR ({_among(phones)} : "{term.digits}" *))' if term.digits and phones else phrase


def _among(columns: Sequence[str]) -> str:
    return "{" + " ".join(f'"{name}"' for name in columns) + "}"


def postgres_question(asked: Sequence[Term], *, phones: bool) -> ColumnElement[Any]:
    """As a `tsquery`; the server cuts the terms into words as it cut the texts."""
    question: ColumnElement[Any] | None = None
    for term in asked:
        part: ColumnElement[Any] = func.rainmaker_phrase(term.text, term.begun)
        if term.digits and phones:
            number = func.to_tsquery(literal_column("'pg_catalog.simple'::regconfig"), f"{term.digits}:*C")
            part = part.op("||")(number)
        question = part if question is None else question.op("&&")(part)
    if question is None:
        raise ValueError("a question has terms")
    return question
