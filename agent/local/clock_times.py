"""Times of day in a person's words: `at 2`, `8am`, `quarter to nine`, `half past two`, `14h30`, `before 5`, `noon`.

A time that no clock shows ("25:00") is found as such, so that it can be asked about.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import time

from agent.local.periods import WEEKDAYS
from agent.local.when import Unsettled

_HOURS = {
    word: place
    for place, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
    )
}
_MINUTES = {
    "five": 5, "oh five": 5, "o five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "twenty five": 25, "thirty": 30,
    "thirty five": 35, "forty": 40, "forty five": 45, "fifty": 50, "fifty five": 55,
}  # fmt: skip
_PARTS = {
    "first thing": time(9), "morning": time(9), "afternoon": time(14), "evening": time(18), "tonight": time(19),
    "noon": time(12), "midday": time(12), "lunchtime": time(12), "midnight": time(23, 59),
}  # fmt: skip
_EARLY, _LATE = frozenset({"morning", "first thing"}), frozenset({"afternoon", "evening", "tonight", "night"})
_WORD = "|".join(_HOURS)
_SPELT = "|".join(sorted(_MINUTES, key=len, reverse=True))
_AT = r"(?:at|@|around|about|by|before|until|till) "
_HALF = r"am|pm|a\.m\.|p\.m\.|in the (?:morning|afternoon|evening)|at night|of the (?:morning|afternoon|evening)"
_DAYS = "|".join((*WEEKDAYS, "today", "tomorrow", "tonight"))
_THEN = rf"(?= *$| [.,;!?)]| to (?!\d)| on | and | please| pls| sharp| (?:this |next )?(?:{_DAYS})(?!\w))"
"""What may stand behind an hour that no word marks as one: nothing that it could count."""
_TAKEN_BACK = re.compile(
    r"(?<!\w)(?:no|nope|wait|sorry|actually|rather|i mean|i meant|make that|make it|scratch that|correction)(?!\w)"
)
_AMOUNTS = re.compile(
    r"(?<!\w)(?:raise|increase|lower|cut|reduce|decrease|drop|bump|extend|push|postpone|delay|shift|shorten|price|amount|budget|worth|value|seats|stands?|sold|set)(?!\w)"
)
_NEAR = 24


@dataclass(frozen=True, slots=True)
class Clocked:
    """A time of day and where it stands. Not `sure`: which half of the day is meant was not said."""

    start: int
    end: int
    at: time
    sure: bool = False


_MARKED = re.compile(
    r"(?<![\w.$€£])(?:(?:at|@|around|about|by|before|until|till) )?(?:"
    rf"(?P<hour>\d{{1,2}})(?:[:.h](?P<minute>\d\d))? ?(?P<half>am|pm|a\.m\.|p\.m\.|o ?' ?clock|oclock)(?: (?P<half2>{_HALF}))?"
    rf"|(?P<clock>\d{{1,2}})(?:[:]| ?(?:h|uhr) ?(?=\d\d(?!\w)))(?P<clockminute>\d\d)(?: ?h| uhr)?(?: (?P<clockhalf>{_HALF}))?"
    r"|(?P<european>1?[7-9]|1\d|2[0-3]) ?(?:h|hrs|uhr)"
    rf"|(?P<worded>{_WORD})(?: (?P<minutes>{_SPELT}))? (?P<wordhalf>{_HALF}|o ?' ?clock|oclock)"
    rf"|(?P<bare>{_WORD}) (?P<bareminutes>fifteen|thirty|forty five)"
    rf"|(?P<spoken>half past|quarter past|quarter to|half) (?P<spokenhour>1[0-2]|[1-9]|{_WORD})(?: (?P<spokenhalf>{_HALF}))?"
    r")(?![\w%])"
)
_LED = re.compile(
    rf"(?<!from )(?<!\w){_AT}(?:"
    rf"(?P<past>(?P<count>five|ten|twenty|twenty five|\d{{1,2}}) (?:minutes )?(?P<way>past|to) (?P<pasthour>1[0-2]|[1-9]|{_WORD}))(?!\w)(?! (?!on |today|tomorrow|to )\w)"
    rf"|(?P<worded>{_WORD}) (?P<minutes>{_SPELT})(?!\w)(?! (?:thousand|million|hundred|percent|k|grand|euros?|dollars?))"
    r"|(?P<dotted>[01]?\d|2[0-3])\.(?P<dottedminute>[0-5]\d)(?![\w.%])(?! ?(?:%|percent|k|m|million|euros?|dollars?))"
    r"|(?<=[at@] )(?P<military>[01]\d|2[0-3])(?P<militaryminute>[0-5][05])(?: ?(?:h|hrs|hours))?(?![\w.,%])"
    r")"
)
_BARE = re.compile(
    rf"(?:(?:at|@|around|about) )(?P<hour>1[0-2]|0?[1-9]|1[3-9]|2[0-3]|{_WORD})(?! ?(?:%|k\b|m\b|days?|weeks?|months?|percent|deals?|leads?|grand|million|thousand|hundred|euros?|dollars?|seats?|people|o clock))(?![\w.:])"
    rf"(?: (?P<half>{_HALF}))?"
)
_LIMIT = re.compile(rf"(?:by|before|until|till) (?P<hour>1[0-2]|0?[1-9]|1[3-9]|2[0-3]|{_WORD}){_THEN}(?![.:]\d)")
_SPAN = re.compile(
    rf"(?<![\w.])(?P<opener>(?:from|between) )?(?P<first>\d{{1,2}}|{_WORD})(?:[:.](?P<firstminute>\d\d))? ?(?P<firsthalf>am|pm)? (?:-|to|and|until|till) (?P<last>\d{{1,2}}|{_WORD})(?:[:.](?P<lastminute>\d\d))? ?(?P<half>am|pm)?(?![\w%.:])"
)
_PART = re.compile(
    r"(?<!\w)(?<!good )(?:(?:at|by|before|until|around|in) )?(?P<part>first thing(?: in the morning)?|noon|midday|lunchtime|midnight|(?:in the |this |the )?(?:morning|afternoon|evening)|tonight)(?!\w)"
)
_TRAILING = re.compile(
    r" (?:, )?(?P<hour>1[0-2]|0?[1-9]|1[3-9]|2[0-3])(?:[.:]?(?P<minute>[0-5][05]))?(?![\w%.:/])(?! (?:days?|weeks?|months?|deals?|leads?|grand|tasks?|minutes?|min|percent|of|or|people|things|k|seats|calls))"
    rf"| (?P<word>{_WORD}) (?P<wordminute>{_SPELT})(?!\w)"
)


def find_times(norm: str, days: Sequence[tuple[int, int]]) -> tuple[list[Clocked], list[Unsettled]]:
    """The times of day in a cleaned-up text, and those that no clock shows.

    Args:
        days: where the days stand, which may have an hour behind them ("Thursday 10").
    """
    taken = list(days)
    exact: list[Clocked] = []
    for finder in (_spans, _marked, _led, _bare):
        for one in finder(norm, days):
            if not _touches((one.start, one.end), taken):
                exact.append(one)
                taken.append((one.start, one.end))
    for day in days:
        if not any(abs(one.start - day[1]) < 4 for one in exact) and (trailing := _trailing(norm, day[1])):
            exact.append(trailing)
    parts = [match for match in _PART.finditer(norm) if not _touches(match.span(), taken) or match["part"] == "tonight"]
    found = [_with_half(one, parts) for one in _last_said(norm, exact)]
    loose = [Clocked(*match.span(), _part(match), sure=True) for match in parts]
    return found or loose, list(_impossible(norm, days))


def _touches(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(span[0] < end and span[1] > start for start, end in others)


def _last_said(norm: str, times: list[Clocked]) -> list[Clocked]:
    """Of times that take one another back ("seven thirty, no wait, eight thirty") the last."""
    kept: list[Clocked] = []
    for one in sorted(times, key=lambda one: one.start):
        taken_back = bool(kept) and bool(_TAKEN_BACK.search(norm[kept[-1].end : one.start]))
        kept.append(replace(one, start=kept.pop().start) if taken_back else one)
    return kept


def _part(match: re.Match[str]) -> time:
    return _PARTS[next(name for name in _PARTS if name in match["part"])]


def _with_half(one: Clocked, parts: Sequence[re.Match[str]]) -> Clocked:
    """An hour beside a part of the day, which says which half is meant ("tomorrow evening at 8")."""
    near = [match for match in parts if abs(match.start() - one.end) < _NEAR or abs(one.start - match.end()) < _NEAR]
    if one.sure or not near:
        return one
    words = set(near[0]["part"].split())
    if words & _LATE:
        hour = one.at.hour + 12 if one.at.hour < 12 else one.at.hour
    elif words & _EARLY or near[0]["part"].startswith("first"):
        hour = one.at.hour % 12
    else:
        return one
    return replace(one, at=one.at.replace(hour=hour), sure=True)


def working_hour(hour: int) -> int:
    """An hour said without am or pm is taken to lie between 7 in the morning and 6 in the evening."""
    return hour + 12 if 1 <= hour <= 6 else hour


def _hour(said: str) -> int:
    return int(said) if said.isdigit() else _HOURS[said]


def _of_half(hour: int, half: str) -> tuple[int, bool]:
    """The hour of the day, and whether its half was said."""
    plain = half.replace(".", "")
    late = plain.startswith("p") or bool(set(plain.split()) & _LATE)
    early = (plain.startswith("a") and not late) or "morning" in plain
    if late:
        return (hour + 12 if hour < 12 else hour), True
    if early:
        return (0 if hour == 12 else hour), True
    return working_hour(hour), False


def _clocked(match: re.Match[str], hour: int, minute: int, *, sure: bool) -> Iterator[Clocked]:
    if hour < 24 and minute < 60:
        yield Clocked(match.start(), match.end(), time(hour, minute), sure)
    elif (hour, minute) == (24, 0):
        yield Clocked(match.start(), match.end(), time(23, 59), sure=True)


def _marked(norm: str, _: Sequence[tuple[int, int]]) -> Iterator[Clocked]:
    for match in _MARKED.finditer(norm):
        if match["spoken"]:
            yield from _spoken(match)
        elif match["european"]:
            yield from _clocked(match, int(match["european"]), 0, sure=True)
        elif match["clock"]:
            hour, sure = int(match["clock"]), match["clock"].startswith("0") or int(match["clock"]) > 12
            if match["clockhalf"]:
                hour, sure = _of_half(hour, match["clockhalf"])
            yield from _clocked(match, hour if sure else working_hour(hour), int(match["clockminute"]), sure=sure)
        else:
            said = match["hour"] or match["worded"] or match["bare"]
            spelt = match["minutes"] or match["bareminutes"]
            minute = int(match["minute"] or 0) if match["hour"] else _MINUTES.get(spelt or "", 0)
            half = match["half2"] or match["half"] or match["wordhalf"] or ""
            hour, sure = _of_half(_hour(said), "" if half.startswith("o") and "'" in half else half)
            yield from _clocked(match, hour, minute, sure=sure)


def _spoken(match: re.Match[str]) -> Iterator[Clocked]:
    """`half past two`, `quarter to nine`; "half nine" is half past nine, as the British say it."""
    hour = _hour(match["spokenhour"])
    minute = 15 if match["spoken"] == "quarter past" else 45 if match["spoken"] == "quarter to" else 30
    hour = hour - 1 if minute == 45 else hour
    yield from _around(match, hour, minute, match["spokenhalf"] or "")


def _around(match: re.Match[str], hour: int, minute: int, half: str = "") -> Iterator[Clocked]:
    hour = 12 if hour == 0 else hour
    hour, sure = _of_half(hour, half)
    yield from _clocked(match, hour, minute, sure=sure)


def _led(norm: str, _: Sequence[tuple[int, int]]) -> Iterator[Clocked]:
    for match in _LED.finditer(norm):
        if match["past"]:
            minute = int(match["count"]) if match["count"].isdigit() else _MINUTES[match["count"]]
            hour = _hour(match["pasthour"])
            to = match["way"] == "to"
            if 0 < minute < 60:
                yield from _around(match, hour - 1 if to else hour, 60 - minute if to else minute)
        elif match["worded"]:
            yield from _around(match, _hour(match["worded"]), _MINUTES[match["minutes"]])
        elif match["dotted"]:
            if not _AMOUNTS.search(norm, 0, match.start()):
                hour = int(match["dotted"])
                yield from _clocked(match, working_hour(hour), int(match["dottedminute"]), sure=hour > 12)
        elif not _AMOUNTS.search(norm, 0, match.start()):
            yield from _clocked(match, int(match["military"]), int(match["militaryminute"]), sure=True)


def _bare(norm: str, _: Sequence[tuple[int, int]]) -> Iterator[Clocked]:
    for match in _BARE.finditer(norm):
        hour, sure = _of_half(_hour(match["hour"].lstrip("0")), match["half"] or "")
        yield from _clocked(match, hour, 0, sure=sure or hour > 18)
    for match in _LIMIT.finditer(norm):
        if not _AMOUNTS.search(norm, 0, match.start()):
            hour = working_hour(_hour(match["hour"].lstrip("0")))
            yield from _clocked(match, hour, 0, sure=False)


def _spans(norm: str, days: Sequence[tuple[int, int]]) -> Iterator[Clocked]:
    """`from 2 to 3pm`: when it begins, in the half that the words behind it say."""
    for match in _SPAN.finditer(norm):
        first, last = _hour(match["first"]), _hour(match["last"])
        half = match["half"] or ""
        beside = any(abs(match.start() - end) < 3 or abs(start - match.end()) < 5 for start, end in days)
        if not (half or (match["opener"] and beside)) or first > 23 or last > 24:
            continue
        if half == "pm" and not match["firsthalf"] and first > last and first < 12:
            half = "am"  # from 11 to 1pm
        hour, sure = _of_half(first, match["firsthalf"] or half)
        yield from _clocked(match, hour, int(match["firstminute"] or 0), sure=sure)


def _trailing(norm: str, end: int) -> Clocked | None:
    match = _TRAILING.match(norm, end)
    if match is None:
        return None
    if match["word"]:
        return Clocked(
            match.start() + 1, match.end(), time(working_hour(_hour(match["word"])), _MINUTES[match["wordminute"]])
        )
    hour = int(match["hour"])
    return Clocked(match.start() + 1, match.end(), time(working_hour(hour), int(match["minute"] or 0)), hour > 12)


def _impossible(norm: str, days: Sequence[tuple[int, int]]) -> Iterator[Unsettled]:
    """Times that no clock shows: written as one behind "at" or beside a day."""
    for match in re.finditer(
        r"(?<![\w.])(?P<lead>(?:at|@|by|before|until|till) )?(?P<hour>\d{1,2}):(?P<minute>\d\d)(?!\w)", norm
    ):
        beside = any(0 <= match.start() - end < 3 or 0 <= start - match.end() < 3 for start, end in days)
        hour, minute = int(match["hour"]), int(match["minute"])
        if (hour > 24 or minute > 59 or (hour == 24 and minute)) and (match["lead"] or beside):
            yield Unsettled(
                match.start(), match.end(), said=f"There is no {match['hour']}:{match['minute']} on a clock"
            )
    for match in re.finditer(r"(?:at|@) (?P<hour>\d\d)(?= *$| [.,;!?]| to )", norm):
        beside = any(0 <= match.start() - end < 3 for _, end in days)
        if int(match["hour"]) > 24 and beside:
            yield Unsettled(match.start(), match.end(), said=f"There is no hour {match['hour']} in a day")
