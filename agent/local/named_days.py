"""The day that words name, once they are taken apart: a date, an edge of a month, the nth weekday, a day beside one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from agent.local.periods import MONTHS, WEEKDAYS
from agent.local.when import ORDINALS, Unsettled, add_months, day_of
from tools.science.periods import Grain, Period

Named = dict[str, str]
"""The pieces of the words by what they say; those that begin with a stroke below tell of the words around."""


@dataclass(frozen=True, slots=True)
class Today:
    """The day it is, the month the fiscal year starts in, and the day that was spoken of last."""

    day: date
    year_start: int = 1
    anchor: date | None = None


def none(said: str = "") -> Unsettled:
    """A day that is in no calendar."""
    return Unsettled(0, 0, (), said)


def _number(named: Named) -> int:
    said = named.get("day") or named.get("day2")
    return int(said) if said else ORDINALS[named["spelt"]]


def dated(named: Named, today: Today) -> date | Unsettled | None:
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


def on_weekday(named: Named, today: Today) -> date | Unsettled | None:
    """`Monday 15 December`: where the date is no such weekday, one of the two is a slip."""
    found = dated(named, today) if "month" in named else in_month(named, today)
    if not isinstance(found, date):
        return found
    number = WEEKDAYS[named["weekday"]]
    if found.weekday() == number:
        return found
    return Unsettled(0, 0, (), f"{found:%-d %B} is a {found:%A}, not a {named['weekday'].title()}")


def in_month(named: Named, today: Today) -> date | Unsettled | None:
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


def dotted(named: Named, today: Today) -> date | Unsettled | None:
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


def slashed(named: Named, today: Today) -> date | Unsettled | None:
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


def iso(named: Named, today: Today) -> date | Unsettled | None:
    digits = re.sub(r"\D", "", named["iso"])
    return day_of(int(digits[:4]), int(digits[4:6]), int(digits[6:])) or none()


def relative(named: Named, today: Today) -> date | None:
    return today.day + timedelta(days=_STEPS.get(named["relative"], 0))


_STEPS = {"yesterday": -1, "tomorrow": 1, "day after tomorrow": 2, "day before yesterday": -2}


def weekday(named: Named, today: Today) -> date | None:
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


def weekend(named: Named, today: Today) -> date:
    saturday = today.day + timedelta(days=(5 - today.day.weekday()) % 7)
    return saturday + timedelta(days=7 if named.get("side") == "next" else 0)


def after_next(named: Named, today: Today) -> date:
    if named["unit"] == "week":
        return today.day - timedelta(days=today.day.weekday()) + timedelta(weeks=2)
    return Period.containing(today.day, Grain(named["unit"]), year_start=today.year_start).shift(2).first


def nth_weekday(named: Named, today: Today) -> date | Unsettled | None:
    """`the first Monday of January`, `the last Friday of the month`."""
    number, place = WEEKDAYS[named["weekday"]], PLACES[named["place"]]
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


PLACES = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "last": -1,
}  # fmt: skip


def edge(named: Named, today: Today) -> date | None:
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
        period = Period.parse(f"{named.get('endyear2') or here}Q{named['endquarter']}", year_start=today.year_start)
        if period.last < today.day and "endyear2" not in named:
            period = period.same_last_year(-1)
        return period.first, period.last, False
    if unit == "week":
        first = today.day - timedelta(days=today.day.weekday()) + timedelta(weeks=step)
        last = first + timedelta(days=4)
        return first, last if last >= today.day else first + timedelta(days=6), bool(step)
    period = Period.containing(today.day, Grain(unit), year_start=today.year_start).shift(step)
    return period.first, period.last, bool(step)


def from_anchor(named: Named, today: Today) -> date | None:
    """`the day before`, `the Monday after`: beside the day that was spoken of last."""
    if today.anchor is None:
        return None
    way = 1 if named["way"] in ("after", "later", "following") else -1
    if "weekday" not in named:
        return today.anchor + timedelta(days=way * (7 if named["step"] == "week" else 1))
    number = WEEKDAYS[named["weekday"]]
    ahead = (number - today.anchor.weekday()) % 7 or 7
    return today.anchor + timedelta(days=ahead if way > 0 else ahead - 7 if ahead < 7 else -7)


def fixed(named: Named, today: Today) -> date | Unsettled:
    return _next(*FEASTS[named["feast"]], today)


FEASTS = {"christmas eve": (12, 24), "christmas day": (12, 25), "boxing day": (12, 26), "new year 's eve": (12, 31),
           "new years eve": (12, 31), "new year 's day": (1, 1), "new years day": (1, 1)}  # fmt: skip
