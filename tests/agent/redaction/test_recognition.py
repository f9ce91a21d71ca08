"""What counts as personal data and what is business."""

from __future__ import annotations

import pytest

from agent.redaction import Kind, Vault, redact


def kinds_in(text: str) -> list[Kind]:
    return [span.kind for span in redact(text, Vault()).spans]


@pytest.mark.parametrize(
    "text",
    [
        "jane at example dot com",
        "jane [at] example [dot] com",
        "jane(at)example.com",
        "jane @ example . com",
        "jane@\nexample.com",
        "jane\n@example.com",
        "j a n e @ e x a m p l e . c o m",
        "jane%40example.com",
        "jane&#64;example.com",
        "jane.roe+crm@sub.example.co.uk",
        "jane dot roe at example dot co dot uk",
        "JANE@EXAMPLE.COM",
        "josé@exämple.de",
        "jane@localhost",
        "jane＠example．com",
        "jane@exam\u200bple.com",
    ],
)
def test_an_address_is_one_address_however_it_is_written(text: str) -> None:
    redacted = redact(f"Reply to {text}, thanks.", Vault())
    assert redacted.text == "Reply to <email_1>, thanks."


def test_spellings_of_one_address_are_variants_of_one_placeholder() -> None:
    redacted = redact("jane@example.com, Jane@Example.com, jane at example dot com, bob@example.com", Vault())
    assert redacted.text == "<email_1>, <email_1_2>, <email_1_3>, <email_2>"


@pytest.mark.parametrize(
    "text",
    [
        "look at example.com",
        "meet at noon",
        "5 @ 4.50 USD",
        "demo @ 3pm",
        "arrive at Acme. In May we close",
        "ask @channel",
        "$1,250,000.00",
        "1.250.000,00 €",
        "2025-03-14",
        "12.03.2025",
        "03/04/2025 - 05/06/2025",
        "01.02.25-03.04.25",
        "10:30-11:45",
        "2025Q2",
        "FY2025/26",
        "35.5%",
        "INV-2025-00123",
        "#48213",
        "TCK-48213",
        "order 4155552671",
        "PO number 4502212345",
        "ISBN 9780306406157",
        "4155552671 USD",
        "12 345 678 units",
        "v1.2.3.4",
        "version 10.0.19041.1",
        "ratio 4:3:2",
        "550e8400-e29b-41d4-a716-446655440000",
        "order 4111111111111111",
        "1234567812345678",
        "counts 4194 13628 3436",
        "the password is required",
        "password reset",
        "token count: 512",
        "her birthday party",
        "born in a garage",
        "account 42",
        "account number of seats",
        "since 2025-03-14",
        "the road to 5 deals on Main Street",
        "20 new deals in the street campaign",
        "https://example.com/pricing?seats=250",
        "GTX-4000",
        "MG Advanced",
        "call volume 120 450 300",
        "Hi team, thanks all,",
        "Dear customer,",
        "ssn field is empty",
        "Account: Globex",
        "a 1-800 campaign",
        "9999 leads",
        "win rate +3.25 pp",
    ],
)
def test_business_text_stays(text: str) -> None:
    assert redact(text, Vault()).text == text


@pytest.mark.parametrize(
    "text",
    [
        "(415) 555-2671",
        "415.555.2671",
        "4155552671",
        "+1 415 555 2671",
        "001-415-555-2671x123",
        "(123)456-7890",
        "+49 (0)30 1234567",
        "030/1234567",
        "0049 30 1234567",
        "01 23 45 67 89",
        "01.23.45.67.89",
        "020 7946 0958",
        "07911 123456",
        "98765 43210",
        "+91-98765-43210",
        "+49 30\n1234567",
        "+1 (415) 555‑2671 ext. 12",
        "+44 (0) 20 7946 0958",
        "+99 1234 56789",
    ],
)
def test_a_telephone_number_is_hidden_whole(text: str) -> None:
    assert redact(f"reach them under {text} today", Vault()).text == "reach them under <phone_1> today"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("phone: 555-0134", Kind.PHONE),
        ("call Anna on 555-0134", Kind.PHONE),
        ("Tel. 12 34 56", Kind.PHONE),
        ("DOB 12.03.1984", Kind.BIRTH_DATE),
        ("né le 3 mai 1984", Kind.BIRTH_DATE),
        ("data di nascita: 03/05/1984", Kind.BIRTH_DATE),
        ("Geburtsdatum 3. Mai 1984", Kind.BIRTH_DATE),
        ("born on May 3rd, 1984", Kind.BIRTH_DATE),
        ("passport no. AB1234567", Kind.NATIONAL_ID),
        ("SSN 123 45 6789", Kind.NATIONAL_ID),
        ("Steuer-ID: 12 345 678 901", Kind.NATIONAL_ID),
        ("codice fiscale RSSMRA85T10A562S", Kind.NATIONAL_ID),
        ("account #C-1789503", Kind.ACCOUNT_NUMBER),
        ("account number is 0012345678", Kind.ACCOUNT_NUMBER),
        ("Kontonummer 1234567", Kind.ACCOUNT_NUMBER),
        ("sort code 12-34-56", Kind.ACCOUNT_NUMBER),
        ("employee id: 48213", Kind.ACCOUNT_NUMBER),
        ("IBAN: DE00 1234 5678 9012 3456 78", Kind.IBAN),
        ("card number 1234 5678 9012 3456", Kind.CARD),
        ("cvv 123", Kind.CARD),
        ("password: x9!", Kind.SECRET),
        ("Passwort ist Sommer24", Kind.SECRET),
        ("mot de passe : azerty1", Kind.SECRET),
        ("aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCY", Kind.SECRET),
        ('"api_key": "a1b2c3d4e5f6"', Kind.SECRET),
        ("pin is 4821", Kind.SECRET),
        ("Authorization: Basic dXNlcjpwYXNz", Kind.SECRET),
        ("postgresql://bob:s3cret@db.internal/x", Kind.SECRET),
        ("https://h/x?token=abcdef123", Kind.SECRET),
        ("https://hooks.slack.com/services/T0000/B0000/xyzxyz", Kind.SECRET),
        ("credentials: admin / hunter2", Kind.SECRET),
        ("linkedin.com/in/jane-roe", Kind.LINK),
        ("https://x.com/janeroe", Kind.LINK),
        ("https://example.com/p?name=jane", Kind.LINK),
        ("telegram: @janeroe", Kind.LINK),
        ("378282246310005", Kind.CARD),
        ("3782 822463 10005", Kind.CARD),
        ("078-05-1120", Kind.NATIONAL_ID),
        ("GB82 WEST 1234 5698 7654 32", Kind.IBAN),
        ("10.0.0.1", Kind.IP_ADDRESS),
        ("2001:db8::1", Kind.IP_ADDRESS),
        ("00:1A:2B:3C:4D:5E", Kind.IP_ADDRESS),
        ("221B Baker Street, London NW1 6XE", Kind.STREET_ADDRESS),
        ("Hauptstraße 12, 10115 Berlin", Kind.STREET_ADDRESS),
        ("P.O. Box 1234", Kind.STREET_ADDRESS),
        ("12 rue de la Paix, 75002 Paris", Kind.STREET_ADDRESS),
        ("123 Smith Crossing Apt. 12\nNorth James, WY 12345", Kind.STREET_ADDRESS),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----", Kind.SECRET),
    ],
)
def test_each_kind_is_told(text: str, kind: Kind) -> None:
    redacted = redact(text, Vault())
    assert [span.kind for span in redacted.spans] == [kind]
    assert sum(c.isdigit() for c in redacted.text) <= 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mr. Schmidt called", "Mr. <person_1> called"),
        ("Frau Dr. van den Berg", "Frau Dr. <person_1>"),
        ("Dear Maria,\nsee below.\nBest regards,\nJohn Roe", "Dear <person_1>,\nsee below.\nBest regards,\n<person_2>"),
        ("Jane Roe <jane@example.com>", "<person_1> <<email_1>>"),
        ("my name is Jane Roe.", "my name is <person_1>."),
    ],
)
def test_a_name_the_text_introduces_is_hidden_though_nobody_knows_it(text: str, shown: str) -> None:
    assert redact(text, Vault()).text == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("415-555-2671/415-555-2672", "<phone_1>/<phone_2>"),
        ("415-555-2671 2025-03-14", "<phone_1> 2025-03-14"),
        ("GB82 WEST 1234 5698 7654 32 or NL91ABNA0417164300", "<iban_1> or <iban_2>"),
        ("4111 1111 1111 1111 5500 0000 0000 0004", "<card_1> <card_2>"),
        ("(10.0.0.1)", "(<ip_address_1>)"),
        ("(phone: 555-0134)", "(phone: <phone_1>)"),
        ("passcode 4821", "passcode <secret_1>"),
    ],
)
def test_neighbours_are_told_apart(text: str, shown: str) -> None:
    assert redact(text, Vault()).text == shown


def test_what_one_sighting_leaves_of_another_stays_hidden() -> None:
    redacted = redact("password: jane@example.com/4155552671", Vault())
    assert redacted.text == "password: <secret_1>"
