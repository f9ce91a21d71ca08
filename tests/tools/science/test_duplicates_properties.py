"""What holds for all records: order, symmetry, company and disagreement do not fool the score."""

import random

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tools.science.duplicates import Record, Verdict, like, pairs
from tools.science.duplicates.record import frame

FIRST = st.sampled_from(["Robert", "Bob", "Anna", "Anne", "Maria", "Mario", "J.", "Zoë", "Иван", None, "Li Ting"])
LAST = st.sampled_from(["Smith", "Smyth", "Müller", "Mueller", "Garcia Lopez", "Lopez", "Quigley Jr.", "Quigley", None])
COMPANY = st.sampled_from(["Acme Ltd", "ACME", "Borealis GmbH", "Borealis Foods", None])
EMAIL = st.sampled_from(["bob@acme.com", "BOB+x@acme.com", "anna.m@gmail.com", "info@acme.com", "q@borealis.de", None])
PHONE = st.sampled_from(["+49 30 901820", "030 901820", "+1 212 736 5000", "(212) 736-5000", None])
COUNTRY = st.sampled_from(["DE", "US", "Germany", None])
records = st.builds(
    Record, id=st.just(0), first_name=FIRST, last_name=LAST, company=COMPANY, email=EMAIL, phone=PHONE, country=COUNTRY
)
lists = st.lists(records, min_size=2, max_size=8).map(lambda many: [changed(one, id=k) for k, one in enumerate(many)])
quick = settings(deadline=None, max_examples=40)

DISAGREEING = {
    "first_name": "Xaviera",
    "last_name": "Zbigniewski",
    "company": "Unrelated Works",
    "email": "someone.else@elsewhere.example.net",
    "phone": "+81 3 5561 9872",
    "country": "JP",
}


def changed(record, **fields):
    return Record(**({name: getattr(record, name) for name in Record.__slots__} | fields))


def outcome(found):
    return [(pair.one, pair.other, round(pair.score, 4), pair.verdict) for pair in found.listed()]


def score(one, other):
    found = like(one, [other])
    return found[0].score if found else 0.0


@quick
@given(records, records)
def test_two_records_are_as_alike_as_the_other_way_round(one, other):
    one, other = changed(one, id=1), changed(other, id=2)
    there, back = like(one, [other]), like(other, [one])
    assert [(p.score, p.verdict, p.reasons) for p in there] == [(p.score, p.verdict, p.reasons) for p in back]


@quick
@given(lists, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(many, shuffle: random.Random):
    found, shuffled = pairs(frame(many)), many.copy()
    shuffle.shuffle(shuffled)
    again = pairs(frame(shuffled))
    assert outcome(again) == outcome(found)
    assert again.groups.equals(found.groups)


@quick
@given(lists)
def test_an_unrelated_record_changes_nothing(many):
    stranger = Record(
        99, first_name="Xaviera", last_name="Zbigniewski", email="xz@unrelated.pl", phone="+48 22 694 60 00"
    )
    assert outcome(pairs(frame([*many, stranger]))) == outcome(pairs(frame(many)))


@quick
@given(records)
def test_a_record_with_an_address_or_a_name_and_number_is_surely_its_own_copy(record):
    named = record.first_name and record.last_name and record.phone
    personal = record.email and not record.email.startswith("info")
    assume(named or (personal and record.first_name))
    (pair,) = like(changed(record, id=1), [changed(record, id=2)])
    assert pair.verdict is Verdict.SURE


@quick
@given(records, records, st.sampled_from(sorted(DISAGREEING)))
@example(
    Record(0, first_name="Robert", last_name="Smith", email="bob@acme.com"),
    Record(0, first_name="Robert", last_name="Quigley Jr.", email="bob@acme.com"),
    "last_name",
)
def test_making_a_field_disagree_never_raises_the_score(one, other, field):
    one, other = changed(one, id=1), changed(other, id=2)
    assume(getattr(one, field) is not None and getattr(other, field) is not None)
    apart = changed(other, **{field: DISAGREEING[field]})
    found = like(one, [apart])
    assert not found or found[0].score <= score(one, other) + 1e-6


@quick
@given(lists)
def test_the_list_and_the_entry_give_two_records_the_same_verdict(many):
    two = many[:2]
    entered = like(two[0], two[1:])
    listed = pairs(frame(two)).listed()
    assert {(p.score, p.verdict) for p in listed} <= {(p.score, p.verdict) for p in entered}


@quick
@given(lists)
def test_no_group_holds_two_who_contradict_each_other(many):
    by_id = {record.id: record for record in many}
    for _, group in pairs(frame(many)).groups.group_by("group"):
        given_names = {by_id[each].first_name for each in group["id"]}
        assert group.height > 1
        assert len({"Robert", "Anna", "Maria"} & given_names) <= 1


anything = st.none() | st.text(max_size=12)
strange = st.builds(
    Record,
    id=st.just(0),
    first_name=anything,
    last_name=anything,
    company=anything,
    email=anything,
    phone=anything,
    domain=anything,
    country=anything,
)


@quick
@given(st.lists(strange, max_size=6))
def test_whatever_is_written_in_a_field_is_compared_or_passed_over(many):
    found = pairs(frame([changed(one, id=k) for k, one in enumerate(many)]))
    assert all(pair.verdict is not Verdict.NO for pair in found.listed())
