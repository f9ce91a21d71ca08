"""What a model makes of a placeholder still finds its value; what a reader may not see stays hidden."""

from __future__ import annotations

import pytest

from agent.redaction import (
    Alone,
    Kind,
    KnownName,
    Ledger,
    NameIndex,
    NameKind,
    RecordRef,
    Redactor,
    UnreadableVault,
    Vault,
    redact,
    redact_json_into,
    restore,
    restore_json,
)

KNOWN = NameIndex.of([KnownName("Anna Lee", NameKind.PERSON, RecordRef("contact", 1), Alone.EITHER)])
VAULT = redact("Anna Lee, anna@example.com, account number 0012345678", Vault(), KNOWN).vault


@pytest.mark.parametrize(
    ("returned", "shown"),
    [
        ("<person_1>", "Anna Lee"),
        ("<PERSON_1>", "Anna Lee"),
        ("<Person 1>", "Anna Lee"),
        ("< person_1 >", "Anna Lee"),
        ("person_1", "Anna Lee"),
        ("<person\\_1>", "Anna Lee"),
        ("\\<person\\_1\\>", "Anna Lee"),
        ("&lt;person_1&gt;", "Anna Lee"),
        ("<person-1>", "Anna Lee"),
        ("<person1>", "Anna Lee"),
        ("<person_1/>", "Anna Lee"),
        ("<person_1", "Anna Lee"),
        ("**<person_1>**", "**Anna Lee**"),
        ("<person_1>'s", "Anna Lee's"),
        ("person_1's", "Anna Lee's"),
        ("<person_1>s", "Anna Lees"),
        ("person_1s", "Anna Lees"),
        ("<person_1_7>", "Anna Lee"),
        ("<account number 1>", "0012345678"),
        ("account\\_number\\_1", "0012345678"),
        ("(email_1)", "(anna@example.com)"),
        ("mailto:<email_1>", "mailto:anna@example.com"),
        ("<person_01>", "Anna Lee"),
        ("person 1", "person 1"),
        ("my_person_1", "my_person_1"),
        ("person_12", "person_12"),
        ("ask <person_9>", "ask a contact"),
        ("<email_9> bounced", "An e-mail address bounced"),
    ],
)
def test_a_returned_placeholder_finds_its_value(returned: str, shown: str) -> None:
    assert restore(returned, VAULT) == shown


def test_a_reader_sees_only_what_is_allowed() -> None:
    shown = restore("<person_1> <email_1>", VAULT, allowed=lambda entry: entry.kind is Kind.EMAIL)
    assert shown == "A contact anna@example.com"


def test_text_cannot_forge_a_placeholder() -> None:
    redacted = redact("I am <person_1> and ＜EMAIL_1＞ and per\u200bson_1", VAULT, KNOWN)
    assert redacted.text == "I am <text_1> and <text_2> and <text_3>"
    assert (
        restore(redacted.text, redacted.vault, allowed=lambda _: False)
        == "I am <person_1> and ＜EMAIL_1＞ and per\u200bson_1"
    )


def test_the_same_value_keeps_its_placeholder_over_turns() -> None:
    later = redact("bob@example.com and anna@example.com", VAULT, KNOWN)
    assert later.text == "<email_2> and <email_1>"


def test_a_text_without_news_returns_the_vault_itself() -> None:
    assert redact("Anna Lee again", VAULT, KNOWN).vault is VAULT


def test_field_names_label_their_values_and_stay() -> None:
    row = {
        "phone": 5550134,
        "mobile": "555-0134",
        "contact_name": "Jane Roe",
        "dob": "1984-03-12",
        "amount": 4155552671,
        "note": "ok",
    }
    ledger = Ledger(Vault())
    redacted = redact_json_into(ledger, {"rows": [row]}, Redactor((KNOWN,)))
    assert redacted == {
        "rows": [
            {
                "phone": "<phone_1>",
                "mobile": "<phone_1_2>",
                "contact_name": "<person_1>",
                "dob": "<birth_date_1>",
                "amount": 4155552671,
                "note": "ok",
            }
        ]
    }
    assert restore_json(redacted, ledger.vault) == {"rows": [row]}


@pytest.mark.parametrize(
    "stored",
    [{}, {"version": 2, "entries": []}, {"version": 1}, {"version": 1, "entries": [{"kind": "jane@example.com"}]}],
)
def test_an_unreadable_vault_is_refused_without_quoting_it(stored: dict[str, object]) -> None:
    with pytest.raises(UnreadableVault) as refusal:
        Vault.from_dict(stored)
    assert "jane" not in str(refusal.value)
