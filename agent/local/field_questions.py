"""What is asked of one field of one record: "what is Jane's phone number", "who owns Globex", "and her e-mail?"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.local.conditions import Kinds, field_called
from agent.local.mentions import Named
from agent.local.reading import Reading

_POLITE = r"^\W*(?:(?:hey|hi|ok|okay|please|pls|and|then|also|now|so|well|oh|can you|could you|would you|do you know|do you have|have you got|remind me|quick question|tell me|give me|show me|send me|get me|look up|find me|find|i need|i want|let me have|let me know|do we have|have we got|what was|what is|what are|which is|what's|where is|how was|how is|whats|how (?:much|high|big|large) (?:is|was|are)) ?,? ?:? ?)*"
_LATE = r"(?:again|please|pls|now|at present|at the moment|currently|right now|these days|actually|exactly|really|anyway|today|then|though|by the way|btw|still|by us|in the system|in total|over here|mate|thanks|thank you)"
_END = rf"(?: {_LATE})*(?: ?, (?:i|we|because|cause|as|so|since|sorry|haha|lol|please|pls|thanks|thank you|by the way|mate|dear|if)(?!\w).*)?$"
_FIELDS = r"(?:the |an? |any )?(?P<fields>[a-z][a-z ,&-]*?)"
_REC = r"(?P<rec>.+?)"
_BACK = r"(?:his|her|its|their|his or her)"
_FORMS = (
    re.compile(_POLITE + _FIELDS + r"(?: number| address)? (?:of|for|on|at) (?P<rec>.+?)" + _END),
    re.compile(_POLITE + r"(?P<rec>.+?) 's (?P<fields>[a-z][a-z ,&-]*?)" + _END),
    re.compile(
        _POLITE
        + r"(?:the )?(?P<rec>[^\s].+?) (?P<fields>mobile|phone(?: number)?|email(?: address)?|title|job title|owner|amount|stage|close date)"
        + _END
    ),
    re.compile(_POLITE + rf"(?P<rec>{_BACK}) (?P<fields>[a-z][a-z ,&-]*?)" + _END),
    re.compile(
        _POLITE
        + rf"(?:which|what) (?P<fields>[a-z][a-z -]*?) (?:has|have|does|do|did|had) {_REC}(?: have| has| got| hold| had)?{_END}"
    ),
    re.compile(
        _POLITE
        + rf"(?:which|what) (?P<fields>[a-z][a-z -]*?) (?:is|are|was|were) {_REC}(?: in| at| with| from| on| of)?{_END}"
    ),
    re.compile(_POLITE + rf"(?:does|do|has|have) {_REC} (?:have|got) (?:an? |any )?(?P<fields>[a-z][a-z -]*?){_END}"),
)
_COST = {"campaign": "cost", "product": "list_price", "course": "fee"}
_TOUCH = r"(?:do|did|done|have|had|get|got|been|be|touch(?:ed)?|contact(?:ed)?|speak|spoke|spoken|talk(?:ed)?|call(?:ed)?|work(?:ed)?|hear|heard|reach(?:ed)?|see|saw|seen|write|wrote|written|email(?:ed)?|meet|met|look(?:ed)? after)"
_WHO = r"(?:anyone|anybody|someone|somebody|we|i|they|you|one of us|any of us|who)"
_SPOKEN: tuple[tuple[re.Pattern[str], str | Mapping[str, str]], ...] = tuple(
    (re.compile(_POLITE + pattern + _END), name)
    for pattern, name in (
        (
            rf"who (?:owns|is the owner of|is responsible for|looks after|is looking after|is in charge of|handles|takes care of|manages|is on|is behind|has) {_REC}",
            "owner",
        ),
        (rf"whose (?:deal|lead|account|contact|customer|client) is {_REC}", "owner"),
        (rf"who does {_REC} belong to", "owner"),
        (rf"when (?:does|is|will|do|should) {_REC} (?:close|closing|due to close|expected to close)", "expected_close"),
        (rf"(?:what|which) (?:stage|phase) is {_REC} (?:in|at|on)", "stage"),
        (rf"(?:how far along|how far) is {_REC}", "stage"),
        (rf"(?:how (?:much|big)|what) (?:is|was|are|were) {_REC}(?: worth)", "amount"),
        (rf"how (?:much|big) is {_REC}", "amount"),
        (rf"(?:what|how much) (?:did|does|do|will|is) {_REC} (?:cost|costs|costing)(?: us)?", _COST),
        (rf"(?:what|how much) (?:is|was) {_REC} priced at", _COST),
        (rf"how much (?:did|have|has) (?:we|i) (?:spend|spent) on {_REC}", "cost"),
        (
            rf"how many (?:employees|people|staff) (?:does|has|do|are at|work at|work for) {_REC}(?: have| employ| got)?",
            "employees",
        ),
        (rf"how (?:big|large) is {_REC} 's (?:headcount|workforce)", "employees"),
        (
            rf"(?:which|what) (?:company|account|firm) (?:does|is|do) {_REC} (?:work for|work at|at|with|from|belong to)",
            "account",
        ),
        (rf"(?:where|for whom) does {_REC} work", "account"),
        (rf"what does {_REC} (?:actually |really |even )?do(?: all day| for a living| there| at work)?", "title"),
        (
            rf"when (?:did|has|have|was) {_WHO} last {_TOUCH}(?: (?:anything|something|contact|in touch|activity|a call))?(?: (?:on|to|with|from|at|for|about|of))? {_REC}",
            "last_activity",
        ),
        (
            rf"when (?:was|were) {_REC} last (?:touched|contacted|called|spoken to|worked on|reached|visited|emailed|active)",
            "last_activity",
        ),
        (
            rf"when was the last (?:activity|contact|touch|interaction)(?: (?:on|to|with|from|at|for))? {_REC}",
            "last_activity",
        ),
        (rf"when (?:did|does) {_REC} (?:start|begin)", "starts_on"),
        (rf"when (?:did|does) {_REC} (?:end|finish|run out)", "ends_on"),
    )
)
_ASKED = frozenset({
    "phone", "email", "title", "department", "seniority", "language", "time_zone", "city", "country", "region", "industry",
    "employees", "annual_revenue", "domain", "owner", "amount", "expected_close", "closed_on", "stage", "account", "company",
    "source", "campaign", "score", "grade", "budget", "decision_timeline", "decision_makers", "preferred_channel",
    "preferred_time", "product", "competitor", "loss_reason", "deal_type", "contact", "buying_role", "decision_criteria",
    "list_price", "probability", "starts_on", "ends_on", "birthday", "interests", "cost", "channel", "family", "last_activity",
    "last_activity_at", "created_at", "created_on", "arrived_at", "last_contacted_at", "rotting_days", "position", "fee",
    "hours", "seats", "location", "attendees",
})  # fmt: skip
"""Fields that somebody asks for by name; what is more than a field ("status", "next step") is briefed on."""
_OTHER_NAMES = {"last_activity": ("last_activity", "last_activity_at")}
"""What one thing is called on records of different kinds."""
_ALONE = re.compile(
    rf"^\W*(?:(?:and|what about|how about|what's|whats|what is|what was|which|what|ok|okay|also|now) ?,? ?)*(?:(?:the|{_BACK}) )?(?P<fields>[a-z][a-z ,&-]*?){_END}"
)
_OPENS = re.compile(r"^\W*(?:and|what|which|how about|also)(?!\w)")


@dataclass(frozen=True, slots=True)
class FieldsAsked:
    """`fields` by kind of record: which of them it has. `record` is where the record stands in the normalised text; None
    where the words name fields alone, of what was spoken of last."""

    fields: Mapping[str, tuple[str, ...]]
    record: tuple[int, int] | None


def fields_asked(reading: Reading, kinds: Kinds) -> Iterator[FieldsAsked]:
    """The ways to read what is asked of one record's fields, for each kind that has all of them, the likeliest first."""
    norm = reading.norm.rstrip(" .!?")
    if reading.content:
        return
    for pattern, name in _SPOKEN:
        if (match := pattern.match(norm)) and (named := dict(_spoken(name, kinds))):
            yield FieldsAsked(named, match.span("rec"))
    for pattern in _FORMS:
        match = pattern.match(norm)
        if match is not None and (having := dict(_having(match["fields"], kinds))):
            yield FieldsAsked(having, match.span("rec"))
    if enough := _enough(reading, norm, kinds):
        yield enough
    if alone := _alone(reading, norm, kinds):
        yield alone


def _spoken(name: str | Mapping[str, str], kinds: Kinds) -> Iterator[tuple[str, tuple[str, ...]]]:
    if not isinstance(name, str):
        yield from ((kind, (field,)) for kind, field in name.items() if kind in kinds)
        return
    for kind, card in kinds.items():
        found = next((one for one in _OTHER_NAMES.get(name, (name,)) if card.field(one) is not None), None)
        if found is not None:
            yield kind, (found,)


_ENOUGH = re.compile(
    r" [?.,:;-] ?(?:just |only )?(?:the |a |an |his |her |its |their )?(?P<fields>[a-z][a-z ,&-]*?) (?:(?:will|would|should|is|are) )?(?:suffice|suffices|enough|do|fine|all i need)$"
)


def _enough(reading: Reading, norm: str, kinds: Kinds) -> FieldsAsked | None:
    """`What does Jane do all day? Title will suffice.`"""
    match = _ENOUGH.search(norm)
    named = [one for one in reading.mentions if one.what is Named.RECORD]
    having = dict(_having(match["fields"], kinds)) if match else {}
    return FieldsAsked(having, reading.text.span(named[0].first, named[0].last)) if having and len(named) == 1 else None


def _alone(reading: Reading, norm: str, kinds: Kinds) -> FieldsAsked | None:
    """`Buying role?`, `and the phone number?`: fields and nothing else, asked like a question."""
    if not (reading.norm.rstrip(" .!").endswith("?") or _OPENS.match(norm)) or reading.mentions:
        return None
    match = _ALONE.match(norm)
    having = dict(_having(match["fields"], kinds)) if match else {}
    return FieldsAsked(having, None) if having else None


def _having(said: str, kinds: Kinds) -> Iterator[tuple[str, tuple[str, ...]]]:
    wanted = [one.strip() for one in re.split(r",| and |&", said) if one.strip()]
    for kind, card in kinds.items():
        found = [field_called(one, card) for one in wanted]
        names = tuple(one.name for one in found if one is not None and one.name in _ASKED)
        if wanted and len(names) == len(wanted):
            yield kind, names
