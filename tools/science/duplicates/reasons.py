"""The evidence for a pair in plain words, each with its weight; the weights add up to the score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.science.duplicates.record import Reason
from tools.science.duplicates.weights import Level

_NAME = {
    Level.SAME: "same {}",
    Level.NICKNAME: "{}s are forms of one name",
    Level.INITIAL: "{} agrees with the initial",
    Level.PART: "one {} is part of the other",
    Level.NEAR: "{}s nearly the same",
    Level.CLOSE: "{}s alike, but both are common names",
    Level.DIFFERENT: "different {}",
}
_FIELD = {
    Level.SAME: "same {}",
    Level.NEAR: "{} nearly the same",
    Level.ELSEWHERE: "same mailbox name at another domain",
    Level.DIFFERENT: "different {}",
}
_PERSON = {"first": "first name", "last": "last name", "email": "e-mail", "phone": "phone", "employer": "employer",
           "country": "country", "generation": "generation (Jr/Sr)"}  # fmt: skip
_FIRM = {"last": "company name", "employer": "domain", "phone": "phone", "country": "country"}
_COMMON = 5.5


def reasons(row: Mapping[str, Any]) -> tuple[Reason, ...]:
    """What spoke for and against, strongest first; fields that one of the records lacks are left out."""
    named = _FIRM if row["firm"] else _PERSON
    found = [
        Reason(_worded(field, words, row), row[f"w_{field}"]) for field, words in named.items() if row[f"w_{field}"]
    ]
    if row.get("w_swapped"):
        found.append(Reason("first and last name the other way round", row["w_swapped"]))
    if row.get("w_shared"):
        found.append(Reason("different people may share contact details and employer", row["w_shared"]))
    return tuple(sorted(found, key=lambda reason: -abs(reason.weight)))


def _worded(field: str, words: str, row: Mapping[str, Any]) -> str:
    level = Level(row[field])
    if field == "generation" and level is Level.MISSING:
        return "only one is marked Jr or Sr"
    text = (_NAME if field in ("first", "last") else _FIELD)[level].format(words)
    common = field in ("first", "last") and level is Level.SAME and not row["firm"] and row[f"w_{field}"] < _COMMON
    return f"{text}, a common one" if common else text
