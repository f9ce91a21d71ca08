"""What is said of a new record beside its name: values by their fields, by their form, and what it belongs to."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from agent.local.assigning import fields_said
from agent.local.conditions import country_of
from agent.local.field_values import Spoken, value_of
from agent.local.lexicon import words_of
from agent.local.made import written_at
from agent.local.mentions import Named
from agent.local.patterns import compiled
from agent.local.reading import Reading
from agent.local.schema import FieldCard, KindCard

LINKS = ("account", "contact", "lead", "opportunity", "campaign", "course", "batch", "learner", "trainer", "product")
_BY_LIST = {
    "lead_source": "source",
    "region": "region",
    "industry": "industry",
    "stage": "stage",
    "deal_type": "deal_type",
}
_SOURCES = (
    (
        re.compile(
            r"(?<!\w)(?:recommendation|recommended|referred|referral|word of mouth|introduced by|introduction)(?!\w)"
        ),
        "Referral",
    ),
    (re.compile(r"(?<!\w)(?:trade (?:fair|show)|fair|exhibition|expo|conference|event|webinar)(?!\w)"), "Event"),
)
"""Ways in which a lead came, and the usual name of that source."""
_COMPANY = re.compile(
    r"(?<!\w)(?:from|at|of|works for|works at|with|in)(?: the)?(?: (?:company|firm))?(?: called| named)? (?P<name>(?:(?!(?:with|email|phone|tel|telephone|mobile|number|and|in|source|as|who|she|he|his|her|called|named|put|they|is)(?!\w))[^\s,;:@]+ ?){1,5})(?=$|[,;.!?]| (?:with|email|phone|tel|telephone|mobile|number|and|in|source|as|who|she|he|his|her|put|they|is)(?!\w))"
)
_ROLE = re.compile(
    r"(?<!\w)(?:she|he|who)(?: is| 's|'s)? (?:the |their |our |a |an |head of |vp )*(?P<role>(?:[^\s,;.:!?@]+ ){0,3}?[^\s,;.:!?@]+)(?= email| mail| phone| and | who |[,;.!?]|$)"
)
_JOBS = words_of("jobs")
_LONGEST = 5
_DAYS = ("expected_close", "starts_on", "ends_on", "at", "enrolled_on", "touched_at")


def details(rest: Reading, kind: KindCard, known: Collection[str]) -> Iterator[tuple[str, Any]]:
    """What is said by a field's name first, then what only one field can hold.

    Args:
        known: fields that are read already.
    """
    said = dict(_labelled(rest, kind)) | dict(fields_said(rest, kind))
    said |= dict(_quoted(rest, kind))
    said = {name: value for name, value in said.items() if name not in known and name != "empty"}
    yield from said.items()
    whole = Spoken(rest, rest.norm, rest.text.written_between(0, len(rest.text.tokens)))
    for name in ("email", "phone"):
        field = kind.field(name)
        if field is not None and name not in said and (value := value_of(field, whole)):
            yield name, value
    yield from _amounts_and_days(rest, kind, said, whole)
    for mention in rest.mentions_of(Named.VALUE):
        name = _BY_LIST.get(mention.dimension, "")
        if kind.field(name) is not None and name not in said:
            yield name, mention.value
    if kind.field("country") is not None and (land := _country(rest)):
        yield "country", land
    if kind.field("product") is not None and "product" not in said:
        products = {one.value for one in rest.mentions_of(Named.VALUE) if one.dimension == "product"}
        if len(products) == 1:
            yield "product", products.pop()
    yield from _source(rest, kind)
    yield from _counts(rest, kind, said)


_LABEL = r"(?:(?<=[,;:(.'\"”’] )|(?<=^)|(?<=[,;:(.] and )|(?<=with )|(?<=with a )|(?<= and ))"
_FREE = ("text", "long_text", "choice", "domain", "whole", "number")


def _labels(kind: KindCard) -> Iterator[tuple[FieldCard, str]]:
    """The fields whose values are said behind their name, and the words for each."""
    for field in kind.fields:
        if field.type in _FREE and field.name not in _READ_ELSEWHERE:
            words = sorted({*field.words, *_SHORT.get(field.name, ())}, key=len, reverse=True)
            yield field, "|".join(re.escape(word.lower()) for word in words)


_READ_ELSEWHERE = frozenset({*_BY_LIST.values(), "country"})
_SHORT = {"category": ("cat", "categ"), "description": ("desc",), "language": ("lang",), "title": ("position", "role")}


def _labelled(rest: Reading, kind: KindCard) -> Iterator[tuple[str, Any]]:
    """`code CWC-1, speciality negotiation`: a piece between commas that begins with the name of its field."""
    for field, words in _labels(kind):
        pattern = rf"{_LABEL}(?:a |the |its |of )*(?:{words})(?: is| of| ?:| ?=)? (?P<value>[^,;:()'\"]+?)(?= ?[,;()]| \. |\.?$| and (?=\S+ ))"
        match = compiled(pattern).search(rest.norm)
        if match is None or match["value"].strip() in _NOTHING:
            continue
        first, last = rest.text.token_range(*match.span("value"))
        part = rest.part(first, last)
        value = value_of(field, Spoken(part, part.norm, written_at(rest, *match.span("value"))))
        if value is not None:
            yield field.name, value


_NOTHING = frozenset({"", "of", "is", "and", "for", "to"})


def _quoted(rest: Reading, kind: KindCard) -> Iterator[tuple[str, Any]]:
    """`subject 'Your renewal'`: a field with its value in quotation marks, as it stands there."""
    written = rest.text.written_between(0, len(rest.text.tokens))
    for field, words in _labels(kind):
        pattern = rf"(?<!\w)(?:{words})(?: is| reads| says)?\s*[:=]?\s*(?:\"(?P<a>[^\"]+)\"|“(?P<b>[^”]+)”|['‘](?P<c>(?:[^'’]|(?<=\w)['’](?=\w))+)['’])"
        if match := re.search(pattern, written, re.IGNORECASE):
            yield field.name, next(one for one in match.group("a", "b", "c") if one).strip()


def _country(rest: Reading) -> str | None:
    """The country that is named, be it also a name in one of the workspace's lists."""
    found = [one.value for one in rest.mentions_of(Named.COUNTRY)]
    found += [land for one in rest.mentions_of(Named.VALUE) if (land := country_of(rest, one))]
    return found[0] if found else None


def _source(rest: Reading, kind: KindCard) -> Iterator[tuple[str, Any]]:
    if kind.kind == "lead" and not [one for one in rest.mentions_of(Named.VALUE) if one.dimension == "lead_source"]:
        yield from (("source", name) for pattern, name in _SOURCES if pattern.search(rest.norm))


def _counts(rest: Reading, kind: KindCard, said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A number before the name of its field: "340 employees", "16 hours", "14 seats"."""
    for field in kind.fields:
        if field.type not in ("whole", "number") or field.name in said:
            continue
        for word in field.words:
            if match := compiled(rf"(?<![\w.,])(?P<count>\d[\d,]*) {re.escape(word.lower())}(?!\w)").search(rest.norm):
                yield field.name, int(match["count"].replace(",", ""))
                break


def _amounts_and_days(
    rest: Reading, kind: KindCard, said: Mapping[str, Any], whole: Spoken
) -> Iterator[tuple[str, Any]]:
    money = next((one for one in kind.fields if one.type == "money"), None)
    if money is not None and money.name not in said and rest.amounts and (value := value_of(money, whole)):
        yield money.name, value
    days = [one for one in kind.fields if one.type in ("date", "moment") and one.name in _DAYS]
    moments = [one for one in rest.moments if one.day is not None or one.exact is not None]
    for field, moment in zip(days, moments, strict=False):
        if field.name not in said:
            said_at = moment.iso(rest.now)
            yield field.name, said_at if field.type == "moment" else said_at[:10]
    if days and not moments and rest.periods and days[0].name not in said:
        yield days[0].name, rest.periods[0].when.future.last.isoformat()


def linked(reading: Reading, kind: KindCard) -> Iterator[tuple[str, Any]]:
    """What the new record belongs to: the records and the colleague that the words name."""
    met: set[str] = set()
    for mention in reading.mentions_of(Named.RECORD):
        if mention.first in reading.content:
            continue
        for name in (*LINKS, "owner", "user"):
            field = kind.field(name)
            fits = {one for one in mention.records if field is not None and one.kind == field.to}
            if len(fits) == 1 and name not in met and name != kind.kind:
                met.add(name)
                yield name, fits.pop().as_argument()
                break


def company_in(rest: Reading) -> str:
    """The company of a new lead: behind "from" or "at", else the first piece between commas that is nothing else."""
    norm = rest.norm
    for match in _COMPANY.finditer(norm):
        first, last = rest.text.token_range(*match.span("name"))
        part = rest.part(first, last)
        taken = part.mentions_of(Named.VALUE) or part.mentions_of(Named.COUNTRY) or part.moments or part.periods
        if not taken and not _MET_THERE.search(norm[: match.start()]) and "trade" not in match["name"].split():
            return written_at(rest, *match.span("name"))
    return next(iter(pieces(rest)), "")


_MET_THERE = re.compile(
    r"(?<!\w)(?:met|saw|seen|spoke|talked|found)(?: (?:him|her|them|to|with|us|up|each other|\w+)){0,2} $"
)


def pieces(rest: Reading) -> Iterator[str]:
    """The pieces between commas that are no value by their form."""
    for match in re.finditer(r"(?<=, )[^,;:]+", rest.norm):
        first, last = rest.text.token_range(*match.span())
        piece = rest.part(first, last)
        named = {place for one in piece.mentions for place in range(one.first, one.last)}
        plain = not (
            piece.mentions_of(Named.RECORD)
            or named >= set(range(last - first))
            or piece.amounts
            or piece.moments
            or piece.periods
            or piece.references
        )
        told = re.search(
            r"@|\d{3,}|(?<!\w)(?:met|inbound|outbound|source|number|came|contact|tbd|unknown|can you|could you|please|by|until|till|closing|owner)(?!\w)",
            match[0],
        )
        if (
            plain
            and not told
            and not re.match(r"(?:she|he|they|it|i|we|that|who|which)(?!\w)", match[0])
            and last - first <= _LONGEST
        ):
            yield written_at(rest, *match.span())


def role_in(rest: Reading) -> str:
    """The position of a new person: what she is said to be, or a piece that is nothing else."""
    begins = re.match(
        r"(?: ?(?:,|is|the|our|their))* ?(?P<role>(?:[a-z]+ ?){1,3}?)(?=$|[,;.]| \S+@| email| mail| phone| \d)",
        rest.norm,
    )
    if begins and _JOBS & set(begins["role"].split()):
        return written_at(rest, *begins.span("role"))
    for match in _ROLE.finditer(rest.norm):
        if _JOBS & set(match["role"].split()):
            return written_at(rest, *match.span("role"))
    return next(iter(pieces(rest)), "")


def job_begins(words: list[str]) -> int:
    """Where in a run of words a position begins behind a name of two words or more; their number where none does."""
    if len(words) > 2 and _JOBS & set(words[2:]):
        return 2
    return len(words)
