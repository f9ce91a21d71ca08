"""How long nothing happened, as a condition: `no activity for three weeks`, `more than 60 days in their stage`."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_DAYS = {"day": 1, "d": 1, "week": 7, "wk": 7, "fortnight": 14, "month": 30, "mth": 30, "quarter": 91, "year": 365}
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "a couple of": 2, "couple of": 2, "three": 3, "a few": 3, "several": 3,
    "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15,
    "twenty": 20, "thirty": 30, "forty five": 45, "sixty": 60, "ninety": 90,
}  # fmt: skip
_NUMBER = rf"(?P<number>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_LENGTH = rf"{_NUMBER}(?:(?<=\d) ?| )\+? ?(?P<unit>{'|'.join(sorted(_DAYS, key=len, reverse=True))})s?(?: or more| and more| plus| ?\+)?(?!\w)"
_BOUND = r"(?:(?:for|in|over|since|within|during|the|last|past|at least|more|longer|older|greater|than|well|>|almost|about) )*"
_SILENT = re.compile(
    r"(?<!\w)(?:silent|silence|quiet|dormant|inactive|dark|untouched|ignored|ghosted"
    r"|no (?:\w+ )?(?:activity|contact|touch|touches|touchpoints?|reply|replies|response|news|word|updates?|answer|calls?|emails?|sign of life)"
    r"|without (?:any |a |an |so much as a |even a )?(?:\w+ )?(?:activity|contact|touch|reply|response|news|word|update|answer|call|email)(?:(?: or|,) (?:a |an |any )?(?:anything|any|call|email|meeting|message|mail|note)(?: else)?)*"
    r"|nothing (?:has )?(?:happened|happening|going on|logged|moved|done)"
    r"|not (?:been |had |seen |got )?(?:any )?(?:touched|contacted|heard|called|emailed|spoken|talked|updated|reached|activity|worked|replied|answered)"
    r"|(?:has |have |had )?(?:nobody|no one|no-one) (?:has |have )?(?:touched|contacted|called|spoken|talked|emailed|reached|worked|looked|done anything|written)(?: (?:to|at|on|with) (?:them|it))?"
    r"|untouched|uncontacted|unvisited|nothing"
    r"|last (?:activity|contact|contacted|touch|touched|heard)|stale)(?!\w)"
)
_STAYING = re.compile(
    r"(?<!\w)(?:(?:in|at) (?:the |their |its |his |her |this |that |current |same |one )*(?:stage|step|phase|<stage>)"
    r"|stuck|stalled|sitting|sat|parked|lingering|lingered|rotting|not (?:moved|budged|progressed|advanced|changed)|no (?:movement|progress)"
    r"|same stage|stage age)(?!\w)"
)
_LAPSE = re.compile(rf"(?<!\w){_BOUND}{_LENGTH}(?: ago| now| already)?")
_NEAR = 32


class Kind(StrEnum):
    SILENT = "silent"
    STAYING = "staying"


@dataclass(frozen=True, slots=True)
class Lapse:
    """A stretch of days without something, with its place in the cleaned-up text."""

    start: int
    end: int
    kind: Kind
    days: int


def find_lapses(norm: str) -> list[Lapse]:
    """The stretches said of silence or of a stage, in the order said."""
    return list(_found(norm))


def _found(norm: str) -> Iterator[Lapse]:
    for match in _LAPSE.finditer(norm):
        near = [
            (_distance(cue, match), kind, cue)
            for kind, pattern in ((Kind.SILENT, _SILENT), (Kind.STAYING, _STAYING))
            for cue in pattern.finditer(norm)
            if _distance(cue, match) <= _NEAR
        ]
        if near:
            _, kind, cue = min(near, key=lambda one: one[0])
            yield Lapse(min(match.start(), cue.start()), max(match.end(), cue.end()), kind, _days(match))


def lapses_since(norm: str, days: Iterable[tuple[int, int, date]], today: date) -> Iterator[Lapse]:
    """Silence that is said to last since a day: `nobody touched them since 1 October`.

    Args:
        days: where a day or the beginning of a period stands in the text, and that day.
    """
    for start, end, day in days:
        opener = norm.rfind("since", max(start - _OPENER, 0), start + len("since"))
        near = [cue for cue in _SILENT.finditer(norm[: max(opener, 0)]) if opener - cue.end() <= _FAR]
        if near and day < today:
            yield Lapse(near[-1].start(), end, Kind.SILENT, (today - day).days)


_OPENER = len("since the ")
_FAR = 24


def _distance(cue: re.Match[str], length: re.Match[str]) -> int:
    """Characters between the two; a cue inside the length stands beside it."""
    return max(cue.start() - length.end(), length.start() - cue.end(), 0)


def _days(match: re.Match[str]) -> int:
    said = match["number"]
    return (int(said) if said.isdigit() else _NUMBERS[said]) * _DAYS[match["unit"]]
