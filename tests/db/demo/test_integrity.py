"""Whatever the day and the seed, the records fit together."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.demo import Company, DemoPlan, Sizes, build
from db.models import Base

TINY = Sizes().scaled(0.02)
days, seeds = st.dates(date(2020, 1, 1), date(2032, 12, 31)), st.integers(0, 10**6)
relaxed = settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def _built(as_of: date, seed: int) -> Company:
    return build(DemoPlan(as_of, seed=seed, sizes=TINY))


@relaxed
@given(days, seeds)
def test_nothing_is_recorded_on_or_after_today(as_of: date, seed: int) -> None:
    company = _built(as_of, seed)
    today = company.plan.as_of
    for name, frame in company.tables.items():
        for column in (
            "created_at",
            "updated_at",
            "at",
            "arrived_at",
            "last_contacted_at",
            "touched_at",
            "last_activity_at",
        ):
            if column in frame.columns:
                assert (frame[column].drop_nulls().dt.date() < today).all(), (name, column)
    assert (company.tables["opportunities"]["closed_on"].drop_nulls() < today).all()


@relaxed
@given(days, seeds)
def test_every_reference_meets_a_record(as_of: date, seed: int) -> None:
    company = _built(as_of, seed)
    for name, frame in company.tables.items():
        for column in Base.metadata.tables[name].columns:
            for key in column.foreign_keys:
                if column.name in frame.columns:
                    known = company.tables[key.column.table.name]["id"].implode()
                    assert frame[column.name].drop_nulls().is_in(known).all(), (name, column.name)


@relaxed
@given(days, seeds)
def test_ids_and_unique_columns_do_not_repeat(as_of: date, seed: int) -> None:
    company = _built(as_of, seed)
    assert all(frame["id"].is_unique().all() for frame in company.tables.values())
    assert company.tables["users"]["email"].is_unique().all()
    assert company.tables["accounts"]["name"].is_unique().all()
    assert company.tables["quotas"].select("user_id", "starts_on").is_unique().all()


@relaxed
@given(days, seeds)
def test_deals_go_through_their_stages_in_order(as_of: date, seed: int) -> None:
    company = _built(as_of, seed)
    deals = company.tables["opportunities"]
    stays = company.tables["stage_history"].join(
        deals.select(opportunity_id="id", now="stage", ended="closed_on"), on="opportunity_id"
    )
    assert (stays["left_on"].drop_nulls() >= stays.filter(pl.col("left_on").is_not_null())["entered_on"]).all()
    last = stays.group_by("opportunity_id", maintain_order=True).last()
    assert (last["stage"] == last["now"]).all()
    assert last["left_on"].null_count() == last.height
    following = stays.with_columns(pl.col("entered_on").shift(-1).over("opportunity_id").alias("next"))
    assert following.filter(pl.col("next") != pl.col("left_on")).height == 0
    assert (deals["closed_on"].drop_nulls() >= deals.filter(pl.col("closed_on").is_not_null())["created_on"]).all()


@relaxed
@given(days, seeds)
def test_outcome_stage_and_loss_reason_agree(as_of: date, seed: int) -> None:
    company = _built(as_of, seed)
    deals = company.tables["opportunities"]
    ended = {"won": "Won", "lost": "Lost"}
    for outcome, stage in ended.items():
        assert (deals.filter(pl.col("outcome") == outcome)["stage"] == stage).all()
    still = deals.filter(pl.col("outcome") == "open")
    assert not still["stage"].is_in(list(ended.values())).any()
    assert still["closed_on"].null_count() == still.height
    assert deals.filter(pl.col("outcome") != "lost")["loss_reason"].drop_nulls().is_empty()


@relaxed
@given(days, seeds)
def test_every_text_is_filled_in(as_of: date, seed: int) -> None:
    company = _built(as_of, seed)
    for table, columns in {
        "interactions": ("subject", "body", "next_action"),
        "notes": ("body",),
        "tasks": ("title",),
    }.items():
        for column in columns:
            texts = company.tables[table][column].drop_nulls()
            assert not texts.str.contains(r"[{}]|\bNone\b|\bnan\b").any(), (table, column)
            assert (texts.str.len_chars() > 3).all()


@relaxed
@given(days, seeds)
def test_addresses_and_numbers_reach_nobody(as_of: date, seed: int) -> None:
    company = _built(as_of, seed)
    free = re.compile(
        r"\+1\d{3}55501\d\d|\+44(2079460|1[1-9]\d?4960|1[0-9]{2}4960|1914980|7700900)\d{3}|\+3532091\d{5}"
        r"|\+49(3023125|6990009|4066969|2214710|8999998)\d{3}|\+33(19900|26191|35301|46571|53649)\d{4}"
        r"|\+46(8465004|3139006|4062804)\d\d|\+61(25550|27010|35550|37010|75550)\d{4}"
    )
    for table in ("contacts", "leads"):
        frame = company.tables[table]
        assert frame["email"].str.to_lowercase().str.ends_with(".example").all()
        numbers = frame["phone"].drop_nulls().str.replace_all("[ -]", "")
        assert all(free.fullmatch(number) for number in numbers)
