"""Records by name, among those the actor sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, func, literal, select

from db.access import visible, visible_accounts
from db.models import Account, Contact, Lead, Learner, NameToken, Spelling, User
from db.names import NamedKind, fold, may_be_mistyped, spellings
from db.records import KINDS
from db.repositories.base import Repository, full_name

_MOST = 400


def _table(kind: NamedKind) -> Any:  # noqa: ANN401 - the tables share no typed columns
    return User if kind is NamedKind.USER else KINDS[kind].table


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record that a person may have meant. `detail` tells namesakes apart ("VP Sales, Acme")."""

    kind: NamedKind
    id: int
    name: str
    detail: str | None = None


class SearchRepository(Repository):
    async def candidates(self, words: Iterable[str], *, kinds: Iterable[NamedKind] = NamedKind) -> list[NamedRecord]:
        """Records whose name holds one of these words, or one that looks like it; exact words first.

        The caller ranks them. At most a few hundred come back, those that match most words first.

        Args:
            kinds: only these kinds, so that a product is found though thousands of deals bear its name.
        """
        folded = sorted({fold(word) for word in words if len(word) > 1})
        if not folded:
            return []
        near = await self._near(folded)
        ranked: list[tuple[int, NamedRecord]] = []
        for kind in kinds:
            ranked += await self._matching(kind, folded, near)
        ranked.sort(key=lambda found: (-found[0], found[1].kind, found[1].id))
        return [record for _, record in ranked[:_MOST]]

    async def _near(self, folded: Sequence[str]) -> list[str]:
        """Words of names that look like one of these."""
        keys = sorted({key for word in folded if may_be_mistyped(word) for key in spellings(word)})
        if not keys:
            return []
        statement = select(Spelling.token).where(Spelling.key.in_(keys), Spelling.token.not_in(folded)).distinct()
        found = list((await self.session.execute(statement.limit(_MOST))).scalars())
        return sorted(found)

    async def _matching(
        self, kind: NamedKind, folded: Sequence[str], near: Sequence[str]
    ) -> list[tuple[int, NamedRecord]]:
        """(weight, record) among those the actor sees: hidden records do not use up the places."""
        hits = func.sum(case((NameToken.token.in_(folded), 3), else_=1)).label("hits")
        matched = (
            select(NameToken.record_id, hits)
            .where(NameToken.kind == kind.value, NameToken.token.in_([*folded, *near]))
            .group_by(NameToken.record_id)
            .subquery()
        )
        table = _table(kind)
        statement = (
            self._statement(kind)
            .join(matched, matched.c.record_id == table.id)
            .add_columns(matched.c.hits)
            .order_by(matched.c.hits.desc(), table.id)
            .limit(_MOST)
        )
        rows = (await self.session.execute(statement)).all()
        return [(int(weight), NamedRecord(kind, *row)) for *row, weight in rows if row[1]]

    async def by_id(self, kind: NamedKind, ids: Sequence[int]) -> list[NamedRecord]:
        if not ids:
            return []
        rows = (await self.session.execute(self._statement(kind).where(_table(kind).id.in_(ids)))).all()
        return [NamedRecord(kind, *row) for row in rows if row[1]]

    def _statement(self, kind: NamedKind) -> Select[*tuple[Any, ...]]:
        """(id, name, detail) of the records of one kind that the actor sees."""
        table = _table(kind)
        columns = self._columns(kind)
        return select(table.id, *columns).where(visible(self.actor, table), table.deleted_at.is_(None))

    def _columns(self, kind: NamedKind) -> tuple[Any, Any]:
        """Name and what tells it apart."""
        match kind:
            case NamedKind.CONTACT:
                return full_name(Contact), self._position()
            case NamedKind.LEAD:
                return full_name(Lead), self._if_shown("lead", Lead.company)
            case NamedKind.LEARNER:
                return full_name(Learner), self._if_shown("learner", Learner.email)
            case NamedKind.USER:
                return User.name, User.email
        declared = KINDS[kind]
        told = getattr(declared.table, declared.detail[0]) if declared.detail else None
        detail = literal(None, String) if told is None else self._if_shown(declared.name, told)
        return getattr(declared.table, declared.title[0]), detail

    def _position(self) -> ColumnElement[str]:
        """`VP Sales, Acme`; the account only where the actor sees it."""
        account = (
            select(Account.name)
            .where(Account.id == Contact.account_id, visible_accounts(self.actor), Account.deleted_at.is_(None))
            .scalar_subquery()
        )
        title = self._if_shown("contact", Contact.title)
        company = account if self.actor.sees("contact", "account") else literal(None, String)
        both: ColumnElement[str] = func.coalesce(title + ", " + company, company, title)
        return both

    def _if_shown(self, kind: str, column: Any) -> ColumnElement[str]:  # noqa: ANN401 - a column of any kind
        """The column, or nothing where it is hidden from the person."""
        field = next((one.name for one in KINDS[kind].fields if one.stored == column.key), column.key)
        return column if self.actor.sees(kind, field) else literal(None, String)
