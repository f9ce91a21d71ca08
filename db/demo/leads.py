"""Leads: those that became deals, and the many that did not; how they behaved and where they stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from db.demo.accounts import INDUSTRIES, INDUSTRY_WEIGHTS, TITLES, Accounts, Contacts
from db.demo.calendar import Days, Span
from db.demo.campaigns import Campaigns
from db.demo.deals import SOURCES, Deals
from db.demo.draw import Draw, Floats, Ints
from db.demo.naming import PhoneBook, company_names, domains, parts, people
from db.demo.people import Staff, team_id
from db.demo.plan import DemoPlan
from db.demo.words import words

CONVERTED_SHARE = 0.19
AT_CUSTOMERS = 0.12
SOURCE_WEIGHTS = (31.0, 40.0, 9.0, 6.0, 14.0)
STATUSES = ("new", "contacted", "qualified", "unqualified")
AGES = (7, 30, 120)
"""Days that divide fresh, recent, ageing and old leads."""
STATUS_WEIGHTS = ((72.0, 20.0, 3.0, 5.0), (14.0, 48.0, 18.0, 20.0), (2.0, 20.0, 9.0, 69.0), (0.3, 2.2, 0.8, 96.7))
TIMELINES = ("this quarter", "next quarter", "this year", "no date yet")
SIGNALS = ("visits", "opens", "clicks", "forms")
USUAL_SIGNALS = (1.2, 1.0, 0.1, -0.9)
LIFTED_SIGNALS = (0.85, 0.55, 0.65, 0.7)
"""Log of the usual count of each signal, and what is added for a lead that became a deal."""


@dataclass(frozen=True, slots=True)
class Leads:
    """`frame` is ordered by arrival. `deal` is the row of the deal a lead became, -1 for none."""

    frame: pl.DataFrame
    deal: Ints
    campaign: Ints
    arrived: Days
    deal_campaign: Ints


@dataclass(frozen=True, slots=True)
class _Origin:
    """Who the leads are: aligned arrays and names for both halves."""

    person: pl.DataFrame
    deal: Ints
    account: Ints
    country: Ints
    industry: Ints
    employees: Ints
    title: Ints
    source: Ints
    arrived: Days


def gather_leads(
    plan: DemoPlan, span: Span, staff: Staff, accounts: Accounts, contacts: Contacts, deals: Deals,
    campaigns: Campaigns, phones: PhoneBook,
) -> Leads:  # fmt: skip
    draw = Draw(plan.seed, "leads")
    became = _converted(draw, plan, accounts, contacts, deals)
    others = _unconverted(draw, plan, span, accounts, contacts, phones, plan.sizes.leads - len(became.deal))
    campaign = np.concatenate([
        campaigns.of(draw, one.arrived, one.source, converted=one is became) for one in (became, others)
    ])  # fmt: skip
    deal_campaign = np.full(len(deals.kind), -1, dtype=np.int64)
    deal_campaign[became.deal] = campaign[: len(became.deal)]
    person = pl.concat([became.person, others.person])
    both = [
        np.concatenate([getattr(became, name), getattr(others, name)])
        for name in ("deal", "account", "country", "industry", "employees", "title", "source", "arrived")
    ]
    order = np.argsort(both[-1], kind="stable")
    origin = _Origin(person[order], *(values[order] for values in both))
    frame = _frame(draw, span, staff, accounts, deals, origin, campaign[order])
    return Leads(frame, origin.deal, campaign[order], origin.arrived, deal_campaign)


def _converted(draw: Draw, plan: DemoPlan, accounts: Accounts, contacts: Contacts, deals: Deals) -> _Origin:
    """One new deal of a contact, at any time, may have begun as a lead: no mail address becomes a lead twice."""
    fresh = np.flatnonzero(deals.kind == 0)
    fresh = fresh[draw.order(len(fresh))]
    once = fresh[np.unique(deals.contact[fresh], return_index=True)[1]]
    rows = draw.some(once, round(CONVERTED_SHARE * plan.sizes.leads))
    contact, account = deals.contact[rows], deals.account[rows]
    person = contacts.frame.select("first_name", "last_name", "email", "phone")[contact]
    person = person.with_columns(company=accounts.frame["name"].gather(account))
    return _Origin(
        person, rows, account, accounts.country[account], accounts.industry[account],
        accounts.frame["employees"].to_numpy()[account], contacts.title[contact], deals.source[rows],
        deals.opened[rows] - draw.whole(len(rows), 1, 24),
    )  # fmt: skip


def _unconverted(
    draw: Draw, plan: DemoPlan, span: Span, accounts: Accounts, contacts: Contacts, phones: PhoneBook, n: int
) -> _Origin:
    """People of companies that never bought, and some at customers who are no contacts."""
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
    title = draw.pick(n, (9.0, 17.0, 13.0, 5.0, 6.0, 9.0, 18.0, 2.0, 3.0, 18.0))
    sites = pl.concat([accounts.frame["domain"], domains(names)]).gather(company)
    person = person.select(
        "first_name", "last_name",
        email=pl.col("mailbox") + "@" + sites,
        phone=pl.Series(phones.take(country, draw.chance(0.55, n)), dtype=pl.String),
        company=pl.concat([accounts.frame["name"], names]).gather(company),
    )  # fmt: skip
    days = span.first + np.floor(draw.spread(n) ** 0.9 * (span.today - span.first)).astype(np.int64)
    return _Origin(
        person, np.full(n, -1, dtype=np.int64), np.where(company < known, company, -1), country,
        np.concatenate([accounts.industry, trade])[company],
        np.concatenate([accounts.frame["employees"].to_numpy(), size])[company], title, draw.pick(n, SOURCE_WEIGHTS), days,
    )  # fmt: skip


def _running(values: Ints) -> Ints:
    """How often each value came before: 0 for the first, 1 for the second, ..."""
    order = np.argsort(values, kind="stable")
    begin = np.concatenate([[True], np.diff(values[order]) != 0])
    place = np.arange(len(values)) - np.maximum.accumulate(np.where(begin, np.arange(len(values)), 0))
    return np.asarray(place[np.argsort(order, kind="stable")], dtype=np.int64)


def _frame(
    draw: Draw, span: Span, staff: Staff, accounts: Accounts, deals: Deals, origin: _Origin, campaign: Ints
) -> pl.DataFrame:
    countries, n = words("territory")["country"], len(origin.deal)
    converted = origin.deal >= 0
    signals = _signals(draw, converted)
    status, contacted = _standing(draw, span, deals, origin)
    team = np.array([staff.team_names.index(one["team"]) for one in countries], dtype=np.int64)[origin.country]
    owner = _owners(draw, span, staff, accounts, deals, origin, team)
    unassigned = (status == "new") & draw.chance(0.3, n)
    score = _score(signals, origin)
    pains = [f'["{text}"]' for text in words("internal")["pains"]]
    told = draw.chance(0.3, n) | converted
    frame = origin.person.with_columns(
        title=parts([row[0] for row in TITLES], origin.title),
        country=parts([one["name"] for one in countries], origin.country),
        region=parts([one["region"] for one in countries], origin.country),
        industry=parts(INDUSTRIES, origin.industry),
        employees=pl.Series(origin.employees),
        lead_source=parts(SOURCES, origin.source),
        campaign_id=_link(campaign),
        status=pl.Series(status),
        score=pl.Series(score),
        grade=parts(tuple("DCBA"), np.searchsorted([30, 50, 70], score, side="right")),
        pain_points=_where(told, parts(pains, draw.whole(n, 0, 6))),
        budget_minor=_where(
            told, pl.Series(np.round(np.exp(10.1 + 0.8 * draw.normal(n)) / 1000).astype(np.int64) * 100_000)
        ),
        decision_timeline=_where(told, parts(TIMELINES, draw.pick(n, (1, 2, 3, 4)))),
        preferred_channel=pl.Series(np.where(draw.chance(0.25, n), "call", "email")),
        opted_out=pl.Series(draw.chance(0.02, n) & ~converted),
        owner_id=_where(~unassigned, pl.Series(staff.reps.user[owner])),
        team_id=pl.Series([team_id(index) for index in range(len(staff.team_names))]).gather(team),
        account_id=_link(origin.account),
        opportunity_id=_link(origin.deal),
        arrived=pl.Series(origin.arrived),
        contacted=_where(contacted >= 0, pl.Series(contacted)),
    )
    frame = frame.with_columns(last_contacted_by=pl.when(pl.col("contacted").is_not_null()).then(pl.col("owner_id")))
    return frame.with_columns(engagement=_as_json(signals))


def _as_json(signals: Ints) -> pl.Series:
    """`{"visits": 4, "opens": 3, "clicks": 1, "forms": 0}`, one text per lead."""
    pieces: list[pl.Expr] = []
    for k, name in enumerate(SIGNALS):
        pieces += [pl.lit(f'{"{" if k == 0 else ", "}"{name}": '), pl.lit(pl.Series(signals[:, k])).cast(pl.String)]
    return pl.select(pl.concat_str(*pieces, pl.lit("}"))).to_series()


def _signals(draw: Draw, converted: Ints) -> Ints:
    """Counts of visits, opened mails, clicks and forms; more for those who became deals, with much overlap."""
    n, k = len(converted), len(SIGNALS)
    common = 0.5 * draw.normal(n)[:, None]
    level = np.array(USUAL_SIGNALS) + np.where(converted[:, None], np.array(LIFTED_SIGNALS), 0.0) + common
    return np.floor(np.exp(level + 0.7 * draw.normal(n * k).reshape(n, k))).clip(0, 60).astype(np.int64)


def _standing(draw: Draw, span: Span, deals: Deals, origin: _Origin) -> tuple[np.typing.NDArray[np.str_], Days]:
    """Status by what became of the lead or by its age, and the day of the last contact (-1 = none yet)."""
    n, age = len(origin.deal), span.today - origin.arrived
    choice = draw.pick_each(np.array(STATUS_WEIGHTS)[np.searchsorted(AGES, age, side="right")])
    status = np.array(STATUSES)[choice]
    row = origin.deal.clip(0)
    status = np.where(origin.deal >= 0, np.where(deals.won[row], "customer", "opportunity"), status)
    wait = np.minimum(1 + np.floor(draw.uniform(n) ** 2 * 30), np.maximum(age - 1, 0)).astype(np.int64)
    contacted = np.where(status == "new", -1, np.minimum(origin.arrived + wait, span.today - 1))
    return status, np.where(origin.deal >= 0, np.minimum(deals.opened[row], span.today - 1), contacted)


def _owners(
    draw: Draw, span: Span, staff: Staff, accounts: Accounts, deals: Deals, origin: _Origin, team: Ints
) -> Ints:
    """The rep of the deal or of the account, else somebody of the team that covers the country."""
    reps, n = staff.reps, len(origin.deal)
    present = np.flatnonzero(reps.until > span.today)
    groups = [present[reps.team[present] == index] for index in range(len(staff.team_names))]
    luck = draw.uniform(n)
    owner = np.array([groups[t][int(u * len(groups[t]))] for t, u in zip(team, luck, strict=True)], dtype=np.int64)
    today = np.full(n, span.today, dtype=np.int64)
    owner = np.where(origin.account >= 0, accounts.ownership.at(origin.account.clip(0), today), owner)
    return np.where(origin.deal >= 0, deals.rep[origin.deal.clip(0)], owner)


def _score(signals: Ints, origin: _Origin) -> Ints:
    """Points for behaviour (60) and fit (40), a plain starting score until a model is trained."""
    behaviour = (np.log1p(signals) @ np.array([8.0, 5.0, 7.0, 9.0])).clip(0, 60)
    senior = np.isin(origin.title, [k for k, row in enumerate(TITLES) if row[2] in ("Director", "Executive")])
    fit = (
        18.0 * senior
        + 8.0 * (origin.employees > 150)
        + 6.0 * (origin.employees > 800)
        + 8.0 * (origin.source == SOURCES.index("Referral"))
    )
    return np.round(behaviour + fit).clip(0, 100).astype(np.int64)


def _link(row: Ints) -> pl.Series:
    """Row numbers as ids, none where negative."""
    return _where(row >= 0, pl.Series(row + 1))


def _where(keep: Floats | Ints, values: pl.Series) -> pl.Series:
    return pl.select(pl.when(pl.Series(keep)).then(values)).to_series()
