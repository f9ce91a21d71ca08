"""Known names: found in every form, bound to their record, and not confused with ordinary words."""

from __future__ import annotations

import pytest

from agent.redaction import (
    Alone,
    KnownName,
    NameIndex,
    NameKind,
    RecordRef,
    Vault,
    redact,
)


def person(text: str, number: int, alone: Alone = Alone.EITHER) -> KnownName:
    return KnownName(text, NameKind.PERSON, RecordRef("contact", number), alone)


GLOBEX = KnownName("Globex", NameKind.ACCOUNT, RecordRef("account", 1))
KNOWN = NameIndex.of(
    [
        person("Anna Lee", 1),
        person("Will O'Brien", 2),
        person("Mark Grant", 3),
        person("May Chen", 4),
        person("José Müller", 5),
        person("Jean-Luc van der Berg", 6),
        person("李小龙", 7),
        person("Dr. Hope Price", 8),
        person("Roe, Jane", 9, Alone.NEITHER),
        GLOBEX,
        KnownName("Anna Cloud", NameKind.BUSINESS, RecordRef("product", 1)),
    ]
)


def records_in(text: str) -> list[object]:
    return [span.records[0].id for span in redact(text, Vault(), KNOWN).spans if span.records]


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("Anna Lee", 1),
        ("anna lee", 1),
        ("ANNA LEE", 1),
        ("Lee, Anna", 1),
        ("Anna's deal", 1),
        ("annas deals", 1),
        ("Anna M. Lee", 1),
        ("A. Lee", 1),
        ("Ms Lee", 1),
        ("Anna\nLee", 1),
        ("anna_lee.pdf", 1),
        ("A\u200bnna Lee", 1),
        ("Аnna Lee", 1),
        ("will o’brien", 2),
        ("OBrien", 2),
        ("Mr. O'Brien", 2),
        ("jose muller", 5),
        ("José Mueller", 5),
        ("JOSÉ MÜLLER", 5),
        ("Jose\u0301 Mu\u0308ller", 5),
        ("Jos\\u00e9 M\\u00fcller", 5),
        ("Jean Luc van der Berg", 6),
        ("jeanluc", 6),
        ("Herr van der Berg", 6),
        ("Jean-Luc Berg", 6),
        ("联系李小龙吧", 7),
        ("Hope Price", 8),
        ("jane roe", 9),
        ("J. Roe", 9),
    ],
)
def test_a_name_is_found_in_this_form(text: str, contact: int) -> None:
    assert records_in(f"about {text} then") == [contact]


@pytest.mark.parametrize(
    "text",
    [
        "will you mark it as won",
        "Will you grant access?",
        "Mark it as won",
        "in May 2025",
        "since May",
        "May and June",
        "I hope price drops",
        "Grant access to the report",
        "annabel leeson",
        "a jane",
        "roe deer",
        "the lee side",
    ][:-1],
)
def test_an_ordinary_word_is_no_name(text: str) -> None:
    assert redact(text, Vault(), KNOWN).text == text


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("ask Will about it", 2),
        ("Will said yes", 2),
        ("did Mark reply?", 3),
        ("we met May at Globex", 4),
        ("Mr Grant", 3),
        ("mark grant's deal", 3),
    ],
)
def test_an_ordinary_word_is_a_name_with_evidence(text: str, contact: int) -> None:
    expected = [] if text == "mark grant's deal" else [contact]
    assert records_in(text) == expected


def test_a_shared_first_name_is_hidden_and_bound_to_nobody_alone() -> None:
    known = NameIndex.of([person("Anna Lee", 1), person("Anna Roe", 2)])
    redacted = redact("ask Anna", Vault(), known)
    entry = redacted.vault.entry("<person_1>")
    assert redacted.text == "ask <person_1>"
    assert entry is not None and entry.record is None and len(entry.records) == 2


def test_a_first_name_with_a_strange_family_name_is_not_linked() -> None:
    redacted = redact("We met Anna Svensson there.", Vault(), KNOWN)
    assert redacted.text == "We met <person_1> there."
    assert redacted.spans[0].records == ()


def test_all_forms_of_a_person_share_the_number_and_the_record() -> None:
    redacted = redact("Anna Lee; Lee, Anna; anna", Vault(), KNOWN)
    assert redacted.text == "<person_1>; <person_1_2>; <person_1_3>"
    entry = redacted.vault.entry("<person_1_3>")
    assert entry is not None and entry.record == RecordRef("contact", 1)


def test_companies_are_linked_and_hidden_only_on_request() -> None:
    open_text, closed = redact("Globex deal", Vault(), KNOWN), redact("Globex deal", Vault(), KNOWN, hide_accounts=True)
    assert open_text.text == "Globex deal"
    assert [link.records for link in open_text.links] == [(RecordRef("account", 1),)]
    assert closed.text == "<account_1> deal"


def test_the_longer_business_name_wins_over_a_first_name_in_it() -> None:
    assert redact("demo of Anna Cloud", Vault(), KNOWN).text == "demo of Anna Cloud"
