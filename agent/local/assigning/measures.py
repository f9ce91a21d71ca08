"""Bare amounts, days and shares, for the one field of a kind that they can mean; and by how much one changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.local.assigning.corrected import called_off
from agent.local.assigning.finding import Assigned
from agent.local.assigning.named_fields import read_value
from agent.local.lexicon import words_of
from agent.local.reading import Reading
from agent.local.schema import KindCard

_MAIN_MONEY = {
    "opportunity": "amount",
    "lead": "budget",
    "campaign": "budget",
    "product": "list_price",
    "quota": "amount",
}
_BY = re.compile(r"by (?P<by>.+?)(?=$|[,;.]| and )")
_PERCENT = re.compile(r"(?P<share>\d+(?:\.\d+)?) ?(?:%|percent|per cent|pct)")
_SPAN = re.compile(
    r"(?P<count>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten) (?P<unit>day|week|month|quarter|year)s?"
)
_COUNTS = {
    word: place
    for place, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
} | {"a": 1, "an": 1}
_LESS = re.compile(r"(?<!\w)(?:lower|decrease|reduce|cut|drop|slash|minus|less|down|pull|forward|earlier)(?!\w)")


def amount(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """A bare amount, or how much more or less it becomes, of what the kind is measured by."""
    field = kind.field(_MAIN_MONEY.get(kind.kind, ""))
    if field is None:
        return
    less = "-" if _LESS.search(reading.norm) else ""
    for match in _BY.finditer(reading.norm):
        if share := _PERCENT.search(match["by"]):
            factor = 100 - float(share["share"]) if less else 100 + float(share["share"])
            yield Assigned({field.name: {"times": f"{factor / 100:g}"}}, match.start(), match.start("by") + share.end())
        elif value := read_value(reading, field, *match.span("by")):
            yield Assigned({field.name: {"plus": {**value, "amount": f"{less}{value['amount']}"}}}, *match.span())
    for amount in reading.amounts:
        if called_off(reading, (amount.start, amount.end)):
            yield Assigned({}, amount.start, amount.end)
        elif (
            amount.is_money
            and amount.bare
            and amount.low is not None
            and (value := read_value(reading, field, amount.start, amount.end))
        ):
            more = _MORE.search(reading.norm[: amount.start])
            said = {"plus": _signed(value, more["sign"])} if more else value
            yield Assigned({field.name: said}, more.start() if more else amount.start, amount.end)


_MORE = re.compile(r"(?<!\w)(?P<sign>plus|add|another|minus|less|off|\+)(?: another)? $")


def _signed(value: dict[str, str], sign: str) -> dict[str, str]:
    return {**value, "amount": f"-{value['amount']}"} if sign in ("minus", "less", "off") else value


def date(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """The day a deal is expected to close, and how far it moves."""
    name = {"opportunity": "expected_close", "task": "due_at", "meeting": "at"}.get(kind.kind, "")
    field = kind.field(name)
    if field is None:
        return
    for match in _BY.finditer(reading.norm):
        if span := _SPAN.search(match["by"]):
            count = int(span["count"]) if span["count"].isdigit() else _COUNTS[span["count"]]
            sign = "-" if _LESS.search(reading.norm) else ""
            yield Assigned(
                {name: {"plus": f"{sign}{count} {span['unit']}{'' if count == 1 else 's'}"}},
                match.start(),
                match.start("by") + span.end(),
            )
    for moment in reading.moments:
        if _says_when_to_do_it(reading, moment.start, moment.end):
            continue
        if called_off(reading, (moment.start, moment.end)):
            yield Assigned({}, moment.start, moment.end)
        elif moment.day is not None and (value := read_value(reading, field, moment.start, moment.end)):
            yield Assigned({name: value}, moment.start, moment.end)
    for found in reading.periods:
        if _says_when_to_do_it(reading, found.start, found.end):
            continue
        if value := read_value(reading, field, found.start, found.end):
            yield Assigned({name: value}, found.start, found.end)


def _says_when_to_do_it(reading: Reading, start: int, end: int) -> bool:
    """Whether a time opens the clause and an order stands behind it: "tomorrow set the amount to 40k" moves no date."""
    words = re.findall(r"[^\W_]+", reading.norm[end:])
    verb = next((word for word in words if word not in _BEFORE_VERB), "")
    return verb in _VERBS and not [
        word for word in re.findall(r"[^\W_]+", reading.norm[:start]) if word not in _BEFORE_TIME
    ]


_VERBS = words_of("crm_orders") | words_of("orders")
_BEFORE_VERB = frozenset({"please", "pls", "can", "could", "you", "we", "just", "then", "kindly", "lets", "let", "us"})
_BEFORE_TIME = frozenset({"on", "in", "at", "and", "then", "please", "ok", "okay", "so", "also", "from", "after"})


def share(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """A percentage alone, for the one field of a kind that holds one."""
    fields = [one for one in kind.fields if one.type == "share"]
    for start, end in reading.percents if len(fields) == 1 else ():
        if (match := _PERCENT.search(reading.norm[start:end])) and not reading.norm[:start].rstrip().endswith("by"):
            yield Assigned({fields[0].name: f"{match['share']}%"}, start, end)
