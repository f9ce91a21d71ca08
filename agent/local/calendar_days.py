"""Days in a person's words: `Friday`, `the 28.11.`, `12/31`, `the first Monday of January`, `end of Q1`, `the day before`.

A day that does not exist ("31 February"), that may be either of two ("3/4") or that contradicts itself ("Friday the
22nd", a Saturday) is found as such, so that it can be asked about: it is never bent to a day nearby.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from agent.local.periods import MONTHS, WEEKDAYS
from agent.local.when import ORDINALS, Unsettled, add_months, day_of
from tools.science.periods import Grain, Period

_WEEKDAY = "|".join(WEEKDAYS)
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_SPELT = "|".join(sorted(ORDINALS, key=len, reverse=True))
_BEFORE = r"(?:(?:by|before|on|due|until|till|for|this|at) )?"
_LEAD = rf"{_BEFORE}(?:the )?"
_ON = r"(?:by|before|on|due|until|till|for) "
_YEAR = r"(?:(?: ,)? (?P<year>20\d\d)| ' ?(?P<short>\d\d)(?!\w))?"
_NTH = rf"(?:(?P<day>\d{{1,2}})(?P<suffix>st|nd|rd|th| ?\.)?|(?P<spelt>{_SPELT}))"
_DAY_MONTH = rf"{_NTH}(?P<of> of)? (?P<month>{_MONTH}){_YEAR}(?![\w:])"
_MONTH_DAY = rf"(?P<month>{_MONTH})(?: \.)? (?P<the>the )?(?:(?P<day>\d{{1,2}})(?P<suffix>st|nd|rd|th)?|(?P<spelt>{_SPELT})){_YEAR}(?![\w:%])"
_ENDS = r"(?= *$|\.? [.,;:!?)(-]| (?:at|to|for|in the|and|or|but|not|about|please|pls|with|that|because|instead|then|of|he|she|they|we|i|it|around|by|latest|already|too|morning|afternoon|evening)(?!\w)(?! the (?!month)))"
"""Behind a number that may as well count something: "on the second call" names no day."""
_UNIT = rf"(?:(?P<side>next|this|current|coming) )?(?P<unit>week|month|quarter|year)|(?P<endmonth>{_MONTH})(?: (?P<endyear>20\d\d))?|q(?P<endquarter>[1-4])(?: (?P<endyear2>20\d\d))?|(?P<endwhole>20\d\d)"
_SLASH = r"\d{1,2}/\d{1,2}"
_BEHIND = "|".join(
    f"(?<={word} )" for word in ("to", "from", "date", "close", "closes", "closing", "me", "him", "her", "them", "us", "it", "is", ":", "=")
)
"""Words behind which figures with a stroke are a date and no share of anything."""
_COUNTED = re.compile(r" (?:of|deals?|leads?|accounts?|contacts?|tasks?|people|seats|units|calls|customers|opportunities|points)(?!\w)")  # fmt: skip
_RAISES = re.compile(
    r"(?<!\w)(?:raise|increase|lower|cut|reduce|decrease|drop|up|down|bump|extend|shorten|grow|discount|add)(?!\w)"
)

Named = dict[str, str]
Builder = Callable[[Named, "Today"], "date | Unsettled | None"]


@dataclass(frozen=True, slots=True)
class Today:
    """The day it is, the month the fiscal year starts in, and the day that was spoken of last."""

    day: date
    year_start: int = 1
    anchor: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day and where it stands in the cleaned-up text; `what` is the kind of words it was read from."""

    start: int
    end: int
    day: date


def find_days(norm: str, today: Today) -> tuple[list[Day], list[Unsettled]]:
    """The days named in a cleaned-up text, and those that nobody can know, without overlaps; the longest words win."""
    hits: list[Day | Unsettled] = []
    for pattern, build in _PATTERNS:
        for match in pattern.finditer(norm):
            if match.start() and norm[match.start() - 1] not in " (":
                continue
            named = {key: value for key, value in match.groupdict().items() if value}
            if (found := build(named | _around(norm, match), today)) is None:
                continue
            if isinstance(found, Unsettled):
                hits.append(Unsettled(match.start(), match.end(), found.either, found.said))
            else:
                hits.append(Day(match.start(), match.end(), found))
    hits.sort(key=lambda hit: (hit.start - hit.end, hit.start))
    kept: list[Day | Unsettled] = []
    for hit in hits:
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    kept.sort(key=lambda hit: hit.start)
    return [one for one in kept if isinstance(one, Day)], [one for one in kept if isinstance(one, Unsettled)]


def _around(norm: str, match: re.Match[str]) -> Named:
    """What stands beside the words, for those that are a day only in some company."""
    counted = "yes" if _COUNTED.match(norm, match.end()) else ""
    described = "yes" if norm[: match.start()].endswith((" a ", "a ")) and norm[: match.start()].split()[-1] == "a" else ""
    raised = "yes" if _RAISES.search(norm, 0, match.start()) else ""
    return {"_counted": counted, "_raised": raised, "_described": described}


def none(said: str = "") -> Unsettled:
    """A day that is in no calendar."""
    return Unsettled(0, 0, (), said)


def _number(named: Named) -> int:
    said = named.get("day") or named.get("day2")
    return int(said) if said else ORDINALS[named["spelt"]]


def _dated(named: Named, today: Today) -> date | Unsettled | None:
    month, day = MONTHS[named["month"]], _number(named)
    if "year" in named or "short" in named:
        year = int(named["year"]) if "year" in named else 2000 + int(named["short"])
        return day_of(year, month, day) or none()
    found = _next(month, day, today)
    if isinstance(found, Unsettled):
        marked = any(key in named for key in ("suffix", "spelt", "the", "of", "lead"))
        plain = 0 < day <= 31 and named["month"] not in ("may", "mar", "march")
        return found if (marked or plain) and not named["_counted"] else None
    return found


def _on_weekday(named: Named, today: Today) -> date | Unsettled | None:
    """`Monday 15 December`: where the date is no such weekday, one of the two is a slip."""
    found = _dated(named, today) if "month" in named else _in_month(named, today)
    if not isinstance(found, date):
        return found
    number = WEEKDAYS[named["weekday"]]
    if found.weekday() == number:
        return found
    return Unsettled(0, 0, (), f"{found:%-d %B} is a {found:%A}, not a {named['weekday'].title()}")


def _in_month(named: Named, today: Today) -> date | Unsettled | None:
    """`the 15th`, of this month or the next that has one."""
    day = _number(named)
    if not 0 < day <= 31:
        return none()
    for step in range(1 if named.get("of") == "next" else 0, 14):
        first = add_months(today.day.replace(day=1), step)
        found = day_of(first.year, first.month, day)
        if found is not None and found >= today.day:
            return found
        if found is None and named.get("of"):
            return none()
    return None


def _dotted(named: Named, today: Today) -> date | Unsettled | None:
    """`28.11.2025`, `the 28.11.`: with points the day stands first."""
    day, month = int(named["d"]), int(named["m"])
    if "y" in named:
        year = int(named["y"])
        return day_of(year if year > 99 else 2000 + year, month, day) or none()
    if named["_raised"] or not (0 < day <= 31 and 0 < month <= 12):
        return None
    return _next(month, day, today)


def _next(month: int, day: int, today: Today) -> date | Unsettled:
    """The day in the year that it comes next; 29 February is none in most of them."""
    gone_by = (month, day) < (today.day.month, today.day.day)
    return day_of(today.day.year + gone_by, month, day) or none()


def _slashed(named: Named, today: Today) -> date | Unsettled | None:
    """`12/31`, `31/12/2025`; 3/4 is March or April, and the person is asked."""
    first, second, *rest = (int(part) for part in named["slash"].split("/"))
    year = (rest[0] if rest[0] > 99 else 2000 + rest[0]) if rest else None
    if named["_counted"] or (named["slash"] in ("24/7", "50/50", "9/11") and not rest):
        return None
    pairs = {(month, day) for month, day in ((first, second), (second, first)) if 0 < month <= 12 and 0 < day <= 31}
    days = [day_of(year, *pair) if year else _next(*pair, today) for pair in pairs]
    real = sorted(one for one in days if isinstance(one, date))
    if len(real) == 1:
        return real[0]
    return Unsettled(0, 0, tuple(real)) if real or rest or "lead" in named else None


def _iso(named: Named, today: Today) -> date | Unsettled | None:
    digits = re.sub(r"\D", "", named["iso"])
    return day_of(int(digits[:4]), int(digits[4:6]), int(digits[6:])) or none()


def _relative(named: Named, today: Today) -> date | None:
    return today.day + timedelta(days=_STEPS.get(named["relative"], 0))


_STEPS = {"yesterday": -1, "tomorrow": 1, "day after tomorrow": 2, "day before yesterday": -2}


def _weekday(named: Named, today: Today) -> date | None:
    if named["_described"]:
        return None  # "that is a Saturday" says what a day is, and not which
    number = WEEKDAYS[named["weekday"]]
    monday = today.day - timedelta(days=today.day.weekday())
    side = named.get("farside") or named.get("side") or ""
    if side == "next" or "next week" in named.get("next", "") or named.get("ofnext") == "next":
        return monday + timedelta(days=7 + number)
    ahead = (number - today.day.weekday()) % 7
    if ahead == 0 and side != "this":
        ahead = 7
    return today.day + timedelta(days=ahead + (7 if named.get("next") in {"week", "in a week", "a week"} else 0))


def _weekend(named: Named, today: Today) -> date:
    saturday = today.day + timedelta(days=(5 - today.day.weekday()) % 7)
    return saturday + timedelta(days=7 if named.get("side") == "next" else 0)


def _after_next(named: Named, today: Today) -> date:
    if named["unit"] == "week":
        return today.day - timedelta(days=today.day.weekday()) + timedelta(weeks=2)
    return Period.containing(today.day, Grain(named["unit"]), year_start=today.year_start).shift(2).first


def _nth_weekday(named: Named, today: Today) -> date | Unsettled | None:
    """`the first Monday of January`, `the last Friday of the month`."""
    number, place = WEEKDAYS[named["weekday"]], _PLACES[named["place"]]
    if "month" in named:
        year = int(named["year"]) if "year" in named else today.day.year
        firsts = [date(year, MONTHS[named["month"]], 1), date(year + 1, MONTHS[named["month"]], 1)]
    else:
        here = today.day.replace(day=1)
        firsts = [add_months(here, 1)] if named.get("side") == "next" else [here, add_months(here, 1)]
    found = [_nth(first, number, place) for first in firsts]
    if "year" in named or len(found) == 1:
        return found[0] or none()
    return next((one for one in found if one is not None and one >= today.day), none())


def _nth(first: date, weekday: int, place: int) -> date | None:
    if place < 0:
        last = add_months(first, 1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    found = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (place - 1))
    return found if found.month == first.month else None


_PLACES = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "last": -1}  # fmt: skip


def _edge(named: Named, today: Today) -> date | None:
    """The end, start or middle of a week, month, quarter or year, or one working day of it."""
    edge = named.get("edge") or ("end" if "letter" in named else "start")
    edge = {"last": "end", "final": "end", "first": "beginning", "mid": "middle"}.get(edge, edge)
    first, last, ahead = _stretch(named, today)
    if last < today.day and not {"endyear", "endyear2", "endwhole"} & set(named):
        first, last = _a_year_later(first), _a_year_later(last)
    if "working" in named:
        step = -1 if edge == "end" else 1
        day = last if edge == "end" else first
        while day.weekday() > 4:
            day += timedelta(days=step)
        return day
    if edge == "middle":
        return first + (last - first) / 2
    if edge == "end":
        return last
    return first if ahead or first >= today.day else last


def _a_year_later(day: date) -> date:
    return add_months(day, 12) if day.day < 28 else add_months(day.replace(day=1), 13) - timedelta(days=1)


def _stretch(named: Named, today: Today) -> tuple[date, date, bool]:
    unit = named.get("unit") or {"w": "week", "m": "month", "q": "quarter", "y": "year"}[named.get("letter", "w")]
    step = 1 if named.get("side", "this").split()[-1] in {"next", "coming", "following"} else 0
    if "endmonth" in named:
        first = date(int(named.get("endyear") or today.day.year), MONTHS[named["endmonth"]], 1)
        return first, add_months(first, 1) - timedelta(days=1), False
    if "endwhole" in named:
        period = Period.parse(named["endwhole"], year_start=today.year_start)
        return period.first, period.last, False
    if "endquarter" in named:
        here = Period.containing(today.day, Grain.YEAR, year_start=today.year_start).year
        period = Period.parse(
            f"{named.get('endyear2') or here}Q{named['endquarter']}", year_start=today.year_start
        )
        if period.last < today.day and "endyear2" not in named:
            period = period.same_last_year(-1)
        return period.first, period.last, False
    if unit == "week":
        first = today.day - timedelta(days=today.day.weekday()) + timedelta(weeks=step)
        last = first + timedelta(days=4)
        return first, last if last >= today.day else first + timedelta(days=6), bool(step)
    period = Period.containing(today.day, Grain(unit), year_start=today.year_start).shift(step)
    return period.first, period.last, bool(step)


def _from_anchor(named: Named, today: Today) -> date | None:
    """`the day before`, `the Monday after`: beside the day that was spoken of last."""
    if today.anchor is None:
        return None
    way = 1 if named["way"] in ("after", "later", "following") else -1
    if "weekday" not in named:
        return today.anchor + timedelta(days=way * (7 if named["step"] == "week" else 1))
    number = WEEKDAYS[named["weekday"]]
    ahead = (number - today.anchor.weekday()) % 7 or 7
    return today.anchor + timedelta(days=ahead if way > 0 else ahead - 7 if ahead < 7 else -7)


def _fixed(named: Named, today: Today) -> date | Unsettled:
    return _next(*_FEASTS[named["feast"]], today)


_FEASTS = {"christmas eve": (12, 24), "christmas day": (12, 25), "boxing day": (12, 26), "new year 's eve": (12, 31),
           "new years eve": (12, 31), "new year 's day": (1, 1), "new years day": (1, 1)}  # fmt: skip

_OF_ITSELF = (
    r"(?! (?:the|a|an|my|our|his|her|their|its|your|we|they|he|she|it|i|you|that|this|next|last|christmas|\w+ing)(?!\w))"
)
"""Not followed by what the day is before or after: "the day before the demo" is beside no day that is known."""

_PATTERNS: tuple[tuple[re.Pattern[str], Builder], ...] = tuple(
    (re.compile(rf"(?<!\w){pattern}"), build)
    for pattern, build in (
        (rf"{_BEFORE}(?P<iso>\d{{4}}-\d\d-\d\d|20\d\d ?/ ?\d\d/\d\d|20[2-4]\d[01]\d[0-3]\d)(?!\w)", _iso),
        (rf"{_BEFORE}(?P<next>the )?(?P<relative>day after tomorrow|day before yesterday|yesterday|today|tonight|tomorrow|eod|end of (?:the )?(?:business )?day|end of (?:business )?today|end of play|close of business|cob)(?!\w)", _relative),
        (rf"{_LEAD}(?:(?P<side>next|this|coming|following) )?(?P<weekday>{_WEEKDAY})(?: (?P<next>next week|in a week|week)| of (?P<ofnext>next|this) week)?(?!\w)", _weekday),
        (rf"(?:(?:for|on|by) )?(?P<next>a week) (?:on|from) (?P<weekday>{_WEEKDAY})(?!\w)", _weekday),
        (rf"{_LEAD}(?P<farside>next|this|coming) week(?: on)? (?P<weekday>{_WEEKDAY})(?!\w)", _weekday),
        (rf"{_LEAD}{_MONTH_DAY}", _dated),
        (rf"{_LEAD}{_DAY_MONTH}", _dated),
        (rf"(?P<lead>{_ON}(?:the )?|the ){_MONTH_DAY}", _dated),
        (rf"(?P<lead>{_ON}(?:the )?|the ){_DAY_MONTH}", _dated),
        (rf"{_LEAD}(?P<weekday>{_WEEKDAY})(?: ,)?(?: (?:the|on|on the))? {_DAY_MONTH}", _on_weekday),
        (rf"{_LEAD}(?P<weekday>{_WEEKDAY})(?: ,)? {_MONTH_DAY}", _on_weekday),
        (rf"{_LEAD}(?P<weekday>{_WEEKDAY})(?: ,)? the (?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)|(?P<spelt>{_SPELT}))(?! (?:of )?(?:{_MONTH}))(?!\w)", _on_weekday),
        (rf"{_BEFORE}day (?P<day>[12]?\d|3[01])(?!\w)", _in_month),
        (rf"{_ON}(?P<day>[0-3]?\d)(?:st|nd|rd|th)(?! (?:of )?(?:{_MONTH})){_ENDS}", _in_month),
        (rf"{_ON}the (?:(?P<day>[0-3]?\d)(?:st|nd|rd|th)|(?P<spelt>{_SPELT}))(?! (?:of )?(?:{_MONTH}|{_WEEKDAY})){_ENDS}", _in_month),
        (rf"{_LEAD}(?P<weekday>{_WEEKDAY}) (?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)|(?P<day2>2[4-9]|3[01])(?![\w.:]))(?! (?:of )?(?:{_MONTH})){_ENDS}", _on_weekday),
        (r"(?P<slash>\d{1,2} - \d{1,2} - 20\d\d)(?!\w)", lambda named, today: _slashed({**named, "slash": named["slash"].replace(" - ", "/")}, today)),
        (rf"(?P<d>0\d|[12]\d|3[01])\.(?P<m>0\d|1[0-2])(?:\.| \.)(?= at )", _dotted),
        (rf"(?:{_ON})?the (?:(?P<day>[0-3]?\d)(?:st|nd|rd|th)|(?P<spelt>{_SPELT})) of (?P<of>this|next|the) month(?!\w)", _in_month),
        (rf"(?:{_ON})?the (?P<day>\d\d)(?:st|nd|rd|th){_ENDS}", _in_month),
        (rf"(?:{_ON})?the (?P<day>[12]?\d|3[01])(?:st|nd|rd|th)?(?= *$| [.,;!?]| at )", _in_month),
        (rf"(?:(?<=to )|(?<=is )|(?<=: )|(?<== )|(?<=becomes ))the (?P<spelt>{_SPELT})(?= *$| [.,;!?])", _in_month),
        (rf"{_LEAD}(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.(?P<y>20\d\d|\d\d)(?![\w.])", _dotted),
        (r"(?:(?:by|before|on|due|until|till|for|from|at) )?(?:the |on )(?P<d>\d{1,2})\.(?P<m>\d{1,2})(?:\.| \.)?(?! ?(?:%|k|m|mio|million|percent|per|euros?|dollars?|x)(?!\w))(?![\w.])", _dotted),
        (r"(?:by|before|due|until|till|from) (?P<d>\d{1,2})\.(?P<m>\d{1,2})(?:\.| \.)(?! ?%)(?![\w.])", _dotted),
        (rf"{_BEFORE}(?P<edge>end|start|beginning|middle|mid) (?:of )?(?:the )?(?:{_UNIT})(?!\w)", _edge),
        (rf"(?:(?:by|before|on|until|till|for) )?(?:the )?(?P<edge>end|start|beginning|middle) of (?:the )?(?:{_UNIT})(?!\w)", _edge),
        (rf"{_LEAD}(?P<edge>last|first|final) (?P<working>working |business |work )?day (?:of|in) (?:the )?(?:{_UNIT})(?!\w)", _edge),
        (r"(?:(?:by|before|on|due|until|till|at) )?(?P<unit>week|month|quarter|year) ?'?s? (?P<edge>end)(?!\w)", _edge),
        (r"(?:(?:by|before|on|due|until|till|at) )?eo(?P<letter>[wmqy])(?!\w)", _edge),
        (r"(?:(?:by|before|on|due|until|till|for|sometime|early|some time) )?(?P<side>next|this|the coming|the following) (?P<unit>week|month|quarter|year)(?!\w)", _edge),
        (rf"{_LEAD}(?P<unit>week|month|quarter) after next(?!\w)", _after_next),
        (rf"{_LEAD}(?P<place>{'|'.join(_PLACES)}) (?P<weekday>{_WEEKDAY}) (?:of|in) (?:(?:the )?(?P<month>{_MONTH})(?: (?P<year>20\d\d))?|(?P<side>this|next|the) month)(?!\w)", _nth_weekday),
        (r"(?:(?:by|before|over|at|this|on|for) )?(?:the )?(?:(?P<side>next|this) )?(?P<weekend>weekend)(?!\w)", _weekend),
        (rf"(?P<lead>{_ON}(?:the )?)(?P<slash>{_SLASH}(?:/(?:\d{{4}}|\d\d))?)(?![\w/])", _slashed),
        (rf"(?:{_BEHIND})(?P<slash>{_SLASH})(?![\w/])", lambda named, today: _slashed(named | {"lead": "said"}, today)),
        (r"(?P<slash>(?:1[3-9]|2\d|3[01])/(?:1[0-2]|0?[1-9])|(?:1[0-2]|0?[1-9])/(?:1[3-9]|2\d|3[01])|\d{1,2}/\d{1,2}/(?:\d{4}|\d\d))(?![\w/])", _slashed),
        (r"^(?P<slash>\d{1,2}/\d{1,2})$", _slashed),
        (rf"{_BEFORE}the (?P<step>day|week) (?P<way>before|after){_OF_ITSELF}(?!\w| (?:tomorrow|yesterday))", _from_anchor),
        (rf"{_BEFORE}the (?P<way>following|previous) (?P<step>day)(?!\w)", _from_anchor),
        (rf"{_BEFORE}the (?P<weekday>{_WEEKDAY}) (?P<way>before|after|following){_OF_ITSELF}(?!\w)", _from_anchor),
        (rf"{_BEFORE}(?P<feast>{'|'.join(_FEASTS)})(?!\w)", _fixed),
    )
)  # fmt: skip
