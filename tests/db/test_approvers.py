"""Who decides for whom."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from db.approvers import Deciders, Member, Staff, deciders
from db.models import Approver, Role

REP, LEAD, HEAD, CHIEF, ADMIN, PEER = 1, 2, 3, 4, 5, 6
COMPANY, REGION, TEAM = 10, 11, 12
PEOPLE = {
    REP: Member(REP, "Rep", Role.REP, TEAM),
    LEAD: Member(LEAD, "Lead", Role.MANAGER, TEAM),
    HEAD: Member(HEAD, "Head", Role.MANAGER, REGION),
    CHIEF: Member(CHIEF, "Chief", Role.EXECUTIVE, COMPANY),
    ADMIN: Member(ADMIN, "Admin", Role.ADMIN),
    PEER: Member(PEER, "Peer", Role.REP, TEAM),
}
ABOVE = {TEAM: REGION, REGION: COMPANY, COMPANY: None}


def staff(*gone: int, away: dict[int, int] | None = None, **manager: int) -> Staff:
    people = {key: replace(one, active=key not in gone) for key, one in PEOPLE.items()}
    if manager:
        people[REP] = replace(people[REP], manager=manager["manager"])
    return Staff(people, ABOVE, away or {})


def of(asker: int, people: Staff, *, approver: Approver = Approver.MANAGER, effect: str = "WRITE") -> Deciders:
    return deciders(asker, people, approver=approver, effect=effect)


def test_it_waits_for_the_named_manager_before_the_one_of_the_team() -> None:
    assert of(REP, staff(manager=HEAD)).asked == (HEAD,)
    assert of(REP, staff()).asked == (LEAD,)


def test_a_manager_further_up_may_decide_as_well_and_a_colleague_may_not() -> None:
    assert of(REP, staff()).may == {LEAD, HEAD}


def test_without_a_manager_of_the_team_it_goes_up_the_tree_and_then_to_an_executive() -> None:
    assert of(REP, staff(LEAD)).asked == (HEAD,)
    assert of(REP, staff(LEAD, HEAD)).asked == (CHIEF,)
    assert of(HEAD, staff()).asked == (CHIEF,)


def test_a_stand_in_decides_while_the_manager_is_away() -> None:
    found = of(REP, staff(away={LEAD: PEER}))
    assert (found.asked, found.may) == ((PEER,), {PEER, LEAD, HEAD})


def test_a_stand_in_who_is_away_passes_it_on() -> None:
    assert of(REP, staff(away={LEAD: PEER, PEER: ADMIN})).asked == (ADMIN,)


def test_who_asked_never_stands_in_for_the_approver() -> None:
    assert of(REP, staff(away={LEAD: REP})).asked == (HEAD,)


def test_a_circle_of_stand_ins_goes_up() -> None:
    assert of(REP, staff(away={LEAD: PEER, PEER: LEAD})).asked == (HEAD,)


def test_an_administrator_decides_about_nobody_elses_message() -> None:
    assert of(REP, staff(away={LEAD: ADMIN}), effect="OUTWARD").asked == (HEAD,)
    assert of(REP, staff(manager=ADMIN), effect="OUTWARD").asked == (LEAD,)
    assert of(REP, staff(), approver=Approver.ADMIN, effect="OUTWARD") == Deciders()


def test_where_nobody_is_left_nobody_decides() -> None:
    assert of(REP, staff(LEAD, HEAD, CHIEF)) == Deciders()
    assert of(CHIEF, staff()) == Deciders()


numbers = st.integers(1, 8)
members = st.builds(
    Member, numbers, st.just("X"), st.sampled_from(list(Role)), st.none() | numbers, st.none() | numbers,
    active=st.booleans(),
)  # fmt: skip


@given(
    st.dictionaries(numbers, members), st.dictionaries(numbers, st.none() | numbers), st.dictionaries(numbers, numbers),
    numbers, st.sampled_from(list(Approver)), st.sampled_from(["WRITE", "OUTWARD", "POLICY"]),
)  # fmt: skip
def test_in_any_company_the_search_ends_and_never_finds_the_wrong_person(
    people: dict[int, Member], above: dict[int, int | None], away: dict[int, int], asker: int, approver: Approver,
    effect: str,
) -> None:  # fmt: skip
    company = {key: replace(one, id=key) for key, one in people.items()}
    found = deciders(asker, Staff(company, above, away), approver=approver, effect=effect)
    assert set(found.asked) <= found.may
    for one in found.may:
        assert one != asker and company[one].active
        assert not (effect == "OUTWARD" and company[one].role is Role.ADMIN)
