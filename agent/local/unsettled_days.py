"""A day or a time that there is not, or that may be either of two, is asked about; the answer fills what waited for it.

"31 February" is never bent to a day nearby, and 3/4 is March or April: the person says which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.local.reading import Reading
from agent.local.schema import Clarify, Frame, Kind, Pending, Record, Understanding
from agent.local.when import Unsettled

_STAND_IN = "2094-05-07"
"""A day that nobody says, in the place of the one asked for: the argument it turns up in waits for the answer."""
_TEXTS = frozenset({"body", "instruction", "outcome", "content"})
"""Arguments that hold the person's text as it is; what it says of days is nobody's order."""


def settled(understood: Understanding, reading: Reading, again: Callable[[str], Understanding]) -> Understanding:
    """The understanding, or the question which day is meant where the person's own words name none that there is.

    Args:
        again: understands the turn with other words in it.
    """
    open_ = [one for one in reading.unsettled if _is_own(reading, one)]
    waits = understood.kind in (Kind.REQUEST, Kind.CLARIFY)
    if not open_ or not waits or _only_told(understood, reading, open_[0]):
        return understood
    pending = _pending(reading, open_[0], again) if len(open_) == 1 and not _is_time(open_[0]) else None
    clarify = Clarify(_question(reading, open_[0]), pending.choices if pending else _choices(open_[0]), pending)
    return replace(understood, requests=(), kind=Kind.CLARIFY, clarify=clarify)


def _is_own(reading: Reading, one: Unsettled) -> bool:
    return not set(range(*reading.text.token_range(one.start, one.end))) & reading.content


def _is_time(one: Unsettled) -> bool:
    return one.said.startswith("There is no")


def _said(reading: Reading, one: Unsettled) -> str:
    return reading.text.written_between(*reading.text.token_range(one.start, one.end)).strip(" ,;:!?")


def _only_told(understood: Understanding, reading: Reading, one: Unsettled) -> bool:
    """Whether the words only stand in a text that is noted down."""
    said = _said(reading, one)
    texts = (str(request.arguments.get(name, "")) for request in understood.requests for name in _TEXTS)
    return any(said in text for text in texts)


def _question(reading: Reading, one: Unsettled) -> str:
    if one.either:
        days = " or ".join(_choices(one))
        return f"“{_said(reading, one)}” may be two days. Is it {days}?"
    what = "time" if _is_time(one) else "day"
    wrong = one.said or f"There is no “{_bare(_said(reading, one))}” in the calendar"
    return f"{wrong}. Which {what} do you mean?"


def _bare(said: str) -> str:
    first, _, rest = said.partition(" ")
    return _bare(rest) if rest and first.lower() in _LEADS else said


_LEADS = frozenset({"by", "before", "on", "due", "until", "till", "for", "this", "at", "the", "from", "to"})


def _choices(one: Unsettled) -> tuple[str, ...]:
    return tuple(f"{day:%-d %B %Y}" for day in one.either)


def _pending(reading: Reading, one: Unsettled, again: Callable[[str], Understanding]) -> Pending | None:
    """What waits for the day: the one request that the words would be with a day in its place."""
    first, last = reading.text.token_range(one.start, one.end)
    tokens, written = reading.text.tokens, reading.text.written
    other = again(f"{written[: tokens[first].start]}{_STAND_IN}{written[tokens[last - 1].end :]}")
    held = other.clarify.pending if other.clarify else None
    if held is not None and held.records:
        return _waiting(held.frame, one, held.records)  # the record is asked for when the day is known
    if len(other.requests) != 1 or not other.requests[0].asked_by_own_words:
        return None
    return _waiting(Frame(other.requests[0].tool, other.requests[0].arguments), one)


def _waiting(frame: Frame, one: Unsettled, records: tuple[Record, ...] = ()) -> Pending | None:
    waiting = [name for name, value in frame.arguments.items() if _STAND_IN in str(value)]
    if len(waiting) != 1:
        return None
    rest = {name: value for name, value in frame.arguments.items() if name not in waiting}
    return Pending(Frame(frame.tool, rest), waiting[0], _choices(one), records)
