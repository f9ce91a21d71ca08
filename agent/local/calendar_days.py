"""Days in a person's words: `Friday`, `the 28.11.`, `12/31`, `the first Monday of January`, `end of Q1`, `the day before`.

A day that does not exist ("31 February"), that may be either of two ("3/4") or that contradicts itself ("Friday the
22nd", a Saturday) is found as such, so that it can be asked about: it is never bent to a day nearby.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from agent.local import named_days
from agent.local.named_days import Named, Today
from agent.local.periods import MONTHS, WEEKDAYS
from agent.local.when import ORDINALS, Unsettled

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
    f"(?<={word} )"
    for word in (
        "to",
        "from",
        "date",
        "close",
        "closes",
        "closing",
        "me",
        "him",
        "her",
        "them",
        "us",
        "it",
        "is",
        ":",
        "=",
    )
)
"""Words behind which figures with a stroke are a date and no share of anything."""
_COUNTED = re.compile(r" (?:of|deals?|leads?|accounts?|contacts?|tasks?|people|seats|units|calls|customers|opportunities|points)(?!\w)")  # fmt: skip
_RAISES = re.compile(
    r"(?<!\w)(?:raise|increase|lower|cut|reduce|decrease|drop|up|down|bump|extend|shorten|grow|discount|add)(?!\w)"
)

Builder = Callable[[Named, Today], date | Unsettled | None]


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
    described = (
        "yes"
        if norm[: match.start()].endswith((" a ", "a ")) and norm[: match.start()].rsplit(maxsplit=1)[-1] == "a"
        else ""
    )
    raised = "yes" if _RAISES.search(norm, 0, match.start()) else ""
    return {"_counted": counted, "_raised": raised, "_described": described}


_OF_ITSELF = r"(?! (?:the|a|an|my|our|his|her|their|its|your|we|they|he|she|it|i|you|that|this|next|last|christmas|\w+ing)(?!\w))"
"""Not followed by what the day is before or after: "the day before the demo" is beside no day that is known."""

_PATTERNS: tuple[tuple[re.Pattern[str], Builder], ...] = tuple(
    (re.compile(rf"(?<!\w){pattern}"), build)
    for pattern, build in (
        (rf"{_BEFORE}(?P<iso>\d{{4}}-\d\d-\d\d|20\d\d ?/ ?\d\d/\d\d|20[2-4]\d[01]\d[0-3]\d)(?!\w)", named_days.iso),
        (rf"{_BEFORE}(?P<next>the )?(?P<relative>day after tomorrow|day before yesterday|yesterday|today|tonight|tomorrow|eod|end of (?:the )?(?:business )?day|end of (?:business )?today|end of play|close of business|cob)(?!\w)", named_days.relative),
        (rf"{_LEAD}(?:(?P<side>next|this|coming|following) )?(?P<weekday>{_WEEKDAY})(?: (?P<next>next week|in a week|week)| of (?P<ofnext>next|this) week)?(?!\w)", named_days.weekday),
        (rf"(?:(?:for|on|by) )?(?P<next>a week) (?:on|from) (?P<weekday>{_WEEKDAY})(?!\w)", named_days.weekday),
        (rf"{_LEAD}(?P<farside>next|this|coming) week(?: on)? (?P<weekday>{_WEEKDAY})(?!\w)", named_days.weekday),
        (rf"{_LEAD}{_MONTH_DAY}", named_days.dated),
        (rf"{_LEAD}{_DAY_MONTH}", named_days.dated),
        (rf"(?P<lead>{_ON}(?:the )?|the ){_MONTH_DAY}", named_days.dated),
        (rf"(?P<lead>{_ON}(?:the )?|the ){_DAY_MONTH}", named_days.dated),
        (rf"{_LEAD}(?P<weekday>{_WEEKDAY})(?: ,)?(?: (?:the|on|on the))? {_DAY_MONTH}", named_days.on_weekday),
        (rf"{_LEAD}(?P<weekday>{_WEEKDAY})(?: ,)? {_MONTH_DAY}", named_days.on_weekday),
        (rf"{_LEAD}(?P<weekday>{_WEEKDAY})(?: ,)? the (?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)|(?P<spelt>{_SPELT}))(?! (?:of )?(?:{_MONTH}))(?!\w)", named_days.on_weekday),
        (rf"{_BEFORE}day (?P<day>[12]?\d|3[01])(?!\w)", named_days.in_month),
        (rf"{_ON}(?P<day>[0-3]?\d)(?:st|nd|rd|th)(?! (?:of )?(?:{_MONTH})){_ENDS}", named_days.in_month),
        (rf"{_ON}the (?:(?P<day>[0-3]?\d)(?:st|nd|rd|th)|(?P<spelt>{_SPELT}))(?! (?:of )?(?:{_MONTH}|{_WEEKDAY})){_ENDS}", named_days.in_month),
        (rf"{_LEAD}(?P<weekday>{_WEEKDAY}) (?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)|(?P<day2>2[4-9]|3[01])(?![\w.:]))(?! (?:of )?(?:{_MONTH})){_ENDS}", named_days.on_weekday),
        (r"(?P<slash>\d{1,2} - \d{1,2} - 20\d\d)(?!\w)", lambda named, today: named_days.slashed({**named, "slash": named["slash"].replace(" - ", "/")}, today)),
        (r"(?P<d>0\d|[12]\d|3[01])\.(?P<m>0\d|1[0-2])(?:\.| \.)(?= at )", named_days.dotted),
        (rf"(?:{_ON})?the (?:(?P<day>[0-3]?\d)(?:st|nd|rd|th)|(?P<spelt>{_SPELT})) of (?P<of>this|next|the) month(?!\w)", named_days.in_month),
        (rf"(?:{_ON})?the (?P<day>\d\d)(?:st|nd|rd|th){_ENDS}", named_days.in_month),
        (rf"(?:{_ON})?the (?P<day>[12]?\d|3[01])(?:st|nd|rd|th)?(?= *$| [.,;!?]| at )", named_days.in_month),
        (rf"(?:(?<=to )|(?<=is )|(?<=: )|(?<== )|(?<=becomes ))the (?P<spelt>{_SPELT})(?= *$| [.,;!?])", named_days.in_month),
        (rf"{_LEAD}(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.(?P<y>20\d\d|\d\d)(?![\w.])", named_days.dotted),
        (r"(?:(?:by|before|on|due|until|till|for|from|at) )?(?:the |on )(?P<d>\d{1,2})\.(?P<m>\d{1,2})(?:\.| \.)?(?! ?(?:%|k|m|mio|million|percent|per|euros?|dollars?|x)(?!\w))(?![\w.])", named_days.dotted),
        (r"(?:by|before|due|until|till|from) (?P<d>\d{1,2})\.(?P<m>\d{1,2})(?:\.| \.)(?! ?%)(?![\w.])", named_days.dotted),
        (rf"{_BEFORE}(?P<edge>end|start|beginning|middle|mid) (?:of )?(?:the )?(?:{_UNIT})(?!\w)", named_days.edge),
        (rf"(?:(?:by|before|on|until|till|for) )?(?:the )?(?P<edge>end|start|beginning|middle) of (?:the )?(?:{_UNIT})(?!\w)", named_days.edge),
        (rf"{_LEAD}(?P<edge>last|first|final) (?P<working>working |business |work )?day (?:of|in) (?:the )?(?:{_UNIT})(?!\w)", named_days.edge),
        (r"(?:(?:by|before|on|due|until|till|at) )?(?P<unit>week|month|quarter|year) ?'?s? (?P<edge>end)(?!\w)", named_days.edge),
        (r"(?:(?:by|before|on|due|until|till|at) )?eo(?P<letter>[wmqy])(?!\w)", named_days.edge),
        (r"(?:(?:by|before|on|due|until|till|for|sometime|early|some time) )?(?P<side>next|this|the coming|the following) (?P<unit>week|month|quarter|year)(?!\w)", named_days.edge),
        (rf"{_LEAD}(?P<unit>week|month|quarter) after next(?!\w)", named_days.after_next),
        (rf"{_LEAD}(?P<place>{'|'.join(named_days.PLACES)}) (?P<weekday>{_WEEKDAY}) (?:of|in) (?:(?:the )?(?P<month>{_MONTH})(?: (?P<year>20\d\d))?|(?P<side>this|next|the) month)(?!\w)", named_days.nth_weekday),
        (r"(?:(?:by|before|over|at|this|on|for) )?(?:the )?(?:(?P<side>next|this) )?(?P<weekend>weekend)(?!\w)", named_days.weekend),
        (rf"(?P<lead>{_ON}(?:the )?)(?P<slash>{_SLASH}(?:/(?:\d{{4}}|\d\d))?)(?![\w/])", named_days.slashed),
        (rf"(?:{_BEHIND})(?P<slash>{_SLASH})(?![\w/])", lambda named, today: named_days.slashed(named | {"lead": "said"}, today)),
        (r"(?P<slash>(?:1[3-9]|2\d|3[01])/(?:1[0-2]|0?[1-9])|(?:1[0-2]|0?[1-9])/(?:1[3-9]|2\d|3[01])|\d{1,2}/\d{1,2}/(?:\d{4}|\d\d))(?![\w/])", named_days.slashed),
        (r"^(?P<slash>\d{1,2}/\d{1,2})$", named_days.slashed),
        (rf"{_BEFORE}the (?P<step>day|week) (?P<way>before|after){_OF_ITSELF}(?!\w| (?:tomorrow|yesterday))", named_days.from_anchor),
        (rf"{_BEFORE}the (?P<way>following|previous) (?P<step>day)(?!\w)", named_days.from_anchor),
        (rf"{_BEFORE}the (?P<weekday>{_WEEKDAY}) (?P<way>before|after|following){_OF_ITSELF}(?!\w)", named_days.from_anchor),
        (rf"{_BEFORE}(?P<feast>{'|'.join(named_days.FEASTS)})(?!\w)", named_days.fixed),
    )
)  # fmt: skip
