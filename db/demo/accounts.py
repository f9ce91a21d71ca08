"""Customers and prospects, the people in them, and which rep looked after whom when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from db.demo.calendar import Span
from db.demo.draw import Draw, Floats, Ints
from db.demo.naming import PhoneBook, company_names, domains, parts, people
from db.demo.people import FAR_FUTURE, FAR_PAST, RAMP_DAYS, Staff
from db.demo.plan import DemoPlan
from db.demo.words import words

INDUSTRIES = tuple(words("names")["company"]["nouns"])
INDUSTRY_WEIGHTS = (20.0, 14.0, 12.0, 12.0, 10.0, 13.0, 8.0, 11.0)
REGIONS = ("EMEA", "North America", "LATAM", "APAC")
TITLES = (
    ("Operations Director", "Operations", "Director", "decision_maker"),
    ("Planning Manager", "Operations", "Manager", "champion"),
    ("IT Manager", "IT", "Manager", "technical_evaluator"),
    ("Finance Director", "Finance", "Director", "economic_buyer"),
    ("Head of Service Delivery", "Operations", "Director", "champion"),
    ("Procurement Manager", "Procurement", "Manager", "procurement"),
    ("Scheduling Coordinator", "Operations", "Specialist", "user"),
    ("Chief Operating Officer", "Operations", "Executive", "decision_maker"),
    ("Head of IT Security", "IT", "Director", "technical_evaluator"),
    ("Shift Supervisor", "Operations", "Specialist", "user"),
)
TITLE_WEIGHTS = (20.0, 20.0, 13.0, 9.0, 10.0, 9.0, 7.0, 5.0, 4.0, 3.0)
NAMED = (
    ("Acme Industrial", "Manufacturing"),
    ("Globex Logistics", "Logistics"),
    ("Orion Foods", "Food and Drink"),
    ("Orion Freight", "Logistics"),
    ("Orion Health", "Healthcare"),
)
"""Accounts of the demo rep that people will ask for by name; “Orion” alone fits three."""
NAMESAKES = (("Orion Foods", "Anna", "Keller"), ("Globex Logistics", "Anna", "Keller"))
"""One name at two companies, on purpose."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who looks after an account: rep `holder[:, k]` from day `since[:, k]` on (three stages, ascending)."""

    holder: Ints
    since: Ints

    def at(self, account: Ints, day: Ints) -> Ints:
        stage = (self.since[account] <= day[:, None]).sum(axis=1) - 1
        return np.asarray(self.holder[account, stage], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Accounts:
    """`frame` holds the accounts, the arrays their codes; `weight` is how often they buy."""

    frame: pl.DataFrame
    country: Ints
    region: Ints
    team: Ints
    industry: Ints
    weight: Floats
    ownership: Ownership


@dataclass(frozen=True, slots=True)
class Contacts:
    """`frame` is ordered by account; the contacts of account a are rows `start[a]` to `start[a] + count[a] - 1`."""

    frame: pl.DataFrame
    start: Ints
    count: Ints
    title: Ints


def open_accounts(plan: DemoPlan, span: Span, staff: Staff) -> Accounts:
    draw, n = Draw(plan.seed, "accounts"), plan.sizes.accounts
    countries = words("territory")["country"]
    country = draw.pick(n, [one["weight"] for one in countries])
    country[: len(NAMED)] = 0
    country[len(NAMED) : len(NAMED) + len(countries)] = np.arange(len(countries))
    industry = draw.pick(n, INDUSTRY_WEIGHTS)
    industry[: len(NAMED)] = [INDUSTRIES.index(sector) for _, sector in NAMED]
    names = company_names(plan.seed, INDUSTRIES, industry).scatter(range(len(NAMED)), [name for name, _ in NAMED])
    employees = np.exp(np.clip(5.6 + 1.15 * draw.normal(n), 2.9, 10.3)).astype(np.int64)
    revenue = (employees * np.exp(11.9 + 0.4 * draw.normal(n)) / 1e5).astype(np.int64) * 10_000_000
    team = np.array([staff.team_names.index(one["team"]) for one in countries], dtype=np.int64)[country]
    ownership = _ownership(draw, span, staff, team)
    places = [one["cities"] for one in countries]
    spot = draw.uniform(n)
    frame = pl.DataFrame(
        {
            "id": np.arange(1, n + 1),
            "name": names,
            "domain": domains(names),
            "industry": parts(INDUSTRIES, industry),
            "region": parts([one["region"] for one in countries], country),
            "country": parts([one["name"] for one in countries], country),
            "city": pl.Series([places[c][int(u * len(places[c]))] for c, u in zip(country, spot, strict=True)]),
            "employees": employees,
            "annual_revenue_minor": revenue,
            "owner_id": staff.reps.user[ownership.at(np.arange(n), np.full(n, span.today))],
            "created": span.first - 5 - draw.whole(n, 0, 900),
        }
    )
    region = np.array([REGIONS.index(one["region"]) for one in countries], dtype=np.int64)[country]
    weight = np.exp(0.8 * draw.normal(n))
    weight[: len(NAMED)] = np.maximum(weight[: len(NAMED)], 1.5)
    return Accounts(frame, country, region, team, industry, weight, ownership)


def _ownership(draw: Draw, span: Span, staff: Staff, team: Ints) -> Ownership:
    """First the settled and the later departed reps share the accounts; then leavers and joiners change hands."""
    reps, n = staff.reps, len(team)
    holder = np.zeros((n, 3), dtype=np.int64)
    since = np.tile(np.array([FAR_PAST, FAR_FUTURE, FAR_FUTURE], dtype=np.int64), (n, 1))
    share, joins = draw.uniform(n), draw.uniform(n)
    for index in range(len(staff.team_names)):
        rows = np.flatnonzero(team == index)
        early = np.flatnonzero((reps.team == index) & (reps.since <= span.first))
        stay = early[reps.until[early] > span.today]
        holder[rows, 0] = early[(share[rows] * len(early)).astype(np.int64)]
        left = rows[reps.until[holder[rows, 0]] <= span.today]
        since[left, 1] = reps.until[holder[left, 0]]
        holder[rows, 1] = stay[(draw.uniform(len(rows)) * len(stay)).astype(np.int64)]
        holder[rows, 1] = np.where(np.isin(rows, left), holder[rows, 1], holder[rows, 0])
        holder[rows, 2] = holder[rows, 1]
        late = np.flatnonzero((reps.team == index) & (reps.since > span.first))
        for turn, rep in enumerate(late):
            size = 1 / (len(stay) + len(late))
            taken = rows[(joins[rows] >= turn * size) & (joins[rows] < (turn + 1) * size)]
            since[taken, 2] = np.maximum(reps.since[rep] + draw.whole(len(taken), 5, RAMP_DAYS), since[taken, 1] + 1)
            since[taken, 2] = np.where(since[taken, 2] > FAR_FUTURE, reps.since[rep] + 30, since[taken, 2])
            _swap(holder, since, taken, int(rep))
    holder[: len(NAMED)] = int(np.flatnonzero(reps.user == staff.demo_rep)[0])
    return Ownership(holder, since)


def _swap(holder: Ints, since: Ints, taken: Ints, rep: int) -> None:
    """Accounts that never changed hands before have their only change now."""
    holder[taken, 2] = rep
    direct = taken[since[taken, 1] == FAR_FUTURE]
    since[direct, 1], holder[direct, 1] = since[direct, 2], rep


def meet_contacts(plan: DemoPlan, accounts: Accounts, phones: PhoneBook) -> Contacts:
    draw, n = Draw(plan.seed, "contacts"), plan.sizes.contacts
    countries = words("territory")["country"]
    extra = np.bincount(draw.pick(n - 2 * len(accounts.weight), accounts.weight**0.5), minlength=len(accounts.weight))
    count = extra.astype(np.int64) + 2
    start = np.cumsum(count) - count
    account = np.repeat(np.arange(len(count)), count)
    serial = np.arange(n) - start[account]
    country = accounts.country[account]
    named = people([one["names"] for one in countries], country, account, serial)
    title = np.where(serial == 0, draw.pick(n, [50, 10, 0, 8, 20, 0, 0, 12, 0, 0]), draw.pick(n, TITLE_WEIGHTS))
    phone = phones.take(country, draw.chance(0.82, n))
    language = parts([one["language"] for one in countries], country)
    frame = pl.DataFrame(
        {
            "id": np.arange(1, n + 1),
            "account_id": account + 1,
            "first_name": named["first_name"],
            "last_name": named["last_name"],
            "email": named["mailbox"] + "@" + accounts.frame["domain"].gather(account),
            "phone": pl.Series(phone, dtype=pl.String),
            "title": parts([row[0] for row in TITLES], title),
            "department": parts([row[1] for row in TITLES], title),
            "seniority": parts([row[2] for row in TITLES], title),
            "buying_role": parts([row[3] for row in TITLES], title),
            "language": language,
            "time_zone": parts([one["zone"] for one in countries], country),
            "preferred_channel": np.where(
                np.array([one is not None for one in phone]) & draw.chance(0.35, n), "call", "email"
            ),
            "preferred_time": parts(
                ("mornings", "after lunch", "late afternoon", "Tuesdays and Thursdays"), draw.whole(n, 0, 4)
            ),
            "pain": draw.whole(n, 0, 6),
            "interest": draw.whole(n, 0, 6),
            "opted_out": draw.chance(0.03, n),
            "do_not_contact": draw.chance(0.006, n),
            "owner_id": accounts.frame["owner_id"].gather(account),
            "created": accounts.frame["created"].gather(account) + draw.whole(n, 0, 5),
        }
    )
    return Contacts(_namesakes(frame, start), start, count, title)


def _namesakes(frame: pl.DataFrame, start: Ints) -> pl.DataFrame:
    """Gives the second person of some accounts a name that exists elsewhere too; those accounts may be written to."""
    rows = [int(start[[name for name, _ in NAMED].index(company)]) + 1 for company, _, _ in NAMESAKES]
    mails = [f"{first}.{last}@{company.replace(' ', '')}.example".lower() for company, first, last in NAMESAKES]
    fresh = {
        "first_name": [first for _, first, _ in NAMESAKES], "last_name": [last for _, _, last in NAMESAKES],
        "email": mails, "language": ["de", "en"],
    }  # fmt: skip
    frame = frame.with_columns(frame[name].scatter(rows, values) for name, values in fresh.items())
    elsewhere = pl.col("account_id") > len(NAMED)
    return frame.with_columns(pl.col("opted_out", "do_not_contact") & elsewhere)
