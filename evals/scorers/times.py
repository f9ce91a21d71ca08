"""Periods and due times as cases write them ("last_quarter", "next_tuesday 09:30"), resolved against a standing clock.

A token that a careful reader may take in several ways gives all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from evals.errors import UnreadableToken
from tools.science.periods import Grain, Period, UnreadablePeriod

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LAST_N = re.compile(r"last_(\d+)_(day|week|month|quarter|year)s")
_NEXT_N = re.compile(r"next_(\d+)_(day|week|month|quarter|year)s")
_UNIT = re.compile(r"(this|last|next)_(week|month|quarter|year)")
_DAY_OF_NEXT_MONTH = re.compile(r"next_month_(\d\d)")
_IN_N = re.compile(r"in_(\d+)_(hour|day|week|month)s?")
_WEEKS_ON = re.compile(rf"in_(\d+)_weeks?_({'|'.join(_WEEKDAYS)})")
_ANY_DAY = date(2024, 5, 15)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """First and last day, both inclusive."""

    first: date
    last: date

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}/{self.last}"


class Look(StrEnum):
    """Whether a month or a quarter without a year is the latest that has begun, or the next to end."""

    BACK = "back"
    AHEAD = "ahead"


def require_period(token: object) -> None:
    """Raises `UnreadableToken` for a period nobody declared."""
    if token != "same_quarter_last_year":  # noqa: S105 - a period, not a password
        spans(str(token), _ANY_DAY, Look.BACK)


def require_due(token: object) -> None:
    """Raises `UnreadableToken` for a due time nobody declared."""
    due(str(token), datetime.combine(_ANY_DAY, time(8)))


def parsed(text: str) -> Span | None:
    """A period as tools receive it (`2025Q2`, `2025-06`, `2025`, `2025-01-01/2025-02-10`); None when it is none."""
    first, slash, last = text.partition("/")
    try:
        if slash:
            return Span(date.fromisoformat(first), date.fromisoformat(last))
        return _span(Period.parse(text))
    except (UnreadablePeriod, ValueError):
        return None


def spans(token: str, today: date, look: Look) -> frozenset[Span]:
    """Every span of days the token may stand for.

    Raises:
        UnreadableToken: nobody declared such a token.
    """
    first, dots, last = token.partition("..")
    if dots:
        found = {
            Span(a.first, b.last) for a in spans(first, today, look) for b in spans(last, today, look)
        }  # fmt: skip
    else:
        found = set(_spans(token, today, look))
    if not found:
        raise UnreadableToken(token)
    return frozenset(clamped(one, today, look) for one in found)


def clamped(span: Span, today: date, look: Look) -> Span:
    """Looking back, the rest of a running period holds nothing: it ends today."""
    return Span(span.first, min(span.last, today)) if look is Look.BACK and span.first <= today else span


def _spans(token: str, today: date, look: Look) -> Iterator[Span]:
    given = parsed(token)
    if given is not None:
        yield given
    elif token in ("today", "yesterday", "tomorrow"):
        day = today + timedelta(days=("yesterday", "today", "tomorrow").index(token) - 1)
        yield Span(day, day)
    elif token == "quarter_before_last":  # noqa: S105 - a period, not a password
        yield _span(Period.containing(today, Grain.QUARTER).shift(-2))
    elif match := _UNIT.fullmatch(token):
        yield from _unit(match[1], match[2], today, look)
    elif match := _LAST_N.fullmatch(token):
        yield from _last_n(int(match[1]), match[2], today)
    elif match := _NEXT_N.fullmatch(token):
        yield from _next_n(int(match[1]), match[2], today)
    elif match := _DAY_OF_NEXT_MONTH.fullmatch(token):
        day = Period.containing(today, Grain.MONTH).shift(1).first.replace(day=int(match[1]))
        yield Span(day, day)
    elif token.startswith("since_"):
        yield Span(_begin(token.removeprefix("since_"), today), today)
    elif token.startswith("through_"):
        ends = {span.last for span in _ends(token.removeprefix("through_"), today)}
        # "before the end of May" may leave the last day out.
        yield from (
            Span(today + timedelta(days=a), last - timedelta(days=b)) for last in ends for a in (0, 1) for b in (0, 1)
        )
    elif (named := _named(token, today, look)) is not None:
        yield named


def _span(period: Period) -> Span:
    return Span(period.first, period.last)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _unit(which: str, unit: str, today: date, look: Look) -> Iterator[Span]:
    steps = ("last", "this", "next").index(which) - 1
    if unit == "week":
        first = _monday(today) + timedelta(weeks=steps)
        full = Span(first, first + timedelta(days=6))
        if look is Look.AHEAD:
            yield Span(first, first + timedelta(days=4))
    else:
        full = _span(Period.containing(today, Grain(unit)).shift(steps))
    yield full
    if steps == 0 and look is Look.AHEAD:
        yield Span(today, full.last)


def _last_n(n: int, unit: str, today: date) -> Iterator[Span]:
    """Rolling up to today or yesterday, or the last complete ones."""
    rolling = today - timedelta(days=n) if unit == "day" else _back(today, n, unit)
    yield from (
        Span(rolling + timedelta(days=a), today - timedelta(days=b)) for a in (0, 1) for b in (0, 1)
    )  # fmt: skip
    if unit == "week":
        yield Span(_monday(today) - timedelta(weeks=n), _monday(today) - timedelta(days=1))
    elif unit != "day":
        period = Period.containing(today, Grain(unit))
        yield Span(period.shift(-n).first, period.shift(-1).last)


def _next_n(n: int, unit: str, today: date) -> Iterator[Span]:
    end = _back(today, -n, unit) if unit != "day" else today + timedelta(days=n)
    yield from (Span(today + timedelta(days=a), end - timedelta(days=b)) for a in (0, 1) for b in (0, 1))
    if unit == "week":
        monday = _monday(today) + timedelta(weeks=1)
        yield Span(monday, monday + timedelta(days=7 * n - 1))
    elif unit != "day":
        period = Period.containing(today, Grain(unit))
        yield Span(period.shift(1).first, period.shift(n).last)


def _back(day: date, n: int, unit: str) -> date:
    if unit == "week":
        return day - timedelta(weeks=n)
    months = n * Grain(unit).months
    month = Period.containing(day, Grain.MONTH).shift(-months)
    return month.first.replace(day=min(day.day, month.last.day))


def _named(token: str, today: date, look: Look) -> Span | None:
    """A month or a quarter without a year."""
    if token in _MONTHS:
        number, grain = _MONTHS.index(token) + 1, Grain.MONTH
    elif re.fullmatch(r"Q[1-4]", token):
        number, grain = int(token[1]), Grain.QUARTER
    else:
        return None
    years = (today.year - 1, today.year, today.year + 1)
    found = [_span(Period(date(year, (number - 1) * grain.months + 1, 1), grain)) for year in years]
    if look is Look.BACK:
        return [span for span in found if span.first <= today][-1]
    return next(span for span in found if span.last >= today)


def _begin(token: str, today: date) -> date:
    if token in _WEEKDAYS:
        return today - timedelta(days=(today.weekday() - _WEEKDAYS.index(token)) % 7)
    return min(spans(token, today, Look.BACK)).first


def _ends(token: str, today: date) -> frozenset[Span]:
    if token in _WEEKDAYS:
        day = _coming(token, today)
        return frozenset({Span(today, day)})
    return spans(token.removeprefix("end_of_"), today, Look.AHEAD)


def _coming(weekday: str, today: date) -> date:
    return today + timedelta(days=(_WEEKDAYS.index(weekday) - today.weekday() - 1) % 7 + 1)


@dataclass(frozen=True, slots=True)
class Due:
    """The days a due time may lie on, and the time of day where one was said."""

    days: frozenset[date]
    at: time | None = None

    def holds(self, text: object, now: datetime) -> bool:
        """Whether a due date or time as tools receive it is one of these."""
        try:
            moment = datetime.fromisoformat(str(text))
        except ValueError:
            return False
        moment = moment.astimezone(now.tzinfo) if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
        has_time = len(str(text)) > len("2025-01-01")
        if self.at is not None and not (has_time and moment.time().replace(second=0, microsecond=0) == self.at):
            return False
        return moment.date() in self.days

    def __str__(self) -> str:
        days = " or ".join(str(day) for day in sorted(self.days))
        return f"{days} {self.at:%H:%M}" if self.at else days


def due(token: str, now: datetime) -> Due:
    """The due time a token stands for.

    Raises:
        UnreadableToken: nobody declared such a token.
    """
    day, _, clock = token.partition(" ")
    match = _IN_N.fullmatch(day)
    if match and match[2] == "hour":
        moment = now + timedelta(hours=int(match[1]))
        return Due(frozenset({moment.date()}), moment.time().replace(second=0, microsecond=0))
    days = frozenset(_due_days(day, now.date()))
    if not days:
        raise UnreadableToken(token)
    return Due(days, time.fromisoformat(clock) if clock else None)


def _due_days(token: str, today: date) -> Iterator[date]:
    if token in ("today", "tomorrow"):
        yield today + timedelta(days=("today", "tomorrow").index(token))
    elif token in _WEEKDAYS:
        yield _coming(token, today)
    elif token.startswith("end_of_"):
        yield from _end_days(token.removeprefix("end_of_"), today)
    elif token == "next_week":  # noqa: S105 - a due time, not a password
        yield from (_monday(today) + timedelta(days=7 + n) for n in range(7))
    elif token.startswith("next_") and token.removeprefix("next_") in _WEEKDAYS:
        weekday = token.removeprefix("next_")
        yield _monday(today) + timedelta(days=7 + _WEEKDAYS.index(weekday))
        if _coming(weekday, today) > _monday(today) + timedelta(days=6):
            yield _coming(weekday, today)
    elif match := _WEEKS_ON.fullmatch(token):
        yield _coming(match[2], today) + timedelta(weeks=int(match[1]))
    elif match := _IN_N.fullmatch(token):
        n = int(match[1])
        yield today + timedelta(days=n) if match[2] == "day" else _back(today, -n, match[2])
    elif match := re.fullmatch(r"day_(\d+)", token):
        yield _next_day(int(match[1]), today)
    elif match := re.fullmatch(r"(\d\d)-(\d\d)", token):
        this_year = date(today.year, int(match[1]), int(match[2]))
        yield this_year if this_year >= today else this_year.replace(year=today.year + 1)


def _end_days(token: str, today: date) -> Iterator[date]:
    """A week ends on Friday or Sunday; a month or a quarter on its last day, or its last working day."""
    if token in ("week", "next_week"):
        monday = _monday(today) + timedelta(days=7 * (token == "next_week"))  # noqa: S105 - a due time
        yield from (monday + timedelta(days=4), monday + timedelta(days=6))
        return
    which, _, unit = token.rpartition("_")
    last = Period.containing(today, Grain(unit)).shift(1 if which == "next" else 0).last
    yield last
    yield last - timedelta(days=max(0, last.weekday() - 4))


def _next_day(number: int, today: date) -> date:
    """The next day of that number, today left out."""
    month = Period.containing(today, Grain.MONTH)
    while month.last.day < number or month.first.replace(day=number) <= today:
        month = month.shift(1)
    return month.first.replace(day=number)
