"""Persons the CRM does not know, where the text itself says that a name follows: titles, greetings, signatures."""

from __future__ import annotations

from collections.abc import Iterator

from agent.redaction.kinds import Kind, Sighting
from agent.redaction.rules import Rule
from agent.redaction.words import WORD, fold, listed

_NAME = r"[A-ZÀ-ÖØ-ÞĀ-Ž][^\W\d_]+(?:['-][^\W\d_]+)*"
_PARTICLE = r"(?:(?:de|del|della|der|den|di|da|van|von|la|le|bin|al)\s){0,3}"
_NAMES = rf"(?P<name>{_PARTICLE}{_NAME}(?:\s(?:[A-Z]\.\s)?{_PARTICLE}{_NAME}){{0,2}})"
_TWO_NAMES = rf"(?P<name>{_PARTICLE}{_NAME}(?:\s(?:[A-Z]\.\s)?{_PARTICLE}{_NAME}){{1,2}})"

_TITLE = Rule(
    r"(?<!\w)(?:(?:Mrs?|Ms|Mx|Miss|Dr|Prof|Herrn?|Frau|Mme|Mlle|Señora?|Srta?|Sra|Sig|Signora?|Monsieur|Madame)\.?\s)+"
    rf"{_NAMES}",
    needs="mr ms mx miss dr prof herr frau mme mlle señor srta sra sig monsieur madame",
)
_GREETING = Rule(
    r"(?:^|[\n\"':|])\s{0,4}(?:Hi|Hello|Hey|Dear|Hallo|Bonjour|Hola|Ciao|Liebe|Lieber|Cher|Chère|Estimad[oa]"
    rf"|Good (?:morning|afternoon|evening)),?\s{_NAMES}(?=\s{{0,2}}[,!:\n-])",
    needs="hi hello hey dear hallo bonjour hola ciao liebe cher estimad good",
)
_SIGNATURE = Rule(
    r"(?:[Rr]egards|[Ss]incerely|[Cc]heers|[Tt]hanks|[Tt]hank you|[Bb]est(?: wishes)?|[Yy]ours(?: truly)?|Grüßen?|Grüße"
    rf"|[Cc]ordialement|[Ss]aludos|[Ss]aluti),?\s{{0,3}}\n\s{{0,4}}{_NAMES}\s{{0,3}}(?=\n|$|,|\|)",
    needs="regards sincerely cheers thank best yours grüße cordialement saludos saluti",
)
_SAID = Rule(
    rf"\b(?:[Mm]y name is|[Ii]ch heiße|[Jj]e m'appelle|[Mm]e llamo)\s{_NAMES}"
    rf"|\b(?:Attn|Attention|Contact(?: person)?|c/o|FAO)\.?:?\s{_TWO_NAMES.replace('name', 'other')}(?!\w)",
    needs="name heiße m'appelle llamo attn attention contact c/o fao",
)
_BEFORE_ADDRESS = Rule(rf"(?<!\w){_TWO_NAMES}[\"']?\s?[<(\[](?=(?:mailto:)?[\w.+%-]{{1,64}}@)", needs="@")

_NOBODY = listed(
    "all again api both buyer buyers client clients colleague colleagues committee customer customers everybody "
    "everyone folks "
    "friend friends gentlemen guys hiring ladies month quarter target week year madam manager marketing partner "
    "partners procurement rainmaker sales sir "
    "support team there user users valued vendor world"
)


def find_introduced(text: str, lowered: str) -> Iterator[Sighting]:
    """Names behind a title, a greeting or "my name is", in a signature, or in front of an e-mail address."""
    for rule in (_TITLE, _GREETING, _SIGNATURE, _SAID, _BEFORE_ADDRESS):
        for match in rule.matches(text, lowered):
            start, end = match.span("name" if match["name"] else "other")
            words = [fold(word) for word in WORD.findall(text[start:end])]
            if any(c.isupper() for c in text[start:end]) and not _NOBODY.intersection(words):
                yield Sighting(start, end, Kind.PERSON, " ".join(words))
