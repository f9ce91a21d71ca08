"""Moments in a person's words, in their zone: `Thursday at 10`, `tomorrow 9am`, `in two weeks`, `end of next month`."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from agent.local.calendar_days import Day, find_days
from agent.local.clock_times import Clocked, find_times
from agent.local.named_days import Today
from agent.local.periods import NUMBERS, WEEKDAYS
from agent.local.when import Unsettled, add_months

_NUMBERS = NUMBERS | {
    "eleven": 11, "forty": 40, "forty five": 45, "fifty": 50, "hundred": 100, "a hundred": 100, "thirteen": 13, "sixteen": 16,
    "seventeen": 17, "nineteen": 19, "twenty one": 21, "twenty four": 24, "twenty five": 25, "twenty eight": 28,
}  # fmt: skip
_COUNT = r"\d{1,3}|couple of|a couple of|few|a few|" + "|".join(
    sorted((word for word, number in _NUMBERS.items() if word.replace(" ", "").isalpha() and number > 0), key=len)[::-1]
)
_UNIT = r"minutes?|mins?|hours?|hrs?|h|days?|weeks?|wks?|fortnights?|months?|quarters?|years?"
_IN = re.compile(
    rf"(?:(?:in|within|after) )(?P<count>{_COUNT}|\d{{1,2}}[.,]5(?= hours?))(?: (?:more )?|(?=h(?!\w)))(?P<business>business |working |work )?(?P<unit>{_UNIT})(?P<half> and a half)?(?: from now)?(?: ' ?s?)?(?: time)?(?!\w)"
    rf"|(?:in |within )?(?P<count2>{_COUNT}) (?P<unit2>days?|weeks?|months?|hours?) (?:from (?:now|today)|later|out)(?!\w)"
    r"|(?:(?:in|within) )(?:half an hour|(?P<halfyear>half a year)|(?P<threequarters>three quarters of an hour)|(?P<quarterhour>a quarter of an hour)|(?P<oneandhalf>(?P<whole>one|two|three|an) and a half hours?))(?: from now)?(?: ' ?s?)?(?: time)?(?!\w)"
)
_SHIFTED = re.compile(
    rf"(?:(?:in|for|on) )?(?P<count>{_COUNT}) (?P<unit>days?|weeks?|fortnights?|months?)(?: (?P<way>from|after|before|on))? $"
)
_ON_DAY = re.compile(rf" ?(?:on )?(?:the )?(?P<weekday>{'|'.join(WEEKDAYS)})(?!\w)")
_BESIDE = 12


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


def find_moments(norm: str, now: datetime, *, year_start: int = 1, anchor: date | None = None) -> list[Moment]:
    """The moments named in a cleaned-up text, from left to right; a day and a time beside it are one moment.

    Args:
        anchor: the day spoken of before, which "the day after" is beside.
    """
    return timing(norm, now, year_start=year_start, anchor=anchor)[0]


def timing(
    norm: str, now: datetime, *, year_start: int = 1, anchor: date | None = None
) -> tuple[list[Moment], list[Unsettled]]:
    """The moments of a text, and the words of a day or a time that nobody can settle; the two never overlap."""
    today = Today(now.date(), year_start)
    days, open_days = find_days(norm, today)
    relative = _relative(norm, now)
    days = _beside(norm, [_shifted(norm, day) for day in days], relative, today, anchor)
    days = [one for one in days if not any(_overlap(one, other) for other in relative)]
    spans: tuple[Moment | Day | Unsettled, ...] = (*days, *relative, *open_days)
    placed = sorted([(one.start, one.end) for one in spans])
    times, open_times = find_times(norm, placed)
    unsettled = sorted((*open_days, *open_times), key=lambda one: one.start)
    moments = _joined([*(Moment(one.start, one.end, one.day) for one in days), *relative], times)
    return [one for one in moments if not any(_overlap(one, other) for other in unsettled)], unsettled


def _overlap(one: Moment | Day | Unsettled, other: Moment | Day | Unsettled) -> bool:
    return one.start < other.end and other.start < one.end


def _joined(days: list[Moment], times: list[Clocked]) -> list[Moment]:
    times = list(times)
    moments: list[Moment] = []
    for day in sorted(days, key=lambda one: one.start):
        near = [one for one in times if one.start <= day.end + _BESIDE and one.end >= day.start - _BESIDE]
        if near and day.exact is None:
            nearest = min(near, key=lambda one: max(one.start - day.end, day.start - one.end))
            times.remove(nearest)
            moments.append(
                replace(day, start=min(day.start, nearest.start), end=max(day.end, nearest.end), at=nearest.at)
            )
        else:
            moments.append(day)
    moments.extend(Moment(one.start, one.end, None, one.at) for one in times)
    return sorted(moments, key=lambda one: one.start)


def _beside(norm: str, days: list[Day], relative: list[Moment], today: Today, anchor: date | None) -> list[Day]:
    """The days with those that are told by another one: by the last named before them, else by the one spoken of.

    "closing 20 December, and a task for the day before"
    """
    for one in _told_by_another(norm, days, today, today.day):
        named: tuple[Moment | Day, ...] = (*days, *relative)
        before = [(other.end, other.day) for other in named if other.end <= one.start and other.day]
        known = max(before)[1] if before else anchor
        if known is not None:
            days = [other for other in days if not _overlap(one, other)]
            told = _told_by_another(norm, days, today, known)
            days = [*days, *(other for other in told if (other.start, other.end) == (one.start, one.end))]
    return sorted(days, key=lambda one: one.start)


def _told_by_another(norm: str, days: list[Day], today: Today, anchor: date) -> list[Day]:
    found, _ = find_days(norm, replace(today, anchor=anchor))
    return [one for one in found if not any(_overlap(one, other) for other in days) or _covers_more(one, days)]


def _covers_more(one: Day, days: list[Day]) -> bool:
    """Whether words that were read as a day are only a part of these ("the Monday" of "the Monday after")."""
    inside = [other for other in days if _overlap(one, other)]
    return all(one.start <= other.start and other.end <= one.end and one.end > other.end for other in inside)


def _shifted(norm: str, day: Day) -> Day:
    """`two weeks from Monday`, `a week tomorrow`, `three days before 1 March`."""
    match = _SHIFTED.search(norm[: day.start])
    if match is None or (not match["way"] and not match["unit"].startswith(("week", "fortnight"))):
        return day
    count = _number(match["count"])
    said = norm[day.start : day.end].removeprefix("on ")
    if not match["way"] and not said.startswith(("today", "tomorrow", *WEEKDAYS)):
        return day
    count = -count if match["way"] == "before" else count
    return Day(match.start(), day.end, _later(day.day, count, match["unit"].rstrip("s"), working=False))


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.removeprefix("a ") if word == "a few" else word]


def _relative(norm: str, now: datetime) -> list[Moment]:
    found = []
    for match in _IN.finditer(norm):
        if match["halfyear"]:
            found.append(Moment(match.start(), match.end(), add_months(now.date(), 6)))
            continue
        if not (match["count"] or match["count2"]):
            found.append(Moment(match.start(), match.end(), None, exact=now + _fraction(match)))
            continue
        said = match["count"] or match["count2"]
        count = _number(re.split(r"[.,]", said)[0])
        unit = (match["unit"] or match["unit2"]).rstrip("s")
        if unit in {"minute", "min", "hour", "hr", "h"}:
            step = timedelta(minutes=count) if unit.startswith("min") else timedelta(hours=count)
            step += (
                timedelta(minutes=30)
                if (match["half"] or (not said.isalnum() and said[0].isdigit())) and unit.startswith("h")
                else timedelta()
            )
            found.append(Moment(match.start(), match.end(), None, exact=now + step))
            continue
        day = _later(now.date(), count, unit, working=bool(match["business"]))
        end = match.end()
        if unit in {"week", "wk", "fortnight"} and (on := _ON_DAY.match(norm, end)):
            day += timedelta(days=WEEKDAYS[on["weekday"]] - day.weekday())
            end = on.end()
        found.append(Moment(match.start(), end, day))
    return found


def _fraction(match: re.Match[str]) -> timedelta:
    """Half an hour and its kin."""
    if match["threequarters"] or match["quarterhour"]:
        return timedelta(minutes=45 if match["threequarters"] else 15)
    whole = {"one": 1, "an": 1, "two": 2, "three": 3}[match["whole"]] if match["oneandhalf"] else 0
    return timedelta(hours=whole, minutes=30)


def _later(day: date, count: int, unit: str, *, working: bool) -> date:
    if unit == "day" and working:
        while count:
            day += timedelta(days=1)
            count -= day.weekday() < 5
        return day
    if unit in {"day", "week", "wk", "fortnight"}:
        return day + timedelta(days=count * {"day": 1, "week": 7, "wk": 7, "fortnight": 14}[unit])
    return add_months(day, count * {"month": 1, "quarter": 3, "year": 12}[unit])
