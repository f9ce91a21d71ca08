"""Moments in a person's words, in their zone: `Thursday at 10`, `tomorrow 9am`, `in two weeks`, `end of next month`."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from agent.local.periods import MONTHS, NUMBERS, WEEKDAYS
from agent.local.when import ORDINALS, add_months, day_of
from tools.science.periods import Grain, Period

_WEEKDAY = "|".join(WEEKDAYS)
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_COUNT = r"\d{1,3}|an?|couple of|a couple of|few|" + "|".join(w for w, n in NUMBERS.items() if w.isalpha() and n > 0)
_SPELT = "|".join(sorted(ORDINALS, key=len, reverse=True))
_PARTS_OF_DAY = {
    "first thing": time(9), "morning": time(9), "afternoon": time(14), "evening": time(18), "tonight": time(19),
    "noon": time(12), "midday": time(12), "lunchtime": time(12), "midnight": time(23, 59),
}  # fmt: skip
_LATE = frozenset({"pm", "in the afternoon", "in the evening"})
_TAKEN_BACK = re.compile(
    r"(?<!\w)(?:no|nope|wait|sorry|actually|rather|i mean|i meant|make that|make it|scratch that|correction)(?!\w)"
)
_LEAD = r"(?:(?:by|before|on|due|until|till|for|this|at) )?(?:the )?"


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or a day and time when `at` is set, and where the words stand in the cleaned-up text."""

    start: int
    end: int
    day: date | None
    at: time | None = None
    exact: datetime | None = None

    def iso(self, now: datetime) -> str:
        """ISO date, or ISO date and time with the zone of `now`."""
        if self.exact is not None:
            return self.exact.replace(second=0, microsecond=0).isoformat()
        day = self.day
        if day is None:
            day = now.date()
            if self.at is not None and self.at <= now.time():
                day += timedelta(days=1)
        if self.at is None:
            return day.isoformat()
        return datetime.combine(day, self.at, tzinfo=now.tzinfo).isoformat()


_TIME = re.compile(
    r"(?<![\w.$€£])(?:(?P<lead>at|@|around|about|by|before) )?(?:"
    r"(?P<hour>[01]?\d|2[0-3])(?:[:.h](?P<minute>[0-5]\d))? ?(?P<half>am|pm|a\.m\.|p\.m\.|o ?' ?clock)"
    r"|(?P<hour24>[01]?\d|2[0-3])[:h](?P<minute24>[0-5]\d)"
    r"|(?P<european>1?[7-9]|1\d|2[0-3]) ?(?:h|hrs|uhr)"
    r"|(?P<worded>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?P<minutes>fifteen|thirty|forty five)(?: (?P<wordhalf>am|pm|in the morning|in the afternoon|in the evening))?"
    r"|half (?P<halfpast>1[0-2]|[1-9]|seven|eight|nine|ten|eleven|twelve|one|two|three|four|five|six)"
    r"|(?P<spoken>half past|quarter past|quarter to) (?P<spokenhour>1[0-2]|[1-9]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"|(?P<part>first thing(?: in the morning)?|noon|midday|lunchtime|midnight|(?:in the |this )?(?:morning|afternoon|evening)|tonight))"
    r"(?![\w%])"
)
_BARE_HOUR = re.compile(
    r"(?:(?:at|@|around|about) )(?P<hour>1[0-2]|0?[1-9]|1[3-9]|2[0-3]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?! ?(?:%|k\b|m\b|days?|weeks?|months?|percent|deals?|leads?|grand|o clock))(?![\w.:])"
    r"(?: (?P<half>in the morning|in the afternoon|in the evening|of the afternoon|of the morning|of the evening|sharp|tomorrow|today))?"
)
_TRAILING_HOUR = re.compile(
    r" (?P<hour>1[0-2]|0?[1-9]|1[3-9]|2[0-3])(?:[.:]?(?P<minute>[0-5][05]))?(?![\w%.:/])(?! (?:days?|weeks?|months?|deals?|leads?|grand|tasks?|minutes?|min|percent|of|or|people|things))"
)

_IN = re.compile(
    rf"(?:(?:in|within|after) )(?P<count>{_COUNT}) (?:more )?(?P<business>business |working |work )?(?P<unit>minutes?|mins?|hours?|hrs?|h|days?|weeks?|fortnights?|months?|quarters?|years?)(?: from now)?(?: ' ?s?)?(?: time)?"
    rf"|(?P<count2>{_COUNT}) (?P<unit2>days?|weeks?|months?|hours?) (?:from (?:now|today)|later|out)"
)
_DAYS = (
    re.compile(r"(?:(?:by|before|on|due|until|till|for) )?(?P<iso>\d{4}-\d\d-\d\d)(?!\w)"),
    re.compile(r"(?:(?:by|before|on|due|until|till|for) )?(?P<next>the )?(?P<relative>day after tomorrow|yesterday|today|tonight|tomorrow|eod|end of (?:the )?(?:business )?day|end of (?:business )?today|end of play|close of business|cob)(?!\w)"),
    re.compile(rf"{_LEAD}(?:(?P<side>next|this|coming|following) )?(?P<weekday>{_WEEKDAY})(?: (?P<next>next week|in a week|week)| of (?P<ofnext>next|this) week)?(?!\w)"),
    re.compile(rf"(?:(?:for|on|by) )?(?P<next>a week) (?:on|from) (?P<weekday>{_WEEKDAY})(?!\w)"),
    re.compile(rf"{_LEAD}(?P<farside>next|this|coming) week(?: on)? (?P<weekday>{_WEEKDAY})(?!\w)"),
    re.compile(rf"{_LEAD}(?P<month>{_MONTH}) (?:the )?(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:(?: ,)? (?P<year>20\d\d))?(?![\w:])"),
    re.compile(rf"{_LEAD}(?P<day>[0-3]?\d)(?:st|nd|rd|th| ?\.)?(?: of)? (?P<month>{_MONTH})(?: (?P<year>20\d\d))?(?!\w)"),
    re.compile(r"(?:(?:by|before|on|due|until|till|for) )?day (?P<ordinal>[12]?\d|3[01])(?!\w)"),
    re.compile(r"(?:by|before|on|due|until|till|for) (?P<ordinal>[0-3]?\d)(?:st|nd|rd|th)(?! (?:of )?(?:" + _MONTH + r"))(?!\w)"),
    re.compile(r"(?:by|before|on|due|until|till|for) the (?:(?P<ordinal>[0-3]?\d)(?:st|nd|rd|th)|(?P<spelt>" + _SPELT + r"))(?: of (?P<of>this|next|the) month)?(?!\w)"),
    re.compile(r"(?:(?:by|before|on|due|until|till|for) )?the (?P<ordinal>[12]?\d|3[01])(?:st|nd|rd|th)?(?= *$| [.,;!?]| at )"),
    re.compile(r"(?:(?:by|before|on|due|until|till|at) )?(?:the )?(?P<edge>end|start|beginning|middle) of (?:the )?(?:(?P<side>next|this|current) )?(?P<unit>week|month|quarter|year|(?P<endmonth>" + _MONTH + r"))(?!\w)"),
    re.compile(r"(?:(?:by|before|on|due|until|till|at) )?(?P<unit>week|month|quarter|year) ?'?s? (?P<edge>end)(?!\w)"),
    re.compile(r"(?:(?:by|before|on|due|until|till|at) )?eo(?P<letter>[wmqy])(?!\w)"),
    re.compile(r"(?:(?:by|before|on|due|until|till|for|sometime|early|some time) )?(?P<side>next|this|the coming|the following) (?P<unit>week|month|quarter|year)(?!\w)"),
    re.compile(r"(?:(?:by|before|over|at|this|on|for) )?(?:the )?(?P<weekend>weekend)(?!\w)"),
    re.compile(r"(?P<slash>(?:1[3-9]|2\d|3[01])/(?:1[0-2]|0?[1-9])(?:/\d{2,4})?)(?![\w/])"),
    re.compile(r"(?:by|before|on|due|until|till|for) (?P<slash>\d{1,2}/\d{1,2}(?:/\d{2,4})?)(?!\w)"),
)  # fmt: skip


def find_moments(norm: str, now: datetime, *, year_start: int = 1) -> list[Moment]:
    """The moments named in a cleaned-up text, from left to right; a day and a time beside it are one moment."""
    if relative := _relative(norm, now):
        return relative
    days = _days(norm, now, year_start)
    times = _times(norm, days)
    moments: list[Moment] = []
    for day in days:
        near = [one for one in times if one.start <= day.end + 12 and one.end >= day.start - 12]
        if near:
            nearest = min(near, key=lambda one: max(one.start - day.end, day.start - one.end))
            times.remove(nearest)
            moments.append(Moment(min(day.start, nearest.start), max(day.end, nearest.end), day.day, nearest.at))
        else:
            moments.append(day)
    moments.extend(times)
    return sorted(moments, key=lambda one: one.start)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word]


def _relative(norm: str, now: datetime) -> list[Moment]:
    found = []
    for match in _IN.finditer(norm):
        count = _number(match["count"] or match["count2"])
        unit = (match["unit"] or match["unit2"]).rstrip("s")
        if unit in {"minute", "min", "hour", "hr", "h"}:
            step = timedelta(minutes=count) if unit.startswith("min") else timedelta(hours=count)
            found.append(Moment(match.start(), match.end(), None, exact=now + step))
            continue
        day = _later(now.date(), count, unit, working=bool(match["business"]))
        clock = next(iter(_times(norm, [])), None)
        if clock is not None and clock.start >= match.end() - 1 and clock.start - match.end() < 6:
            found.append(Moment(match.start(), clock.end, day, clock.at))
        else:
            found.append(Moment(match.start(), match.end(), day))
    return found


def _later(day: date, count: int, unit: str, *, working: bool) -> date:
    if unit == "day" and working:
        while count:
            day += timedelta(days=1)
            count -= day.weekday() < 5
        return day
    if unit in {"day", "week", "fortnight"}:
        return day + timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[unit])
    return add_months(day, count * {"month": 1, "quarter": 3, "year": 12}[unit])


def _times(norm: str, days: list[Moment]) -> list[Moment]:
    """Times of day; a part of the day beside an hour only says which half is meant."""
    exact: list[Moment] = []
    loose: list[Moment] = []
    for match in _TIME.finditer(norm):
        if (at := _time_of(match)) is not None and not _touches(match.span(), days):
            (loose if match["part"] else exact).append(Moment(match.start(), match.end(), None, at))
    for match in _BARE_HOUR.finditer(norm):
        span = (match.start(), match.end("hour"))
        if _touches(span, [*exact, *days]):
            continue
        half = match["half"] or ""
        hour = _working_hour(_number(match["hour"].lstrip("0")))
        hour = hour % 12 if half.endswith("the morning") and hour > 12 else hour
        exact.append(Moment(match.start(), span[1] if half in {"tomorrow", "today"} else match.end(), None, time(hour)))
    for day in days:
        if any(abs(one.start - day.end) < 4 for one in (*exact, *loose)):
            continue
        if trailing := _TRAILING_HOUR.match(norm, day.end):
            at = time(_working_hour(int(trailing["hour"])), int(trailing["minute"] or 0))
            exact.append(Moment(trailing.start() + 1, trailing.end(), None, at))
    return _last_said(norm, exact) or loose


def _last_said(norm: str, times: list[Moment]) -> list[Moment]:
    """Of times that take one another back ("seven thirty, no wait, eight thirty") the last."""
    kept: list[Moment] = []
    for one in sorted(times, key=lambda one: one.start):
        taken_back = bool(kept) and bool(_TAKEN_BACK.search(norm[kept[-1].end : one.start]))
        kept.append(replace(one, start=kept.pop().start) if taken_back else one)
    return kept


def _touches(span: tuple[int, int], others: list[Moment]) -> bool:
    return any(span[0] < one.end and span[1] > one.start for one in others)


def _working_hour(hour: int) -> int:
    """An hour said without am or pm is taken to lie between 7 in the morning and 6 in the evening."""
    return hour + 12 if 1 <= hour <= 6 else hour


def _time_of(match: re.Match[str]) -> time | None:
    if match["part"]:
        part = next(name for name in _PARTS_OF_DAY if name in match["part"])
        return _PARTS_OF_DAY[part]
    if match["spoken"]:
        hour = _working_hour(_number(match["spokenhour"]))
        return {"half past": time(hour, 30), "quarter past": time(hour, 15)}.get(match["spoken"]) or time(hour - 1, 45)
    if match["european"]:
        return time(int(match["european"]))
    if match["halfpast"]:
        return time(_working_hour(_number(match["halfpast"])), 30)
    if match["worded"]:
        half, hour = match["wordhalf"] or "", _number(match["worded"])
        hour = _working_hour(hour) if not half else hour % 12 + (12 if half in _LATE else 0)
        return time(hour, {"fifteen": 15, "thirty": 30, "forty five": 45}[match["minutes"]])
    if match["hour24"]:
        hour, minute = int(match["hour24"]), int(match["minute24"])
        bare = not match["hour24"].startswith("0")
        return time(_working_hour(hour) if bare else hour, minute)
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = match["half"].replace(".", "")
    if half.startswith("p") and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    elif half.startswith("o"):
        hour = _working_hour(hour)
    return time(hour, minute) if hour < 24 else None


def _days(norm: str, now: datetime, year_start: int) -> list[Moment]:
    hits: list[Moment] = []
    for pattern in _DAYS:
        for match in pattern.finditer(norm):
            if match.start() and norm[match.start() - 1] not in " (":
                continue
            found = _day_of(match, now.date(), year_start)
            if found is not None:
                hits.append(Moment(match.start(), match.end(), found))
    hits.sort(key=lambda hit: (hit.start - hit.end, hit.start))
    kept: list[Moment] = []
    for hit in hits:
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _day_of(match: re.Match[str], today: date, year_start: int) -> date | None:
    named = {key: value for key, value in match.groupdict().items() if value}
    if "iso" in named:
        return day_of(*(int(part) for part in named["iso"].split("-")))
    if "relative" in named:
        return today + timedelta(
            days={"yesterday": -1, "tomorrow": 1, "day after tomorrow": 2}.get(named["relative"], 0)
        )
    if "weekday" in named:
        return _weekday(named, today)
    if "weekend" in named:
        return today + timedelta(days=(5 - today.weekday()) % 7)
    if "slash" in named:
        return _slashed(named["slash"], today)
    if "ordinal" in named or "spelt" in named:
        number = int(named["ordinal"]) if "ordinal" in named else ORDINALS[named["spelt"]]
        return _ordinal(number, today, next_month=named.get("of") == "next")
    if "month" in named:
        return _dated(named, today)
    return _edge(named, today, year_start)


def _weekday(named: dict[str, str], today: date) -> date:
    number = WEEKDAYS[named["weekday"]]
    monday = today - timedelta(days=today.weekday())
    side = named.get("farside") or named.get("side") or ""
    if side == "next" or "next week" in named.get("next", "") or named.get("ofnext") == "next":
        return monday + timedelta(days=7 + number)
    ahead = (number - today.weekday()) % 7
    if ahead == 0 and side != "this":
        ahead = 7
    return today + timedelta(days=ahead + (7 if named.get("next") in {"week", "in a week", "a week"} else 0))


def _slashed(text: str, today: date) -> date | None:
    first, second, *year = (int(part) for part in text.split("/"))
    day, month = (first, second) if first > 12 else (second, first)
    if first <= 12 and second <= 12 and first != second:
        return None  # 3/4 is March or April: the person is asked
    if year:
        return day_of(year[0] if year[0] > 99 else 2000 + year[0], month, day)
    found = day_of(today.year, month, day)
    return found if found is None or found >= today else day_of(today.year + 1, month, day)


def _ordinal(day: int, today: date, *, next_month: bool) -> date | None:
    for step in range(1 if next_month else 0, 14):
        first = add_months(today.replace(day=1), step)
        found = day_of(first.year, first.month, day)
        if found is not None and (found >= today):
            return found
    return None


def _dated(named: dict[str, str], today: date) -> date | None:
    month, day = MONTHS[named["month"]], int(named["day"])
    if "year" in named:
        return day_of(int(named["year"]), month, day)
    found = day_of(today.year, month, day)
    return found if found is None or found >= today else day_of(today.year + 1, month, day)


def _edge(named: dict[str, str], today: date, year_start: int) -> date | None:
    unit = named.get("unit") or {"w": "week", "m": "month", "q": "quarter", "y": "year"}[named.get("letter", "w")]
    step = 1 if named.get("side", "this").split()[-1] in {"next", "coming", "following"} else 0
    edge = named.get("edge") or ("end" if "letter" in named else "start")
    if "endmonth" in named:
        first = date(today.year, MONTHS[named["endmonth"]], 1)
        last = add_months(first, 1) - timedelta(days=1)
        if last < today:
            first, last = add_months(first, 12), add_months(first, 13) - timedelta(days=1)
    elif unit == "week":
        first = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        last = first + timedelta(days=4)
        last = last if last >= today else first + timedelta(days=6)
    else:
        period = Period.containing(today, Grain(unit), year_start=year_start).shift(step)
        first, last = period.first, period.last
    if edge == "middle":
        return first + (last - first) / 2
    if edge == "end":
        return last
    return first if step else last
