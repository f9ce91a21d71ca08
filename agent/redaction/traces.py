"""What leaves for traces and logs: no raw value, whatever it is wrapped in.

Values of the conversation's vault appear under their placeholders, wherever and however they are quoted; what is
found beside them becomes its kind without a number (`<email>`), because a trace never adds to a vault. Nothing here
raises on odd input: an object that cannot be printed is named by its type.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from agent.redaction.engine import in_original, settle
from agent.redaction.kinds import Kind, RedactedText, Sighting
from agent.redaction.names import NameIndex
from agent.redaction.nested import label_of
from agent.redaction.normalise import clean
from agent.redaction.placeholders import EXACT
from agent.redaction.texts import Redactor
from agent.redaction.vault import Entry, Vault

_DEEPEST = 24


@dataclass(frozen=True, slots=True)
class ScrubbedError:
    """An exception as it may be recorded."""

    type: str
    message: RedactedText
    stack: RedactedText


class Scrubber:
    """Removes personal data from everything that is recorded about one conversation.

    Args:
        vault: the vault of the conversation at this moment.
        known: names the workspace knows, compiled.
        hide_accounts: company names are hidden too.
    """

    def __init__(self, vault: Vault, known: Sequence[NameIndex] = (), *, hide_accounts: bool = False) -> None:
        self._redactor = Redactor(known, hide_accounts)
        entries = [entry for entry in vault if entry.kind is not Kind.TEXT]
        self._needles = [(clean(entry.value).text.lower(), entry) for entry in entries]

    def text(self, text: str, *, label: str = "") -> RedactedText:
        """A string as it may be recorded; placeholders in it stay."""
        own = [match.span() for match in EXACT.within(text)]
        found = [s for s in self._sightings(text, label) if not any(a < s.end and s.start < b for a, b in own)]
        tokens = {id(s): s for s in found}
        parts: list[str] = []
        at = 0
        for seen in settle(tokens.values()):
            parts += [text[at : seen.start], seen.key if seen.key.startswith("<") else f"<{seen.kind}>"]
            at = seen.end
        return RedactedText("".join([*parts, text[at:]]))

    def value(self, value: Any, *, field: str = "", depth: int = 0) -> Any:  # noqa: ANN401 - spans and log records hold anything
        """A value as it may be recorded: strings, keys and what prints itself are scrubbed, numbers and times stay."""
        if value is None or isinstance(value, bool | float | date | time | Decimal | UUID):
            return value
        if isinstance(value, str):
            return self.text(value, label=label_of(field))
        if isinstance(value, int):
            scrubbed = self.text(str(value), label=label_of(field))
            return value if scrubbed == str(value) else scrubbed
        if isinstance(value, BaseException):
            return self.error(value).message
        if depth >= _DEEPEST:
            return f"<{type(value).__name__}>"
        if isinstance(value, Mapping):
            return {self.text(_printed(k)): self.value(v, field=_printed(k), depth=depth + 1) for k, v in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(part, field=field, depth=depth + 1) for part in value]
        return self.text(_printed(value), label=label_of(field))

    def error(self, error: BaseException) -> ScrubbedError:
        """An exception with its message and the stack text of itself, its causes and its notes."""
        stack = "".join(traceback.format_exception(error))
        return ScrubbedError(type(error).__qualname__, self.text(_printed(error)), self.text(stack))

    def _sightings(self, text: str, label: str) -> list[Sighting]:
        known = self._known_values(text)
        found = self._redactor.sightings(text, label=label)
        return [*known, *(s for s in found if not any(k.start <= s.start and s.end <= k.end for k in known))]

    def _known_values(self, text: str) -> list[Sighting]:
        """The vault's own values, found by their characters and not by their form."""
        cleaned = clean(text)
        haystack = cleaned.text.lower()
        if len(haystack) != len(cleaned.text):
            haystack = cleaned.text
        found = []
        for needle, entry in self._needles:
            start = haystack.find(needle) if needle else -1
            while start >= 0:
                end = start + len(needle)
                if _stands_alone(haystack, start, end, entry):
                    found.append(in_original(Sighting(start, end, entry.kind, entry.placeholder), cleaned))
                start = haystack.find(needle, start + 1)
        return found


def _stands_alone(text: str, start: int, end: int, entry: Entry) -> bool:
    """Whether the hit is the value and not part of a longer word; long values count anywhere."""
    if entry.kind not in {Kind.PERSON, Kind.ACCOUNT} and end - start >= 6:
        return True
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() or after.isalnum())


def _printed(value: object) -> str:
    try:
        return str(value)
    except Exception as fault:  # noqa: BLE001 - __str__ of a foreign object may raise anything; a trace must not
        return f"<{type(value).__name__} that cannot be printed: {type(fault).__name__}>"
