"""What tells people and companies apart: the fields that a search for duplicates compares, as rows of a frame."""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, String, literal, select

from db.access import visible, visible_accounts
from db.models import Account, Contact, Lead, Record
from db.repositories.base import Repository

_COLUMNS = ("first_name", "last_name", "company", "email", "phone", "domain", "country")
_NONE = literal(None, String)


class LikenessRepository(Repository):
    async def rows(self, kind: str, *, ids: tuple[int, ...] | None = None) -> pl.DataFrame:
        """id, kind, first_name, last_name, company, email, phone, domain, country of those the actor sees.

        Args:
            kind: `contact`, `lead` or `account`.
            ids: only these.
        """
        table, columns = self._columns(kind)
        statement = select(table.id, *columns).where(visible(self.actor, table), table.deleted_at.is_(None))
        if kind == "contact":
            seen = (Contact.account_id == Account.id) & visible_accounts(self.actor) & Account.deleted_at.is_(None)
            statement = statement.outerjoin(Account, seen)
        if ids is not None:
            statement = statement.where(table.id.in_(ids))
        rows = (await self.session.execute(statement)).all()
        schema = {"id": pl.Int64, **dict.fromkeys(_COLUMNS, pl.String)}
        return pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row").with_columns(kind=pl.lit(kind))

    def _columns(self, kind: str) -> tuple[type[Record], tuple[ColumnElement[Any], ...]]:
        match kind:
            case "contact":
                person: Any = (Contact.first_name, Contact.last_name, Account.name, Contact.email, Contact.phone)
                return Contact, (*person, Account.domain, Account.country)
            case "lead":
                lead: Any = (Lead.first_name, Lead.last_name, Lead.company, Lead.email, Lead.phone)
                return Lead, (*lead, _NONE, Lead.country)
            case "account":
                return Account, (_NONE, _NONE, Account.name, _NONE, Account.phone, Account.domain, Account.country)  # type: ignore[return-value]  # columns of one table
            case _:
                raise KeyError(f"{kind} records are not compared")
