"""The story of the demo can be found in its figures, at the scope of the company and of the demo manager."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest

from db.demo import Company, DemoPlan, build

from .conftest import AS_OF, named_deals

BEFORE, STORY = date(2025, 10, 1), date(2026, 1, 1)
EMEA_TEAMS = ("UK & Ireland", "DACH", "France & Iberia", "Nordics & Benelux")
COMPANY, REGION = pl.lit(value=True), pl.col("team").is_in(EMEA_TEAMS)
SCOPES = pytest.mark.parametrize("scope", [COMPANY, REGION], ids=["company", "manager"])


def _rate(deals: pl.DataFrame, quarter: date, where: pl.Expr = COMPANY) -> tuple[int, int]:
    rows = deals.filter((pl.col("deal_type") == "new") & (pl.col("quarter") == quarter) & where)
    return int(rows["won"].sum()), rows.height


def _z(deals: pl.DataFrame, earlier: date, later: date, where: pl.Expr = COMPANY) -> float:
    (k0, n0), (k1, n1) = _rate(deals, earlier, where), _rate(deals, later, where)
    pooled = (k0 + k1) / (n0 + n1)
    return float((k1 / n1 - k0 / n0) / (pooled * (1 - pooled) * (1 / n0 + 1 / n1)) ** 0.5)


@pytest.mark.parametrize("as_of", [date(2024, 2, 29), date(2026, 1, 1), date(2026, 3, 31), date(2026, 8, 15)])
def test_the_fall_stands_out_at_both_scopes_on_any_day(as_of: date) -> None:
    deals = named_deals(build(DemoPlan(as_of)))
    current = pl.Series([as_of + timedelta(days=1)]).dt.truncate("1q")[0]
    story = pl.Series([current]).dt.offset_by("-1q")[0]
    before = pl.Series([current]).dt.offset_by("-2q")[0]
    assert _z(deals, before, story) < -3.17 * 1.6
    assert _z(deals, before, story, REGION) < -3.17 * 1.2


@SCOPES
def test_only_pro_fell(deals: pl.DataFrame, scope: pl.Expr) -> None:
    assert _z(deals, BEFORE, STORY, scope & (pl.col("product") == "Pro")) < -6
    assert abs(_z(deals, BEFORE, STORY, scope & (pl.col("product") != "Pro"))) < 1.5


@SCOPES
def test_the_same_quarters_of_earlier_years_did_not_fall(deals: pl.DataFrame, scope: pl.Expr) -> None:
    for years in (1, 2):
        assert _z(deals, BEFORE.replace(year=2025 - years), STORY.replace(year=2026 - years), scope) > -1


def test_earlier_quarters_move_no_more_than_chance(deals: pl.DataFrame) -> None:
    quarters = [pl.Series([BEFORE]).dt.offset_by(f"-{k}q")[0] for k in range(10, -1, -1)]
    assert all(abs(_z(deals, a, b)) < 2.33 for a, b in pairwise(quarters))


def test_the_mix_of_products_is_steady(deals: pl.DataFrame) -> None:
    for scope in (COMPANY, REGION):
        share = [
            _rate(deals, q, scope & (pl.col("product") == "Pro"))[1] / _rate(deals, q, scope)[1]
            for q in (BEFORE, STORY)
        ]
        assert abs(share[1] - share[0]) < 0.04


def test_no_day_holds_an_unusual_part_of_the_closings(deals: pl.DataFrame) -> None:
    days = deals.filter(pl.col("quarter") <= STORY).group_by("quarter", "closed_on").len()
    part = days.with_columns(part=pl.col("len") / pl.col("len").sum().over("quarter"))
    assert part.filter(pl.col("quarter") >= date(2023, 4, 1))["part"].max() < 0.06


def test_the_lost_deals_say_why(deals: pl.DataFrame) -> None:
    def part(quarter: date) -> float:
        lost = deals.filter(
            (pl.col("quarter") == quarter) & (pl.col("product") == "Pro") & (pl.col("outcome") == "lost")
        )
        return float((lost["competitor"] == "Veskar").fill_null(value=False).mean())

    assert part(STORY) > 2.5 * part(BEFORE)


def test_one_rep_is_ramping_up(company: Company, deals: pl.DataFrame) -> None:
    hired = company.tables["users"].filter(pl.col("hired_on") > AS_OF - timedelta(days=300))
    assert hired["name"].to_list() == ["Leah Norwood"]
    opened = deals.filter(pl.col("owner") == "Leah Norwood").group_by(pl.col("created_on").dt.truncate("1q")).len()
    first, second = opened.sort("created_on")["len"].to_list()[:2]
    assert first < second


def test_stuck_deals_stand_far_beyond_the_usual_time(company: Company) -> None:
    waiting = company.tables["opportunities"].filter(
        (pl.col("outcome") == "open") & (pl.col("stage_entered_on") < AS_OF - timedelta(days=100))
    )
    assert company.plan.sizes.stuck_deals <= waiting.height < 2.5 * company.plan.sizes.stuck_deals


def test_one_campaign_works_and_one_does_not(company: Company) -> None:
    leads = company.tables["leads"].join(
        company.tables["campaigns"].select(campaign_id="id", campaign="name", cost="cost_minor"), on="campaign_id"
    )
    rates = leads.group_by("campaign").agg(converted=pl.col("opportunity_id").is_not_null().mean(), n=pl.len())
    works, fails = (
        rates.filter(pl.col("campaign").str.starts_with(name))["converted"][0]
        for name in ("Plan the Week", "Rush Hour")
    )
    usual = rates.filter(pl.col("n") > 50)["converted"].median()
    assert works > 1.5 * usual > 5 * fails


def test_duplicates_differ_a_little_from_their_originals(company: Company) -> None:
    leads = {
        row["id"]: row
        for row in company.tables["leads"].select("id", "first_name", "last_name", "email", "company").to_dicts()
    }
    assert len(company.lead_pairs) + len(company.contact_pairs) == 150
    for one, two in company.lead_pairs:
        first, second = leads[one] | {"id": 0}, leads[two] | {"id": 0}
        assert first != second
        assert first["company"] == second["company"]


def test_some_names_are_ambiguous_on_purpose(company: Company) -> None:
    contacts, accounts = company.tables["contacts"], company.tables["accounts"]
    assert contacts.filter((pl.col("first_name") == "Anna") & (pl.col("last_name") == "Keller")).height >= 2
    assert accounts.filter(pl.col("name").str.starts_with("Orion"))["name"].len() == 3
    assert accounts.filter(pl.col("name").str.starts_with("Acme")).height == 1


def test_the_demo_rep_has_work_to_do(company: Company, deals: pl.DataFrame) -> None:
    rep = company.tables["users"].filter(pl.col("email") == "rep@demo.example")["id"][0]
    tasks = company.tables["tasks"].filter((pl.col("owner_id") == rep) & (pl.col("status") == "open"))
    recent = company.tables["interactions"].filter(
        (pl.col("user_id") == rep) & (pl.col("at").dt.date() > AS_OF - timedelta(days=7))
    )
    assert deals.filter((pl.col("owner_id") == rep) & (pl.col("outcome") == "open")).height > 40
    assert tasks.height > 15
    assert tasks.filter(pl.col("due_at").dt.date() < AS_OF).height >= 3
    assert recent.height >= 10


def test_accounts_asked_for_by_name_have_one_open_deal_each(deals: pl.DataFrame) -> None:
    held = deals.filter((pl.col("account_id") <= 5) & (pl.col("outcome") == "open") & (pl.col("deal_type") == "new"))
    assert held["account_id"].sort().to_list() == [1, 2, 3, 4, 5]
    assert held.sort("account_id")["stage"].to_list() == [
        "Proposal",
        "Proposal",
        "Qualification",
        "Discovery",
        "Negotiation",
    ]
    assert held["next_step"].null_count() == 0
