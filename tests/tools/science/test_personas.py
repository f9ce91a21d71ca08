import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.science.personas import extract_buyer_personas


def contact(title="VP Sales", role="champion", department="Sales", seniority="VP"):
    return {"name": "x", "title": title, "role": role, "department": department, "seniority": seniority}


def deal(outcome, *contacts):
    return {"deal_id": "D", "outcome": outcome, "contacts": list(contacts)}


def extract(deals, **inputs):
    return extract_buyer_personas(inputs={"deals": deals, **inputs}, context={})


CFO = contact("CFO", "decision_maker", "Finance", "C-level")


def test_titles_are_counted_with_their_commonest_attributes():
    found = extract([deal("won", contact(), CFO)] * 4 + [deal("won", contact(role="influencer"))])
    first, second = found["personas"]
    assert (first["title_pattern"], first["occurrence_count"], first["department"]) == ("VP Sales", 5, "Sales")
    assert first["typical_roles"] == ["champion", "influencer"]
    assert first["recommendation"].startswith("Target VP Sales as champion: met in 5 of 5 won deals")
    assert (second["title_pattern"], second["seniority"]) == ("CFO", "C-level")
    assert found["decision_maker_patterns"]["most_common_title"] == "CFO"
    assert found["decision_maker_patterns"]["most_common_seniority"] == "C-level"


def test_spellings_of_one_title_are_one_persona():
    found = extract([deal("won", contact(title)) for title in ("VP Sales", "vp sales", "Vice President of Sales")])
    assert [one["occurrence_count"] for one in found["personas"]] == [3]


def test_rare_titles_are_left_out():
    assert extract([deal("won", contact())] * 2)["personas"] == []
    assert len(extract([deal("won", contact())] * 2, min_occurrences=2)["personas"]) == 1


def test_winners_alone_prove_nothing():
    found = extract([deal("won", contact())] * 50)
    assert not found["personas"][0]["supported"]
    assert "who is met in won deals" in found["warnings"][0]


def test_a_title_met_more_often_in_won_deals_is_supported():
    won = [deal("won", contact(), CFO)] * 40 + [deal("won", CFO)] * 10
    lost = [deal("lost", CFO)] * 45 + [deal("lost", contact(), CFO)] * 5
    first, second = extract(won + lost)["personas"]
    assert (first["title_pattern"], first["supported"]) == ("VP Sales", True)
    assert "met in 40 of 50 won deals and 5 of 50 lost deals." in first["recommendation"]
    assert (second["title_pattern"], second["supported"]) == ("CFO", False)


@pytest.mark.parametrize(
    ("deals", "error"),
    [([], "No deals"), ([deal("open")], "No won or lost deals"), ([deal("lost", CFO)], "No won deals")],
)
def test_nothing_to_learn_from_is_an_error(deals, error):
    assert extract(deals)["error"].startswith(error)


def test_without_a_decision_maker_it_says_so():
    found = extract([deal("won", contact())] * 3)["decision_maker_patterns"]
    assert found["most_common_title"] is None
    assert "No decision maker" in found["recommendation"]


anything = st.one_of(st.none(), st.integers(), st.text(max_size=6))
contacts = st.one_of(
    anything, st.lists(st.one_of(anything, st.fixed_dictionaries({}, optional=dict.fromkeys(contact(), anything))))
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fixed_dictionaries({"outcome": st.sampled_from(["won", "lost"])}, optional={"contacts": contacts})))
def test_any_export_gives_counts_that_fit(deals):
    found = extract(deals, min_occurrences=1)
    json.dumps(found, allow_nan=False)
    for one in found.get("personas", ()):
        assert 1 <= one["deal_count"] <= one["occurrence_count"]
