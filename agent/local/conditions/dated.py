"""Conditions in time: overdue, in a period of a date, silent or staying for days."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from agent.local.conditions.condition import Kinds, Narrowed, on_field
from agent.local.lapses import Kind as LapseKind
from agent.local.patterns import compiled
from agent.local.reading import Reading
from agent.local.schema import KindCard
from agent.local.when import Stretch

_OVERDUE = re.compile(
    r"(?<!\w)(?:overdue|past due|past their (?:due|close|closing|expected close) date|late"
    r"|(?:with )?(?:an? |the |their |its )?(?:expected close|close date|closing date|expected close date|due date|deadline) (?:that |which )?(?:is |are |was |lies |lie |has |have |already |long )*(?:in the past|passed|past|gone by|behind us)"
    r"|should (?:already )?have closed(?: already| by now)?)(?!\w)"
)
_DATES = frozenset(
    {"created_at", "arrived_at", "at", "starts_on", "due_at", "created_on", "entered_on", "enrolled_on"}
)  # fmt: skip
_ABOUT_DATE = {
    "created_at": r"created|added|made|new|logged|opened|entered|since", "arrived_at": r"created|added|arrived|came in|come in|new|received|since",
    "created_on": r"created|opened|added|started", "expected_close": r"clos(?:e|es|ing)|expected to close|due to close|landing",
    "closed_on": r"closed|won|lost", "due_at": r"due|for|until", "at": r"held|on|from|in|since|planned|scheduled|this|last|next",
    "starts_on": r"start(?:s|ed|ing)?|beg[ia]n(?:s|ning)?|launch(?:es|ed|ing)?", "ends_on": r"end(?:s|ed|ing)?|finish(?:es|ed|ing)?",
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
    spans = [(one.start, one.end, one.when.past, one.when.future) for one in reading.periods]
    for moment in reading.moments:
        if moment.day is not None and not any(moment.start < end and start < moment.end for start, end, *_ in spans):
            day = Stretch(moment.day, moment.day, moment.day.isoformat())
            spans.append((moment.start, moment.end, day, day))
    for start, end, past, future in spans:
        name, begins = _date_spoken_of(reading, kind, start)
        if name is not None:
            condition, earlier = _side(reading, start, name, future if name in _AHEAD else past)
            yield Narrowed(condition, earlier, end)
            if begins < earlier:
                yield Narrowed(condition, begins, earlier)


_SIDE = re.compile(
    r"(?<!\w)(?P<how>before|after|until|by|since|from|prior to|later than|earlier than|older than) (?:the )?$"
)
_SIDES = {
    "before": "below", "prior to": "below", "earlier than": "below", "older than": "below", "after": "above",
    "later than": "above", "until": "at_most", "by": "at_most", "since": "at_least", "from": "at_least",
}  # fmt: skip


def _side(reading: Reading, start: int, name: str, said: Stretch) -> tuple[dict[str, Any], int]:
    """In the period, or before or after it where the words say so."""
    side = _SIDE.search(reading.norm[:start])
    if side is None or (said.first != said.last and side["how"] in ("since", "from") and "/" in said.text):
        return on_field(name, said.text), start  # from the one day to the other
    if said.first == reading.now.date() != said.last and name in _AHEAD:
        return on_field(name, said.text), side.start()  # from now until then
    how = _SIDES[side["how"]]
    day = said.last if how in ("above", "at_most") else said.first
    return on_field(name, day.isoformat(), test=how), side.start()


def _date_spoken_of(reading: Reading, kind: KindCard, start: int) -> tuple[str | None, int]:
    before = reading.norm[:start]
    hits = []
    for name, words in _words_for_dates(kind):
        for match in compiled(rf"(?<!\w)(?:{words})(?!\w)").finditer(before):
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


_TOO_SHORT = frozenset(
    {"at", "when", "time", "date", "start", "end", "starts", "ends", "due", "activity", "created", "closed"}
)
"""Names of dates that are said of other things as well, or that are read by themselves."""
_CLOSED = re.compile(r"(?<!\w)(?:won|lost|wins?(?! rate)|losses|lose|closed|revenue|bookings|turnover)(?!\w)")
"""What is said of deals whose outcome is known: a period without a date of its own is when they closed."""


def names_a_date(reading: Reading, kind: KindCard, start: int) -> bool:
    """Whether the words before a period say which date of the records it is on."""
    before = reading.norm[max(start - _NEAR, 0) : start]
    return any(
        kind.field(name) is not None and compiled(rf"(?<!\w)(?:{words.replace('|since', '')})(?!\w)").search(before)
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
