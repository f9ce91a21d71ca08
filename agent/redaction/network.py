"""Addresses of machines: IPv4, IPv6 and MAC."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.redaction.kinds import Kind, Sighting
from agent.redaction.rules import Rule

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = Rule(rf"(?<![\w.])(?:{_OCTET}\.){{3}}{_OCTET}(?![\w]|\.\d)")
_IPV6 = Rule(
    r"(?<![\w:.])(?=[0-9a-f:]*:[0-9a-f:]*:)[0-9a-f:]{2,39}(?:\.\d{1,3}\.\d{1,3}\.\d{1,3})?(?![\w:])", re.IGNORECASE
)
_MAC = Rule(r"(?<![\w:-])[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?![\w:-])", re.IGNORECASE)
_VERSION = Rule(r"(?:\bv|version|release|build|firmware|section|chapter|clause|rev\.?)\s?[:=]?\s?$", re.IGNORECASE)


def find_network(text: str, lowered: str) -> Iterator[Sighting]:
    """IP and MAC addresses in cleaned text; version numbers and times are not among them."""
    for match in _IPV4.matches(text, lowered):
        if not _VERSION.search(text[max(0, match.start() - 12) : match.start()]):
            yield _sighting(text, *match.span())
    if text.count(":") < 2 and text.count("-") < 5:
        return
    for match in _MAC.matches(text, lowered):
        yield _sighting(text, *match.span())
    for match in _IPV6.matches(text, lowered):
        if _is_ipv6(match.group()):
            yield _sighting(text, *match.span())


def _is_ipv6(shown: str) -> bool:
    if shown.strip(":") == "" or not any(c.isdigit() for c in shown):
        return False
    from ipaddress import AddressValueError, IPv6Address

    try:
        IPv6Address(shown)
    except AddressValueError:
        return False
    return True


def _sighting(text: str, start: int, end: int) -> Sighting:
    return Sighting(start, end, Kind.IP_ADDRESS, text[start:end].lower())
