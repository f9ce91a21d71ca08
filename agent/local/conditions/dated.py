"""Conditions in time: overdue, in a period of a date, silent or staying for days."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from agent.local.conditions.condition import Kinds, Narrowed, on_field
from agent.local.lapses import Kind as LapseKind
from agent.local.reading import Reading
from agent.local.schema import KindCard

_OVERDUE = re.compile(r"(?<!\w)(?:overdue|past due|past their (?:due|close) date|late)(?!\w)")
_DATES = frozenset(
    {"created_at", "arrived_at", "at", "starts_on", "due_at", "created_on", "entered_on", "enrolled_on"}
)  # fmt: skip
_ABOUT_DATE = {
    "created_at": r"created|added|made|new|logged|opened|entered|since", "arrived_at": r"created|added|arrived|came in|come in|new|received|since",
    "created_on": r"created|opened|added|started", "expected_close": r"clos(?:e|es|ing)|expected to close|due to close|landing",
    "closed_on": r"closed|won|lost", "due_at": r"due|for|until", "at": r"held|on|from|in|since|planned|scheduled|this|last|next",
    "starts_on": r"start(?:s|ing)?|begin(?:s|ning)?|launch(?:es|ing)?", "ends_on": r"end(?:s|ing)?|finish(?:es|ing)?",
    "last_contacted_at": r"contacted|spoken to|called|reached", "updated_at": r"changed|updated|edited|modified",
    "enrolled_on": r"enrolled|signed up|registered", "completed_at": r"completed|finished|done",
}  # fmt: skip
_AHEAD = frozenset({"expected_close", "due_at"})
_NEAR = 24


def late(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    match = _OVERDUE.search(reading.norm)
    if match is None:
        return
    now = reading.now.replace(second=0, microsecond=0).isoformat()
    if kind.kind == "task":
        yield Narrowed(on_field("due_at", now, test="below"), *match.span())
        yield Narrowed(on_field("status", "open"), *match.span())
    elif kind.kind == "opportunity":
        yield Narrowed(on_field("expected_close", now[:10], test="below"), *match.span())
        yield Narrowed(on_field("outcome", "open"), *match.span())


def dated(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """A period on the date that the words speak of, else on the one that the kind goes by."""
    spans: list[tuple[int, int, str, str]] = []
    for found in reading.periods:
        spans.append((found.start, found.end, found.when.past.text, found.when.future.text))
    for moment in reading.moments:
        if moment.day is not None and not any(moment.start < end and start < moment.end for start, end, *_ in spans):
            spans.append((moment.start, moment.end, moment.day.isoformat(), moment.day.isoformat()))
    for start, end, past, future in spans:
        name, begins = _date_spoken_of(reading, kind, start)
        if name is not None:
            text = future if name in _AHEAD else past
            condition, earlier = _side(reading, start, name, text)
            yield Narrowed(condition, earlier, end)
            if begins < earlier:
                yield Narrowed(condition, begins, earlier)


def _side(reading: Reading, start: int, name: str, text: str) -> tuple[dict[str, Any], int]:
    """In the period, or before or after it where the words say so."""
    side = re.search(
        r"(?<!\w)(?P<how>before|after|until|by|since|from|prior to|later than|earlier than|older than) (?:the )?$",
        reading.norm[:start],
    )
    if side is None:
        return on_field(name, text), start
    first, _, last = text.partition("/")
    if last and first != last and side["how"] in ("since", "from"):
        return on_field(name, text), start  # from the one day to the other
    how = {"before": "below", "prior to": "below", "earlier than": "below", "older than": "below", "after": "above",
           "later than": "above", "until": "at_most", "by": "at_most", "since": "at_least", "from": "at_least"}[side["how"]]  # fmt: skip
    day = last if last and how in ("above", "at_most") else first
    return on_field(name, day, test=how), side.start()


def _date_spoken_of(reading: Reading, kind: KindCard, start: int) -> tuple[str | None, int]:
    before = reading.norm[:start]
    hits = []
    for name, words in _words_for_dates(kind):
        for match in re.finditer(rf"(?<!\w)(?:{words})(?!\w)", before):
            hits.append((match.end(), len(match[0]), name, match.start()))
    if hits:
        end, _, name, begins = max(hits)
        if start - end <= _NEAR:
            return name, begins
    if kind.field("closed_on") is not None and _CLOSED.search(reading.norm):
        return "closed_on", start
    return date_of(kind), start


def _words_for_dates(kind: KindCard) -> Iterator[tuple[str, str]]:
    """What is said around a date of the kind, and the names of its fields ("whose last activity is before …")."""
    yield from ((name, words) for name, words in _ABOUT_DATE.items() if kind.field(name) is not None)
    for field in kind.fields:
        if field.type in ("date", "moment"):
            named = "|".join(re.escape(word.lower()) for word in field.words if word not in _TOO_SHORT)
            yield field.name, rf"(?:whose |with |the |their )*(?:{named})(?: (?:is|was|were|are|dates?|lies|falls))*"


_TOO_SHORT = frozenset({"at", "when", "time", "date", "start", "end", "starts", "ends", "due", "activity", "created", "closed"})
"""Names of dates that are said of other things as well, or that are read by themselves."""
_CLOSED = re.compile(r"(?<!\w)(?:won|lost|win|lose|closed|revenue|bookings|turnover)(?!\w)")
"""What is said of deals whose outcome is known: a period without a date of its own is when they closed."""


def names_a_date(reading: Reading, kind: KindCard, start: int) -> bool:
    """Whether the words before a period say which date of the records it is on."""
    before = reading.norm[max(start - _NEAR, 0) : start]
    return any(
        kind.field(name) is not None and re.search(rf"(?<!\w)(?:{words.replace('|since', '')})(?!\w)", before)
        for name, words in _ABOUT_DATE.items()
        if name != "at"
    )


def lapsed(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """Silence for days on its last activity, and days in a stage on the day it was entered."""
    for lapse in reading.lapses:
        since = (reading.now - timedelta(days=lapse.days)).date().isoformat()
        names = ("stage_entered_on",) if lapse.kind is LapseKind.STAYING else ("last_activity", "last_activity_at")
        name = next((one for one in names if kind.field(one) is not None), None)
        if name is not None:
            test = "below" if name == "stage_entered_on" else "not_since"
            yield Narrowed(on_field(name, since, test=test), lapse.start, lapse.end)


def date_of(kind: KindCard) -> str | None:
    """The date that records of a kind go by."""
    return next((field.name for field in kind.fields if field.name in _DATES), None)
