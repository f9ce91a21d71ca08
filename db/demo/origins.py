"""Who the leads are: people whose interest became a deal, and many more whose did not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from db.demo.accounts import INDUSTRIES, INDUSTRY_WEIGHTS
from db.demo.calendar import Days
from db.demo.deals import Deals
from db.demo.draw import Draw, Ints
from db.demo.firm import Firm
from db.demo.naming import company_names, domains, people
from db.demo.words import words

CONVERTED_SHARE = 0.19
AT_CUSTOMERS = 0.12
SOURCE_WEIGHTS = (31.0, 40.0, 9.0, 6.0, 14.0)
TITLE_WEIGHTS = (9.0, 17.0, 13.0, 5.0, 6.0, 9.0, 18.0, 2.0, 3.0, 18.0)
"""More specialists than among the contacts of customers."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Aligned: names and codes of the leads. `deal` is the row of the deal a lead became, -1 for none."""

    person: pl.DataFrame
    deal: Ints
    account: Ints
    country: Ints
    industry: Ints
    employees: Ints
    title: Ints
    source: Ints
    arrived: Days

    def and_then(self, other: Origin) -> Origin:
        """Both, one after the other."""
        return Origin(
            pl.concat([self.person, other.person]),
            *(np.concatenate([getattr(self, name), getattr(other, name)]) for name in _CODES),
        )

    def in_order(self, order: Ints) -> Origin:
        return Origin(self.person[order], *(getattr(self, name)[order] for name in _CODES))


_CODES = ("deal", "account", "country", "industry", "employees", "title", "source", "arrived")


def converted_leads(firm: Firm, draw: Draw, deals: Deals) -> Origin:
    """One new deal of a contact, at any time, may have begun as a lead: no mail address becomes a lead twice."""
    accounts, contacts = firm.accounts, firm.contacts
    fresh = np.flatnonzero(deals.kind == 0)
    fresh = fresh[draw.order(len(fresh))]
    once = fresh[np.unique(deals.contact[fresh], return_index=True)[1]]
    rows = draw.some(once, round(CONVERTED_SHARE * firm.plan.sizes.leads))
    contact, account = deals.contact[rows], deals.account[rows]
    person = contacts.frame.select("first_name", "last_name", "email", "phone")[contact]
    person = person.with_columns(company=accounts.frame["name"].gather(account))
    return Origin(
        person, rows, account, accounts.country[account], accounts.industry[account],
        accounts.frame["employees"].to_numpy()[account], contacts.title[contact], deals.source[rows],
        deals.opened[rows] - draw.whole(len(rows), 1, 24),
    )  # fmt: skip


def other_leads(firm: Firm, draw: Draw, n: int) -> Origin:
    """People of companies that never bought, and some at customers who are no contacts."""
    plan, span, accounts, contacts = firm.plan, firm.span, firm.accounts, firm.contacts
    countries, known = words("territory")["country"], len(accounts.weight)
    prospects = max(known * 2 // 3, 40)
    home = draw.pick(prospects, [one["weight"] for one in countries])
    trade = draw.pick(prospects, INDUSTRY_WEIGHTS)
    size = np.exp(np.clip(5.1 + 1.2 * draw.normal(prospects), 2.3, 10.0)).astype(np.int64)
    names = company_names(plan.seed, INDUSTRIES, trade, np.bincount(accounts.industry, minlength=len(INDUSTRIES)))
    company = np.where(draw.chance(AT_CUSTOMERS, n), draw.whole(n, 0, known), known + draw.whole(n, 0, prospects))
    country = np.concatenate([accounts.country, home])[company]
    met = np.concatenate([contacts.count, np.zeros(prospects, dtype=np.int64)])
    person = people([one["names"] for one in countries], country, company, met[company] + _running(company))
    title = draw.pick(n, TITLE_WEIGHTS)
    sites = pl.concat([accounts.frame["domain"], domains(names)]).gather(company)
    person = person.select(
        "first_name", "last_name",
        email=pl.col("mailbox") + "@" + sites,
        phone=pl.Series(firm.phones.take(country, draw.chance(0.55, n)), dtype=pl.String),
        company=pl.concat([accounts.frame["name"], names]).gather(company),
    )  # fmt: skip
    days = span.first + np.floor(draw.spread(n) ** 0.9 * (span.today - span.first)).astype(np.int64)
    nothing, at = np.full(n, -1, dtype=np.int64), np.where(company < known, company, -1)
    sector = np.concatenate([accounts.industry, trade])[company]
    employees = np.concatenate([accounts.frame["employees"].to_numpy(), size])[company]
    return Origin(person, nothing, at, country, sector, employees, title, draw.pick(n, SOURCE_WEIGHTS), days)


def _running(values: Ints) -> Ints:
    """How often each value came before: 0 for the first, 1 for the second, ..."""
    order = np.argsort(values, kind="stable")
    begin = np.concatenate([[True], np.diff(values[order]) != 0])
    place = np.arange(len(values)) - np.maximum.accumulate(np.where(begin, np.arange(len(values)), 0))
    return np.asarray(place[np.argsort(order, kind="stable")], dtype=np.int64)
