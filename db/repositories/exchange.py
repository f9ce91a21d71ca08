"""Dated rates of exchange: those of a day, those of a record's own day in SQL, and the list of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Select, func, select

from db.exchange import Rate
from db.models import ExchangeRate
from db.rates import THERE
from db.repositories.base import Repository


class RateRepository(Repository):
    """Rates against the currency the session reckons in."""

    @property
    def home(self) -> str:
        return self.session.currency

    async def on(self, day: date) -> dict[str, Rate]:
        """Currency -> its rate on that day."""
        latest = (
            select(ExchangeRate.currency, func.max(ExchangeRate.valid_from).label("day"))
            .where(ExchangeRate.against == self.home, ExchangeRate.valid_from <= day, THERE)
            .group_by(ExchangeRate.currency)
            .subquery()
        )
        joined = (ExchangeRate.currency == latest.c.currency) & (ExchangeRate.valid_from == latest.c.day)
        rows = await self._found(self._rates().join(latest, joined))
        return {rate.currency: rate for rate in rows}

    async def of(self, ids: Collection[int]) -> dict[int, Rate]:
        """Rates by id, of which there are few."""
        if not ids:
            return {}
        return {rate.id: rate for rate in await self._found(self._rates().where(ExchangeRate.id.in_(sorted(ids))))}

    async def history(self, currencies: Collection[str]) -> list[Rate]:
        """Every rate of these currencies, the earliest first."""
        if not currencies:
            return []
        statement = self._rates().where(ExchangeRate.currency.in_(sorted(currencies)))
        return await self._found(statement.order_by(ExchangeRate.valid_from))

    async def lines(self, currency: str | None = None, *, limit: int = 100) -> list[Rate]:
        """The rates that are stored, the latest of each currency first, against whatever currency."""
        statement = self._select()
        if currency is not None:
            statement = statement.where(ExchangeRate.currency == currency)
        ordered = statement.order_by(ExchangeRate.currency, ExchangeRate.valid_from.desc(), ExchangeRate.against)
        return await self._found(ordered.limit(limit))

    async def known(self, days: Mapping[str, Collection[date]]) -> dict[tuple[str, date], tuple[Rate, int]]:
        """Of many (currency, day), those that are stored, with their versions."""
        if not days:
            return {}
        statement = select(ExchangeRate).where(
            ExchangeRate.against == self.home, ExchangeRate.currency.in_(sorted(days)), THERE
        )
        rows = (await self.session.execute(statement)).scalars()
        return {
            (row.currency, row.valid_from): (_rate(row), row.version)
            for row in rows if row.valid_from in days[row.currency]
        }  # fmt: skip

    def _select(self) -> Select[ExchangeRate]:
        return select(ExchangeRate).where(THERE)

    def _rates(self) -> Select[ExchangeRate]:
        return self._select().where(ExchangeRate.against == self.home)

    async def _found(self, statement: Select[ExchangeRate]) -> list[Rate]:
        return [_rate(row) for row in (await self.session.execute(statement)).scalars()]


def _rate(row: ExchangeRate) -> Rate:
    return Rate(row.id, row.currency, row.against, row.valid_from, row.rate, row.source)
