"""Records by name, among those the actor sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, or_, select

from db.access import (
    visible_accounts,
    visible_contacts,
    visible_leads,
    visible_opportunities,
    visible_users,
)  # fmt: skip
from db.models import Account, Campaign, Contact, Lead, NameToken, Opportunity, Product, User
from db.names import NamedKind, fold, skeleton
from db.repositories.base import Repository

_MOST = 400


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record that a person may have meant. `detail` tells namesakes apart ("VP Sales, Acme")."""

    kind: NamedKind
    id: int
    name: str
    detail: str | None = None


def _full_name(table: type[Contact] | type[Lead]) -> ColumnElement[str]:
    joined: ColumnElement[str] = func.trim(
        func.coalesce(table.first_name, "") + " " + func.coalesce(table.last_name, "")
    )
    return joined


class SearchRepository(Repository):
    async def candidates(self, words: Iterable[str]) -> list[NamedRecord]:
        """Records whose name holds one of these words, or one that looks like it; exact words first.

        The caller ranks them. At most a few hundred come back, those that match most words first.
        """
        folded = sorted({fold(word) for word in words if len(word) > 1})
        if not folded:
            return []
        exact = NameToken.token.in_(folded)
        near = NameToken.skeleton.in_(sorted({skeleton(word) for word in folded if len(word) > 3}))
        hits = func.sum(1 + func.coalesce(cast(exact, NameToken.position.type) * 2, 0)).label("hits")
        statement = (
            select(NameToken.kind, NameToken.record_id, hits)
            .where(or_(exact, near))
            .group_by(NameToken.kind, NameToken.record_id)
            .order_by(hits.desc(), NameToken.kind, NameToken.record_id)
            .limit(_MOST)
        )
        by_kind: dict[NamedKind, list[int]] = {}
        for kind, record_id, _ in (await self.session.execute(statement)).all():
            by_kind.setdefault(NamedKind(kind), []).append(record_id)
        found: list[NamedRecord] = []
        for kind, ids in by_kind.items():
            found += await self._visible(kind, ids)
        return found

    async def by_id(self, kind: NamedKind, ids: Sequence[int]) -> list[NamedRecord]:
        return await self._visible(kind, ids) if ids else []

    async def _visible(self, kind: NamedKind, ids: Sequence[int]) -> list[NamedRecord]:
        rows = (await self.session.execute(self._statement(kind, ids))).all()
        return [NamedRecord(kind, *row) for row in rows if row[1]]

    def _statement(self, kind: NamedKind, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
        none = literal(None, String)
        match kind:
            case NamedKind.ACCOUNT:
                return select(Account.id, Account.name, Account.industry).where(
                    Account.id.in_(ids), visible_accounts(self.actor), Account.deleted_at.is_(None)
                )
            case NamedKind.CONTACT:
                return (
                    select(Contact.id, _full_name(Contact), func.coalesce(Contact.title + ", ", "") + Account.name)
                    .outerjoin(Account, Contact.account_id == Account.id)
                    .where(Contact.id.in_(ids), visible_contacts(self.actor), Contact.deleted_at.is_(None))
                )
            case NamedKind.LEAD:
                return select(Lead.id, _full_name(Lead), Lead.company).where(
                    Lead.id.in_(ids), visible_leads(self.actor), Lead.deleted_at.is_(None)
                )
            case NamedKind.OPPORTUNITY:
                return select(Opportunity.id, Opportunity.name, Opportunity.stage).where(
                    Opportunity.id.in_(ids), visible_opportunities(self.actor), Opportunity.deleted_at.is_(None)
                )
            case NamedKind.CAMPAIGN:
                return select(Campaign.id, Campaign.name, Campaign.channel).where(Campaign.id.in_(ids))
            case NamedKind.PRODUCT:
                return select(Product.id, Product.name, none).where(Product.id.in_(ids))
            case NamedKind.USER:
                return select(User.id, User.name, User.email).where(User.id.in_(ids), visible_users(self.actor))
