"""Companies and their people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, select

from db.access import visible_accounts, visible_contacts
from db.errors import NotFound
from db.models import Account, Contact, User
from db.money import Money, stored
from db.repositories.base import Repository
from db.shown import as_shown

_ACCOUNT = {
    "industry": "industry", "region": "region", "country": "country", "city": "city", "employees": "employees",
    "annual_revenue": "annual_revenue", "owner_id": "owner", "owner": "owner",
}  # fmt: skip
_CONTACT = {
    "title": "title", "email": "email", "phone": "phone", "buying_role": "buying_role", "language": "language",
    "time_zone": "time_zone", "preferred_channel": "preferred_channel", "pain_points": "pain_points",
    "interests": "interests", "account_id": "account", "account": "account",
}  # fmt: skip
"""Attribute of a line -> the field it shows."""


@dataclass(frozen=True, slots=True)
class AccountLine:
    id: int
    name: str
    industry: str | None
    region: str | None
    country: str | None
    city: str | None
    employees: int | None
    annual_revenue: Money | None
    owner_id: int | None
    owner: str | None
    version: int


@dataclass(frozen=True, slots=True)
class ContactLine:
    id: int
    first_name: str | None
    last_name: str | None
    name: str
    title: str | None
    email: str | None
    phone: str | None
    buying_role: str | None
    language: str | None
    time_zone: str | None
    preferred_channel: str | None
    pain_points: tuple[str, ...]
    interests: tuple[str, ...]
    opted_out: bool
    do_not_contact: bool
    account_id: int | None
    account: str | None
    version: int


class AccountRepository(Repository):
    async def get(self, account_id: int) -> AccountLine:
        statement = (
            select(Account, User.name)
            .outerjoin(User, Account.owner_id == User.id)
            .where(Account.id == account_id, visible_accounts(self.actor), Account.deleted_at.is_(None))
        )
        row = (await self.session.execute(statement)).first()
        if row is None:
            raise NotFound("account", account_id)
        account, owner = row
        line = AccountLine(
            account.id, account.name, account.industry, account.region, account.country, account.city,
            account.employees,
            stored(account.annual_revenue_minor, account.currency, usual=self.session.currency),
            account.owner_id, owner, account.version,
        )  # fmt: skip
        return as_shown(line, self.actor, "account", _ACCOUNT)


class ContactRepository(Repository):
    async def get(self, contact_id: int) -> ContactLine:
        row = (await self.session.execute(self._lines().where(Contact.id == contact_id))).first()
        if row is None:
            raise NotFound("contact", contact_id)
        return self._line(row)

    async def of_account(self, account_id: int, *, limit: int = 20) -> list[ContactLine]:
        if not self.actor.sees("contact", "account"):
            return []
        statement = self._lines().where(Contact.account_id == account_id).order_by(Contact.id).limit(limit)
        return [self._line(row) for row in await self.session.execute(statement)]

    def _line(self, row: Any) -> ContactLine:  # noqa: ANN401 - a result row has no static type
        return as_shown(_contact(row), self.actor, "contact", _CONTACT)

    def _lines(self) -> Select[*tuple[Any, ...]]:
        return (
            select(Contact, Account.name)
            .select_from(Contact)
            .outerjoin(
                Account,
                and_(Contact.account_id == Account.id, visible_accounts(self.actor), Account.deleted_at.is_(None)),
            )
            .where(visible_contacts(self.actor), Contact.deleted_at.is_(None))
        )


def _contact(row: Any) -> ContactLine:  # noqa: ANN401 - a result row has no static type
    contact: Contact
    contact, account = row
    return ContactLine(
        contact.id, contact.first_name, contact.last_name, contact.name, contact.title, contact.email, contact.phone,
        contact.buying_role, contact.language, contact.time_zone, contact.preferred_channel,
        tuple(contact.pain_points or ()), tuple(contact.interests or ()), contact.opted_out, contact.do_not_contact,
        contact.account_id, account, contact.version,
    )  # fmt: skip
