"""Periods in a person's words: `last quarter`, `Q2`, `June`, `month to date`, `since Monday`, `the last 30 days`."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from agent.local.when import ORDINALS, Clock, Relation, Stretch, When, add_months, day_of
from tools.science.periods import Grain

MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january|jan",
            "february|feb",
            "march|mar",
            "april|apr",
            "may",
            "june|jun",
            "july|jul",
            "august|aug",
            "september|sept|sep",
            "october|oct",
            "november|nov",
            "december|dec",
        ],
        start=1,
    )
    for name in names.split("|")
}
NUMBERS = {
    word: number
    for number, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"])
} | {"a": 1, "an": 1, "couple of": 2, "a couple of": 2, "few": 3, "fifteen": 15, "twenty": 20, "thirty": 30,
     "sixty": 60, "ninety": 90, "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3,
     "4th": 4, "dozen": 12, "fourteen": 14, "eighteen": 18}  # fmt: skip
WEEKDAYS = {
    name: number
    for number, name in enumerate(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
}

_MONTH = "|".join(sorted((name for name in MONTHS), key=len, reverse=True))
_SPELT = "|".join(sorted(ORDINALS, key=len, reverse=True))
_COUNT = r"\d{1,3}|(?:a )?couple of|few|" + "|".join(
    word
    for word, number in NUMBERS.items()
    if word.isalpha() and number > 0 and word not in {"a", "an", "first", "second"}
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_SIDE = r"(?P<side>this|current|last|previous|prior|past|next|coming|upcoming|following)"
_GRAIN = {"month": Grain.MONTH, "quarter": Grain.QUARTER, "year": Grain.YEAR}
_STEP = {"this": 0, "current": 0, "next": 1, "coming": 1, "upcoming": 1, "following": 1}


@dataclass(frozen=True, slots=True)
class Found:
    """A period and where it stands in the cleaned-up text."""

    start: int
    end: int
    when: When


Match = re.Match[str]
Builder = Callable[[Match, Clock], When | None]


def _year_of(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _quarter(match: Match, clock: Clock) -> When | None:
    number = NUMBERS.get(match["q"]) or int(match["q"])
    if year := match.groupdict().get("year"):
        return clock.of(clock.parse(f"{_year_of(year)}Q{number}"))
    here = clock.period(Grain.YEAR)
    if side := match.groupdict().get("side"):
        return clock.of(clock.parse(f"{here.year + _STEP.get(side, -1)}Q{number}"))
    return clock.bare(clock.parse(f"{here.year}Q{number}"))


def _two_quarters(match: Match, clock: Clock) -> When | None:
    year = match["year"] or str(clock.period(Grain.YEAR).year)
    first, last = (clock.parse(f"{year}Q{NUMBERS[match[name]]}") for name in ("q", "q2"))
    stretch = Stretch.between(first.first, last.last)
    return When(stretch, stretch, parts=(clock.of(first), clock.of(last)))


def _this(match: Match, clock: Clock) -> When | None:
    return clock.of(clock.period(_GRAIN[match["unit"]]))


def _month(match: Match, clock: Clock) -> When | None:
    number = MONTHS[match["month"]]
    if year := match.groupdict().get("year"):
        return clock.of(clock.parse(f"{year}-{number:02}"))
    if side := match.groupdict().get("yearside"):
        return clock.of(clock.parse(f"{clock.today.year + _STEP.get(side, -1)}-{number:02}"))
    this = clock.parse(f"{clock.today.year}-{number:02}")
    both = clock.bare(this)
    side = match.groupdict().get("side")
    if side in {"last", "previous", "past"}:
        past = this if this.last < clock.today else this.same_last_year()
        return clock.of(past)
    return replace(both, past=both.future, bare=False) if side in {"next", "coming"} else both


def _year(match: Match, clock: Clock) -> When | None:
    return clock.of(clock.parse(str(_year_of(match["year"]))))


def _half(match: Match, clock: Clock) -> When | None:
    number = NUMBERS.get(match["h"]) or int(match["h"])
    year = match.groupdict().get("year")
    side = match.groupdict().get("side")
    here = clock.period(Grain.YEAR).year
    whole = int(year) if year else here + (_STEP.get(side, -1) if side else 0)
    first = clock.parse(f"{whole}Q{2 * number - 1}")
    if not year and not side and first.first > clock.today:
        first = first.same_last_year()
    return clock.days(first.first, first.shift(1).last)


def _sided(match: Match, clock: Clock) -> When | None:
    step = _STEP.get(match["side"], -1)
    unit = match["unit"].rstrip("s")
    if unit == "week":
        first_day = clock.week + timedelta(weeks=step)
        return clock.days(first_day, first_day + timedelta(days=6))
    if unit == "weekend":
        saturday = clock.weekend + timedelta(weeks=step)
        return clock.days(saturday, saturday + timedelta(days=1))
    if unit == "half":
        quarter = clock.period(Grain.QUARTER)
        first = quarter.shift(-((quarter.number - 1) % 2) + 2 * step)
        return clock.days(first.first, first.shift(1).last)
    return clock.of(clock.period(_GRAIN[unit]).shift(step))


def _before_last(match: Match, clock: Clock) -> When | None:
    return clock.of(clock.period(_GRAIN[match["unit"]]).shift(-2))


def _counted(match: Match, clock: Clock) -> When | None:
    text = match["count"]
    count = int(text) if text.isdigit() else NUMBERS[text]
    unit, ahead = match["unit"].rstrip("s"), match["side"] in _STEP
    if count == 0:
        return None
    if unit in {"day", "week"}:
        days = timedelta(days=count * (7 if unit == "week" else 1))
        if ahead:
            return clock.days(clock.today, clock.today + days)
        return clock.days(clock.today - days + timedelta(days=1), clock.today)
    here = clock.period(_GRAIN[unit])
    first, last = (here.shift(1), here.shift(count)) if ahead else (here.shift(-count), here.shift(-1))
    if ahead and unit == "month":
        return clock.days(clock.today, add_months(clock.today, count))
    return clock.days(first.first, last.last) if count > 1 else clock.of(first)


def _to_date(match: Match, clock: Clock) -> When | None:
    unit = match.groupdict().get("unit") or {"w": "week", "m": "month", "q": "quarter", "y": "year"}[match["letter"]]
    if unit == "week":
        return clock.days(clock.week, clock.today)
    return clock.days(clock.period(_GRAIN[unit]).first, clock.today)


def _rest(match: Match, clock: Clock) -> When | None:
    if match["unit"] == "week":
        return clock.days(clock.today, clock.week + timedelta(days=6))
    return clock.days(clock.today, clock.period(_GRAIN[match["unit"]]).last)


def _end_of(match: Match, clock: Clock) -> When | None:
    named = match.groupdict()
    unit = named.get("unit") or {"w": "week", "m": "month", "q": "quarter", "y": "year"}[named["letter"] or ""]
    step = _STEP.get(named.get("side") or "this", 0)
    if unit == "week":
        first_day = clock.week + timedelta(weeks=step)
        return clock.days(first_day, first_day + timedelta(days=6))
    period = clock.period(_GRAIN[unit]).shift(step)
    return clock.days(clock.today, period.last) if step else clock.of(period)


def _day(match: Match, clock: Clock) -> When | None:
    offset = {"today": 0, "yesterday": -1, "tomorrow": 1, "tonight": 0}[match["day"]]
    day = clock.today + timedelta(days=offset)
    return clock.days(day, day)


def _now(_: Match, clock: Clock) -> When | None:
    return clock.days(clock.today, clock.today)


def _date(match: Match, clock: Clock) -> When | None:
    number = int(re.sub(r"\D", "", match["day"]))
    month = MONTHS[match["month"]]
    if year := match.groupdict().get("year"):
        found = day_of(int(year), month, number)
        return clock.days(found, found) if found else None
    return clock.bare_day(month, number) if day_of(2000, month, number) else None


def _spelt_date(match: Match, clock: Clock) -> When | None:
    number, month = ORDINALS[match["day"]], MONTHS[match["month"]]
    if year := match.groupdict().get("year"):
        found = day_of(int(year), month, number)
        return clock.days(found, found) if found else None
    return clock.bare_day(month, number) if day_of(2000, month, number) else None


def _iso(match: Match, clock: Clock) -> When | None:
    found = day_of(*(int(part) for part in match["iso"].split("-")))
    return clock.days(found, found) if found else None


def _iso_month(match: Match, clock: Clock) -> When | None:
    number = int(match["iso"][5:])
    return clock.of(clock.parse(match["iso"])) if 1 <= number <= 12 else None


def _weekday(match: Match, clock: Clock) -> When | None:
    number = WEEKDAYS[match["weekday"]]
    back = clock.today - timedelta(days=(clock.today.weekday() - number) % 7)
    ahead = clock.today + timedelta(days=(number - clock.today.weekday()) % 7)
    if (match.groupdict().get("side") or "") == "last":
        back = back if back < clock.today else back - timedelta(days=7)
        return clock.days(back, back)
    return When(Stretch.between(back, back), Stretch.between(ahead, ahead), bare=True)


def _relation(relation: Relation, grain: Grain | None = None) -> Builder:
    def build(match: Match, clock: Clock) -> When | None:
        here = Stretch.of(clock.period(Grain.QUARTER))
        named = _GRAIN.get(match.groupdict().get("unit") or "", grain)
        return When(here, here, relation=relation, grain=named)

    return build


_OF_YEAR = rf"(?: (?:of |in |' ?s )?(?:{_YEAR}|(?:fy ?)(?P<fy>\d\d)))?"
_PATTERNS: tuple[tuple[re.Pattern[str], Builder], ...] = tuple(
    (re.compile(rf"(?<![\w.]){pattern}(?![\w])"), build)
    for pattern, build in (
        (r"(?P<iso>\d{4}-\d\d-\d\d)", _iso),
        (r"(?P<iso>\d{4}-\d\d)(?!-)", _iso_month),
        (r"(?P<year>\d{4})-?q(?P<q>[1-4])", _quarter),
        (r"(?P<year>\d{4}) q(?P<q>[1-4])", _quarter),
        (r"q ?(?P<q>[1-4])['-](?P<year>\d{2,4})", _quarter),
        (rf"q ?(?P<q>[1-4]) (?:of |in |, )?{_YEAR}", _quarter),
        (r"q ?(?P<q>[1-4]) (?:of |in |fy ?|fy-?)(?P<year>\d\d(?:\d\d)?)", _quarter),
        (r"q ?(?P<q>[1-4]) (?:of |in )?(?P<side>this|last|next|previous) year", _quarter),
        (r"(?P<side>this|last|next|previous) year 's q ?(?P<q>[1-4])", _quarter),
        (r"q ?(?P<q>[1-4])", _quarter),
        (rf"quarter (?P<q>[1-4]|one|two|three|four)(?: (?:of |in )?{_YEAR})?", _quarter),
        (rf"(?P<q>first|second|third|fourth|1st|2nd|3rd|4th) quarter (?:of |in )?{_YEAR}", _quarter),
        (r"(?:the )?(?P<q>first|second|third|fourth|1st|2nd|3rd|4th) quarter (?:of |in )?(?P<side>this|last|next) year", _quarter),
        (r"(?:the )(?P<q>first|second|third|fourth|1st|2nd|3rd|4th) quarter", _quarter),
        (rf"(?:the )?(?P<q>first|second|third|1st|2nd|3rd) (?:and|to|versus|vs|against) (?:the )?(?P<q2>second|third|fourth|2nd|3rd|4th) quarters?(?: (?:of |in )?{_YEAR})?", _two_quarters),
        (r"(?:of|for|in|over) the (?P<unit>year|quarter|month)(?! (?:before|end|to|so|over))(?P<side>)", _this),
        (rf"(?P<month>{_MONTH})(?: of| in| ,)? {_YEAR}", _month),
        (rf"(?P<month>{_MONTH})(?: of| in)? (?P<yearside>this|last|next|previous) year", _month),
        (rf"(?P<side>last|next|this|previous|past|coming) (?P<month>{_MONTH})", _month),
        (rf"(?P<month>{_MONTH.replace('|may', '').replace('|mar|', '|')})", _month),
        (r"(?<=in )(?P<month>may|mar)", _month),
        (r"(?<=since )(?P<month>may|mar)", _month),
        (r"(?<=for )(?P<month>may|mar)", _month),
        (r"(?<=from )(?P<month>may|mar)", _month),
        (r"(?<=of )(?P<month>may|mar)", _month),
        (r"(?<=to )(?P<month>may|mar)", _month),
        (r"(?<=and )(?P<month>may|mar)", _month),
        (r"(?<=during )(?P<month>may|mar)", _month),
        (r"(?<=vs )(?P<month>may|mar)", _month),
        (r"(?<=versus )(?P<month>may|mar)", _month),
        (r"(?<=against )(?P<month>may|mar)", _month),
        (r"(?P<month>may|mar)(?= (?:versus|vs|against|compared))", _month),
        (r"(?:fy-?|fy |fiscal year |fiscal |financial year )(?P<year>\d{4}|\d\d)", _year),
        (r"(?P<year>20[0-4]\d)", _year),
        (rf"h(?P<h>[12])(?: (?:of |in )?{_YEAR})?", _half),
        (r"h(?P<h>[12]) (?:of |in )?(?P<side>this|last|next) year", _half),
        (rf"(?:the )?(?P<h>first|second) half (?:of |in )?{_YEAR}", _half),
        (r"(?:the )?(?P<h>first|second) half (?:of |in )?(?:the )?(?P<side>this|last|next) year", _half),
        (r"(?:the )?(?P<h>first|second) half (?:of |in )?(?:the )?year", _half),
        (rf"(?:the |these |those )?(?P<side>last|past|previous|prior|trailing|next|coming|following) (?P<count>{_COUNT}) (?:full |whole |complete |calendar )?(?P<unit>days?|weeks?|months?|quarters?|years?)", _counted),
        (rf"(?:the )?(?P<count>{_COUNT}) (?P<side>last|past|previous|next|coming) (?P<unit>days?|weeks?|months?|quarters?|years?)", _counted),
        (rf"{_SIDE} (?:fiscal |calendar |financial )?(?P<unit>week|weekend|month|quarter|year|half)(?! (?:before|over|on|to date|after))", _sided),
        (r"(?P<side>last) (?:fiscal |calendar )?(?P<unit>quarter|month|year)(?= over| on)", _sided),
        (r"(?:the )?(?P<unit>month|quarter|year) before last", _before_last),
        (r"(?:the |this )?(?P<unit>week|month|quarter|year) to date", _to_date),
        (r"(?P<letter>[wmqy])td", _to_date),
        (r"so far (?P<side>this) (?P<unit>week|month|quarter|year)", _sided),
        (r"(?P<side>this) (?P<unit>week|month|quarter|year) so far", _sided),
        (r"(?:for )?(?:the )?(?:rest|remainder) of (?:the |this )?(?P<unit>week|month|quarter|year)", _rest),
        (r"(?:before |by |until |till )?(?:the )?end of (?:the )?(?:(?P<side>this|next|current|coming) )?(?P<unit>week|month|quarter|year)", _end_of),
        (r"(?:before |by |until |till )?(?:the )?(?P<unit>week|month|quarter|year) ?'?s? end", _end_of),
        (r"(?:before |by |until |till )?(?:the )?(?:close|finish) of (?:the |this )(?P<unit>month|quarter|year)", _end_of),
        (r"before (?:the |this )(?P<unit>week|month|quarter|year) (?:ends|is over|is out|closes|finishes|runs out)", _end_of),
        (r"(?:before |by |until |till )?eo(?P<letter>[wmqy])", _end_of),
        (r"(?:the )?(?P<day>today|yesterday|tomorrow|tonight)", _day),
        (r"(?:(?<=between )now(?= and)|(?<=from )now(?= (?:to|until|till|through)))", _now),
        (rf"(?P<month>{_MONTH}) (?:the )?(?P<day>\d\d?(?:st|nd|rd|th)?)(?: ,?)? {_YEAR}", _date),
        (rf"(?P<day>\d\d?(?:st|nd|rd|th)?) (?:of )?(?P<month>{_MONTH}) {_YEAR}", _date),
        (rf"(?P<month>{_MONTH}) (?:the )?(?P<day>[0-3]?\d(?:st|nd|rd|th)?)", _date),
        (rf"(?P<day>[0-3]?\d(?:st|nd|rd|th)?) (?:of )?(?P<month>{_MONTH})", _date),
        (rf"(?P<day>{_SPELT}) of (?P<month>{_MONTH})(?: {_YEAR})?", _spelt_date),
        (r"(?:(?P<side>last|this) )?(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)", _weekday),
        (r"(?:the )?same (?P<unit>month|quarter|period|time|week|year|point)(?: of| in)? last year", _relation(Relation.SAME_LAST_YEAR)),
        (r"(?:at )?this (?:time|point|quarter|month) last year", _relation(Relation.SAME_LAST_YEAR)),
        (r"(?:a|one|the) year (?:ago|earlier|before|prior)", _relation(Relation.SAME_LAST_YEAR)),
        (r"(?:year over year|year on year|yoy)", _relation(Relation.SAME_LAST_YEAR)),
        (r"(?:quarter over quarter|quarter on quarter|qoq)", _relation(Relation.PREVIOUS, Grain.QUARTER)),
        (r"(?:month over month|month on month|mom)", _relation(Relation.PREVIOUS, Grain.MONTH)),
        (r"(?:the )?(?P<unit>month|quarter|year|one|period) (?:before(?! last)(?: that| it)?|prior)", _relation(Relation.PREVIOUS)),
        (r"(?:the )(?:previous|prior|preceding) (?:one|period)", _relation(Relation.PREVIOUS)),
    )
)  # fmt: skip

_JOINED = re.compile(r" (to|until|till|through|thru|and|-|into) ")


def find_periods(norm: str, clock: Clock) -> list[Found]:
    """The periods named in a cleaned-up text, from left to right, without overlaps."""
    return list(_combined(norm, _simple(norm, clock), clock))


def _simple(norm: str, clock: Clock) -> list[Found]:
    hits: list[Found] = []
    for pattern, build in _PATTERNS:
        for match in pattern.finditer(norm):
            when = build(match, clock)
            if when is not None:
                hits.append(Found(match.start(), match.end(), when))
    hits.sort(key=lambda hit: (hit.start - hit.end, hit.start))
    kept: list[Found] = []
    for hit in hits:
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _combined(norm: str, hits: list[Found], clock: Clock) -> Iterator[Found]:
    position = 0
    while position < len(hits):
        here = hits[position]
        before = norm[: here.start]
        follower = hits[position + 1] if position + 1 < len(hits) else None
        if follower and (joined := _JOINED.fullmatch(norm[here.end : follower.start])):
            opener = re.search(r"(from|between) $", before)
            if opener or joined[1] not in {"and", "into"}:
                yield Found(
                    opener.start() if opener else here.start, follower.end, _range(here.when, follower.when, clock)
                )
                position += 2
                continue
        yield _opened(here, before, clock)
        position += 1


def _range(first: When, last: When, clock: Clock) -> When:
    past = Stretch.between(min(first.past.first, last.past.last), last.past.last)
    if last.past.last < first.past.first and first.bare:
        past = Stretch.between(add_months(first.past.first, -12), last.past.last)
    future = Stretch.between(min(first.future.first, last.future.first), last.future.last)
    if first.future.first > last.future.last:
        future = Stretch.between(first.past.first, last.future.last)
    return When(past, future, parts=(first, last))


def _opened(hit: Found, before: str, clock: Clock) -> Found:
    """Applies a leading `since`, `until`, `by`, `before`, `after`."""
    opener = re.search(
        r"(?:^| )(since(?: the (?:start|beginning) of)?|starting|until|till|up to|by|before|after) (?:the )?$", before
    )
    if opener is None or hit.when.relation:
        return hit
    start = opener.start() + (1 if before[opener.start()] == " " else 0)
    word, when = opener[1].split()[0], hit.when
    if word in {"since", "starting"}:
        return Found(start, hit.end, clock.days(when.past.first, clock.today))
    if word == "after":
        return hit
    last = when.future.last if word not in {"before"} else when.future.first - timedelta(days=1)
    if last < clock.today:
        return hit
    if when.bare and when.past != when.future:
        # What is yet to come lies between now and then; what has been is told by the words before the last one.
        return Found(hit.start, hit.end, replace(when, future=clock.days(clock.today, last).future))
    return Found(start, hit.end, clock.days(clock.today, last))
