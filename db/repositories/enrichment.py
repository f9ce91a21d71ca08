"""What the workspace knows about employers by their domain, and what providers outside have answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from db.access import Grant, RecordAction, visible, visible_accounts
from db.likeness_keys import domain_key, mail_of
from db.models import Account, Contact, EnrichmentAnswer, Lead, LikenessKey, new_id
from db.repositories.base import RecordRef, Repository

_MOST_ADDRESSES = 200


@dataclass(frozen=True, slots=True)
class Employer:
    """An account known by a mail domain. `agree` of `known` people with such an address are at it; no people: its own
    domain says so."""

    ref: RecordRef
    industry: str | None
    region: str | None
    country: str | None
    employees: int | None
    agree: int = 0
    known: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """What a provider answered about a record."""

    provider: str
    at: datetime
    values: Mapping[str, Any]


class EnrichmentRepository(Repository):
    async def employers(self, domains: Sequence[str]) -> dict[str, Employer]:
        """The account behind each mail domain, among those the actor sees: by its own domain, else by its people."""
        wanted = {domain_key(domain): domain for domain in dict.fromkeys(domains)}
        if not wanted or not self.actor.may(Grant("account", RecordAction.READ)):
            return {}
        found = await self._by_own_domain(wanted)
        rest = {key: domain for key, domain in wanted.items() if domain not in found}
        return found | await self._by_people(rest)

    async def _by_own_domain(self, wanted: Mapping[str, str]) -> dict[str, Employer]:
        if not self.actor.sees("account", "domain"):
            return {}
        statement = (
            select(LikenessKey.key, Account)
            .join(Account, Account.id == LikenessKey.record_id)
            .where(LikenessKey.kind == "account", LikenessKey.key.in_(wanted))
            .where(visible_accounts(self.actor), Account.deleted_at.is_(None))
        )
        rows: dict[str, list[Account]] = defaultdict(list)
        for key, account in await self.session.execute(statement):
            rows[wanted[key]].append(account)
        # Two accounts with one domain: nobody knows which is meant.
        return {domain: self._employer(several[0]) for domain, several in rows.items() if len(several) == 1}

    async def _by_people(self, wanted: Mapping[str, str]) -> dict[str, Employer]:
        if (
            not wanted
            or not self.actor.may(Grant("contact", RecordAction.READ))
            or not self.actor.sees("contact", "email")
        ):
            return {}
        statement = (
            select(LikenessKey.key, Contact.account_id, func.count())
            .join(Contact, Contact.id == LikenessKey.record_id)
            .where(LikenessKey.kind == "contact", LikenessKey.key.in_(wanted), Contact.account_id.is_not(None))
            .where(visible(self.actor, Contact), Contact.deleted_at.is_(None))
            .group_by(LikenessKey.key, Contact.account_id)
        )
        counts: dict[str, Counter[int]] = defaultdict(Counter)
        for key, account_id, count in await self.session.execute(statement):
            counts[wanted[key]][int(account_id or 0)] += count
        chosen = {domain: tally.most_common(1)[0] for domain, tally in counts.items()}
        ids = {account_id for account_id, _ in chosen.values()}
        seen = select(Account).where(Account.id.in_(ids), visible_accounts(self.actor), Account.deleted_at.is_(None))
        accounts = {one.id: one for one in (await self.session.execute(seen)).scalars()}
        return {
            domain: self._employer(accounts[account_id], agree=agree, known=counts[domain].total())
            for domain, (account_id, agree) in chosen.items()
            if account_id in accounts
        }

    def _employer(self, account: Account, *, agree: int = 0, known: int = 0) -> Employer:
        def shown(name: str) -> Any:  # noqa: ANN401 - by the field
            return getattr(account, name) if self.actor.sees("account", name) else None

        ref = RecordRef("account", account.id, account.name)
        return Employer(ref, shown("industry"), shown("region"), shown("country"), shown("employees"), agree, known)

    async def mail_domains(self, account_id: int) -> Counter[str]:
        """How many people of an account, whom the actor sees, have an address at each domain."""
        if not self.actor.may(Grant("contact", RecordAction.READ)) or not self.actor.sees("contact", "email"):
            return Counter()
        statement = (
            select(Contact.email)
            .where(Contact.account_id == account_id, Contact.email.is_not(None), Contact.deleted_at.is_(None))
            .where(visible(self.actor, Contact))
            .limit(_MOST_ADDRESSES)
        )
        mails = (mail_of(email) for email in (await self.session.execute(statement)).scalars())
        return Counter(mail[1] for mail in mails if mail is not None)

    async def answers(self, kind: str, ids: Sequence[int]) -> dict[int, Answered]:
        """The latest answer about each record that the actor sees."""
        if not ids:
            return {}
        table: Any = _TABLES[kind]
        statement = (
            select(EnrichmentAnswer)
            .join(table, table.id == EnrichmentAnswer.record_id)
            .where(EnrichmentAnswer.kind == kind, EnrichmentAnswer.record_id.in_(ids))
            .where(visible(self.actor, table), table.deleted_at.is_(None))
            .order_by(EnrichmentAnswer.answered_at, EnrichmentAnswer.id)
        )
        rows = (await self.session.execute(statement)).scalars()
        return {one.record_id: Answered(one.provider, one.answered_at, one.values) for one in rows}

    async def keep(
        self, about: RecordRef, *, provider: str, at: datetime, asked_with: Sequence[str], values: Mapping[str, Any]
    ) -> None:
        """Keep an answer beside the record; it changes nothing of it."""
        self.session.add(
            EnrichmentAnswer(
                id=new_id("en"), kind=about.kind, record_id=about.id, provider=provider[:200],
                user_id=self.actor.user_id, answered_at=at, asked_with=list(asked_with), values=dict(values),
            )
        )  # fmt: skip
        await self.session.flush()


_TABLES: dict[str, Any] = {"account": Account, "contact": Contact, "lead": Lead}
