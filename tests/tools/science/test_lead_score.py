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
    MomentWithoutZone,
    RulesUnreadable,
    hour_of,
    learn_profile,
    read_rules,
    score,
    timeline_days,
)
from tools.science.lead_score.many import score_many

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RULES = read_rules(DEFAULTS)
NUMBERS = ("employees", "budget_minor", "timeline_days", "pain_points", "decision_makers", "interactions_in")
WORDS = ("title", "seniority", "department", "industry", "region", "source")
EVENTS = st.lists(
    st.builds(
        lambda kind, minutes, times: Event(kind, NOW - timedelta(minutes=minutes), times),
        st.sampled_from([*DEFAULTS["events"], "unheard"]),
        st.integers(-3000, 200_000),
        st.integers(0, 4),
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
    events = [
        (at, event.kind, hour_of(event.at), event.times) for at, lead in enumerate(leads) for event in lead.events
    ]
    schema = {"lead": pl.Int64, "kind": pl.String, "hour": pl.Int64, "times": pl.Int64}
    many = score_many(rows, pl.DataFrame(events, schema=schema, orient="row"), RULES, now=NOW)
    alone = [score(lead, RULES, now=NOW) for lead in leads]
    for one, row in zip(alone, many.iter_rows(named=True), strict=True):
        later = one.next_rescore and hour_of(one.next_rescore)
        assert (one.score, one.grade, one.tier, later) == tuple(row[k] for k in ("score", "grade", "tier", "next_hour"))
        assert one.components == {name: row[name] for name in RULES.components}
        assert one.confidence == pytest.approx(row["confidence"], abs=0.011)


def test_a_burst_of_openings_counts_once():
    burst = tuple(Event("email_open", NOW + timedelta(seconds=second)) for second in range(50))
    assert score(LeadFacts(events=burst), RULES, now=NOW).components["behaviour"] == 1


def test_a_count_recorded_in_one_piece_counts_up_to_the_cap_of_its_kind():
    found = [
        score(LeadFacts(events=(Event("email_open", NOW, times),)), RULES, now=NOW).components["behaviour"]
        for times in (0, 2, 50)
    ]
    assert found == [0, 2, 3]


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(MomentWithoutZone):
        score(LeadFacts(), RULES, now=datetime(2026, 3, 1))  # noqa: DTZ001 - the lack is the point


def test_what_is_unknown_is_offered_with_the_points_it_could_add():
    acts = score(LeadFacts(title="CEO", interactions_out=2), RULES, now=NOW).suggested_actions
    assert ("Ask for the budget.", 5) in [(one.text, one.gain) for one in acts]


def test_who_does_not_want_to_be_contacted_is_not_to_be_called():
    acts = score(LeadFacts(opted_out=True, waiting=True), RULES, now=NOW).suggested_actions
    assert [one.text.split(":")[0] for one in acts] == ["Send nothing and do not call"]


@pytest.mark.parametrize(
    ("said", "days"),
    [("in 3 months", 90), ("This quarter", 45), ("no date yet", 730), ("2 weeks", 14), ("soonish", None)],
)
def test_a_timeline_told_in_words_is_read_as_days(said, days):
    assert timeline_days(said) == days


def test_an_opted_out_lead_stays_cold_and_says_so():
    found = score(LeadFacts(opted_out=True), RULES, now=NOW)
    assert found.tier == "cold"
    assert "does not want to be contacted" in found.remarks[0]


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
    assert [one - given[2] for one in given] == [5_000_000, 2_500_000, 0]


def test_an_unknown_fact_counts_as_that_of_an_average_lead_and_lowers_the_confidence():
    unknown, known, poor = (score(LeadFacts(employees=count), RULES, now=NOW) for count in (None, 500, 3))
    assert poor.exact["fit"] < unknown.exact["fit"] < known.exact["fit"]
    assert unknown.confidence < known.confidence == poor.confidence
