import pytest

from tools.evidence import references, rendered
from tools.opportunity import FindOpportunities, Pipeline, find_opportunities, pipeline

pytestmark = pytest.mark.anyio


def shown(found):
    return "\n".join(rendered(part, found.figures) for part in found.said)


async def test_the_pipeline_never_adds_up_two_currencies(as_person):
    async with as_person("manager@demo.example") as at:
        found = await pipeline.run(Pipeline(), at)
    text = shown(found)
    assert "$60,000 in 2 deals" in text
    assert "€20,000 in 1 deal," in text
    assert "1 of them is past the expected close date" in text


async def test_pipeline_values_are_matched_in_any_spelling(as_person):
    async with as_person("manager@demo.example") as at:
        found = await pipeline.run(Pipeline(by="owner", filters={"region": "emea", "owner": "sam"}), at)
    assert [row["owner"] for row in found.rows] == ["Sam Carter"]


async def test_an_empty_pipeline_says_what_was_looked_at(as_person):
    async with as_person() as at:
        found = await pipeline.run(Pipeline(filters={"region": ["Atlantis"]}), at)
    assert shown(found).startswith("There are no open deals in Atlantis in your own deals.")


async def test_deals_carry_their_figures_and_stay_in_scope(as_person):
    async with as_person() as at:
        found = await find_opportunities.run(FindOpportunities(), at)
    assert [ref.id for ref in found.focus] == [1, 2]
    assert "silent for 45 days" in shown(found)
    assert set(references(" ".join(found.said))) <= {figure.key for figure in found.figures}


@pytest.mark.parametrize(("condition", "ids"), [("stuck", [1]), ("at_risk", [1, 2])])
async def test_conditions(as_person, condition, ids):
    async with as_person() as at:
        found = await find_opportunities.run(FindOpportunities(condition=condition), at)
    assert [ref.id for ref in found.focus] == ids


async def test_a_period_of_closing_means_closed_deals(as_person):
    async with as_person() as at:
        found = await find_opportunities.run(FindOpportunities(closed="2025"), at)
    assert [ref.id for ref in found.focus] == [5]
    assert "[[" not in shown(found)


async def test_stages_and_amounts_narrow_the_list(as_person):
    async with as_person() as at:
        staged = await find_opportunities.run(FindOpportunities(stage="proposal"), at)
        large = await find_opportunities.run(FindOpportunities(min_amount="60000"), at)
    assert [ref.id for ref in staged.focus] == [1]
    assert shown(large) == (
        "There are no open deals from 60,000 in your own deals. Ask again without the amount for a wider list."
    )


async def test_the_pipeline_is_broken_down_by_two_dimensions(as_person):
    async with as_person("manager@demo.example") as at:
        found = await pipeline.run(Pipeline(by=["stage", "owner"]), at)
    assert all({"stage", "owner"} <= set(row) for row in found.rows)
    assert len({(row["stage"], row["owner"]) for row in found.rows}) == len(found.rows)


@pytest.mark.parametrize(
    ("ask", "ids"),
    [
        (FindOpportunities(silent_days=40), [2]),
        (FindOpportunities(sort="smallest"), [2, 1]),
        (FindOpportunities(stage_days=1000), []),
    ],
)
async def test_lists_take_lapses_and_the_order_asked_for(as_person, ask, ids):
    async with as_person() as at:
        found = await find_opportunities.run(ask, at)
    assert [ref.id for ref in found.focus] == ids


async def test_deals_without_a_next_step(as_person):
    async with as_person() as at:
        every = await find_opportunities.run(FindOpportunities(), at)
        bare = await find_opportunities.run(FindOpportunities(no_next_step=True), at)
    without = [row["id"] for row in every.rows if not row["next step"]]
    assert [ref.id for ref in bare.focus] == without


@pytest.mark.parametrize(("least", "ids"), [("50000", [1]), ("50000.004", [1]), ("50000.006", [])])
async def test_a_smallest_amount_is_rounded_to_cents_and_not_cut_off(as_person, least, ids):
    async with as_person() as at:
        found = await find_opportunities.run(FindOpportunities(min_amount=least), at)
    assert [ref.id for ref in found.focus] == ids
