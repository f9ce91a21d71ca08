"""Bank accounts (IBAN) and payment cards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from agent.redaction.kinds import Kind, Sighting
from agent.redaction.rules import Rule

_IBAN = Rule(r"(?<![^\W_])[A-Z]{2}\d{2}(?:[\s.-]{0,2}[A-Z0-9]){11,30}", re.IGNORECASE)
_LABELLED_IBAN = Rule(
    r"\bIBAN(?:\s(?:is|number"
    r"|no\.?))*[\s:=#]{1,3}(?P<value>[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?)(?!\w)",
    re.IGNORECASE,
    needs="iban",
)
_CARD = Rule(r"(?<![\w+$€£¥₹])(?<!\d[.,-])\d(?:[\s.-]{0,2}\d){12,18}(?![\w%])(?![.,-]\d)")
_LABELLED_CARD = Rule(
    r"\b(?:credit|debit|visa|master\s?card|amex|american express|payment|kredit|bank)?[\s-]?(?:card|karte)"
    r"(?:\s?(?:number|no\.?|nr\.?|\#))?(?:\s(?:is|ending))?[\s:=#]{1,3}(?P<value>\d(?:[ -]?\d){11,18})(?!\d)",
    re.IGNORECASE,
    needs="card karte",
)
_CVV = Rule(
    r"\b(?:cvv2?|cvc2?|cid|card security code)(?:\s(?:is|code))?[\s:=#]{1,3}(?P<value>\d{3,4})(?!\d)",
    re.IGNORECASE,
    needs="cvv cvc cid security",
)
# Issuer prefixes with their lengths (ISO/IEC 7812 as published by the card schemes).
_ISSUER = Rule(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:2(?:2[1-9]|[3-9]\d)|[3-6]\d\d|7(?:[01]\d|20))\d{12}|3[47]\d{13}"
    r"|3(?:0[0-59]|[689]\d)\d{11}|6(?:011|4[4-9]\d|5\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}"
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{8,15}|(?:508|60|65|81|82)\d{13,14}|(?:2131|1800)\d{11}"
)
_ORDER_LABEL = Rule(
    r"(?:order|invoice|po|ticket|case|ref|reference|tracking|shipment|isbn|ean|gtin|sku|serial|batch|trace|span)"
    r"\.?\s?(?:number|no|nr|id|\#)?\.?[\s:=\#-]{0,3}$",
    re.IGNORECASE,
)


def find_financial(text: str, lowered: str) -> Iterator[Sighting]:
    """IBANs with a right check digit, cards of a known issuer that pass Luhn, and both when labelled."""
    for start, end in _runs(_IBAN, _iban_end, text):
        yield _sighting(text, start, end, Kind.IBAN)
    for match in _LABELLED_IBAN.matches(text, lowered):
        yield _sighting(text, *match.span("value"), Kind.IBAN)
    for start, end in _runs(_CARD, _card_end, text):
        if not _ORDER_LABEL.search(text[max(0, start - 30) : start]):
            yield _sighting(text, start, end, Kind.CARD)
    for rule in (_LABELLED_CARD, _CVV):
        for match in rule.matches(text, lowered):
            yield _sighting(text, *match.span("value"), Kind.CARD)


def _runs(rule: Rule, end_of: Callable[[re.Match[str]], int | None], text: str) -> Iterator[tuple[int, int]]:
    """Numbers in text; a run of groups may hold one number and the beginning of the next."""
    match = rule.search(text)
    while match:
        end = end_of(match)
        if end is not None:
            yield match.start(), end
        match = rule.search(text, match.start() + 4 if end is None else end)


def _sighting(text: str, start: int, end: int, kind: Kind) -> Sighting:
    return Sighting(start, end, kind, re.sub(r"[^0-9A-Z]", "", text[start:end].upper()))


def _iban_end(match: re.Match[str]) -> int | None:
    """The end of the longest prefix that is an IBAN of its country; the words behind it are not part of it."""
    ends = [i + 1 for i, c in enumerate(match.group()) if c.isalnum()]
    compact = re.sub(r"[^0-9A-Z]", "", match.group().upper())
    if not compact.isascii() or sum(c.isdigit() for c in compact) < 6:
        return None
    for length in range(min(34, len(compact)), 14, -1):
        if _mod_97(compact[:length]) == 1 and _is_iban(compact[:length]):
            return match.start() + ends[length - 1]
    return None


def _mod_97(iban: str) -> int:
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97


def _is_iban(compact: str) -> bool:
    from stdnum import iban

    return bool(iban.is_valid(compact, check_country=False))


def _card_end(match: re.Match[str]) -> int | None:
    """The end of the longest prefix, cut between groups, that is a card number."""
    shown = match.group()
    cuts = [len(shown)] + [found.start() for found in reversed(list(re.finditer(r"\s", shown)))]
    for cut in cuts:
        digits = re.sub(r"\D", "", shown[:cut])
        groups = tuple(len(group) for group in re.findall(r"\d+", shown[:cut]))
        if _ISSUER.fullmatch(digits) and _is_grouped_like_a_card(groups) and _passes_luhn(digits):
            return match.start() + cut
    return None


def _is_grouped_like_a_card(groups: tuple[int, ...]) -> bool:
    """Fours with a shorter rest, 4-6-5 and 4-6-4, or even groups; a row of counts is grouped at random."""
    if len(groups) == 1 or groups[:2] == (4, 6):
        return True
    return len(set(groups[:-1])) == 1 and groups[0] in {1, 2, 4, 8} and groups[-1] <= groups[0]


def _passes_luhn(digits: str) -> bool:
    from stdnum import luhn

    return bool(luhn.is_valid(digits))
