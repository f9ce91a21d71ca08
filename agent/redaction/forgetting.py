"""One person taken out of a text: the name in every way it is written, the address, the number; all else stays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.redaction.engine import in_original, settle
from agent.redaction.kinds import NEUTRAL_WORDS, Kind, RecordRef, Sighting
from agent.redaction.names import Alone, KnownName, NameIndex, NameKind
from agent.redaction.naming import find_names
from agent.redaction.normalise import clean

_FEWEST_DIGITS = 7
_TELLING_DIGITS = 9
"""The end of a number is the same with country code, with a leading zero and without either."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Who is taken out.

    Attributes:
        word: what stands in the place of the name ("a contact").
        alone: first and last name also count by themselves, because the text is about this person.
        named: the full name counts; not where somebody else bears it too.
    """

    name: str
    email: str | None
    phone: str | None
    word: str
    alone: bool = False
    named: bool = True


class Forgetting:
    """Takes a person out of texts and JSON values."""

    def __init__(self, person: Forgotten) -> None:
        self._word = person.word
        counts = person.named and bool(person.name.strip())
        alone = Alone.EITHER if person.alone else Alone.NEITHER
        known = [KnownName(person.name, NameKind.PERSON, RecordRef("", ""), alone)] if counts else []
        self._names = NameIndex.of(known)
        self._patterns = [
            (kind, pattern)
            for kind, pattern in ((Kind.EMAIL, _address(person.email)), (Kind.PHONE, _number(person.phone)))
            if pattern is not None
        ]

    def text(self, text: str) -> str:
        cleaned = clean(text)
        found = [in_original(seen, cleaned) for seen in self._sightings(cleaned.text)]
        parts: list[str] = []
        at = 0
        for seen in settle(found):
            parts += [text[at : seen.start], self._instead(seen)]
            at = seen.end
        return "".join([*parts, text[at:]])

    def value(self, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.value(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(part) for part in value]
        return value

    def _sightings(self, text: str) -> list[Sighting]:
        names = list(find_names(text, [self._names], hide_accounts=False)) if self._names else []
        for kind, pattern in self._patterns:
            names += [Sighting(*match.span(), kind, match.group()) for match in pattern.finditer(text)]
        return names

    def _instead(self, seen: Sighting) -> str:
        return self._word if seen.kind is Kind.PERSON or seen.kind is None else NEUTRAL_WORDS[seen.kind]


def _address(email: str | None) -> re.Pattern[str] | None:
    if not email or not email.strip():
        return None
    return re.compile(rf"(?<![\w.+-]){re.escape(clean(email.strip()).text)}(?![\w-])", re.IGNORECASE)


def _number(phone: str | None) -> re.Pattern[str] | None:
    digits = re.sub(r"\D", "", clean(phone or "").text)
    if len(digits) < _FEWEST_DIGITS:
        return None
    ending = r"[\s()./-]{0,3}".join(digits[-_TELLING_DIGITS:])
    return re.compile(rf"\+?(?:\(?\d{{1,4}}\)?[\s()./-]{{0,3}}){{0,2}}{ending}(?!\d)")
