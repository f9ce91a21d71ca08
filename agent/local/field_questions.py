"""What is asked of one field of one record: "what is Jane's phone number", "who owns Globex", "and her e-mail?"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.local.conditions import Kinds, field_called
from agent.local.reading import Reading

_POLITE = r"^(?:(?:hey|hi|ok|okay|please|pls|and|then|also|now|so|can you|could you|would you|do you know|remind me|quick question|tell me|give me|show me|send me|get me|look up|find me|find|i need|i want|let me have|let me know|do we have|have we got|what was|what is|what are|which is|what's) ?,? ?:? ?)*"
_FIELDS = r"(?:the |an? |any )?(?P<fields>[a-z][a-z ,&-]*?)"
_FORMS = (
    re.compile(_POLITE + _FIELDS + r"(?: number| address)? (?:of|for|on) (?P<rec>.+?)(?: again| please| pls)*$"),
    re.compile(_POLITE + r"(?P<rec>.+?) 's (?P<fields>[a-z][a-z ,&-]*?)(?: again| please| pls)*$"),
    re.compile(
        _POLITE
        + r"(?:the )?(?P<rec>[^\s].+?) (?P<fields>mobile|phone(?: number)?|email(?: address)?|title|job title|owner|amount|stage|close date)(?: again| please| pls)*$"
    ),
    re.compile(_POLITE + r"(?P<rec>his|her|its|their) (?P<fields>[a-z][a-z ,&-]*?)(?: again| please| pls)*$"),
)
_SPOKEN = (
    (
        re.compile(
            _POLITE + r"who (?:owns|is the owner of|is responsible for|looks after|is in charge of) (?P<rec>.+)$"
        ),
        "owner",
    ),
    (re.compile(_POLITE + r"whose (?:deal|lead|account) is (?P<rec>.+)$"), "owner"),
    (
        re.compile(_POLITE + r"when (?:does|is|will) (?P<rec>.+?) (?:close|closing|due to close|expected to close)$"),
        "expected_close",
    ),
    (re.compile(_POLITE + r"(?:what|which) stage is (?P<rec>.+?) (?:in|at)$"), "stage"),
    (re.compile(_POLITE + r"how (?:much|big) is (?P<rec>.+?)(?: worth)?$"), "amount"),
    (
        re.compile(_POLITE + r"how many (?:employees|people) (?:does|has) (?P<rec>.+?)(?: have| employ| got)?$"),
        "employees",
    ),
    (
        re.compile(
            _POLITE + r"(?:which|what) (?:company|account) (?:does|is) (?P<rec>.+?) (?:work for|work at|at|with|from)$"
        ),
        "account",
    ),
)
_ASKED = frozenset({
    "phone", "email", "title", "department", "seniority", "language", "time_zone", "city", "country", "region", "industry",
    "employees", "annual_revenue", "domain", "owner", "amount", "expected_close", "closed_on", "stage", "account", "company",
    "source", "campaign", "score", "grade", "budget", "decision_timeline", "decision_makers", "preferred_channel",
    "preferred_time", "product", "competitor", "loss_reason", "deal_type", "contact", "buying_role", "decision_criteria",
    "list_price", "probability", "starts_on", "ends_on", "birthday", "interests",
})  # fmt: skip
"""Fields that somebody asks for by name; what is more than a field ("status", "next step") is briefed on."""


@dataclass(frozen=True, slots=True)
class FieldsAsked:
    """`fields` by kind of record: which of them it has. `record` is where the record stands in the normalised text."""

    fields: Mapping[str, tuple[str, ...]]
    record: tuple[int, int]


def fields_asked(reading: Reading, kinds: Kinds) -> FieldsAsked | None:
    """The fields that are asked of one record, for each kind that has all of them; None where none are."""
    norm = reading.norm.rstrip(" .!?")
    if reading.content:
        return None
    for pattern, name in _SPOKEN:
        if match := pattern.match(norm):
            named: dict[str, tuple[str, ...]] = {
                kind: (name,) for kind, card in kinds.items() if card.field(name) is not None
            }
            return FieldsAsked(named, match.span("rec")) if named else None
    for pattern in _FORMS:
        match = pattern.match(norm)
        if match is not None and (having := dict(_having(match["fields"], kinds))):
            return FieldsAsked(having, match.span("rec"))
    return None


def _having(said: str, kinds: Kinds) -> Iterator[tuple[str, tuple[str, ...]]]:
    wanted = [one.strip() for one in re.split(r",| and |&", said) if one.strip()]
    for kind, card in kinds.items():
        found = [field_called(one, card) for one in wanted]
        names = tuple(one.name for one in found if one is not None and one.name in _ASKED)
        if wanted and len(names) == len(wanted):
            yield kind, names
