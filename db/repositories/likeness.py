"""What tells people and companies apart: the fields that a search for duplicates compares, and who shares them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, String, literal, select
from sqlalchemy.orm import aliased

from db.access import Grant, RecordAction, visible, visible_accounts
from db.likeness_keys import Traits, domain_key, keys_of, mail_of
from db.many_ids import among
from db.models import Account, Contact, Lead, LikenessKey, NameToken, Record, Spelling
from db.names import fold, may_be_mistyped, spellings, words
from db.repositories.base import Repository

if TYPE_CHECKING:
    # Polars is loaded when many records are compared, not when a program starts.
    import polars as pl

COLUMNS = ("first_name", "last_name", "company", "email", "phone", "domain", "country")
_NONE = literal(None, String)
_MOST_OF_ONE_KEY = 2_000
"""So many that hidden records hardly ever use up the places of those in sight."""
_MOST_SPELLINGS = 200


@dataclass(frozen=True, slots=True)
class Entered:
    """A record as it is being entered. `words` are those of a company's name that tell something."""

    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    domain: str | None = None
    country: str | None = None
    words: tuple[str, ...] = field(default=())


class LikenessRepository(Repository):
    """Fields that the actor's role does not see are as if they were empty."""

    async def rows(self, kind: str, *, ids: tuple[int, ...] | None = None) -> pl.DataFrame:
        """id, kind, first_name, last_name, company, email, phone, domain, country of those the actor sees.

        Args:
            kind: `contact`, `lead` or `account`.
            ids: only these.
        """
        import polars as pl

        found = (await self.session.execute(self._statement(kind, ids))).all()
        schema = {"id": pl.Int64, **dict.fromkeys(COLUMNS, pl.String)}
        return pl.DataFrame([tuple(row) for row in found], schema=schema, orient="row").with_columns(kind=pl.lit(kind))

    async def near(
        self, kind: str, entered: Entered, *, besides: int | None = None
    ) -> list[tuple[int, dict[str, str | None]]]:
        """Those that share an address, a number, a domain or a name with a record being entered; a few dozen at most.

        Everything is looked up by index, so that it takes no longer among a million. A name counts where both its
        parts, or all telling words of a company, are there, typing errors allowed.
        """
        if not self.actor.may(Grant(kind, RecordAction.READ)):
            return []
        ids = {key for key in await self._sharing(kind, entered) if key != besides}
        ids |= {key for key in await self._called_so(kind, entered) if key != besides}
        if not ids:
            return []
        found = (await self.session.execute(self._statement(kind, tuple(sorted(ids))))).all()
        return [(row[0], dict(zip(COLUMNS, row[1:], strict=True))) for row in found]

    async def _sharing(self, kind: str, entered: Entered) -> list[int]:
        found: list[int] = []
        for key in self._keys(kind, entered):
            holders = select(LikenessKey.record_id).where(LikenessKey.key == key, LikenessKey.kind == kind)
            found += (await self.session.execute(holders.limit(_MOST_OF_ONE_KEY))).scalars()
        return found

    def _keys(self, kind: str, entered: Entered) -> list[str]:
        """Colleagues share a domain, so of people it tells nothing by itself."""
        if kind == "account":
            shown = Traits(
                phone=self._shown(kind, "phone", entered.phone), domain=self._shown(kind, "domain", entered.domain)
            )
            return list(keys_of(shown))
        shown = Traits(self._shown(kind, "email", entered.email), self._shown(kind, "phone", entered.phone))
        mail = mail_of(shown.email)
        return [one for one in keys_of(shown) if mail is None or one != domain_key(mail[1])]

    def _shown(self, kind: str, name: str, value: str | None) -> str | None:
        return value if self.actor.sees(kind, name) else None

    async def _called_so(self, kind: str, entered: Entered) -> list[int]:
        """Records whose name has both parts of a person's, or every telling word of a company's."""
        parts = entered.words if kind == "account" else (entered.first_name, entered.last_name)
        wanted = [word for part in parts if part for word in words(part)[-1:] if len(word) > 1]
        if not wanted or (kind != "account" and len(wanted) < len(parts)):
            return []
        first, *others = [aliased(NameToken) for _ in wanted]
        statement = select(first.record_id).where(
            first.kind == kind, first.token.in_([wanted[0], *await self._spelt_like(wanted[0])])
        )
        for token, word in zip(others, wanted[1:], strict=True):
            alike = [word, *await self._spelt_like(word)]
            holders = select(token.record_id).where(token.kind == kind, token.token.in_(alike))
            statement = statement.where(first.record_id.in_(holders))
        return list((await self.session.execute(statement.distinct().limit(_MOST_OF_ONE_KEY))).scalars())

    async def _spelt_like(self, word: str) -> list[str]:
        if not may_be_mistyped(word):
            return []
        keys = sorted(spellings(fold(word)))
        statement = select(Spelling.token).where(Spelling.key.in_(keys)).distinct().limit(_MOST_SPELLINGS)
        return list((await self.session.execute(statement)).scalars())

    def _statement(self, kind: str, ids: Sequence[int] | None) -> Select[Any]:
        table, columns = self._columns(kind)
        statement = select(table.id, *columns).where(visible(self.actor, table), table.deleted_at.is_(None))
        if kind == "contact":
            seen = (Contact.account_id == Account.id) & visible_accounts(self.actor) & Account.deleted_at.is_(None)
            statement = statement.outerjoin(Account, seen)
        if ids is not None:
            statement = statement.where(among(table.id, ids, self.session.get_bind().dialect))
        return statement

    def _columns(self, kind: str) -> tuple[type[Record], tuple[ColumnElement[Any], ...]]:
        def shown(name: str, column: Any, of: str = kind) -> ColumnElement[Any]:  # noqa: ANN401 - a column
            return column if self.actor.sees(of, name) else _NONE

        match kind:
            case "contact":
                company = shown("name", Account.name, "account") if self.actor.sees(kind, "account") else _NONE
                return Contact, (
                    shown("first_name", Contact.first_name), shown("last_name", Contact.last_name), company,
                    shown("email", Contact.email), shown("phone", Contact.phone),
                    shown("domain", Account.domain, "account"), shown("country", Account.country, "account"),
                )  # fmt: skip
            case "lead":
                return Lead, (
                    shown("first_name", Lead.first_name), shown("last_name", Lead.last_name),
                    shown("company", Lead.company), shown("email", Lead.email), shown("phone", Lead.phone), _NONE,
                    shown("country", Lead.country),
                )  # fmt: skip
            case "account":
                return Account, (
                    _NONE, _NONE, shown("name", Account.name), _NONE, shown("phone", Account.phone),
                    shown("domain", Account.domain), shown("country", Account.country),
                )  # fmt: skip
            case _:
                raise KeyError(f"{kind} records are not compared")
