"""Leads go to who fits best: pure choice, then on both databases with scope, absences, turns and undo."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import NotFound
from db.models import AssignmentPlan, AssignmentRule, Lead, Opportunity, StandIn, User
from tests.db.cast import NOON, TODAY
from tests.tools.lead.conftest import NOW, Desk, _enter
from tools import effects
from tools.errors import Unanswerable
from tools.lead.assignment import assign_lead, assign_leads
from tools.lead.assignment.fit import Prospect, Rule, Seller, Weights, assigned
from tools.recording import recorded

pytestmark = pytest.mark.anyio


def seller(number: int, *, load: int = 0, team: int | None = None, **closed: tuple[int, int]) -> Seller:
    return Seller(number, f"S{number}", team, load, closed)


def test_who_answers_for_the_region_goes_before_who_has_less_to_do():
    rules = [Rule("North", region="EMEA", seller=1)]
    (choice,), _ = assigned([Prospect(9, region="emea")], [seller(1, load=9), seller(2)], rules)
    assert choice.seller == 1 and "answers for “North”" in choice.reasons


def test_a_record_of_wins_counts_by_how_much_was_closed():
    few, many = seller(1, logistics=(1, 1)), seller(2, logistics=(18, 30))
    poor = seller(3, logistics=(2, 30))
    (choice,), _ = assigned([Prospect(9, industry="Logistics")], [few, many, poor], [])
    assert choice.seller in (1, 2) and any("deals in Logistics" in one for one in choice.reasons)
    (choice,), _ = assigned([Prospect(9, industry="Logistics")], [many, poor], [])
    assert choice.seller == 2


def test_equals_take_turns_from_where_they_stopped():
    sellers = [seller(1), seller(2), seller(3)]
    choices, last = assigned([Prospect(n) for n in range(2)], sellers, [], last=1)
    assert [one.seller for one in choices] == [2, 3] and last == 3
    assert "whose turn it was among equals" in choices[0].reasons


@given(st.lists(st.integers(0, 30), min_size=1, max_size=5), st.integers(0, 60))
def test_with_load_alone_nobody_ends_up_far_above_the_rest(loads, count):
    sellers = [seller(number, load=load) for number, load in enumerate(loads)]
    choices, _ = assigned([Prospect(n) for n in range(count)], sellers, [], Weights(0, 0, 1))
    ends = {one.id: one.open for one in sellers}
    for choice in choices:
        assert ends[choice.seller] == min(ends.values())
        ends[choice.seller] += 1
    assert len(choices) == count


def test_whoever_is_full_gets_none_while_others_are_not():
    choices, _ = assigned([Prospect(1)], [seller(1, load=5), seller(2, load=9)],
                          [Rule("r", country="Chile", seller=2)], Weights(most_open=7))  # fmt: skip
    assert choices[0].seller == 1


async def new_leads(desk: Desk, count: int, team: str = "DACH", **more: object) -> list[Lead]:
    team_id = desk.actor({"DACH": "dach", "EMEA": "emea", "Americas": "americas"}[team]).team_id
    leads = [Lead(last_name=f"Fresh{n}", status="new", team_id=team_id, arrived_at=NOON, **more) for n in range(count)]
    await desk.add(*leads)
    return leads


async def twin(desk: Desk) -> int:
    """A second rep of DACH, who has nothing to do yet."""
    async with desk.database.write() as session:
        user = User(email="twin@cast.example", name="Twin", role="rep", team_id=desk.actor("dach").team_id)
        session.add(user)
        await session.flush()
        return user.id


async def test_a_manager_spreads_the_leads_of_a_team_until_all_have_as_much_to_do(desk):
    fresh, leads = await twin(desk), await new_leads(desk, 6, region="Nordics")
    proposed = await desk.ask(assign_leads, "manager", region=["Nordics"])
    owners = {key: one.values["owner_id"] for one in proposed.operations if one.kind == "lead" for key in one.ids}
    assert set(owners) == {lead.id for lead in leads}
    assert Counter(owners.values()) == {desk.actor("dach").user_id: 2, fresh: 4}
    assert proposed.reach["records"] == 6 and " → " in proposed.reach["examples"][0]


async def test_who_is_away_or_gone_or_of_another_team_gets_none(desk):
    await new_leads(desk, 3, region="Nordics")
    async with desk.database.write() as session:
        session.add(StandIn(user_id=desk.actor("dach").user_id, stand_in_id=desk.actor("emea").user_id,
                            since=NOW - timedelta(days=1), until=NOW + timedelta(days=1)))  # fmt: skip
    proposed = await desk.ask(assign_leads, "manager", region=["Nordics"])
    owners = {one.values["owner_id"] for one in proposed.operations if one.kind == "lead"}
    assert owners == {desk.actor("emea").user_id} and "1 colleague who is away" in proposed.said


async def test_a_rep_takes_what_the_own_team_has_not_given_out_and_nothing_else(desk):
    (lead,) = await new_leads(desk, 1)
    (foreign,) = await new_leads(desk, 1, team="Americas")
    done = await desk.carry_out(assign_lead, record={"kind": "lead", "id": lead.id, "name": "x"})
    assert (await desk.get(Lead, lead.id)).owner_id == desk.actor("dach").user_id and done.changes
    with pytest.raises(NotFound):
        await desk.ask(assign_lead, record={"kind": "lead", "id": foreign.id, "name": "x"})


async def test_rules_and_wins_decide_and_are_told(desk):
    emea = desk.actor("emea")
    await new_leads(desk, 1, region="Nordics", industry="Food")
    await desk.add(
        AssignmentRule(name="Nordic desk", region="Nordics", user_id=emea.user_id),
        *(Opportunity(name=f"d{n}", owner_id=emea.user_id, industry="Food", stage="Won", outcome="won",
                      created_on=TODAY, closed_on=TODAY) for n in range(3)),
    )  # fmt: skip
    proposed = await desk.ask(assign_leads, "manager", region=["Nordics"])
    assert proposed.operations[0].values["owner_id"] == emea.user_id
    assert "answers for “Nordic desk”, won 3 of 3 deals in Food" in proposed.said


async def test_the_turn_is_kept_and_taken_back_with_the_leads(desk):
    await twin(desk)
    await desk.add(AssignmentPlan(name="p", territory_weight=0, skill_weight=0, load_weight=0))
    (lead,) = await new_leads(desk, 1)
    record = {"kind": "lead", "id": lead.id, "name": "x"}
    done = await desk.carry_out(assign_lead, "manager", record=record)
    turn = (await desk.get(AssignmentPlan, 1)).turn_id
    assert turn == (await desk.get(Lead, lead.id)).owner_id
    await effects.undo(recorded(desk.database, _enter), desk.actor("manager"), done.changes[0].id)
    assert (await desk.get(AssignmentPlan, 1)).turn_id is None and (await desk.get(Lead, lead.id)).owner_id is None


async def test_nobody_there_is_said(desk):
    await new_leads(desk, 1)
    async with desk.database.write() as session:
        for who in ("dach", "emea"):
            (await session.get_one(User, desk.actor(who).user_id)).active = False
    with pytest.raises(Unanswerable, match="Nobody among the people"):
        await desk.ask(assign_leads, "manager")
