"""Street addresses in the usual English, German, French, Spanish, Italian and Dutch forms.

Only forms with a house number count, so that "the road to Q3" and "5 drives" stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.redaction.kinds import Kind, Sighting
from agent.redaction.rules import Rule

_UP = r"[A-ZÀ-ÖØ-Þ]"
_NAME = rf"{_UP}[\w'.-]*"
_TOWN = rf"{_UP}[a-zà-ÿ'.-]+(?!\w)"
_US_TAIL = (
    r"(?:,?\s(?:Apt|Apartment|Suite|Ste|Unit|Floor|Fl|Flat|Room|Rm|\#)\.?\s?\#?[A-Za-z0-9-]{1,6})?"
    r"(?:,?\s\d{1,3}(?:st|nd|rd|th)\s(?:Floor|Fl))?"
    rf"(?:,\s{{0,2}}{_TOWN}(?:\s{_TOWN}){{0,2}})?"
    r"(?:,?\s{0,2}(?:[A-Z]{2}\s\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]{2,3}\s\d{4}))?(?!\w)"
)
_ENGLISH = Rule(
    r"(?<![\w$€£.,/-])\d{1,5}(?:-\d{1,5})?[A-Za-z]?,?\s(?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\.?\s)?"
    rf"(?:(?:{_NAME}|\d{{1,3}}(?:st|nd|rd|th))\s){{1,4}}"
    r"(?:Street|St|Avenue|Ave|Av|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Ter|Way"
    r"|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Crescent|Cres|Close|Gardens|Grove|Row|Mews|Quay|Broadway|Trail|Alley|Nagar|Marg)"
    rf"(?![\w-])\.?(?:\s(?:N|S|E|W|NE|NW|SE|SW)\b\.?)?{_US_TAIL}",
    needs=(
        "st ave av rd road blvd boulevard lane ln drive dr court ct place pl sq ter way parkway pkwy highway "
        "hwy cir cres close gardens grove row mews quay broadway trail alley nagar marg"
    ),
)
_WITH_ZIP = Rule(
    rf"(?<![\w$€£.,/-])\d{{1,6}}\s(?:{_NAME}\s?){{1,5}}(?:(?:Apt|Apartment|Suite|Ste|Unit|Floor|\#)\.?\s?\#?[A-Z0-9-]{{1,6}})?"
    rf"\s?[,\n]\s?{_TOWN}(?:\s{_TOWN}){{0,2}},\s[A-Z]{{2}}\s\d{{5}}(?:-\d{{4}})?(?!\w)",
    needs=",",
)
_LOWER = Rule(
    r"(?<![\w$€£.,/-])\d{1,5}[a-z]?\s(?!(?:deals?|leads?|days?|weeks?|months?|years?|hours?|reps?|more|of|on|in|at|to|the|and"
    r"|for|from|percent|k|m)\b)[a-z']{3,15}(?:\s(?!on|the|in|of|at|to|and|for|our)[a-z']{3,15})?\s(?:street|avenue|boulevard|terrace|crescent)\b",
    needs="street avenue boulevard terrace crescent",
)
_BROADWAY = Rule(rf"(?<![\w$€£.,/-])\d{{1,5}}\sBroadway(?![\w-]){_US_TAIL}", needs="broadway")
_GERMAN = Rule(
    rf"(?<!\w)(?:{_UP}[\w.-]*\s)?{_UP}?[\w-]*(?:straße|strasse|str\.|Straße|Strasse|Str\.|weg|Weg|platz|Platz|allee|Allee|gasse|Gasse"
    r"|damm|Damm|ufer|Ufer|straat|laan|gracht|kade|plein|vägen|gatan|vej|gade)\s\d{1,4}\s?[a-zA-Z]?(?!\w)"
    rf"(?:,?\s{{1,2}}(?:[A-Z]{{1,2}}-)?\d{{4,5}}(?:\s[A-Z]{{2}})?\s{_NAME}(?:\s(?:am|an der|im)\s{_NAME})?)?",
    needs="straße strasse str. weg platz allee gasse damm ufer straat laan gracht kade plein vägen gatan vej gade",
)
_ROMANCE = Rule(
    r"(?<![\w$€£])(?:\d{1,4},?\s?(?:bis\s|ter\s)?(?i:rue|avenue|boulevard|bd|place|chemin|impasse|allée|quai|cours|route)\s"
    rf"(?:(?:de|du|des|la|le|les|d'|l')\s?){{0,3}}{_NAME}(?:[\s-]{_NAME}){{0,3}}"
    r"|(?:Calle|Carrer|Av\.|C/|Avenida|Avda\.?|Paseo|Plaza|Via|Viale|Piazza|Corso|Rua|Largo|Praça)\s"
    rf"(?:(?:de|del|della|dei|di|da|do|dos|la|las|los|el)\s){{0,3}}{_NAME}(?:\s(?:(?:de|y|e)\s)?{_NAME}){{0,3}},?\s(?:n[º°o.]{{0,2}}\s?)?\d{{1,4}}[a-zA-Z]?)"
    rf"(?:,?\s{{1,2}}\d{{4,5}}(?:-\d{{3}})?\s{_NAME}(?:\s{_NAME})?)?(?!\w)",
    needs=(
        "rue avenue boulevard bd place chemin impasse allée quai cours route calle carrer av. c/ avenida avda "
        "paseo plaza "
        "via piazza corso rua largo praça"
    ),
)
_BOX = Rule(
    r"\b(?:P\.?\s?O\.?\s?Box|Post Office Box|Postfach)\s?\#?\d[\d ]{1,8}\d(?:,\s\w+,?\s[A-Z]{2}\s\d{5})?",
    re.IGNORECASE,
    needs="box postfach",
)
_UK_POSTCODE = Rule(
    r"(?:,\s|\b(?:postcode|post code|postal code|zip(?: code)?)\s?(?:is|:)?\s?)"
    r"(?P<value>[A-Z]{1,2}\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{2}|\d{5}-\d{4})(?!\w)",
    re.IGNORECASE,
)
_RULES = (_ENGLISH, _WITH_ZIP, _LOWER, _BROADWAY, _GERMAN, _ROMANCE, _BOX)
_NUMBER_WORD = Rule(r"\d{1,5}(?:-\d+)?\s(?:Q[1-4]|FY|New|Open|Closed|Won|Lost|Deals?|Leads?)\b")


def find_addresses(text: str, lowered: str) -> Iterator[Sighting]:
    """Street addresses with house number, post boxes and postcodes behind a comma or label, in cleaned text."""
    for rule in _RULES:
        for match in rule.matches(text, lowered):
            if not _NUMBER_WORD.match(match.group()):
                yield _sighting(text, *match.span())
    for match in _UK_POSTCODE.matches(text, lowered):
        yield _sighting(text, *match.span("value"))


def _sighting(text: str, start: int, end: int) -> Sighting:
    end = start + len(text[start:end].rstrip(" ,"))
    return Sighting(start, end, Kind.STREET_ADDRESS, re.sub(r"[\W_]+", " ", text[start:end].casefold()).strip())
