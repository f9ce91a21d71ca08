"""Invariants of the lead score."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.science.lead_score import (
    DEFAULTS,
    Event,
    LeadFacts,
    RulesUnreadable,
    learn_profile,
    read_rules,
    score,
    score_many,
)
from tools.science.lead_score.score import hour_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RULES = read_rules(DEFAULTS)
NUMBERS = ("employees", "budget_minor", "timeline_days", "pain_points", "decision_makers", "interactions_in")
WORDS = ("title", "seniority", "department", "industry", "region", "source")
EVENTS = st.lists(
    st.builds(
        lambda kind, minutes: Event(kind, NOW - timedelta(minutes=minutes)),
        st.sampled_from([*DEFAULTS["events"], "unheard"]),
        st.integers(-3000, 200_000),
    ),
    max_size=12,
).map(tuple)
LEADS = st.builds(
    LeadFacts,
    events=EVENTS,
    opted_out=st.booleans(),
    **{name: st.none() | st.integers(-5, 10**9) for name in NUMBERS},
    **{name: st.none() | st.sampled_from(["", "VP", " Sales", "Chief of İt", "referral"]) for name in WORDS},
)
few = settings(max_examples=60, deadline=None)


@few
@given(LEADS)
def test_reasons_and_components_add_up_to_a_score_in_range(lead):
    found = score(lead, RULES, now=NOW)
    assert 0 <= found.score <= 100
    assert 0 <= found.confidence <= 1
    assert sum(found.components.values()) == sum(reason.points for reason in found.reasons) == found.score


@few
@given(LEADS, st.sampled_from([kind for kind, rule in DEFAULTS["events"].items() if rule["points"] > 0]))
def test_a_later_positive_event_never_lowers_the_score(lead, kind):
    more = replace(lead, events=(*lead.events, Event(kind, NOW)))
    assert score(more, RULES, now=NOW).score >= score(lead, RULES, now=NOW).score


@few
@given(LEADS, st.integers(0, 5000))
def test_time_without_events_never_raises_the_behaviour_part(lead, hours):
    quiet = replace(lead, events=tuple(event for event in lead.events if event.at <= NOW))
    later = score(quiet, RULES, now=NOW + timedelta(hours=hours))
    assert later.exact["behaviour"] <= score(quiet, RULES, now=NOW).exact["behaviour"]


@few
@given(LEADS)
def test_the_order_of_events_does_not_matter(lead):
    assert score(replace(lead, events=lead.events[::-1]), RULES, now=NOW) == score(lead, RULES, now=NOW)


@few
@given(st.lists(LEADS, min_size=1, max_size=6))
def test_many_leads_score_as_each_alone(leads):
    kinds = dict.fromkeys(NUMBERS, pl.Int64) | dict.fromkeys(WORDS, pl.String) | {"opted_out": pl.Boolean}
    rows = pl.DataFrame([{name: asdict(lead)[name] for name in kinds} for lead in leads], schema=kinds)
    events = [(at, event.kind, hour_of(event.at)) for at, lead in enumerate(leads) for event in lead.events]
    schema = {"lead": pl.Int64, "kind": pl.String, "hour": pl.Int64}
    many = score_many(rows, pl.DataFrame(events, schema=schema, orient="row"), RULES, now=NOW)
    alone = [score(lead, RULES, now=NOW) for lead in leads]
    assert many.rows() == [(one.score, one.grade, one.tier) for one in alone]


def test_a_burst_of_openings_counts_once():
    burst = tuple(Event("email_open", NOW + timedelta(seconds=second)) for second in range(50))
    assert score(LeadFacts(events=burst), RULES, now=NOW).score == 1


def test_an_opted_out_lead_stays_cold_and_says_so():
    found = score(LeadFacts(opted_out=True), RULES, now=NOW)
    assert found.tier == "cold"
    assert "opted out" in found.remarks[0]


def test_the_next_rescore_is_the_first_hour_with_another_score():
    lead = LeadFacts(events=(Event("demo_request", NOW),))
    found = score(lead, RULES, now=NOW)
    assert score(lead, RULES, now=found.next_rescore).score < found.score
    assert score(lead, RULES, now=found.next_rescore - timedelta(hours=1)).score == found.score


def test_a_negative_event_that_fades_is_refused():
    bounce = DEFAULTS["events"]["bounce"] | {"half_life_days": 7}
    with pytest.raises(RulesUnreadable, match=r"events\.bounce"):
        read_rules(DEFAULTS | {"events": {"bounce": bounce}})


def test_a_profile_learnt_from_won_deals_prefers_what_won():
    rules = read_rules(learn_profile(DEFAULTS, {"industry": {"SaaS": 0.6, "EdTech": 0.3}}))
    given = [score(LeadFacts(industry=name), rules, now=NOW).exact["fit"] for name in ("saas", "EdTech", "Mining")]
    assert given == [5_000_000, 2_500_000, 0]


def test_an_unknown_fact_lowers_the_confidence_and_takes_no_points():
    unknown, known = (score(LeadFacts(industry=name), RULES, now=NOW) for name in (None, "SaaS"))
    assert unknown.confidence < known.confidence
    assert not unknown.negative
