"""What leaves for traces and logs: no raw value, whatever it is wrapped in.

Values of the conversation's vault appear under their placeholders, wherever and however they are quoted; what is
found beside them becomes its kind without a number (`<email>`), because a trace never adds to a vault. Nothing here
raises on odd input: an object that cannot be printed is named by its type.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from agent.redaction.engine import in_original, settle
from agent.redaction.kinds import Kind, RedactedText, Sighting
from agent.redaction.names import NameIndex
from agent.redaction.nested import label_of
from agent.redaction.normalise import CleanText, clean
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
        self._needles = [(needle, entry) for entry in entries if (needle := clean(entry.value).text.lower())]

    def values(self, values: Sequence[Any]) -> list[Any]:
        """Values that are recorded together: `value` of each, looking the vault through once and not for each text."""
        texts: list[str] = []

        def seen(text: str, _: str) -> RedactedText:
            texts.append(_haystack(clean(text)))
            return RedactedText(text)

        for value in values:
            _mapped(value, seen)
        together = "\n".join(texts)
        chosen = copy(self)
        chosen._needles = [each for each in self._needles if each[0] in together]
        return [chosen.value(value) for value in values]

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

    def value(self, value: Any) -> Any:  # noqa: ANN401 - spans and log records hold anything
        """A value as it may be recorded: strings, keys and what prints itself are scrubbed, numbers and times stay."""
        return _mapped(value, lambda text, label: self.text(text, label=label))

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
        if not self._needles:
            return []
        cleaned = clean(text)
        haystack = _haystack(cleaned)
        found = []
        for needle, entry in self._needles:
            start = haystack.find(needle)
            while start >= 0:
                end = start + len(needle)
                if _stands_alone(haystack, start, end, entry):
                    found.append(in_original(Sighting(start, end, entry.kind, entry.placeholder), cleaned))
                start = haystack.find(needle, start + 1)
        return found


def _haystack(cleaned: CleanText) -> str:
    """The text in which known values are looked for: in lower case, where that keeps every position."""
    lowered = cleaned.text.lower()
    return lowered if len(lowered) == len(cleaned.text) else cleaned.text


def _mapped(value: Any, scrub: Callable[[str, str], RedactedText], *, field: str = "", depth: int = 0) -> Any:  # noqa: ANN401 - spans and log records hold anything
    """The value with `scrub(text, label)` in the place of every text in it."""
    if value is None or isinstance(value, bool | float | date | time | Decimal | UUID):
        return value
    if isinstance(value, str):
        return scrub(value, label_of(field))
    if isinstance(value, int):
        scrubbed = scrub(str(value), label_of(field))
        return value if scrubbed == str(value) else scrubbed
    if isinstance(value, BaseException):
        return scrub(_printed(value), "")
    if depth >= _DEEPEST:
        return f"<{type(value).__name__}>"
    if isinstance(value, Mapping):
        return {
            scrub(_printed(key), ""): _mapped(part, scrub, field=_printed(key), depth=depth + 1)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_mapped(part, scrub, field=field, depth=depth + 1) for part in value]
    return scrub(_printed(value), label_of(field))


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
