"""Redaction of nested JSON values. Keys are names of fields and stay; they also tell what a bare value is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from agent.redaction.kinds import Kind, Sighting
from agent.redaction.texts import Redactor, everyone, restore
from agent.redaction.vault import Entry, Ledger, Vault

Json = Any
"""A JSON value: dict with string keys, list, str, int, float, bool or None."""

_SHORTEST_NUMBER = 7
_PERSON_KEY = re.compile(
    r"(?:^|_)(?:(?:first|last|full|middle|maiden|family|given|contact|person|customer|client|sender|recipient|author)_?name"
    r"|firstname|lastname|fullname|surname|nickname|signed_by|spouse|assistant|attendees?|participants?|decision_makers?)$"
)


_PERSONAL_NUMBER = re.compile(
    r"\b(?:phone|mobile|tel|telephone|cell|fax|whats ?app|card|iban|ssn|social security|tax|passport|licen[cs]e"
    r"|national"
    r"|account (?:number|no)|account: |routing|pin|otp|password|identity|insurance|member|policy|patient|employee)"
)


def redact_json_into(ledger: Ledger, value: Json, redactor: Redactor, *, field: str = "") -> Json:
    """The value with personal data replaced in every string and number it holds; what was replaced is in the ledger.

    A field's name counts as a label: `{"phone": "555-0134"}` is hidden although the number alone would not be.
    """
    if isinstance(value, str):
        return _redact_field(ledger, field, value, redactor)
    if isinstance(value, Mapping):
        return {key: redact_json_into(ledger, part, redactor, field=str(key)) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [redact_json_into(ledger, part, redactor, field=field) for part in value]
    if isinstance(value, int) and not isinstance(value, bool) and len(str(abs(value))) >= _SHORTEST_NUMBER:
        return _redact_number(ledger, field, value, redactor)
    return value


def restore_json(value: Json, vault: Vault, *, allowed: Callable[[Entry], bool] = everyone) -> Json:
    """The value with placeholders put back in every string; a number that was hidden is a number again."""
    if isinstance(value, str):
        entry = vault.entry(value)
        if entry is not None and entry.numeric and allowed(entry):
            return int(entry.value)
        return restore(value, vault, allowed=allowed)
    if isinstance(value, Mapping):
        return {key: restore_json(part, vault, allowed=allowed) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [restore_json(part, vault, allowed=allowed) for part in value]
    return value


@lru_cache(maxsize=1024)
def label_of(field: str) -> str:
    """A field's name as the label a recogniser reads: `contactPhone_number` -> `contact phone number: `."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_.\-]+", " ", field).lower().strip()
    return f"{words}: " if words else ""


def _redact_field(ledger: Ledger, field: str, text: str, redactor: Redactor) -> str:
    if not text:
        return text
    hint = None
    if _PERSON_KEY.search(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[.\- ]+", "_", field).lower()) and re.search(
        r"[^\W\d_]", text
    ):
        hint = Sighting(0, len(text), Kind.PERSON, " ".join(text.casefold().split()))
    return redactor.into(ledger, text, label=label_of(field), hint=hint)[0]


def _redact_number(ledger: Ledger, field: str, number: int, redactor: Redactor) -> int | str:
    """A number is an amount or a count unless its field says otherwise, or it is a payment card."""
    shown, label = str(number), label_of(field)
    for seen in redactor.sightings(shown, label=label):
        telling = seen.kind is Kind.CARD or _PERSONAL_NUMBER.search(label)
        if telling and seen.kind is not None and (seen.start, seen.end) == (0, len(shown)):
            return ledger.placeholder(seen.kind, shown, key=seen.key, records=seen.records, numeric=True)
    return number
