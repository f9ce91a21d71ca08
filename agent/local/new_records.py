"""New records of any kind as people order them: "new lead Gary Stubbs, Stubbs Haulage, 07700 900611, met at an event"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agent.local.assigning import fields_said
from agent.local.field_values import Spoken, value_of
from agent.local.lexicon import everyday
from agent.local.mentions import Named
from agent.local.reading import Reading
from agent.local.schema import KindCard
from agent.local.selecting import singular

_POLITE = r"^(?:(?:hey|hi|ok|okay|please|pls|and|then|also|now|so|just|yes|um|uh|kindly|can you|could you|would you|will you|i want to|i want|i would like to|i would like|i should like|i need to|i need|we need|we have|there is|lets|step \d+ ?:|\d \.) ?,? ?)*"
_NEW = re.compile(
    _POLITE
    + r"(?:(?:create|add|make|set up|open(?= (?:up )?(?:a|an|another|the)(?!\w))|register|enter|log|record|put in|insert|lay on|start|book|schedule|plan|give me|give us|get me)(?: (?:me|us))?(?: (?:a|an|the|another|one|two|new|pipeline))*|(?:a |an |another )?new|another) (?P<rest>.+)$"
)
_AS = re.compile(
    _POLITE
    + r"(?:create|add|enter|register|save|put) (?P<name>[^,:]+?) (?:in )?as (?:a |an |our )?(?:new )?(?P<rest>.+)$"
)
_CALLED = re.compile(r"^(?: ?(?:is )?(?:called|named|by the name of|name is|name|whose name is|:|,|-))+ ?")
_NAME_ENDS = re.compile(
    r" ?(?:[,;:(]|(?<!\w)(?:at|for|from|of|with|worth|in|into|closing|who|whose|which|on|starting|she is|he is|they are|email|phone|code|channel|her|his|and|under|to|as|by|title|number|amount|source|speciality|cat|category|response|subject|body|language|position|industry|country|branch|employees|seats|budget|is|it is)(?!\w))"
)
_QUOTED = re.compile(r"['\"“‘’]([^'\"”“\n]{1,120})['\"”’]")
_COMPANY = re.compile(
    r"(?<!\w)(?:from|at|of|works for|works at|with) (?P<name>(?:(?!(?:with|email|phone|and|in|source|as|who|she|he|his|her)(?!\w))[^\s,;:@]+ ?){1,5})(?=$|[,;.]| (?:with|email|phone|and|in|source|as|who|she|he|his|her)(?!\w))"
)
_LINKS = ("account", "contact", "lead", "opportunity", "campaign", "course", "batch", "learner", "trainer", "product")
_PEOPLE = frozenset({"contact", "lead", "learner"})
_NAMELESS = frozenset({"quota", "enrolment", "campaign_member", "objection_use"})
_NOT_MADE_SO = frozenset({"note", "task", "call", "email", "sms", "whatsapp", "interaction"})
"""Kinds with words of their own."""
_BY_LIST = {
    "lead_source": "source",
    "region": "region",
    "industry": "industry",
    "stage": "stage",
    "deal_type": "deal_type",
}
_HONORIFICS = re.compile(r"^(?:mr|mrs|ms|miss|dr|prof|herr|frau|señor|señora)\.? ", re.IGNORECASE)


def new_record(reading: Reading, kinds: Mapping[str, KindCard]) -> tuple[str, str, dict[str, Any]] | None:
    """(tool, specialist, arguments) of a new record; None where the words order none, or say nothing of it."""
    norm = reading.norm.rstrip(" .!?")
    if match := _AS.match(norm):
        kind, _ = _noun_at(match["rest"], kinds)
        if kind is not None and not _names_one(reading, match.span("name")):
            return _made(reading, kind, _written(reading, *match.span("name")), match.start("rest"))
    match = _NEW.match(norm)
    if match is None:
        return None
    kind, length = _noun_at(match["rest"], kinds)
    if kind is None:
        return None
    begins = match.start("rest") + length
    name, ends = _name(reading, norm, begins, kind)
    return _made(reading, kind, name, ends)


def _noun_at(rest: str, kinds: Mapping[str, KindCard]) -> tuple[KindCard | None, int]:
    fits = [
        (len(noun), kind)
        for kind in kinds.values()
        if kind.writable and kind.kind not in _NOT_MADE_SO
        for noun in kind.nouns
        if singular(noun, kind) == noun and re.match(rf"{re.escape(noun.lower())}(?!\w)", rest)
    ]
    if not fits:
        return None, 0
    length, kind = max(fits, key=lambda one: one[0])
    return kind, length


def _names_one(reading: Reading, span: tuple[int, int]) -> bool:
    """Whether the words name a record that is there already."""
    first, last = reading.text.token_range(*span)
    return any(first <= one.first and one.last <= last for one in reading.mentions_of(Named.RECORD))


def _name(reading: Reading, norm: str, begins: int, kind: KindCard) -> tuple[str, int]:
    """The name of the new record, and where in the normalised text what is said of it begins."""
    if kind.kind in _NAMELESS:
        return "", begins
    called = _CALLED.match(norm[begins:])
    if called:
        begins += called.end()
    first = reading.text.token_range(begins + (norm[begins : begins + 1] == " "), begins + 2)[0]
    start = reading.text.tokens[first].start if first < len(reading.text.tokens) else len(reading.text.written)
    if quoted := _QUOTED.match(reading.text.written, start):
        last = next((place for place, token in enumerate(reading.text.tokens) if token.end >= quoted.end()), first)
        return quoted[1].strip(), reading.text.span(first, last + 1)[1]
    said_to_be = bool(called)
    rest = norm[begins:]
    offset = len(rest) - len(rest.lstrip())
    end = _NAME_ENDS.search(rest, offset)
    stop = end.start() if end else len(rest)
    name = _written(reading, begins + offset, begins + stop)
    # "new lead count this month" names nobody: a name has a word that is none of every day.
    if not said_to_be and all(word in everyday() for word in re.findall(r"[^\W_]+", name.lower())):
        return "", begins
    return name, begins + stop


def _written(reading: Reading, start: int, end: int) -> str:
    if end <= start:
        return ""
    return reading.text.written_between(*reading.text.token_range(start, end)).strip(" .,;:!“”\"'")


def _made(reading: Reading, kind: KindCard, name: str, begins: int) -> tuple[str, str, dict[str, Any]] | None:
    first, last = reading.text.token_range(begins, begins + 1)[0], len(reading.text.tokens)
    rest = reading.part(first, last) if first < last else reading.part(last, last)
    values = dict(_named(kind, name)) | dict(_linked(reading, kind))
    values |= {field: value for field, value in _details(rest, kind) if field not in values}
    if kind.kind == "lead" and "company" not in values and (company := _company(rest)):
        values["company"] = company
        if str(values.get("account", {}).get("name", "")).lower() != company.lower():
            values.pop("account", None)
    telling = {one for one in values if one not in _LINKS} if kind.kind not in _NAMELESS else values
    return (f"create_{kind.kind}", kind.area, values) if telling else None


def _named(kind: KindCard, name: str) -> Iterator[tuple[str, Any]]:
    name = _HONORIFICS.sub("", name).strip()
    if not name:
        return
    if kind.kind in _PEOPLE:
        first, _, last = name.partition(" ")
        if last:
            yield "first_name", first
        yield "last_name", last or first
        return
    title = next(
        (one for one in kind.title if (field := kind.field(one)) and field.type in ("text", "long_text")), None
    )
    if title:
        yield title, name


def _details(rest: Reading, kind: KindCard) -> Iterator[tuple[str, Any]]:
    """What is said by a field's name first, then what only one field can hold."""
    said = dict(fields_said(rest, kind))
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
    if kind.field("country") is not None and (lands := rest.mentions_of(Named.COUNTRY)):
        yield "country", lands[0].value


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


_DAYS = ("expected_close", "starts_on", "ends_on", "at", "enrolled_on", "touched_at")


def _linked(reading: Reading, kind: KindCard) -> Iterator[tuple[str, Any]]:
    """What the new record belongs to: the records and the colleague that the words name."""
    met: set[str] = set()
    for mention in reading.mentions_of(Named.RECORD):
        if mention.first in reading.content:
            continue
        for name in (*_LINKS, "owner", "user"):
            field = kind.field(name)
            fits = {one for one in mention.records if field is not None and one.kind == field.to}
            if len(fits) == 1 and name not in met and name != kind.kind:
                met.add(name)
                yield name, fits.pop().as_argument()
                break


def _company(rest: Reading) -> str:
    """The company of a new lead: behind "from" or "at", else the first piece between commas that is nothing else."""
    norm = rest.norm
    for match in _COMPANY.finditer(norm):
        first, last = rest.text.token_range(*match.span("name"))
        if not rest.part(first, last).mentions_of(Named.VALUE) and not norm[: match.start()].rstrip().endswith("met"):
            return _written(rest, *match.span("name"))
    for match in re.finditer(r"(?<=, )[^,;:]+", norm):
        first, last = rest.text.token_range(*match.span())
        piece = rest.part(first, last)
        plain = not (piece.mentions or piece.amounts or piece.moments or piece.periods)
        if (
            plain
            and not re.search(r"@|\d{4,}|(?<!\w)(?:met|inbound|source|number)(?!\w)", match[0])
            and last - first <= _LONGEST
        ):
            return _written(rest, *match.span())
    return ""


_LONGEST = 5
