"""Keys under which a record is found by its address, number or domain, however these were written.

A key is a digest: whoever reads the index alone reads no address.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

_ADDRESS = re.compile(r"^([^@\s]+)@([^@\s]+\.[a-z0-9-]{2,})$")
_EXTENSION = re.compile(r"\s*(?:ext\.?|extension|x|#|durchwahl|dw)\s*\.?\s*\d{1,6}\s*$", re.IGNORECASE)
_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_FEWEST_DIGITS, _TAIL = 7, 8


@dataclass(frozen=True, slots=True)
class Traits:
    """What keys are made of, as it is stored or was said."""

    email: str | None = None
    phone: str | None = None
    domain: str | None = None


def mail_of(email: str | None) -> tuple[str, str] | None:
    """(mailbox, domain) without what does not count: case, what follows a plus, dots in Gmail addresses."""
    met = _ADDRESS.match((email or "").strip(" <>;,'\"").lower().removeprefix("mailto:"))
    if met is None:
        return None
    box, domain = met[1].partition("+")[0], met[2]
    if domain in _GMAIL:
        box, domain = box.replace(".", ""), "gmail.com"
    return (box, domain) if box else None


def domain_of(domain: str | None) -> str:
    """`acme.com` of `https://www.acme.com/about`; empty where it is none."""
    bare = re.sub(r"^[a-z]+://", "", (domain or "").strip().lower())
    bare = re.sub(r"^www\d?\.", "", re.split(r"[/:?#]", bare)[0])
    return bare if "." in bare else ""


def tail_of(phone: str | None) -> str:
    """The last digits of a number, which are the same with and without codes of country and area."""
    digits = re.sub(r"\D", "", _EXTENSION.sub("", phone or ""))
    return digits[-_TAIL:] if len(digits) >= _FEWEST_DIGITS else ""


def keys_of(traits: Traits) -> Iterator[str]:
    mail, domain, tail = mail_of(traits.email), domain_of(traits.domain), tail_of(traits.phone)
    if mail is not None:
        yield mail_key(*mail)
        yield domain_key(mail[1])
    if domain and (mail is None or domain != mail[1]):
        yield domain_key(domain)
    if tail:
        yield phone_key(tail)


def mail_key(box: str, domain: str) -> str:
    return _key("e", f"{box}@{domain}")


def domain_key(domain: str) -> str:
    return _key("d", domain)


def phone_key(tail: str) -> str:
    return _key("p", tail)


def _key(mark: str, text: str) -> str:
    return f"{mark}{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"
