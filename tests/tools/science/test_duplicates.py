"""Who is the same person, who only seems to be, and why."""

import pytest

from tools.science.duplicates import Kind, Record, RecordsWithoutIds, Verdict, like, pairs
from tools.science.duplicates.record import frame

ANN = Record(
    1,
    first_name="Robert",
    last_name="Fielding",
    company="Acme Foods Ltd",
    email="robert.fielding@acme-foods.com",
    phone="+44 20 7946 0958",
    domain="acme-foods.com",
    country="GB",
)


def changed(record=ANN, **fields):
    stored = {name: getattr(record, name) for name in Record.__slots__} | {"id": 2} | fields
    return Record(**stored)


def verdict(one, other):
    found = like(one, [other])
    return found[0].verdict if found else Verdict.NO


def told(one, other):
    return [reason.text for pair in like(one, [other]) for reason in pair.reasons]


@pytest.mark.parametrize(
    "fields",
    [
        {"first_name": "Bob"},
        {"first_name": "R."},
        {"last_name": "Feilding"},
        {"first_name": "Fielding", "last_name": "Robert"},
        {"first_name": None, "last_name": "Fielding, Robert"},
        {"email": "Robert.Fielding+news@ACME-foods.com"},
        {"phone": "020 79460958", "email": None},
        {"phone": None, "company": None, "domain": None, "country": None},
        {"company": "Borealis", "domain": "borealis.com", "email": "rf@borealis.com"},
    ],
)
def test_a_person_entered_twice_is_recognised(fields):
    assert verdict(ANN, changed(**fields)) is Verdict.SURE


def test_a_name_written_in_another_script_is_recognised():
    one = Record(1, first_name="Сергей", last_name="Кузнецов", phone="+7 495 123 98 76")
    other = Record(2, first_name="Sergei", last_name="Kuznetsov", phone="8 (495) 123-98-76", country="RU")
    assert verdict(one, other) is Verdict.SURE


def test_umlauts_may_be_spelled_out():
    one = Record(1, first_name="Jürgen", last_name="Müller", email="j.m@firma.de")
    assert "same last name, a common one" in told(one, changed(one, last_name="Mueller"))


def test_namesakes_at_two_companies_are_two_people():
    other = changed(
        company="Borealis", domain="borealis.com", email="robert.fielding@borealis.com", phone="+4940123456"
    )
    assert verdict(ANN, other) is Verdict.NO


def test_colleagues_behind_one_switchboard_are_two_people():
    assert verdict(ANN, changed(first_name="Grace", last_name="Okafor", email="g.okafor@acme-foods.com")) is Verdict.NO


def test_relatives_who_share_telephone_and_surname_are_two_people():
    assert verdict(ANN, changed(first_name="Helen", email="helen.fielding@acme-foods.com")) is Verdict.NO


def test_a_couple_with_one_mail_address_is_never_merged_unseen():
    assert verdict(ANN, changed(first_name="Helen")) is not Verdict.SURE


def test_a_surname_and_a_telephone_do_not_tell_which_of_a_family():
    assert verdict(ANN, changed(first_name=None, email=None)) is not Verdict.SURE


def test_father_and_son_are_two_people():
    assert verdict(changed(last_name="Fielding Sr.", id=1), changed(last_name="Fielding Jr.")) is Verdict.NO


def test_one_letter_between_two_common_names_is_a_difference():
    one = Record(1, first_name="Eric", last_name="Hansen", company="Acme", phone="+45 32 10 20 30")
    assert verdict(one, changed(one, first_name="Erica")) is Verdict.NO


def test_role_mailboxes_identify_nobody():
    one, other = Record(1, email="info@acme.com"), Record(2, email="info@acme.com")
    assert like(one, [other]) == ()


def test_a_free_mail_provider_is_no_employer():
    one = Record(1, first_name="Ann", last_name="Fielding", email="annf@gmail.com")
    assert "same employer" not in told(one, Record(2, first_name="Ann", last_name="Fielding", email="annf@gmail.com"))


def test_empty_records_match_nothing():
    assert like(Record(1), [Record(2), ANN]) == ()
    assert pairs(frame([Record(k) for k in range(5)])).pairs.is_empty()


def test_nothing_is_found_in_nothing():
    assert like(ANN, []) == ()
    assert pairs(frame([])).groups.is_empty()


def test_a_lead_may_be_a_contact_but_no_person_is_an_account():
    assert verdict(ANN, changed(kind=Kind.LEAD)) is Verdict.SURE
    assert verdict(ANN, changed(kind=Kind.ACCOUNT)) is Verdict.NO


def test_accounts_are_the_same_but_for_their_legal_form():
    one = Record(1, kind=Kind.ACCOUNT, company="Smith & Sons GmbH", domain="https://www.smith-sons.de/home")
    other = Record(2, kind=Kind.ACCOUNT, company="smith and sons", domain="smith-sons.de")
    assert verdict(one, other) is Verdict.SURE


def test_reasons_are_words_with_weights_that_add_up_to_the_score():
    (pair,) = like(ANN, [changed(phone="+44 161 555 0199", first_name="Bob")])
    assert sum(reason.weight for reason in pair.reasons) == pytest.approx(pair.score, abs=1e-4)
    assert "different phone −1.2" in [str(reason) for reason in pair.reasons]
    assert "first names are forms of one name" in [reason.text for reason in pair.reasons]


def test_a_mailbox_shared_by_many_says_less_than_one_of_ones_own():
    one, other = changed(id=1, email="desk.one@acme.com"), changed(email="desk.one@acme.com")
    names = ("Ada", "Bea", "Cleo", "Dora", "Enid", "Fay")
    others = [changed(other, id=k, first_name=name) for k, name in enumerate(names, 10)]
    assert like(one, [other, *others])[0].score < like(one, [other])[0].score


def test_records_without_ids_of_their_own_are_refused():
    with pytest.raises(RecordsWithoutIds, match="2 records carry 1 different ids"):
        pairs(frame([ANN, ANN]))
