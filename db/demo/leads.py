"""Leads: how those that became deals and those that did not behaved, and where they stand."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import polars as pl

from db.demo.accounts import INDUSTRIES, TITLES
from db.demo.calendar import Days, Span
from db.demo.campaigns import Campaigns
from db.demo.deals import SOURCES, Deals
from db.demo.draw import Draw, Flags, Ints
from db.demo.firm import Firm
from db.demo.naming import parts
from db.demo.origins import Origin, converted_leads, other_leads
from db.demo.people import team_id
from db.demo.words import words

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


def gather_leads(firm: Firm, deals: Deals, campaigns: Campaigns) -> Leads:
    """All leads of three years in the order of their arrival."""
    draw = firm.draw("leads")
    became = converted_leads(firm, draw, deals)
    others = other_leads(firm, draw, firm.plan.sizes.leads - len(became.deal))
    brought = [campaigns.of(draw, one.arrived, one.source, converted=one is became) for one in (became, others)]
    deal_campaign = np.full(len(deals.kind), -1, dtype=np.int64)
    deal_campaign[became.deal] = brought[0]
    everybody = became.and_then(others)
    order = np.argsort(everybody.arrived, kind="stable").astype(np.int64)
    origin, campaign = everybody.in_order(order), np.concatenate(brought)[order]
    return Leads(_frame(firm, draw, deals, origin, campaign), origin.deal, campaign, origin.arrived, deal_campaign)


def _frame(firm: Firm, draw: Draw, deals: Deals, origin: Origin, campaign: Ints) -> pl.DataFrame:
    span, staff = firm.span, firm.staff
    countries, n = words("territory")["country"], len(origin.deal)
    converted = origin.deal >= 0
    signals = _signals(draw, converted)
    status, contacted = _standing(draw, span, deals, origin)
    team = np.array([staff.team_names.index(one["team"]) for one in countries], dtype=np.int64)[origin.country]
    owner = _owners(firm, draw, deals, origin, team)
    unassigned = (status == "new") & draw.chance(0.3, n)
    pains = [json.dumps([text]) for text in words("internal")["pains"]]
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
        contact_id=_link(np.where(converted, deals.contact[origin.deal.clip(0)], -1)),
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


def _signals(draw: Draw, converted: Flags) -> Ints:
    """Counts of visits, opened mails, clicks and forms; more for those who became deals, with much overlap."""
    n, k = len(converted), len(SIGNALS)
    common = 0.5 * draw.normal(n)[:, None]
    level = np.array(USUAL_SIGNALS) + np.where(converted[:, None], np.array(LIFTED_SIGNALS), 0.0) + common
    return np.floor(np.exp(level + 0.7 * draw.normal(n * k).reshape(n, k))).clip(0, 60).astype(np.int64)


def _standing(draw: Draw, span: Span, deals: Deals, origin: Origin) -> tuple[np.typing.NDArray[np.str_], Days]:
    """Status by what became of the lead or by its age, and the day of the last contact (-1 = none yet)."""
    n, age = len(origin.deal), span.today - origin.arrived
    choice = draw.pick_each(np.array(STATUS_WEIGHTS)[np.searchsorted(AGES, age, side="right")])
    status = np.array(STATUSES)[choice]
    row = origin.deal.clip(0)
    status = np.where(origin.deal >= 0, np.where(deals.won[row], "customer", "opportunity"), status)
    wait = np.minimum(1 + np.floor(draw.uniform(n) ** 2 * 30), np.maximum(age - 1, 0)).astype(np.int64)
    contacted = np.where(status == "new", -1, np.minimum(origin.arrived + wait, span.today - 1))
    return status, np.where(origin.deal >= 0, np.minimum(deals.opened[row], span.today - 1), contacted)


def _owners(firm: Firm, draw: Draw, deals: Deals, origin: Origin, team: Ints) -> Ints:
    """The rep of the deal or of the account, else somebody of the team that covers the country."""
    span, staff, reps, n = firm.span, firm.staff, firm.staff.reps, len(origin.deal)
    present = np.flatnonzero(reps.until > span.today)
    groups = [present[reps.team[present] == index] for index in range(len(staff.team_names))]
    luck = draw.uniform(n)
    owner = np.array([groups[t][int(u * len(groups[t]))] for t, u in zip(team, luck, strict=True)], dtype=np.int64)
    today = np.full(n, span.today, dtype=np.int64)
    owner = np.where(origin.account >= 0, firm.accounts.ownership.at(origin.account.clip(0), today), owner)
    return np.where(origin.deal >= 0, deals.rep[origin.deal.clip(0)], owner)


def _link(row: Ints) -> pl.Series:
    """Row numbers as ids, none where negative."""
    return _where(row >= 0, pl.Series(row + 1))


def _where(keep: Flags, values: pl.Series) -> pl.Series:
    return pl.select(pl.when(pl.Series(keep)).then(values)).to_series()
