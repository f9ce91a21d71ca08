"""Telephone numbers, told apart from dates, amounts, order numbers and other long numbers.

Validity comes from libphonenumber's metadata (the `phonenumbers` package), loaded at the first candidate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from agent.redaction.kinds import Kind, Sighting
from agent.redaction.rules import Rule

REGIONS = ("US", "GB", "DE", "FR", "IN", "ES", "IT", "NL", "AU", "CH", "AT", "BR", "JP", "SG", "ZA", "AE", "IE", "SE")
"""Regions whose national forms are read, the most frequent first."""

_CANDIDATE = Rule(
    r"(?<![\w$€£¥₹#%/=])(?<![\w][.,:-])(?<!\w-)"
    r"(?:\+\s?|00\s?(?=[1-9]))?\(?\d(?:[\d()]|[ \t.\-/]{1,3}(?=[\d(])|\s?-\s?(?=\d)|[ \t]?\n[ \t]?(?=[\d(])){5,26}"
    r"(?:\s?(?:x|ext\.?|extension|#|Durchwahl)\s?:?\s?\d{1,6})?(?![\w%€$£¥₹])(?![.,:/-]\d)",
    re.IGNORECASE,
)
_LABEL = Rule(
    r"(?:phone|ph|tel|telephone|telefon|tél|teléfono|telefono|mobile|mob|mobil|handy|móvil|cell|cellular|celular|fax"
    r"|whats ?app|sms|text(?: him| her| them| me)?|dial|hotline|direct line|landline|extension"
    r"|(?:call|ring)(?:ed|ing)?(?:(?: \w+){0,3} (?:on|at|via|under)|(?: \w+){0,2}(?=:))?)\.?"
    r"(?:\s?(?:number|no|nr|num|\#)\.?)?(?:\s?\(\w+\))?(?:\s(?:is|at|on|under|with|to|me|him|her|them|back|us|via))*"
    r"[\s:=\"'(|-]{0,4}$",
    re.IGNORECASE,
)
_OTHER_LABEL = Rule(
    r"(?:order|invoice|inv|rechnung|po|p\.o\.|purchase order|ticket|case|sku|ref|reference|quote|deal|opportunity|opp"
    r"|contract|batch|serial|part|item|product|model|tracking|shipment|isbn|ean|gtin|upc|build|version|id|record|row"
    r"|zip|revenue|amount|total|value|budget|price|usd|eur|gbp|inr|chf|jpy|aud|cad|rs|\$|€|£|₹)"
    r"\.?\s?(?:number|no|nr|num|id|\#)?\.?(?:\s(?:is|of|was))?[\s:=\"'(\#-]{0,4}$",
    re.IGNORECASE,
)
_UNIT = Rule(
    r"\s?(?:%|percent|k\b|m\b|mn\b|bn\b|million|billion|lakh|crore|usd|eur|gbp|inr|chf|jpy|dollars?|euros?|pounds?|rupees?"
    r"|units?|licen[cs]es|seats?|users|deals?|leads?|rows|records|days|hours|ms\b|bytes|[kmg]b\b|€|\$|£)",
    re.IGNORECASE,
)
_DATE = Rule(
    r"(?<!\d)(?<!\d\.)(?:(?:19|20)\d\d([-./ ])(?:0?[1-9]|1[0-2])\1(?:[0-2]?\d|3[01])"
    r"|(?:[0-2]?\d|3[01])([-./])(?:[0-2]?\d|3[01])\2(?:(?:19|20)\d\d|\d\d)(?!\2\d)"
    r"|(?:19|20)\d\d\s?[-/]\s?(?:19|20)?\d\d|(?:[01]?\d|2[0-3])[:.][0-5]\d\s?-\s?(?:[01]?\d|2[0-3])[:.][0-5]\d)(?!\d)"
)
_DOTTED_QUAD = Rule(r"\(?(?:[0-2]?\d?\d\.){3}[0-2]?\d?\d\)?")
_NANP = Rule(r"(?:1[ .-]?)?(?:\([2-9]\d\d\)[ .-]?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]?\d{4}|1?[2-9]\d\d[2-9]\d{6}")
_SHAPED = Rule(r"(?:(?:00)?1[ .-]?)?(?:\(\d{3}\)\s?\d{3}[ .-]\d{4}|\d{3}([-.])\d{3}\1\d{4})")
_SEVERAL = Rule(r"\n|\d{4}\s?/\s?\+?\(?\d{3}[-. )]")
_INSIDE = Rule(r"(?<!\d)(?:\+?1[ .-]?)?(?:\(\d{3}\)\s?|\d{3}[-.])\d{3}[-.]\d{4}(?!\d)")
_INDIA = Rule(r"[6-9]\d{4}[ -]?\d{5}")
_IN_PAIRS = Rule(r"[679]\d\d(?:[ .-]\d\d){3}")
_THOUSANDS = Rule(r"\d{1,3}(?:[ .]\d{3})+")


def find_phones(text: str, lowered: str, regions: tuple[str, ...] = REGIONS) -> Iterator[Sighting]:
    """Telephone numbers in cleaned text: international, national with trunk prefix or in a usual grouping, labelled.

    A number after a label ("phone", "call her on") is hidden in any plausible shape, also when it is not valid.
    """
    for match in _CANDIDATE.matches(text, lowered):
        for begin, finish in _pieces(text, *match.span()):
            start, end = _without_loose_brackets(text, begin, finish)
            key = _phone(text, start, end, regions)
            if key is not None:
                yield Sighting(start, end, Kind.PHONE, key)
                continue
            for inner in _INSIDE.matches(text[start:end], lowered):
                yield Sighting(start + inner.start(), start + inner.end(), Kind.PHONE, re.sub(r"\D", "", inner.group()))


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The candidate as a whole when it is one number written over two lines, else line by line."""
    shown = text[start:end]
    if not _SEVERAL.search(shown) or (
        shown.startswith("+") and len(re.sub(r"\D", "", shown)) <= 14 and shown.count("\n") == 1
    ):
        yield start, end
        return
    for line in re.finditer(r"(?:(?!\s?/\s?\+?\(?\d{3}[-. )]|\n).)+", shown):
        stripped = line.group().strip(" \t-./")
        if len(stripped) >= 6:
            offset = start + line.start() + line.group().index(stripped)
            yield offset, offset + len(stripped)


def _without_loose_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without a bracket that opened before the number or closes after it."""
    shown = text[start:end]
    if shown.startswith("(") and ")" not in shown:
        start += 1
    if shown.endswith(")") and shown.count(")") > shown.count("("):
        end -= 1
    return (start + 1, end - 1) if re.fullmatch(r"\([^()]*\)", text[start:end]) else (start, end)


def _phone(text: str, start: int, end: int, regions: tuple[str, ...]) -> str | None:
    shown = text[start:end]
    number = re.split(r"\s?(?:x|ext|extension|#|durchwahl)", shown, maxsplit=1, flags=re.IGNORECASE)[0]
    digits = re.sub(r"\D", "", number)
    international = number.startswith(("+", "00"))
    if not 6 <= len(digits) <= 15 + 2 * number.startswith("00"):
        return None
    before = text[max(0, start - 40) : start]
    labelled = _LABEL.search(before) is not None
    if not labelled and (_OTHER_LABEL.search(before) or _UNIT.match(text, end)):
        return None
    if not international and (_DATE.search(number) or _DOTTED_QUAD.fullmatch(number)):
        return None
    if international:
        return _international(number, digits, labelled=labelled)
    if labelled:
        return _valid(number, regions) or digits
    return _national(number, digits, regions)


def _international(number: str, digits: str, *, labelled: bool) -> str | None:
    plus = "+" + (digits[2:] if number.startswith("00") else digits)
    valid = _parsed(plus, None)
    if valid:
        return valid
    # Fictional and newly opened ranges fail the metadata; a plus sign and a length of a number are enough,
    # unless it reads like a change in thousands ("+1 200 000").
    possible = 10 <= len(plus) - 1 <= 15 and not _THOUSANDS.fullmatch(number.lstrip("+ "))
    shaped = _SHAPED.fullmatch(number) is not None
    return plus if possible and (number.startswith("+") or labelled or shaped) else None


def _national(number: str, digits: str, regions: tuple[str, ...]) -> str | None:
    """A number without plus and label: only in shapes that amounts, ids and dates do not take."""
    bare = number.strip("() ")
    if _NANP.fullmatch(number.strip()) or _NANP.fullmatch(bare):
        north_american = tuple(region for region in regions if region in {"US", "CA"})
        if valid := _valid(number, north_american):
            return valid
    if _SHAPED.fullmatch(number.strip()) or _SHAPED.fullmatch(bare):
        # Nothing else is written like this; fictional numbers are not in the metadata.
        return digits
    if _INDIA.fullmatch(bare) and "IN" in regions:
        return _valid(number, ("IN",))
    if digits.startswith("0") and 9 <= len(digits) <= 12:
        return _valid(number, tuple(region for region in regions if region not in {"US", "CA"}))
    if _IN_PAIRS.fullmatch(bare):
        return _valid(number, regions)
    return None


def _valid(number: str, regions: tuple[str, ...]) -> str | None:
    for region in regions:
        if key := _parsed(number, region):
            return key
    return None


@lru_cache(maxsize=4096)
def _parsed(number: str, region: str | None) -> str | None:
    """The number in E.164 form when it is valid in the region, else None."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return f"+{parsed.country_code}{phonenumbers.national_significant_number(parsed)}"
