"""What is hidden, what a name belongs to, and where something was seen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

RedactedText = NewType("RedactedText", str)
"""Text that went through redaction; what leaves for a model, a trace or a log is of this type."""


class Kind(StrEnum):
    """Type of a placeholder. `TEXT` is no personal data: it carries what looked like a placeholder already."""

    PERSON = "person"
    ACCOUNT = "account"
    EMAIL = "email"
    PHONE = "phone"
    IBAN = "iban"
    CARD = "card"
    ACCOUNT_NUMBER = "account_number"
    NATIONAL_ID = "national_id"
    BIRTH_DATE = "birth_date"
    STREET_ADDRESS = "street_address"
    IP_ADDRESS = "ip_address"
    LINK = "link"
    SECRET = "secret"  # noqa: S105 - the name of a kind, not a secret
    TEXT = "text"


NEUTRAL_WORDS: dict[Kind, str] = {
    Kind.PERSON: "a contact",
    Kind.ACCOUNT: "a company",
    Kind.EMAIL: "an e-mail address",
    Kind.PHONE: "a phone number",
    Kind.IBAN: "a bank account",
    Kind.CARD: "a card number",
    Kind.ACCOUNT_NUMBER: "an account number",
    Kind.NATIONAL_ID: "an identity number",
    Kind.BIRTH_DATE: "a date of birth",
    Kind.STREET_ADDRESS: "an address",
    Kind.IP_ADDRESS: "an IP address",
    Kind.LINK: "a link",
    Kind.SECRET: "a secret",
    Kind.TEXT: "a word",
}
"""What stands in the place of a value its reader may not see."""

# Where two sightings cross, the kind further to the left keeps the shared characters.
PRECEDENCE: dict[Kind, int] = {
    kind: rank
    for rank, kind in enumerate(
        (
            Kind.SECRET,
            Kind.EMAIL,
            Kind.LINK,
            Kind.IBAN,
            Kind.CARD,
            Kind.NATIONAL_ID,
            Kind.BIRTH_DATE,
            Kind.ACCOUNT_NUMBER,
            Kind.PHONE,
            Kind.IP_ADDRESS,
            Kind.STREET_ADDRESS,
            Kind.PERSON,
            Kind.ACCOUNT,
            Kind.TEXT,
        )
    )
}


@dataclass(frozen=True, slots=True, order=True)
class RecordRef:
    """A record of the workspace: its kind (`contact`, `lead`, `user`, `account` ...) and id."""

    kind: str
    id: int | str


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something found at `text[start:end]`.

    Attributes:
        kind: None for a name that is linked to its record but stays readable.
        key: what makes two sightings the same thing: the folded address, the digits, the record.
        records: the records it may stand for; more than one when the name is shared.
    """

    start: int
    end: int
    kind: Kind | None
    key: str
    records: tuple[RecordRef, ...] = ()
