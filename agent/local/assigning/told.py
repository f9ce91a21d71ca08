"""Values that only one field of a kind can hold, said without its name: "220 employees", "Norway", an address, a title."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator

from agent.local.assigning.corrected import called_off
from agent.local.assigning.finding import Assigned
from agent.local.assigning.named_fields import read_value
from agent.local.conditions import country_of
from agent.local.field_values import Spoken, value_of
from agent.local.mentions import Named
from agent.local.patterns import compiled
from agent.local.reading import Reading
from agent.local.schema import FieldCard, KindCard
from tools.languages import LANGUAGES

LISTED = {
    "lead_source": "source",
    "region": "region",
    "industry": "industry",
    "deal_type": "deal_type",
}
"""Closed lists of a workspace, by the field of a record that takes their values."""
_NUMBER = r"(?<![\w.,])(?P<number>\d[\d,]*(?:\.\d+)?)"
_CALLED = re.compile(
    r"(?<!\w)(?<!the )(?<!its )(?<!his )(?<!her )(?<!their )(?<!new )"
    r"(?:(?:(?:re)?name|title)(?! (?:should|must|shall|will|would|was|has))(?: (?:it|this|that|him|her|the \w+))?"
    r"|call (?:it|this|that|the (?:task|reminder|deal|opportunity|account|campaign|template|batch|course|meeting|product|thing)|that one|this one)(?! (?:off|a day|quits|back|again|today|tomorrow|number|on|at|in|won|lost)(?!\w)))"
    r"(?: (?:to|as|is))? (?P<name>\S.*)$"
    r"|(?<!\w)(?:is|be|was) (?:called|named|titled) (?P<named>\S.*)$"
)
"""`call them when they are back` gives nothing a name."""


def counted(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """`220 employees`, `14 seats`: the number stands before the name of its field."""
    for field in kind.fields:
        if field.type not in ("whole", "number", "share") or not field.written:
            continue
        sign = " ?(?:%|percent|per cent)" if field.type == "share" else ""
        for word in field.words:
            for match in compiled(rf"{_NUMBER}{sign} {re.escape(word.lower())}(?!\w)").finditer(reading.norm):
                end = match.start() + len(match[0]) - len(word) - 1
                if (value := read_value(reading, field, match.start(), end)) is not None:
                    yield Assigned({field.name: value}, *match.span())


def listed(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """`it came from a partner`, `Norway, not Sweden`: a value of a closed list, for the field that takes it."""
    for mention in reading.mentions_of(Named.VALUE):
        name, span = LISTED.get(mention.dimension, ""), reading.text.span(mention.first, mention.last)
        if kind.field(name) is not None and not mention.negated:
            yield Assigned({} if called_off(reading, span) else {name: mention.value}, *span)
    if kind.field("country") is not None:
        for mention in (*reading.mentions_of(Named.COUNTRY), *reading.mentions_of(Named.VALUE)):
            land = mention.value if mention.what is Named.COUNTRY else country_of(reading, mention)
            span = reading.text.span(mention.first, mention.last)
            if land:
                yield Assigned({} if called_off(reading, span) else {"country": land}, *span)


def reached_at(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """An e-mail address or a phone number, written or dictated."""
    whole = Spoken(reading, reading.norm, reading.text.written_between(0, len(reading.text.tokens)))
    for name in ("email", "phone"):
        field = kind.field(name)
        value = value_of(field, whole) if field is not None else None
        if name == "phone" and len(re.sub(r"\D", "", str(value or ""))) < _SHORTEST_NUMBER:
            continue  # "54.000" is an amount
        if field is not None and value:
            span = _where(reading, str(value))
            if span is not None:
                yield Assigned({name: value}, *span)


_SHORTEST_NUMBER = 7


def _where(reading: Reading, value: str) -> tuple[int, int] | None:
    """Where a value stands in the normalised text; None for one that was dictated in words."""
    at = reading.text.written.find(value)
    tokens = [place for place, token in enumerate(reading.text.tokens) if at <= token.start < at + len(value)]
    return reading.text.span(tokens[0], tokens[-1] + 1) if at >= 0 and tokens else None


def called(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """`call it Fleet pilot`, `rename the template to 'Renewal T-90'`: the name a record goes by."""
    field = _name_of(kind)
    match = _CALLED.search(reading.norm)
    if field is None or match is None:
        return
    group = "name" if match["name"] else "named"
    value = read_value(reading, field, *match.span(group))
    if value:
        yield Assigned({field.name: value}, *match.span())


def _name_of(kind: KindCard) -> FieldCard | None:
    fields = [field for name in kind.title if (field := kind.field(name)) is not None]
    return fields[0] if len(fields) == 1 and fields[0].type in ("text", "long_text") else None


_POSITION = r"(?:(?!to |as |now |is |the |our )[\w&-]+ ){0,3}?(?:director|manager|officer|president|buyer|engineer|analyst|founder|controller|coordinator|head of (?:the )?[\w&]+(?: [\w&]+)?|vp(?: of)?(?: \w+)?|c[efiost]o|cmo|chro|cpo)"
_TITLE = re.compile(
    rf"(?<!\w)(?:(?:got |was |been )?promoted(?: too| as well| again)?(?: to)?(?: ,)?|(?:is|are|became|becomes)(?: now| the| our| an?)*|now|works as|title) (?P<title>{_POSITION})(?: now)?(?!\w)|(?<!\w)(?P<new>{_POSITION}) now(?!\w)"
)
_SPEAKS = re.compile(
    r"(?<!\w)(?:speaks?|language(?: is|:| =| to| should be)?)(?: only| just)? (?P<language>[a-z]+)(?: only)?(?!\w)"
)


def spoken(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """`she speaks only German`: the language a person is written to in."""
    if kind.field("language") is not None:
        codes = {name.lower(): code for code, name in LANGUAGES.items()}
        for match in _SPEAKS.finditer(reading.norm):
            if match["language"] in codes:
                yield Assigned({"language": codes[match["language"]]}, *match.span())


def job_title(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """`she is Operations Director now`, `got promoted to CFO`."""
    field = kind.field("title")
    if field is None or "first_name" not in {one.name for one in kind.fields}:
        return
    for match in _TITLE.finditer(reading.norm):
        if value := read_value(reading, field, *match.span("title" if match["title"] else "new")):
            yield Assigned({"title": value}, *match.span())
