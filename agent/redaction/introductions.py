"""Persons the CRM does not know, where the text itself says that a name follows: titles, greetings, signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.redaction.kinds import Kind, Sighting
from agent.redaction.words import WORD, fold, listed

_NAME = r"[A-ZÀ-ÖØ-ÞĀ-Ž][^\W\d_]+(?:['-][^\W\d_]+)*"
_PARTICLE = r"(?:(?:de|del|della|der|den|di|da|van|von|la|le|bin|al)\s){0,3}"
_NAMES = rf"(?P<name>{_NAME}(?:\s(?:[A-Z]\.\s)?{_PARTICLE}{_NAME}){{0,2}})"
_TWO_NAMES = rf"(?P<name>{_NAME}(?:\s(?:[A-Z]\.\s)?{_PARTICLE}{_NAME}){{1,2}})"

_TITLE = re.compile(
    rf"(?<!\w)(?:Mrs?|Ms|Mx|Miss|Dr|Prof|Herrn?|Frau|Mme|Mlle|Señora?|Srta?|Sra|Sig|Signora?|Monsieur|Madame)\.?\s{_NAMES}"
)
_GREETING = re.compile(
    r"(?:^|[\n\"':|])\s{0,4}(?:Hi|Hello|Hey|Dear|Hallo|Bonjour|Hola|Ciao|Liebe|Lieber|Cher|Chère|Estimad[oa]"
    rf"|Good (?:morning|afternoon|evening)),?\s{_NAMES}(?=\s{{0,2}}[,!:\n-])"
)
_SIGNATURE = re.compile(
    r"(?:[Rr]egards|[Ss]incerely|[Cc]heers|[Tt]hanks|[Tt]hank you|[Bb]est(?: wishes)?|[Yy]ours(?: truly)?|Grüßen?|Grüße"
    rf"|[Cc]ordialement|[Ss]aludos|[Ss]aluti),?\s{{0,3}}\n\s{{0,4}}{_NAMES}\s{{0,3}}(?=\n|$|,|\|)"
)
_SAID = re.compile(
    rf"\b(?:[Mm]y name is|[Ii]ch heiße|[Jj]e m'appelle|[Mm]e llamo)\s{_NAMES}"
    rf"|\b(?:Attn|Attention|Contact(?: person)?|c/o|FAO)\.?:?\s{_TWO_NAMES.replace('name', 'other')}(?!\w)"
)
_BEFORE_ADDRESS = re.compile(rf"(?<!\w){_TWO_NAMES}[\"']?\s?[<(\[](?=(?:mailto:)?[\w.+%-]{{1,64}}@)")

_NOBODY = listed(
    "all again both buyer buyers client clients colleague colleagues committee customer customers everybody everyone folks "
    "friend friends gentlemen guys hiring ladies madam manager marketing partner partners procurement rainmaker sales sir "
    "support team there user users valued vendor world"
)


def find_introduced(text: str) -> Iterator[Sighting]:
    """Names behind a title, a greeting or "my name is", in a signature, or in front of an e-mail address."""
    for pattern in (_TITLE, _GREETING, _SIGNATURE, _SAID, _BEFORE_ADDRESS):
        for match in pattern.finditer(text):
            start, end = match.span("name" if match["name"] else "other")
            words = [fold(word) for word in WORD.findall(text[start:end])]
            if text[start].isupper() and not _NOBODY.intersection(words):
                yield Sighting(start, end, Kind.PERSON, " ".join(words))
