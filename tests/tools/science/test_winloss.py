import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.science.segment_rates import dimension, kappa_weights
from tools.science.threshold import qualification
from tools.science.winloss import analyze_win_loss_patterns


def deal(outcome, industry="Technology", revenue=25e6, value=100_000, days=45, score=None, reason=None, **more):
    return {
        "deal_id": "D", "outcome": outcome, "account": {"name": "A", "industry": industry, "revenue": revenue},
        "deal_value": value, "sales_cycle_days": days, "qualification_score": score, "loss_reason": reason, **more,
    }  # fmt: skip


def analyse(deals, **inputs):
    return analyze_win_loss_patterns(inputs={"deals": deals, **inputs}, context={"trace_id": "t"})


def test_the_summary_counts_and_averages():
    found = analyse(
        [deal("won", days=40, value=100), deal("Won ", days=45, value=201), deal("lost", days=60, value=75)]
    )
    assert found["summary"] | {"interval": None, "losses_without_reason": None} == {
        "total_deals": 3, "won_count": 2, "lost_count": 1, "win_rate": 0.67, "interval": None,
        "avg_deal_value": 150.5, "avg_deal_value_won": 150.5, "avg_deal_value_lost": 75.0,
        "avg_sales_cycle": 43, "avg_sales_cycle_won": 43, "avg_sales_cycle_lost": 60, "losses_without_reason": None,
    }  # fmt: skip
    assert found["trace_id"] == "t"


@pytest.mark.parametrize(
    ("deals", "error"),
    [([], "No deals"), (None, "No deals"), ([deal("open")], "No won or lost deals"), (["x"], "No deals")],
)
def test_nothing_to_analyse_is_an_error(deals, error):
    found = analyse(deals)
    assert found["status"] == "error"
    assert found["error"].startswith(error)


def test_revenue_ranges_begin_at_their_lower_limit():
    deals = [deal("won", revenue=revenue) for revenue in (0, 9_999_999, 10e6, 50e6, 100e6, None, "n/a", -5)]
    found = analyse(deals, min_deals_for_pattern=1)["win_patterns"]
    counts = {one["pattern_value"]: one["deal_count"] for one in found if one["pattern_type"] == "revenue_range"}
    assert counts == {"0-10M": 2, "10-50M": 1, "50-100M": 1, "100M+": 1}


def test_few_deals_get_their_label_with_a_doubt_and_many_without():
    few = analyse([deal("won")] * 5 + [deal("lost", "Retail")] * 1)["win_patterns"][0]
    assert few["recommendation"].startswith("Strong fit so far: 5 of 5 won.")
    assert not few["supported"]
    many = analyse(
        [deal("won")] * 80 + [deal("lost")] * 20 + [deal("lost", "Retail")] * 75 + [deal("won", "Retail")] * 25
    )
    first, last = [one for one in many["win_patterns"] if one["pattern_type"] == "industry"]
    assert first["recommendation"].startswith("Strong fit: 80 of 100 won.")
    assert last["recommendation"].startswith("Poor fit: 25 of 100 won.")
    assert first["supported"]
    assert first["confidence"] > 0.99


def test_targeting_is_recommended_with_its_counts_and_doubtful_ones_come_last():
    deals = [deal("won", revenue=5e6)] * 60 + [deal("lost", "Retail", revenue=5e6)] * 60 + [deal("won", "Energy")] * 5
    found = analyse(deals)["icp_recommendations"]
    assert found[0]["attribute"] == "target_industries"
    assert found[0]["recommended"] == "Technology"
    assert "100% win rate (60 of 60)" in found[0]["rationale"]
    assert [one["supported"] for one in found] == sorted((one["supported"] for one in found), reverse=True)
    assert "Not supported yet" in found[-1]["rationale"]


def test_loss_reasons_are_shares_of_losses_with_a_reason():
    deals = [deal("won")] + [deal("lost", reason="price")] * 3 + [deal("lost", reason="Price ")] + [deal("lost")] * 4
    found = analyse([*deals, deal("lost", reason="timing")])
    assert [(one["reason"], one["count"], one["percentage"]) for one in found["loss_patterns"]] == [
        ("price", 4, 0.8), ("timing", 1, 0.2),
    ]  # fmt: skip
    assert found["summary"]["losses_without_reason"] == 4
    assert found["loss_patterns"][0]["common_attributes"]["industry"] == "Technology"


def test_amounts_of_several_currencies_are_never_mixed():
    found = analyse([deal("won", value=10, currency="EUR")] * 2 + [deal("won", value=1000, currency="JPY")])
    assert found["summary"]["avg_deal_value"] == 10
    assert "EUR" in found["warnings"][0]


def test_a_window_of_days_ends_at_the_latest_close():
    deals = [deal("won", close_date="2025-06-30"), deal("lost", close_date="2025-01-01"), deal("lost")]
    found = analyse(deals, time_period_days=90)
    assert found["summary"]["total_deals"] == 1
    assert "without a close date" in found["warnings"][0]


def test_the_published_worked_example_of_shrinkage():
    found = dimension(list("abcdefg"), [8, 20, 25, 12, 13, 8, 5], [10, 40, 60, 30, 25, 20, 15])
    first = found.segments[0]
    assert found.alike
    assert first.confidence == pytest.approx(0.714, abs=0.002)
    assert first.likely == pytest.approx((0.435, 0.583), abs=0.002)


def test_pure_noise_hardly_ever_looks_sure():
    random = np.random.default_rng(7)
    sure = total = 0
    for _ in range(60):
        won = random.binomial(20, 0.45, size=8)
        found = dimension([str(i) for i in range(8)], won.tolist(), [20] * 8)
        sure += sum(one.confidence >= 0.9 for one in found.segments)
        total += 8
    assert sure / total < 0.05


def test_wide_spread_is_believed():
    k, n = np.array([95.0, 5.0, 50.0]), np.array([100.0, 100.0, 100.0])
    weights = kappa_weights(k, n, 0.5)
    assert weights[:3].sum() > 0.9


def test_a_clean_cut_is_found_and_judged_on_deals_not_seen():
    score = np.array([0.85, 0.9, 0.8, 0.95, 0.88, 0.5, 0.4, 0.3, 0.45, 0.35])
    found = qualification(score, score > 0.7)
    assert (found["optimal_threshold"], found["false_positives"], found["false_negatives"]) == (0.65, 0, 0)
    assert found["accuracy"] == 1.0
    assert found["baseline_accuracy"] == 0.5


def test_a_useless_score_does_not_look_useful():
    random = np.random.default_rng(3)
    found = qualification(random.random(2000), random.random(2000) < 0.5)
    assert found["accuracy"] < 0.55
    assert found["accuracy_in_sample"] >= found["accuracy"]


def test_without_scores_there_is_no_threshold():
    assert analyse([deal("won"), deal("lost")])["qualification_insights"]["optimal_threshold"] is None


anything = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.lists(st.none()))
accounts = st.one_of(st.none(), st.fixed_dictionaries({}, optional={"industry": anything, "revenue": anything}))
deals = st.lists(
    st.fixed_dictionaries(
        {"outcome": st.sampled_from(["won", "lost", "open", "", None, 3])},
        optional={
            "account": accounts, "deal_value": anything, "sales_cycle_days": anything, "qualification_score": anything,
            "loss_reason": anything, "close_date": anything, "currency": anything,
        },
    ),
    max_size=30,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(deals)
def test_any_export_gives_plain_numbers_that_add_up(rows):
    found = analyse(rows, min_deals_for_pattern=1)
    json.dumps(found, allow_nan=False)
    if found["status"] == "success":
        summary = found["summary"]
        assert summary["won_count"] + summary["lost_count"] == summary["total_deals"]
        assert (
            sum(one["count"] for one in found["loss_patterns"]) + summary["losses_without_reason"]
            == summary["lost_count"]
        )
        assert all(0 <= one["confidence"] <= 1 for one in found["win_patterns"])
